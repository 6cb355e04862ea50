import { handSeconds, handsOf, handsPerSecond, limitPerSecond } from '../plan/capacity.js';
import { CurveInverse, cumulativeAt } from '../plan/curve.js';
import type { RateCurve } from '../plan/types.js';
import type { CrashPoint, QueueSpec } from '../scenario/types.js';

/** A number that lies between two. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** A stretch of time in which messages are started as they come (idle), or after they have waited (busy). */
export interface Pace {
  readonly sinceSeconds: number;
  readonly isBusy: boolean;
  /** It began with empty hands and no window of the limiter open. */
  readonly isFresh: boolean;
  /** Each start in it is at a known time. */
  readonly isSure: boolean;
  /** First starts by its beginning, less the starts of others since. */
  started: number;
}

/** What decides what workers have in hand. */
export interface Situation {
  readonly queue: QueueSpec;
  /** See FluidInput. */
  readonly streams: readonly RateCurve[] | null;
  readonly workersUp: number;
  readonly pace: Pace;
}

/** What the workers have in hand: whole messages. */
export interface Hands {
  readonly messages: number;
  /** Of these, had their effect and are not yet acknowledged. */
  readonly withEffect: number;
  /** First starts up to now. */
  readonly started: number;
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
 * What all workers have in hand at a time, just before anything that is due at that very time: what was started within the last
 * work + acknowledge. Whether that is certain, see isSureAt.
 */
export function handsAt(situation: Situation, atSeconds: number): Hands {
  const { queue, workersUp } = situation;
  const started = startsBefore(situation, atSeconds);
  const settled = startsBefore(situation, atSeconds - handSeconds(queue));
  const effected = startsBefore(situation, atSeconds - queue.work.meanSeconds);
  const messages = Math.max(0, Math.min(workersUp * handsOf(queue), started - settled));
  return { messages, withEffect: Math.min(messages, Math.max(0, effected - settled)), started };
}

/** First starts by a time. What comes at that very time is started; what waits for a hand or a window then may be, or not. */
export function startsBy(situation: Situation, atSeconds: number): Range {
  const most = startsBefore(situation, atSeconds + 2 * slack);
  return { least: situation.pace.isBusy ? startsBefore(situation, atSeconds) : most, most };
}

/**
 * Whether each start that matters at a time is known: those as they come, once what waited before is done; those of a busy stretch if
 * they follow the limiter's windows from its beginning, or hands that are free one work + acknowledge after each other.
 */
export function isSureAt({ queue, pace }: Situation, atSeconds: number): boolean {
  return pace.isSure && (pace.isBusy || pace.isFresh || atSeconds - pace.sinceSeconds >= settlingOf(queue));
}

/** How long a start may influence others, in seconds: it holds a hand, and a place in the limiter's window. */
export function settlingOf(queue: QueueSpec): number {
  return handSeconds(queue) + (queue.rate?.perSeconds ?? 0);
}

/**
 * Whether starts as they come never meet a limit, nor busy hands, although several producers' messages may come at the same time.
 * @param mostPerSecond the highest rate of arrivals
 */
export function comeFreely(
  queue: QueueSpec,
  workersUp: number,
  streams: number,
  mostPerSecond: number,
): boolean {
  const together = (seconds: number): number => mostPerSecond * seconds + streams - 1 - slack;
  const fits = queue.rate === null || together(queue.rate.perSeconds) <= queue.rate.count;
  return streams <= 1 || (fits && together(handSeconds(queue)) <= workersUp * handsOf(queue));
}

/** Whether the limit binds, and not the hands. */
export function isLimited(queue: QueueSpec, workersUp: number): boolean {
  return limitPerSecond(queue) <= handsPerSecond(queue, workersUp) + slack;
}

/** Whether starts in a busy stretch follow only one of the two: the hands are always done in time for the limiter's windows, or the limiter never meets them. */
export function bindsAlone(queue: QueueSpec, workersUp: number): boolean {
  const hold = handSeconds(queue);
  const hands = workersUp * handsOf(queue);
  if (queue.rate === null || hold === 0) return true;
  const { count, perSeconds } = queue.rate;
  if (!isLimited(queue, workersUp)) return count >= hands * (Math.ceil(perSeconds / hold - slack) + 1);
  return (
    hands >= count * Math.ceil(hold / perSeconds - slack) ||
    Math.ceil(count / hands) * hold <= perSeconds + slack
  );
}

/**
 * When the one worker, which from `atSeconds` on lets nothing pass a point, first holds messages that all have come to it. It goes on
 * starting until its hands are full. Null: it never holds any.
 */
export function aimedMoment(situation: Situation, atSeconds: number, point: AimedPoint): AimedMoment | null {
  const { queue } = situation;
  const reach = point === 'before-acknowledge' ? handSeconds(queue) : queue.work.meanSeconds;
  const starts = new Starts(situation);
  const { started, messages: inHand, withEffect: beyond } = handsAt(situation, atSeconds + 2 * slack);
  // Where some are past it, all that are in hand go on to their ends first.
  const isPast = point === 'before-effect' && beyond > 0;
  const passed = isPast ? started : started - inHand;
  const last = isPast ? starts.timeOf(passed) : null;
  const earliest = Math.max(atSeconds, last === null ? 0 : last + handSeconds(queue));
  let number = passed + 1;
  let start = starts.timeOf(number);
  for (let messages = 1; start !== null; messages++) {
    const next = messages < handsOf(queue) ? starts.timeOf(number + 1) : null;
    const moment = Math.max(earliest, start + reach);
    if (next === null || moment < next - slack) {
      const withEffect = point === 'before-effect' ? 0 : messages;
      return { atSeconds: moment, hands: { messages, withEffect, started: number } };
    }
    number++;
    start = next;
  }
  return null;
}

/** Messages that are due before a time: of each stream, number n when the integral of its rate is n − 1. */
function dueBefore({ streams }: Situation, seconds: number): number {
  let due = 0;
  for (const curve of streams ?? []) {
    const total = cumulativeAt(curve, seconds);
    due += Math.max(0, Math.ceil(total - slack - 1e-15 * total));
  }
  return due;
}

/** First starts before a time. */
function startsBefore(situation: Situation, seconds: number): number {
  const { queue, pace, workersUp } = situation;
  const { sinceSeconds, isBusy, isFresh, started } = pace;
  if (isFresh && seconds <= sinceSeconds) return Math.round(started);
  const due = dueBefore(situation, seconds);
  if (!isBusy || seconds <= sinceSeconds) return due;
  const busy = seconds - sinceSeconds;
  if (isLimited(queue, workersUp)) return Math.min(due, Math.round(started) + windowStarts(situation, busy));
  return Math.min(due, handStarts(situation, seconds));
}

/**
 * Starts in so many seconds of a busy stretch under a limiter of `count` per window: `count` at the start of each
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

/**
 * First starts before a time where hands bind: a hand that is busy all the time starts a message each work + acknowledge, so that they
 * are at most what had come k of these ago and k rounds of all hands, for every k. It is least where the stretch began.
 */
function handStarts(situation: Situation, seconds: number): number {
  const { queue, workersUp, pace } = situation;
  const hold = handSeconds(queue);
  const hands = workersUp * handsOf(queue);
  const last = Math.ceil((seconds - pace.sinceSeconds) / hold - slack);
  let fewest = pace.isFresh ? Math.round(pace.started) + last * hands : Number.POSITIVE_INFINITY;
  for (let rounds = Math.max(1, last - 2); rounds <= (pace.isFresh ? last - 1 : last + 1); rounds++)
    fewest = Math.min(fewest, dueBefore(situation, seconds - rounds * hold) + rounds * hands);
  return fewest;
}

/** When single messages are started, asked in rising order. */
class Starts {
  private readonly due: CurveInverse;

  constructor(private readonly situation: Situation) {
    this.due = new CurveInverse(situation.streams?.[0] ?? []);
  }

  /** Of message number n, from 1; null: it never comes. */
  timeOf(number: number): number | null {
    const { queue, workersUp, pace } = this.situation;
    const due = this.due.timeOf(number - 1);
    const index = number - 1 - Math.round(pace.started);
    if (due === null || index < 0) return due;
    if (!pace.isBusy) return pace.isFresh ? Math.max(due, pace.sinceSeconds) : due;
    const { count, perSeconds } = windowOf(queue);
    const round = Math.floor((index % count) / (workersUp * handsOf(queue)));
    const turn = Math.floor(index / count) * perSeconds + round * handSeconds(queue);
    return Math.max(due, pace.sinceSeconds + turn);
  }
}

function windowOf(queue: QueueSpec): { count: number; perSeconds: number } {
  return queue.rate ?? { count: 1, perSeconds: Number.POSITIVE_INFINITY };
}
