import type { LedgerTail, TailedEvent } from '../ledger/tail.js';
import type { Clock } from '../ledger/write.js';

/**
 * How old an event must be, in microseconds of real time, before it is counted: by then every process has written down all that
 * was before it, so that no message is taken to wait whose effect is only not yet in its file.
 */
const settledMicros = 100_000;

/** Events that nothing can precede any more, and the time, in microseconds since the run's zero, up to which they are all there are. */
export interface Settled {
  readonly events: readonly TailedEvent[];
  readonly until: number;
}

/** Follows a ledger 100 ms behind, so that its events come in order over all its files. */
export class SettledTail {
  /** Events that are too young to be counted. */
  private young: readonly TailedEvent[] = [];

  constructor(
    private readonly tail: Pick<LedgerTail, 'poll' | 'close'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** What has settled since the last call. */
  poll(): Settled {
    // Before the files are read: what is older than this is in them.
    return this.pollUntil(this.clock.now() - settledMicros);
  }

  /** All that is there, of a run that writes no more. */
  pollAll(): Settled {
    const { events } = this.pollUntil(Number.POSITIVE_INFINITY);
    return { events, until: this.clock.now() };
  }

  close(): void {
    this.tail.close();
  }

  private pollUntil(until: number): Settled {
    const all = [...this.young, ...this.tail.poll()].sort((a, b) => a.event.t - b.event.t);
    const events = all.filter(({ event }) => event.t <= until);
    this.young = all.slice(events.length);
    return { events, until };
  }
}
