import { handSeconds, handsPerSecond, limitPerSecond } from '../plan/capacity.js';
import { CurveInverse, cumulativeAt } from '../plan/curve.js';
import type { RateCurve } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';

/** What is known of a queue at a moment, as far as it decides what its workers have in hand. */
export interface Situation {
  readonly queue: QueueSpec;
  readonly rateScope: 'queue' | 'worker';
  readonly arrivals: RateCurve;
  readonly workersUp: number;
  /** The capacity, per second. */
  readonly perSecond: number;
  /** Since when messages wait without a pause; null: arrivals are served as they come. */
  readonly busySinceSeconds: number | null;
  /** Messages started by then. */
  readonly startedBefore: number;
}

/** What the workers have in hand: whole messages. */
export interface Hands {
  readonly messages: number;
  /** Of these, had their effect and are not yet acknowledged. */
  readonly withEffect: number;
  /** First starts up to now, where the limiter's windows or the arrivals tell it exactly; else null. */
  readonly started: number | null;
}

/** A moment at which an aimed kill strikes. */
export interface AimedMoment {
  readonly atSeconds: number;
  readonly hands: Hands;
}

const slack = 1e-9;

/**
 * What all workers have in hand at a time, just before anything that is due at that very time.
 *
 * Where arrivals are served as they come, or wait for a limiter with windows, starts are known in closed form, and
 * what was started within the last work + acknowledge is in hand. Where messages wait for hands, or each worker paces
 * itself, Little's law gives the mean: rate × (work + acknowledge), the share of the acknowledge time with effect.
 */
export function handsAt(situation: Situation, atSeconds: number): Hands {
  const { queue } = situation;
  const most = situation.workersUp * queue.concurrency;
  if (!startsAreKnown(situation)) {
    const messages = Math.min(most, Math.round(meanInHand(situation)), startedSoFar(situation, atSeconds));
    const share = handSeconds(queue) === 0 ? 0 : queue.acknowledgeSeconds / handSeconds(queue);
    return { messages, withEffect: Math.round(messages * share), started: null };
  }
  const started = startsBefore(situation, atSeconds);
  const settled = startsBefore(situation, atSeconds - handSeconds(queue));
  const effected = startsBefore(situation, atSeconds - queue.work.meanSeconds);
  const messages = Math.min(most, started - settled);
  return { messages, withEffect: Math.min(messages, effected - settled), started };
}

/**
 * When one of the workers, which from `atSeconds` on acknowledges nothing, first holds messages that all have had their
 * effect. It starts every `workersUp`-th message; it goes on starting until its hands are full. Null: it never holds any.
 * @param worker which of the workers, from 0
 */
export function aimedMoment(situation: Situation, atSeconds: number, worker: number): AimedMoment | null {
  const { queue, workersUp } = situation;
  const work = queue.work.meanSeconds;
  if (!startsAreKnown(situation)) {
    const messages = Math.min(queue.concurrency, Math.max(1, Math.round(meanInHand(situation) / workersUp)));
    return { atSeconds: atSeconds + work, hands: { messages, withEffect: messages, started: null } };
  }
  const settled = startsBefore(situation, atSeconds - handSeconds(queue) + 2 * slack);
  const arrivals = new CurveInverse(situation.arrivals);
  let number = settled + 1 + worker;
  let start = startOf(situation, arrivals, number);
  for (let messages = 1; start !== null; messages++) {
    const next = messages < queue.concurrency ? startOf(situation, arrivals, number + workersUp) : null;
    const moment = Math.max(atSeconds, start + work);
    if (next === null || moment < next - slack) {
      return { atSeconds: moment, hands: { messages, withEffect: messages, started: number } };
    }
    number += workersUp;
    start = next;
  }
  return null;
}

function startsAreKnown({ queue, rateScope, workersUp, busySinceSeconds }: Situation): boolean {
  if (busySinceSeconds === null) return true;
  const limit = limitPerSecond(queue);
  return rateScope === 'queue' && Number.isFinite(limit) && limit <= handsPerSecond(queue, workersUp) + slack;
}

/** Whole messages started by a time in a busy period, at the capacity: soon after its begin that is less than the mean in hand. */
function startedSoFar({ busySinceSeconds, startedBefore, perSecond }: Situation, seconds: number): number {
  const busy = busySinceSeconds === null ? 0 : Math.max(0, seconds - busySinceSeconds);
  return Math.ceil(startedBefore + (busy === 0 ? 0 : perSecond * busy) - slack);
}

/** Little's law: L = λW. */
function meanInHand({ queue, perSecond }: Situation): number {
  return Number.isFinite(perSecond) ? perSecond * handSeconds(queue) : 0;
}

/** First starts before a time. */
function startsBefore(situation: Situation, seconds: number): number {
  const arrived = Math.max(0, Math.ceil(cumulativeAt(situation.arrivals, seconds) - slack));
  if (situation.busySinceSeconds === null) return arrived;
  const busy = seconds - situation.busySinceSeconds;
  return Math.min(
    arrived,
    Math.round(situation.startedBefore) + (busy > 0 ? windowStarts(situation, busy) : 0),
  );
}

/**
 * Starts in so many seconds of a busy period under a limiter of `count` per window: `count` at the start of each
 * window, or, with fewer hands than that, a round of them each time they are free again.
 */
function windowStarts({ queue, workersUp }: Situation, busySeconds: number): number {
  const { count, perSeconds } = windowOf(queue);
  const whole = Math.max(0, Math.ceil(busySeconds / perSeconds - slack) - 1);
  const hands = workersUp * queue.concurrency;
  const hold = handSeconds(queue);
  const within = busySeconds - whole * perSeconds;
  const rounds = hold === 0 ? Number.POSITIVE_INFINITY : Math.ceil(within / hold - slack);
  return whole * count + Math.min(count, hands * rounds);
}

/** When message number n of the queue, from 1, is started; asked in rising order; null: it never arrives. */
function startOf(situation: Situation, arrivals: CurveInverse, number: number): number | null {
  const arrival = arrivals.timeOf(number - 1);
  const { queue, busySinceSeconds, workersUp } = situation;
  const index = number - 1 - Math.round(situation.startedBefore);
  if (arrival === null || busySinceSeconds === null || index < 0) return arrival;
  const { count, perSeconds } = windowOf(queue);
  const round = Math.floor((index % count) / (workersUp * queue.concurrency));
  const turn = Math.floor(index / count) * perSeconds + round * handSeconds(queue);
  return Math.max(arrival, busySinceSeconds + turn);
}

function windowOf(queue: QueueSpec): { count: number; perSeconds: number } {
  return queue.rate ?? { count: 1, perSeconds: Number.POSITIVE_INFINITY };
}
