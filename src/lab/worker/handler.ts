import type { ConsumerEvents, Delivery, Settlement } from '../../broker/types.js';
import type { FailedEvent } from '../../ledger/events.js';
import type { Clock, LedgerWriter } from '../../ledger/write.js';
import { drawBackoff, drawFailure, drawOutcome, drawWork } from '../../plan/draws.js';
import type { Publish } from '../outcomes.js';
import { isRepaired } from '../payload.js';
import type { WorkerSetup } from '../protocol.js';
import { sleep } from '../timers.js';
import type { Gate, HeldDelivery } from './gate.js';
import type { EffectGuard } from './idempotency.js';
import { publishOn } from './publish-on.js';
import { type Course, courseOf, timeoutFailure, type WorkFailure } from './work.js';

/** What a worker works with. */
export interface WorkerTools {
  readonly setup: WorkerSetup;
  readonly ledger: LedgerWriter;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly guard: EffectGuard;
  readonly publish: Publish;
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
  return async (delivery) => {
    const held = await tools.gate.start(delivery.id);
    const settlement = await new Handling(tools, delivery, held).run();
    held.returned();
    return settlement;
  };
}

class Handling {
  private readonly id: string;

  constructor(
    private readonly tools: WorkerTools,
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
      const failure = await this.work(this.courseFrom((t * speed) / 1e6));
      if (failure !== null) return this.failed(failure);
      await this.held.pass('before-effect');
      if (this.effect()) this.held.enter('after-effect');
    }

    const targets = drawOutcome(queue, seed, this.id)?.to.map((target) => target.queue) ?? [];
    // Where nothing is recorded or published on, a message has its effect and no more until it is acknowledged.
    if (guard.records || targets.length > 0) await this.held.leave();
    if (knownBy === null) guard.record(this.id);
    const refused = await publishOn(this.id, queue.name, targets, this.tools);
    if (refused !== null) return this.failedToPublish(refused);
    if (queue.acknowledgeSeconds > 0) await sleep((queue.acknowledgeSeconds * 1000) / speed);
    await this.held.leave();
    await this.held.pass('before-acknowledge');
    await gate.still();
    return 'done';
  }

  private courseFrom(startSeconds: number): Course {
    const { queue, seed } = this.tools.setup;
    const attempt = this.delivery.attempt === 'unknown' ? 1 : this.delivery.attempt;
    const repaired = isRepaired(this.delivery.payload);
    const failure = drawFailure(queue, seed, { message: this.id, attempt, startSeconds, repaired });
    return courseOf(drawWork(queue.work, seed, queue.name, this.id, attempt), failure);
  }

  /** @returns how it failed; null: it is done, and the effect is next */
  private async work(course: Course): Promise<WorkFailure | null> {
    const limit = this.tools.setup.queue.timeoutSeconds;
    if (limit === null || course.endsAfterSeconds <= limit) {
      await this.pause(course.endsAfterSeconds);
      return this.endOf(course);
    }
    await this.pause(limit);
    // A time limit cancels nothing: the work goes on, and has its effect, but nobody waits for it any more.
    // Whole microseconds: a timer cuts off what is below a millisecond, and 0.3 − 0.2 is less than 0.1.
    const restSeconds = Math.round((course.endsAfterSeconds - limit) * 1e6) / 1e6;
    this.goOn(course, restSeconds).catch(this.tools.onError);
    return timeoutFailure(limit);
  }

  private async goOn(course: Course, restSeconds: number): Promise<void> {
    await this.pause(restSeconds);
    const failure = await this.endOf(course);
    if (failure === null) this.effect();
  }

  private async endOf({ end }: Course): Promise<WorkFailure | null> {
    await this.tools.gate.still();
    if (end.kind === 'crash') {
      this.tools.crash();
      return new Promise<never>(() => undefined);
    }
    return end.kind === 'effect' ? null : { why: end.why, kind: 'error', retryable: end.retryable };
  }

  /** @returns whether it was this delivery's; false: whoever brings it about refused the key */
  private effect(): boolean {
    const { setup, ledger, guard } = this.tools;
    if (guard.accepted(this.id)) {
      ledger.message('effect', setup.queue.name, this.id);
      return true;
    }
    ledger.message('suppressed', setup.queue.name, this.id, ',"by":"provider"');
    return false;
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

  /** Waits, in scenario seconds. */
  private pause(seconds: number): Promise<void> {
    if (seconds === Number.POSITIVE_INFINITY) return new Promise(() => undefined);
    return sleep((seconds * 1000) / this.tools.setup.speed);
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
