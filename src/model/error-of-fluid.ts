import { handSeconds, handsOf, handsPerSecond, limitPerSecond, roundSeconds } from '../plan/capacity.js';
import { cumulativeAt, rateAt } from '../plan/curve.js';
import { modelledPlan } from '../plan/modelled.js';
import { specOf } from '../plan/spec.js';
import type { Plan, PlannedQueue } from '../plan/types.js';
import type { Distribution, QueueSpec } from '../scenario/types.js';
import { highestWithin, type Piece, valueAt, valueWithin } from './pieces.js';
import type { FluidPrediction, QueuePrediction } from './predict.js';
import { stillnessOf } from './troubles.js';

/** Of a normal distribution, 95 % lies within so many standard deviations of the mean. */
const deviations95 = 1.96;

/**
 * By how much a queue's figures may differ from those of a run because the plan was worked out as a fluid, a sentence for each queue
 * (docs/prediction.md, "Beyond one message at a time").
 */
export function fluidError(plan: Plan, prediction: FluidPrediction): string[] {
  const seen = modelledPlan(plan);
  return prediction.queues.flatMap((predicted) => {
    const queue = seen.queues.find(({ name }) => name === predicted.name);
    if (queue === undefined || predicted.arrived === 0) return [];
    const spec = specOf(seen, queue.name);
    const parts = [grainOf(spec), chance(seen, spec, queue, predicted)];
    const known = parts.filter((part) => part !== null);
    if (known.length === 0) return [];
    return [`${queue.name} is worked out as a fluid, and not message by message: ${known.join('; ')}.`];
  });
}

/** What is served at once: a limiter window's messages, or a round of all hands. */
function grainOf(spec: QueueSpec): string | null {
  const workers = Math.max(1, spec.workers);
  const [limit, hands] = [limitPerSecond(spec), handsPerSecond(spec, workers)];
  if (spec.rate !== null && limit <= hands) {
    const { count, perSeconds } = spec.rate;
    const what = count === 1 ? 'message' : 'messages';
    return `its backlog is right to a window of its limiter, ${number(count)} ${what}, and its times are to ${number(perSeconds)} s`;
  }
  if (!Number.isFinite(hands)) return null;
  const count = workers * handsOf(spec);
  const seconds = roundSeconds(spec) ?? handSeconds(spec);
  const round = count === 1 ? 'a message' : `a round of its ${number(count)} hands`;
  return `its backlog is right to ${round}, and its times are to ${number(seconds)} s`;
}

/**
 * What random arrivals and work do to the peak and to the catch-up. In a busy period the backlog is arrivals less services, and both are
 * counts whose variance grows with time: n of Poisson arrivals, cv²·n of services with a coefficient of variation cv (D. R. Cox, *Renewal
 * Theory*, 1962, chapter 4). What is caught up at a rate of μ − λ is done earlier or later by the deviation divided by that.
 */
function chance(plan: Plan, spec: QueueSpec, queue: PlannedQueue, predicted: QueuePrediction): string | null {
  const hands = handsPerSecond(spec, Math.max(1, spec.workers));
  const perSecond = Math.min(limitPerSecond(spec), hands);
  const cv = limitPerSecond(spec) <= hands ? 0 : cvOf(spec.work);
  const isRandom = plan.producers.some(
    ({ name, arrivals, times }) =>
      queue.producers.includes(name) && arrivals === 'poisson' && times === undefined,
  );
  if (!isRandom && cv === 0) return null;
  const { waiting } = predicted.curves;
  /** The standard deviation of the backlog at a time in a busy period. */
  const deviationAt = (seconds: number, before: number): number => {
    const from = emptyBefore(waiting, before);
    const backlog = valueAt(waiting, seconds);
    // What feeds a queue is not in its arrivals: then all that can have been served counts.
    const served = Number.isFinite(perSecond) ? perSecond * (seconds - from) : 0;
    const own = cumulativeAt(queue.arrivals, seconds) - cumulativeAt(queue.arrivals, from);
    const arrived = queue.feeders.length === 0 ? own : backlog + served;
    return Math.sqrt((isRandom ? arrived : 0) + cv ** 2 * Math.max(0, arrived - backlog));
  };
  const what = [isRandom ? 'random arrivals' : '', cv > 0 ? 'random work' : ''].filter((part) => part !== '');
  const { value: most, atSeconds } = highestWithin(waiting, 0, Number.POSITIVE_INFINITY);
  if (most < 1) {
    return `${what.join(' and ')} make waits that it doesn't see`;
  }
  const peak = deviations95 * deviationAt(atSeconds, atSeconds);
  const share = Number(((100 * peak) / most).toPrecision(2));
  const parts = [`the peak by ±${number(Math.round(peak))} (${share} %)`];
  const late = catchUpDeviation(perSecond, queue, predicted, deviationAt);
  if (late === null) return `${what.join(' and ')} move ${parts.join('')}, 95 % of the time`;
  parts.push(`the catch-up by ±${number(deviations95 * late)} s`);
  const stillness = number(stillnessOf(spec));
  return `${what.join(' and ')} move ${parts.join(' and ')}, 95 % of the time, and the catch-up by more where chance lifts the backlog above its baseline again within ${stillness} s`;
}

/** The standard deviation of the longest catch-up, in seconds; null: none is predicted, or the arrivals then are not known. */
function catchUpDeviation(
  perSecond: number,
  queue: PlannedQueue,
  { troubles }: QueuePrediction,
  deviationAt: (seconds: number, before: number) => number,
): number | null {
  const [longest] = troubles
    .filter(({ catchUpSeconds }) => (catchUpSeconds ?? 0) > 0)
    .sort((a, b) => (b.catchUpSeconds ?? 0) - (a.catchUpSeconds ?? 0));
  if (longest?.caughtUpAtSeconds == null || longest.recoveryPointSeconds === null) return null;
  if (queue.feeders.length > 0 || !Number.isFinite(perSecond)) return null;
  const left = perSecond - rateAt(queue.arrivals, longest.caughtUpAtSeconds - 1e-6);
  if (!(left > 0)) return null;
  return deviationAt(longest.caughtUpAtSeconds, longest.recoveryPointSeconds) / left;
}

/** The last time before another at which nothing waits; 0: something always did. */
function emptyBefore(backlog: readonly Piece[], seconds: number): number {
  let empty = 0;
  for (const piece of backlog) {
    if (piece.fromSeconds >= seconds) break;
    if (piece.value <= 1e-6) empty = piece.fromSeconds;
    if (piece.toSeconds < seconds && valueWithin(piece, piece.toSeconds) <= 1e-6) empty = piece.toSeconds;
  }
  return empty;
}

function cvOf(work: Distribution): number {
  if (work.kind === 'constant' || work.meanSeconds === 0) return 0;
  return work.kind === 'exponential' ? 1 : work.cv;
}

/** To three digits, or whole. */
function number(value: number): string {
  return (Number.isInteger(value) ? value : Number(value.toPrecision(3))).toLocaleString('en', {
    maximumFractionDigits: 9,
  });
}
