import { handSeconds, handsOf, handsPerSecond, limitPerSecond, roundSeconds } from '../plan/capacity.js';
import { CurveInverse, cumulativeAt, rateAt } from '../plan/curve.js';
import type { RateCurve } from '../plan/types.js';
import type { CrashPoint, QueueSpec } from '../scenario/types.js';

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
  /** Some attempts fail, so that starts follow no clock. */
  readonly attemptsFail?: boolean;
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

/** The points of a message's life that a kill can be aimed at and the model can place. */
export type AimedPoint = Extract<CrashPoint, 'before-effect' | 'after-effect' | 'before-acknowledge'>;

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
  const most = situation.workersUp * handsOf(queue);
  if (!startsAreKnown(situation)) {
    const mean = Math.round(meanInHand(situation, atSeconds));
    const messages = Math.min(most, mean, startedSoFar(situation, atSeconds));
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
 * When one of the workers, which from `atSeconds` on lets nothing pass a point, first holds messages that all have come to
 * it. It starts every `workersUp`-th message; it goes on starting until its hands are full. Before the effect, what has
 * passed already is acknowledged first. Null: it never holds any.
 * @param worker which of the workers, from 0
 */
export function aimedMoment(
  situation: Situation,
  atSeconds: number,
  worker: number,
  point: AimedPoint = 'after-effect',
): AimedMoment | null {
  const { queue, workersUp } = situation;
  const reach = point === 'before-acknowledge' ? handSeconds(queue) : queue.work.meanSeconds;
  const hands = handsOf(queue);
  const held = (messages: number, started: number | null): Hands => ({
    messages,
    withEffect: point === 'before-effect' ? 0 : messages,
    started,
  });
  if (!startsAreKnown(situation)) {
    const mean = Math.round(meanInHand(situation, atSeconds) / workersUp);
    return { atSeconds: atSeconds + reach, hands: held(Math.min(hands, Math.max(1, mean)), null) };
  }
  const arrivals = new CurveInverse(situation.arrivals);
  const past = point === 'before-effect' ? reach : handSeconds(queue);
  const passed = startsBefore(situation, atSeconds - past + 2 * slack);
  const last = point === 'before-effect' && passed > 0 ? startOf(situation, arrivals, passed) : null;
  const earliest = Math.max(atSeconds, last === null ? 0 : last + handSeconds(queue));
  let number = passed + 1 + worker;
  let start = startOf(situation, arrivals, number);
  for (let messages = 1; start !== null; messages++) {
    const next = messages < hands ? startOf(situation, arrivals, number + workersUp) : null;
    const moment = Math.max(earliest, start + reach);
    if (next === null || moment < next - slack) return { atSeconds: moment, hands: held(messages, number) };
    number += workersUp;
    start = next;
  }
  return null;
}

/** A share of what is in hand, rounded to whole messages, without those that are counted by themselves. */
export function shareOf(hands: Hands, share: number, most: number, apart: number): Hands {
  const messages = Math.max(0, Math.min(most, Math.round(hands.messages * share) - apart));
  return { ...hands, messages, withEffect: Math.min(messages, Math.round(hands.withEffect * share)) };
}

/** One worker's part, such that all parts add up. */
export function partOf(hands: Hands, workers: number, index: number): Hands {
  const part = (count: number): number =>
    Math.floor((count * (index + 1)) / workers) - Math.floor((count * index) / workers);
  const withEffect = part(hands.withEffect);
  return { ...hands, messages: withEffect + part(hands.messages - hands.withEffect), withEffect };
}

function startsAreKnown(situation: Situation): boolean {
  const { queue, rateScope, workersUp, busySinceSeconds, attemptsFail } = situation;
  if (attemptsFail || queue.polling) return false;
  if (busySinceSeconds === null) return true;
  const limit = limitPerSecond(queue);
  return rateScope === 'queue' && Number.isFinite(limit) && limit <= handsPerSecond(queue, workersUp) + slack;
}

/**
 * Whole messages started by a time in a busy period: soon after its begin that is less than the mean in hand. Where hands
 * bind they all start at once, and again each time that they are free; else starts come at the capacity.
 */
function startedSoFar(situation: Situation, seconds: number): number {
  const { queue, busySinceSeconds, startedBefore, perSecond, workersUp, attemptsFail } = situation;
  if (attemptsFail) return Number.POSITIVE_INFINITY;
  const arrived = Math.ceil(cumulativeAt(situation.arrivals, seconds) - slack);
  if (busySinceSeconds === null) return arrived;
  const busy = Math.max(0, seconds - busySinceSeconds);
  if (queue.rate !== null) return Math.ceil(startedBefore + (busy === 0 ? 0 : perSecond * busy) - slack);
  const rounds = Math.ceil(busy / (roundSeconds(queue) ?? handSeconds(queue)) - slack);
  return Math.min(arrived, Math.ceil(startedBefore - slack) + workersUp * handsOf(queue) * rounds);
}

/** Little's law: L = λW. */
function meanInHand(situation: Situation, seconds: number): number {
  const { queue, perSecond, busySinceSeconds, arrivals } = situation;
  const served = busySinceSeconds === null ? Math.min(perSecond, rateAt(arrivals, seconds)) : perSecond;
  return Number.isFinite(served) ? served * handSeconds(queue) : 0;
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
  const hands = workersUp * handsOf(queue);
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
  const round = Math.floor((index % count) / (workersUp * handsOf(queue)));
  const turn = Math.floor(index / count) * perSeconds + round * handSeconds(queue);
  return Math.max(arrival, busySinceSeconds + turn);
}

function windowOf(queue: QueueSpec): { count: number; perSeconds: number } {
  return queue.rate ?? { count: 1, perSeconds: Number.POSITIVE_INFINITY };
}
