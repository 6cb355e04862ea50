import { drawBackoff } from '../../../plan/draws.js';
import type { OnFailure, OrderServiceSpec } from '../../../scenario/types.js';
import { moment } from '../moments.js';
import { toMicros } from '../options.js';
import type { World } from '../world.js';
import { type CallOutcome, callProvider } from './calling.js';
import type { Answer, Order, OrderProcess, Placing, Step } from './order-service.js';
import { type NotMade, ProviderGuard } from './protections.js';
import { publishSteps } from './queue-placing.js';

/** How a call failed, or why it was not made. */
interface Failed {
  readonly outcome: Exclude<CallOutcome['outcome'], 'done'> | NotMade;
  readonly why: string;
}

/** The failures after which nothing is known to have happened. */
const doneNothing: ReadonlySet<Failed['outcome']> = new Set([
  'turned-away',
  'unreached',
  'breaker',
  'concurrency',
]);

const statusOf: Readonly<Record<Failed['outcome'], number>> = {
  'turned-away': 503,
  breaker: 503,
  concurrency: 503,
  timeout: 504,
  unreached: 502,
  broken: 502,
};

/** An order on its way through its steps. */
interface Underway {
  readonly order: Order;
  readonly answer: (answer: Answer) => void;
  /** How many steps are behind it. */
  taken: number;
  isQueued: boolean;
  readonly leftOut: string[];
}

/** Calls the providers itself, one step after the other, while the customer waits. */
export class CallThenAnswer implements Placing {
  readonly owed = 0;
  private readonly guards = new Map<string, ProviderGuard>();

  constructor(
    private readonly world: World,
    private readonly spec: OrderServiceSpec,
    private readonly process: OrderProcess,
  ) {}

  place(order: Order, answer: (answer: Answer) => void): void {
    this.next({ order, answer, taken: 0, isQueued: false, leftOut: [] });
  }

  settle(): void {}

  /** Goes on with the next step; behind the last one the order is answered. */
  private next(underway: Underway): void {
    const { order, answer, isQueued, leftOut } = underway;
    const step = order.steps[underway.taken++];
    if (step !== undefined) {
      this.world.scribe.attempted(this.process.file, step.queue.name, order.id);
      this.try(underway, step, 1);
    } else answer({ status: isQueued ? 202 : 201, ...(leftOut.length === 0 ? {} : { leftOut }) });
  }

  /** @param n which call for this step it is, from 1 */
  private try(underway: Underway, step: Step, n: number): void {
    const { world, process, spec } = this;
    const { queue, slot } = step;
    const message = underway.order.id;
    const { name } = world.services.providerOf(queue);
    const ended = this.guardOf(name).begin(world.now);
    if (typeof ended === 'string') {
      const because =
        ended === 'breaker' ? 'its circuit breaker is open' : 'too many calls to it are in flight';
      this.failed(underway, step, n, { outcome: ended, why: `${name} was not called: ${because}` });
      return;
    }
    world.scribe.of(process.file, { t: world.now, e: 'started', q: queue.name, m: message, n });
    callProvider(world, process, { queue, slot, message }, spec.timeoutSeconds, (outcome) => {
      ended(outcome.outcome === 'done', world.now);
      if (outcome.outcome === 'done') this.done(underway, step);
      else this.failed(underway, step, n, outcome);
    });
  }

  private done(underway: Underway, { queue }: Step): void {
    const { world, process } = this;
    const { id } = underway.order;
    world.scribe.outcome(process.file, 'acknowledged', queue.name, id);
    world.scribe.settled(process.file, 'settled', queue.name, id);
    this.next(underway);
  }

  private failed(underway: Underway, step: Step, n: number, failed: Failed): void {
    const { world, process, spec } = this;
    const { scribe, now, plan, services } = world;
    const { outcome, why } = failed;
    const { name } = step.queue;
    const { id } = underway.order;
    // A breaker opens so that nobody calls: there is no trying again either.
    const isLast = n > spec.retries || outcome === 'breaker';
    const again = isLast ? 0 : toMicros(drawBackoff(spec.backoff, plan.seed, name, id, n));
    const kind = outcome === 'timeout' ? 'timeout' : 'error';
    scribe.failed(process.file, name, id, isLast ? { why, kind } : { why, kind, again });
    const result = doneNothing.has(outcome) ? 'refused' : 'unknown';
    scribe.of(process.file, { t: now, e: result, q: name, m: id, why });
    if (isLast) this.giveUp(underway, step, failed);
    else services.timers.at(now + again, moment.request, process, () => this.try(underway, step, n + 1));
  }

  /** The last call for a step has failed. */
  private giveUp(underway: Underway, step: Step, { outcome, why }: Failed): void {
    const { order, answer, leftOut } = underway;
    const { name } = step.queue;
    const onFailure: OnFailure = this.spec.onFailure[name] ?? 'fail';
    if (onFailure === 'fail') {
      answer({
        status: statusOf[outcome],
        ...(leftOut.length === 0 ? {} : { leftOut }),
        why: `${name}: ${why}`,
      });
    } else if (onFailure === 'degrade') {
      leftOut.push(name);
      this.next(underway);
    } else {
      publishSteps(this.world, this.process, order, [step], () => {
        underway.isQueued = true;
        this.next(underway);
      });
    }
  }

  private guardOf(provider: string): ProviderGuard {
    const { world, process, spec } = this;
    const known = this.guards.get(provider);
    if (known !== undefined) return known;
    const guard = new ProviderGuard(spec, (state) =>
      world.scribe.of(process.file, { t: world.now, e: 'breaker', s: provider, state }),
    );
    this.guards.set(provider, guard);
    return guard;
  }
}
