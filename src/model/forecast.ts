import type { RateCurve } from '../plan/types.js';
import type { PredictedFigures, Trouble, WaitQuantiles } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { firstStill, highestWithin, type Piece, tidy, timeOf, valueAt } from './pieces.js';
import type { Break, FluidRun, HeldRange } from './run.js';
import { leftHands, sumOfCurves } from './service.js';
import { type BacklogView, findTroubles, longestCatchUp, stillnessOf } from './troubles.js';
import {
  arrivedPieces,
  effectTimes,
  longestOf,
  quantilesOf,
  spreadsBetween,
  type Times,
  timeIn,
  timesOf,
} from './waits.js';

/** The cumulative curves of a queue, and what else they need to be asked at any time. Messages; scenario seconds. */
export interface Curves {
  readonly arrived: readonly Piece[];
  /** First starts. */
  readonly started: readonly Piece[];
  /** Started, and no longer in hand: they had their effect, or their worker died. */
  readonly left: readonly Piece[];
  /** Arrived, without an effect, and in nobody's hands but a dead worker's. */
  readonly waiting: readonly Piece[];
  /** What dead workers held without an effect. */
  readonly held: readonly HeldRange[];
}

/** How a queue fares. Counts are a fluid's, and may have fractions. */
export interface Forecast extends PredictedFigures {
  readonly peakAtSeconds: number;
  readonly troubles: readonly Trouble[];
  /** When the broker holds nothing more of the queue, repeats included; null: never. */
  readonly emptyAtSeconds: number | null;
  /** When the last thing changes; the backlog stays as it is from then on. */
  readonly settledAtSeconds: number;
  /** Messages that come, by the mean rates. */
  readonly arrived: number;
  /** The backlog that is left then. */
  readonly pending: number;
  /** From a worker's death until the broker gives back what it held. */
  readonly redeliveryDelaySeconds: { readonly min: number | null; readonly max: number | null };
  /** Messages that had their effect and are still on the broker at the end, because nobody is there to be told. */
  readonly redeliveryPending: number;
  /** Starts per second while anything was started; null: nothing ever was. */
  readonly servedPerSecond: number | null;
  /** Worker processes that were started, those at the beginning included. */
  readonly workersStarted: number;
  /** The backlog over time. */
  readonly backlog: readonly Piece[];
  readonly curves: Curves;
}

/** How long messages take, if each takes its turn. */
export interface Latencies {
  /** From arrival to first start. */
  readonly waitSeconds: WaitQuantiles;
  /** From arrival to first effect. */
  readonly endToEndSeconds: WaitQuantiles;
  /** The longest that a message has been waiting for its effect; null: none came. */
  readonly oldestAgeSeconds: number | null;
}

/** What a run of the fluid says of a queue. */
export function forecastOf(spec: QueueSpec, arrivals: RateCurve, run: FluidRun): Forecast {
  const { endSeconds, starts, breaks, held, waiting } = run;
  const work = spec.work.meanSeconds;
  const arrived = arrivedPieces(arrivals);
  const leftAgain = leftHands(run.begun, work, breaks);
  const left = held.length === 0 ? leftAgain : leftHands(starts, work, breaks);
  const backlog = sumOfCurves(waiting, sumOfCurves(run.begun, leftAgain, -1), 1);
  const curves: Curves = { arrived, started: starts, left, waiting, held };
  const troubles = findTroubles({
    name: spec.name,
    arrivals,
    capacity: run.capacity,
    takings: run.takings,
    stillnessSeconds: stillnessOf(spec),
    endSeconds,
    backlog: viewOf(backlog, curves, work, breaks),
  });
  const peak = highestWithin(backlog, 0, Number.POSITIVE_INFINITY);
  const pending = tidy(valueAt(backlog, endSeconds));
  const longest = longestOf(spreadsBetween(timesOf(arrived), timesOf(starts)));
  const delays = run.redeliveryDelays;
  return {
    peakBacklog: tidy(peak.value),
    peakAtSeconds: tidy(peak.atSeconds),
    troubles,
    ...longestCatchUp(troubles),
    drainedAtSeconds: pending > 0 ? null : tidy(drainedAt(arrivals, backlog, endSeconds)),
    emptyAtSeconds: run.emptyAtSeconds === null || pending > 0 ? null : tidy(run.emptyAtSeconds),
    settledAtSeconds: tidy(endSeconds),
    maxWaitSeconds: longest === null ? null : tidy(longest),
    redeliveries: Math.round(run.redeliveries),
    redeliveryDelaySeconds: {
      min: delays.length === 0 ? null : tidy(Math.min(...delays)),
      max: delays.length === 0 ? null : tidy(Math.max(...delays)),
    },
    redeliveryPending: tidy(run.redeliveryPending),
    duplicateEffects: Math.round(run.duplicateEffects),
    arrived: tidy(valueAt(arrived, endSeconds)),
    pending,
    servedPerSecond: run.servingSeconds === 0 ? null : tidy(run.served / run.servingSeconds),
    workersStarted: run.workersStarted,
    backlog,
    curves,
  };
}

/** How long messages of a queue take, by a run of the fluid and what is forecast of it. */
export function latenciesOf(
  { work }: QueueSpec,
  { starts, breaks, held, endSeconds }: FluidRun,
  { curves, pending }: Forecast,
): Latencies {
  const arrivals = timesOf(curves.arrived);
  const starting = timesOf(starts);
  const all = effectTimes(starting, work.meanSeconds, breaks, held);
  const effects = all.filter(({ fromSeconds }) => fromSeconds <= endSeconds);
  const wholes = spreadsBetween(arrivals, effects);
  return {
    waitSeconds: quantilesOf(spreadsBetween(arrivals, starting)),
    endToEndSeconds: quantilesOf(wholes),
    oldestAgeSeconds: oldestOf(arrivals, effects, longestOf(wholes), { endSeconds, pending }),
  };
}

/** The fluid's backlog as the rules for troubles see it. */
function viewOf(
  backlog: readonly Piece[],
  { arrived, started, held }: Curves,
  workSeconds: number,
  breaks: readonly Break[],
): BacklogView {
  return {
    at: (seconds) => valueAt(backlog, seconds),
    highest: (from, to) => highestWithin(backlog, from, to).value,
    // A fluid rises by fractions of a message, which nobody would see waiting.
    firstStillFrom: (at, level, forSeconds) => firstStill(backlog, at, level, forSeconds, 1),
    allDoneBefore: (arrivalSeconds) => {
      const level = valueAt(arrived, arrivalSeconds);
      if (level <= 0) return arrivalSeconds;
      const start = timeOf(started, level, 'first');
      if (start === null) return null;
      const usual = [{ from: 0, to: 1, fromSeconds: start, toSeconds: start }];
      const ends: (number | null)[] = effectTimes(usual, workSeconds, breaks, []).map(
        ({ toSeconds }) => toSeconds,
      );
      for (const { fromNumber, doneAtSeconds } of held) if (fromNumber < level) ends.push(doneAtSeconds);
      return ends.reduce<number | null>(
        (last, end) => (last === null || end === null ? null : Math.max(last, end)),
        0,
      );
    },
  };
}

/** When the last message had its first effect: the end of the arrivals, or of the backlog if that is later. */
function drainedAt(arrivals: RateCurve, backlog: readonly Piece[], endSeconds: number): number {
  const last = arrivals.findLast((s) => s.fromPerSecond > 0 || s.toPerSecond > 0);
  const empty = firstStill(backlog, 0, 0, Number.POSITIVE_INFINITY);
  return Math.max(Math.min(last?.endSeconds ?? 0, endSeconds), empty ?? 0);
}

/** The oldest message is oldest just before its effect, or at the end. */
function oldestOf(
  arrivals: readonly Times[],
  effects: readonly Times[],
  longest: number | null,
  { endSeconds, pending }: { readonly endSeconds: number; readonly pending: number },
): number | null {
  if (pending <= 0) return longest === null ? null : tidy(longest);
  // The first message that has no effect by the end.
  let first = 0;
  for (const { from, to, toSeconds } of effects) {
    if (from > first + 1e-6 || toSeconds > endSeconds) break;
    first = to;
  }
  const arrival = arrivals.find(({ to }) => to > first);
  const age = arrival === undefined ? 0 : endSeconds - timeIn(arrival, Math.max(first, arrival.from));
  return tidy(Math.max(longest ?? 0, age));
}
