import type { ConsumerEvents, Delivery, Settlement } from '../../broker/types.js';
import type { FailedEvent } from '../../ledger/events.js';
import type { Clock, LedgerWriter } from '../../ledger/write.js';
import { drawBackoff, drawOutcome } from '../../plan/draws.js';
import type { Publish } from '../outcomes.js';
import type { WorkerSetup } from '../protocol.js';
import { sleep } from '../timers.js';
import type { Gate, HeldDelivery } from './gate.js';
import type { EffectGuard } from './idempotency.js';
import { type Caller, providedWork } from './provided-work.js';
import { publishOn } from './publish-on.js';
import { simulatedWork } from './simulated-work.js';
import type { Work, WorkFailure } from './work.js';

/** What a worker works with. */
export interface WorkerTools {
  readonly setup: WorkerSetup;
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly guard: EffectGuard;
  readonly publish: Publish;
  /** Calls the provider that does the work; null: it is simulated. */
  readonly caller: Caller | null;
  /** Kills this process, at once. */
  readonly crash: () => void;
  /** Told what goes wrong when nobody waits for it any more. */
  readonly onError: (error: unknown) => void;
}

/** From a failed publish to the next attempt at the whole message, in scenario seconds. */
const publishRetrySeconds = 1;

/**
 * What a worker does with a delivery: start, idempotency's check, work, effect, record, publish on, wait, acknowledge; each
 * known to the ledger before anyone else can know.
 */
export function createHandler(tools: WorkerTools): (delivery: Delivery) => Promise<Settlement> {
  const work = tools.caller === null ? simulatedWork(tools) : providedWork(tools, tools.caller);
  return async (delivery) => {
    const held = await tools.gate.start(delivery.id);
    const settlement = await new Handling(tools, work, delivery, held).run();
    held.returned();
    return settlement;
  };
}

class Handling {
  private readonly id: string;

  constructor(
    private readonly tools: WorkerTools,
    private readonly work: Work,
    private readonly delivery: Delivery,
    private readonly held: HeldDelivery,
  ) {
    this.id = delivery.id;
  }

  async run(): Promise<Settlement> {
    const { setup, ledger, gate, guard } = this.tools;
    const { queue, seed, speed } = setup;
    const t = ledger.message('started', queue.name, this.id, startedDetails(this.delivery));
    await this.held.started();
    const knownBy = guard.known(this.id);
    if (knownBy !== null) {
      ledger.message('suppressed', queue.name, this.id, `,"by":"${knownBy}"`);
    } else {
      const end = await this.work(this.delivery, this.held, t);
      if (typeof end === 'object') return this.failed(end);
      if (end === 'effect') this.held.enter('after-effect');
    }

    const targets = drawOutcome(queue, seed, this.id)?.to.map((target) => target.queue) ?? [];
    // Where nothing is recorded or published on, a message has its effect and no more until it is acknowledged.
    if (guard.records || targets.length > 0) await this.held.leave();
    if (knownBy === null) guard.record(this.id);
    const refused = await publishOn(this.delivery, queue.name, targets, this.tools);
    if (refused !== null) return this.failedToPublish(refused);
    if (queue.acknowledgeSeconds > 0) await sleep((queue.acknowledgeSeconds * 1000) / speed);
    await this.held.leave();
    await this.held.pass('before-acknowledge');
    await gate.still();
    return 'done';
  }

  private async failed({ why, kind, retryable }: WorkFailure): Promise<Settlement> {
    const { queue, seed, speed } = this.tools.setup;
    await this.tools.gate.still();
    const failed = this.failuresBefore() + 1;
    if (!retryable || failed >= queue.attempts) {
      this.writeFailed({ why, kind });
      return { reject: { reason: why } };
    }
    const afterSeconds = drawBackoff(queue.backoff, seed, queue.name, this.id, failed) / speed;
    this.writeFailed({ why, kind, again: Math.round(afterSeconds * 1e6) });
    return { retry: afterSeconds === 0 ? { reason: why } : { afterSeconds, reason: why } };
  }

  /**
   * The broker took no message for the next queue, or never said so: everything is done once more, however many attempts
   * the queue allows, because it is not the work that failed. The broker counts it as a failed attempt all the same.
   */
  private async failedToPublish(why: string): Promise<Settlement> {
    await this.tools.gate.still();
    const afterSeconds = publishRetrySeconds / this.tools.setup.speed;
    this.writeFailed({ why, kind: 'error', again: Math.round(afterSeconds * 1e6) });
    return { retry: { afterSeconds, reason: why } };
  }

  private writeFailed(details: Pick<FailedEvent, 'why' | 'kind' | 'again'>): void {
    this.tools.ledger.write({ e: 'failed', q: this.tools.setup.queue.name, m: this.id, ...details });
  }

  private failuresBefore(): number {
    const { failures, attempt } = this.delivery;
    if (failures !== 'unknown') return failures;
    return attempt === 'unknown' ? 0 : attempt - 1;
  }
}

/** Writes what the broker says of the ends of deliveries. */
export function createListener({
  setup,
  ledger,
  gate,
}: Pick<WorkerTools, 'setup' | 'ledger' | 'gate'>): Pick<
  ConsumerEvents,
  'settled' | 'dead' | 'deadLettered'
> {
  const queue = setup.queue.name;
  const kinds = { ok: 'settled', lost: 'lost-lock', unknown: 'settle-unknown' } as const;
  return {
    settled(id, outcome) {
      ledger.message(kinds[outcome], queue, id);
      gate.settled(id);
    },
    dead(id, reason) {
      ledger.write({ e: 'dead', q: queue, m: id, why: reason });
    },
    deadLettered(id) {
      ledger.message('dead-lettered', queue, id);
    },
  };
}

function startedDetails({ attempt, redelivered }: Delivery): string {
  const n = attempt === 'unknown' ? '' : `,"n":${attempt}`;
  return redelivered === 'unknown' ? n : `${n},"r":${redelivered === 'yes'}`;
}
