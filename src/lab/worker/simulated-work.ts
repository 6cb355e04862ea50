import type { Delivery } from '../../broker/types.js';
import { drawFailure, drawWork } from '../../plan/draws.js';
import { isRepaired } from '../payload.js';
import { sleep } from '../timers.js';
import type { HeldDelivery } from './gate.js';
import type { WorkerTools } from './handler.js';
import { type Course, courseOf, timeoutFailure, type Work, type WorkEnd, type WorkFailure } from './work.js';

/** Work that takes as long as was drawn, and befalls it what was drawn. Its effect is the line in the ledger that says so. */
export function simulatedWork(tools: WorkerTools): Work {
  return (delivery, held, startedAt) => new SimulatedWork(tools, delivery, held).run(startedAt);
}

class SimulatedWork {
  constructor(
    private readonly tools: WorkerTools,
    private readonly delivery: Delivery,
    private readonly held: HeldDelivery,
  ) {}

  async run(startedAt: number): Promise<WorkEnd> {
    const failure = await this.work(this.courseFrom((startedAt * this.tools.setup.speed) / 1e6));
    if (failure !== null) return failure;
    await this.held.pass('before-effect');
    return this.effect();
  }

  private courseFrom(startSeconds: number): Course {
    const { queue, seed } = this.tools.setup;
    const { id: message, payload } = this.delivery;
    const attempt = this.delivery.attempt === 'unknown' ? 1 : this.delivery.attempt;
    const failure = drawFailure(queue, seed, {
      message,
      attempt,
      startSeconds,
      repaired: isRepaired(payload),
    });
    return courseOf(drawWork(queue.work, seed, queue.name, message, attempt), failure);
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

  private effect(): 'effect' | 'suppressed' {
    const { setup, ledger, guard } = this.tools;
    const { id } = this.delivery;
    if (guard.accepted(id)) {
      ledger.message('effect', setup.queue.name, id);
      return 'effect';
    }
    ledger.message('suppressed', setup.queue.name, id, ',"by":"provider"');
    return 'suppressed';
  }

  /** Waits, in scenario seconds. */
  private pause(seconds: number): Promise<void> {
    if (seconds === Number.POSITIVE_INFINITY) return new Promise(() => undefined);
    return sleep((seconds * 1000) / this.tools.setup.speed);
  }
}
