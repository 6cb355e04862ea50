import { DelegateBackoff, handleWhenResult, type RetryPolicy, retry } from 'cockatiel';
import { LaunchpadError } from '../../../errors.js';
import type { Clock } from '../../../ledger/write.js';
import { drawBackoff } from '../../../plan/draws.js';
import type { OnFailure } from '../../../scenario/types.js';
import type { OrderServiceSetup, Step } from '../../protocol.js';
import type { Call } from '../call-provider.js';
import { type CallOutcome, idempotencyKeyOf } from '../http.js';
import { type Answer, type Course, notTakenAnswer, takenAnswer } from './answers.js';
import type { Journal } from './journal.js';
import type { KnownOrder } from './known-orders.js';
import type { Placing } from './placing.js';
import { type GuardedOutcome, ProviderGuard } from './protections.js';
import type { StepPublisher } from './publisher.js';
import { isOnBroker } from './queue-placing.js';

/** What calls a provider: a ProviderCaller. */
export interface Caller {
  call(call: Call): Promise<CallOutcome>;
}

/** What a call came to, and whether there is another. */
interface Tried {
  readonly outcome: GuardedOutcome;
  /** Real milliseconds until the next call; null: there is none. */
  readonly againMillis: number | null;
}

/** The failures after which nothing is known to have happened. */
const doneNothing: ReadonlySet<GuardedOutcome['outcome']> = new Set([
  'turned-away',
  'unreached',
  'breaker',
  'concurrency',
]);

const statusOf = {
  'turned-away': 503,
  breaker: 503,
  concurrency: 503,
  timeout: 504,
  unreached: 502,
  broken: 502,
} as const satisfies Record<Exclude<GuardedOutcome['outcome'], 'done'>, number>;

/** A step of mode sync, ready to be called. */
interface CalledStep {
  readonly spec: Step;
  readonly guard: ProviderGuard;
  readonly caller: Caller;
  readonly onFailure: OnFailure;
}

/** Calls the providers itself, one step after the other, while the customer waits. */
export class CallThenAnswer implements Placing {
  readonly owed = 0;
  private readonly steps: ReadonlyMap<string, CalledStep>;
  private readonly retry: RetryPolicy;
  private readonly timeoutMillis: number;

  /**
   * @param callers by step's queue
   * @throws LaunchpadError `internal` where a step has no provider
   */
  constructor(
    private readonly setup: Pick<OrderServiceSetup, 'service' | 'steps' | 'seed' | 'speed'>,
    callers: ReadonlyMap<string, Caller>,
    private readonly publisher: StepPublisher,
    private readonly journal: Journal,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    const { service, steps, speed } = setup;
    const guards = new Map<string, ProviderGuard>();
    const guardOf = (name: string): ProviderGuard => {
      const guard =
        guards.get(name) ?? new ProviderGuard(name, service, speed, (state) => journal.breaker(name, state));
      guards.set(name, guard);
      return guard;
    };
    this.steps = new Map(
      steps.map((spec) => {
        const queue = spec.queue.name;
        const caller = callers.get(queue);
        if (spec.provider === null || caller === undefined)
          throw new LaunchpadError('internal', `${queue} has nobody to call`);
        const onFailure = service.onFailure[queue] ?? 'fail';
        return [queue, { spec, caller, onFailure, guard: guardOf(spec.provider.name) }];
      }),
    );
    this.timeoutMillis = (service.timeoutSeconds * 1000) / speed;
    // Whether and when there is a further call was drawn with the outcome, so that the ledger has it at once.
    this.retry = retry(
      handleWhenResult((result) => (result as Tried).againMillis !== null),
      {
        maxAttempts: service.retries,
        backoff: new DelegateBackoff(({ result }: { result: object }) =>
          'value' in result ? ((result.value as Tried).againMillis ?? 0) : 0,
        ),
      },
    );
  }

  async place(order: KnownOrder): Promise<Answer> {
    const done: string[] = [];
    const queued: string[] = [];
    const leftOut: string[] = [];
    for (const { queue } of order.steps) {
      const step = this.steps.get(queue);
      if (step === undefined) throw new LaunchpadError('internal', `${queue} is no step of any order`);
      const outcome = await this.take(order, step);
      if (outcome.outcome === 'done') done.push(queue);
      else if (step.onFailure === 'degrade') leftOut.push(queue);
      else if (step.onFailure === 'fail') return notDone(order, queue, outcome, { done, queued, leftOut });
      else {
        const [published] = await this.publisher.publish(order, [queue]);
        if (published === undefined || !isOnBroker(published)) {
          const why = published !== undefined && 'reason' in published ? published.reason : 'no outcome';
          const refused: GuardedOutcome = {
            outcome: 'turned-away',
            why: `${outcome.why}; and it could not be queued: ${why}`,
          };
          return notDone(order, queue, refused, { done, queued, leftOut });
        }
        queued.push(queue);
      }
    }
    return takenAnswer(order, { done, queued, leftOut, unknown: [] });
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes a step as often as the retries allow. @returns what the last call came to */
  private async take(order: KnownOrder, step: CalledStep): Promise<GuardedOutcome> {
    this.journal.attempted(order, step.spec.queue.name, this.clock.now());
    const { outcome } = await this.retry.execute(({ attempt }) => this.try(order, step, attempt + 1));
    return outcome;
  }

  /** @param n which call for this step it is, from 1 */
  private async try(order: KnownOrder, { spec, guard, caller }: CalledStep, n: number): Promise<Tried> {
    const { queue } = spec;
    const outcome = await guard.run(() => {
      this.journal.started(order, queue.name, n);
      return caller.call({
        queue: queue.name,
        message: order.id,
        correlation: order.correlation,
        key: idempotencyKeyOf(queue, order.id),
        timeoutMillis: this.timeoutMillis,
      });
    });
    if (outcome.outcome === 'done') {
      this.journal.done(order, queue.name);
      return { outcome, againMillis: null };
    }
    const { timeoutSeconds } = this.setup.service;
    const why = outcome.outcome === 'timeout' ? `${outcome.why} (${timeoutSeconds} s)` : outcome.why;
    const againMillis = this.againMillis(order, queue.name, outcome, n);
    this.journal.failed(
      order,
      queue.name,
      {
        why,
        kind: outcome.outcome === 'timeout' ? 'timeout' : 'error',
        ...(againMillis === null ? {} : { again: Math.round(againMillis * 1000) }),
      },
      doneNothing.has(outcome.outcome) ? 'refused' : 'unknown',
    );
    return { outcome, againMillis };
  }

  private againMillis(
    order: KnownOrder,
    queue: string,
    { outcome }: GuardedOutcome,
    n: number,
  ): number | null {
    const { service, seed, speed } = this.setup;
    // A breaker opens so that nobody calls: there is no trying again either.
    if (n > service.retries || outcome === 'breaker') return null;
    return (drawBackoff(service.backoff, seed, queue, order.id, n) * 1000) / speed;
  }
}

type Failed = Exclude<GuardedOutcome, { outcome: 'done' }>;

function notDone(order: KnownOrder, queue: string, failed: Failed, course: Omit<Course, 'unknown'>): Answer {
  const error = `The order failed at ${queue}${course.done.length === 0 ? '' : `; ${course.done.join(', ')} stays done`}`;
  const unknown = order.steps.flatMap((step) => (step.state === 'unknown' ? step.queue : []));
  const reasons = [`${queue}: ${failed.why}`];
  return notTakenAnswer(order, statusOf[failed.outcome], error, reasons, { ...course, unknown });
}
