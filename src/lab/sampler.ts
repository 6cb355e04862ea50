import type { Broker, Depth } from '../broker/types.js';
import { messageOf } from '../errors.js';
import type { LedgerWriter } from '../ledger/write.js';
import { sleep } from './timers.js';

/** Real milliseconds between two readings of the depth. */
const intervalMillis = 100;

/** How long a broker may be away, in real milliseconds, before it is given up. */
const graceMillis = 10_000;

/** Reads the broker's depth several times a second, and is thereby the first to notice that the broker is away. */
export class Sampler {
  /** The last complete reading. */
  readonly latest = new Map<string, Depth>();
  /** Resolves, with the reason, when the broker was away for too long. */
  readonly gaveUp: Promise<string>;
  private giveUp: (reason: string) => void = () => undefined;
  private lostAt: number | null = null;
  private waiting: (() => void)[] = [];
  private readonly stop = new AbortController();
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly broker: Pick<Broker, 'depth'>,
    private readonly queues: readonly string[],
    private readonly ledger: LedgerWriter,
  ) {
    this.gaveUp = new Promise((resolve) => {
      this.giveUp = resolve;
    });
  }

  start(): void {
    this.finished = this.loop();
  }

  /** Resolves after a reading that began after this call. */
  fresh(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async end(): Promise<void> {
    this.stop.abort();
    await this.finished;
  }

  private async loop(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const waiting = this.waiting.splice(0);
      const answered = await this.read();
      if (answered) for (const resolve of waiting) resolve();
      else this.waiting.push(...waiting);
      await sleep(intervalMillis, this.stop.signal);
    }
  }

  private async read(): Promise<boolean> {
    try {
      const depths = await Promise.all(this.queues.map((queue) => this.broker.depth(queue)));
      if (this.lostAt !== null) this.ledger.write({ e: 'broker-back', why: 'the broker answers again' });
      this.lostAt = null;
      for (const [i, queue] of this.queues.entries()) {
        const { ready, inFlight, delayed, dead } = depths[i] as Depth;
        this.latest.set(queue, { ready, inFlight, delayed, dead });
        this.ledger.write({ e: 'depth', q: queue, ready, inFlight, delayed, dead });
      }
      return true;
    } catch (error) {
      const now = performance.now();
      const why = messageOf(error);
      if (this.lostAt === null) {
        this.lostAt = now;
        this.ledger.write({ e: 'broker-lost', why });
      } else if (now - this.lostAt > graceMillis) {
        this.giveUp(`the broker did not answer for ${graceMillis / 1000} s: ${why}`);
      }
      return false;
    }
  }
}
