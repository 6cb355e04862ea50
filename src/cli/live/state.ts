import type { Prediction } from '../../analysis/index.js';
import { capacityOf } from '../../plan/capacity.js';
import { rateAt } from '../../plan/curve.js';
import { modelledSpec } from '../../plan/modelled.js';
import type { Plan, PlannedQueue } from '../../plan/types.js';
import type { LiveQueue, LiveState } from '../../report/live.js';
import type { QueueTally, Tally } from './tally.js';
import { timeToEmpty } from './time-to-empty.js';

/** Rates are over at least this much real time, and at least two limiter windows. */
const rateRealSeconds = 1;

interface Moment {
  readonly atSeconds: number;
  readonly arrived: number;
  readonly effected: number;
}

/** Puts together what the live view shows, from what the tally has counted. */
export class LiveStates {
  private readonly moments = new Map<string, Moment[]>();
  private readonly histories = new Map<string, number[]>();
  private readonly endSeconds: number | null;

  constructor(
    private readonly plan: Plan,
    { result }: Prediction,
    private readonly tally: Tally,
  ) {
    const { ended, durationSeconds } = result.run;
    this.endSeconds = ended?.reason === 'drained' ? durationSeconds : null;
  }

  /** @param t the run's clock, in microseconds of real time */
  at(t: number, draining: boolean): LiveState {
    const atSeconds = Math.max(0, (t * this.plan.speed) / 1e6);
    const customers = this.tally.services.liveCustomers();
    const services = this.tally.services.liveServices();
    return {
      atSeconds,
      endSeconds: this.endSeconds,
      phase: t < 0 ? 'starting' : draining ? 'draining' : 'producing',
      // What is called directly has no depth.
      queues: this.plan.queues
        .filter(({ isServed }) => isServed)
        .map((queue) => this.queue(queue, t, atSeconds)),
      ...(customers.length === 0 ? {} : { customers }),
      ...(services.length === 0 ? {} : { services }),
      progress: this.progress(),
    };
  }

  /** The share of all messages that are over; of orders that come by HTTP also the share that was answered. */
  private progress(): number {
    const { services } = this.tally;
    const http = this.plan.producers.filter(({ via }) => via === 'http');
    const parts = [
      ...http.map(({ name, scheduled }) => ({ scheduled, over: services.endedOf(name) })),
      ...this.plan.queues
        .filter(({ isServed }) => isServed)
        .map(({ name, scheduled }) => {
          // Of an order that was not accepted nothing more may come.
          const senders = http.filter(({ to }) => to.includes(name));
          const refused = senders.reduce((sum, sender) => sum + services.notAcceptedOf(sender.name), 0);
          const over = this.tally.queues.get(name)?.over ?? 0;
          return { scheduled, over: Math.min(scheduled, over + refused) };
        }),
    ];
    const scheduled = parts.reduce((sum, part) => sum + part.scheduled, 0);
    return scheduled === 0 ? 1 : parts.reduce((sum, part) => sum + part.over, 0) / scheduled;
  }

  private queue(planned: PlannedQueue, t: number, atSeconds: number): LiveQueue {
    const tally = this.tally.queues.get(planned.name) as QueueTally;
    const spec = modelledSpec(this.plan, planned.name);
    const isProviderUp = spec.provider === null || this.tally.services.isUp(spec.provider);
    const oldest = tally.oldestMessage();
    const { inPerSecond, outPerSecond } = this.rates(tally, atSeconds, spec.rate?.perSeconds ?? 0);
    // What other queues will still pass on to it is not known, nor how long a provider stays away.
    const emptyIn =
      planned.feeders.length > 0 || !isProviderUp
        ? null
        : timeToEmpty(this.plan, planned, atSeconds, tally.backlog, tally.workersUp);
    const isNever = emptyIn !== null && 'never' in emptyIn;
    const capacity = capacityOf(spec, tally.workersUp, this.plan.capabilities.rateScope);
    const growth = rateAt(planned.arrivals, atSeconds) - capacity;
    return {
      name: planned.name,
      depth: tally.depth,
      history: this.history(tally),
      inPerSecond,
      outPerSecond,
      oldestAgeSeconds: oldest === null ? null : ((t - oldest.since) * this.plan.speed) / 1e6,
      oldestMessage: oldest?.message ?? null,
      workersUp: tally.workersUp,
      workersTotal: Math.max(spec.workers, tally.workersUp),
      timeToEmptySeconds: isNever ? 'never' : (emptyIn?.seconds ?? null),
      growthPerSecond: isNever ? growing(Math.max(emptyIn.growthPerSecond, growth)) : null,
      failedAttempts: tally.failed,
      deadLetters: tally.deadLetters,
    };
  }

  private rates(
    tally: QueueTally,
    atSeconds: number,
    windowSeconds: number,
  ): { inPerSecond: number; outPerSecond: number } {
    const moments = this.moments.get(tally.name) ?? [];
    this.moments.set(tally.name, moments);
    moments.push({ atSeconds, arrived: tally.arrived, effected: tally.effected });
    const over = Math.max(rateRealSeconds * this.plan.speed, 2 * windowSeconds);
    while (moments.length > 2 && (moments[1] as Moment).atSeconds <= atSeconds - over) moments.shift();
    const first = moments[0] as Moment;
    const passed = atSeconds - first.atSeconds;
    if (passed <= 0) return { inPerSecond: 0, outPerSecond: 0 };
    return {
      inPerSecond: (tally.arrived - first.arrived) / passed,
      outPerSecond: (tally.effected - first.effected) / passed,
    };
  }

  /** One depth for each look, the newest last. */
  private history(tally: QueueTally): readonly number[] {
    const history = this.histories.get(tally.name) ?? [];
    this.histories.set(tally.name, history);
    const { ready, inFlight, delayed } = tally.depth;
    history.push(ready + inFlight + delayed);
    return history;
  }
}

/** A queue that nobody serves and nobody fills is never empty without growing. */
function growing(perSecond: number): number | null {
  return perSecond > 0 ? perSecond : null;
}
