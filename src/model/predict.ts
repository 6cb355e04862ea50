import { specOf } from '../plan/build.js';
import { cumulativeAt } from '../plan/curve.js';
import type { Plan, PlannedFault, PlannedQueue } from '../plan/types.js';
import type { PredictedFigures, Trouble } from '../result/types.js';
import { type FluidRun, type PredictedFault, runFluid } from './fluid.js';
import { firstStill, highestWithin, type Piece, tidy, timeOf, valueAt } from './pieces.js';
import { type BacklogView, findTroubles, longestCatchUp, stillnessOf } from './troubles.js';
import { arrivedPieces, longestWait, neverFalling } from './waits.js';

/** What the model says of a plan before it is run. Plain data, serialisable as JSON. Scenario seconds. */
export interface Prediction {
  readonly schema: 'launchpad.prediction/1';
  readonly queues: readonly QueuePrediction[];
  /** In the plan's order. */
  readonly faults: readonly PredictedFault[];
}

/** One queue's forecast, and the same without the faults. */
export interface QueuePrediction extends Forecast {
  readonly name: string;
  readonly withoutFaults: Forecast;
}

/** How a queue fares. Counts are a fluid's, and may have fractions. */
export interface Forecast extends PredictedFigures {
  readonly peakAtSeconds: number;
  readonly troubles: readonly Trouble[];
  /** When the broker holds nothing more of the queue, repeats included; null: never. */
  readonly emptyAtSeconds: number | null;
  /** When the last thing changes; the backlog stays as it is from then on. */
  readonly settledAtSeconds: number;
  /** The backlog that is left then. */
  readonly pending: number;
  /** Redelivered messages that had no effect before. */
  readonly redeliveriesWithoutEffect: number;
  /** From a worker's death until the broker gives back what it held. */
  readonly redeliveryDelaySeconds: { readonly min: number | null; readonly max: number | null };
  /** Messages that had their effect and are still on the broker at the end, because nobody is there to be told. */
  readonly redeliveryPending: number;
  /** First starts and redeliveries. */
  readonly deliveries: number;
  /** First effects and duplicate ones. */
  readonly effects: number;
  /** Share of the capacity that was used while something was served; null: it has no bound, or nothing was. */
  readonly utilisation: number | null;
  /** Starts per second while something was served; null: nothing ever was. */
  readonly servedPerSecond: number | null;
  /** Worker processes that were started, those at the beginning included. */
  readonly workersStarted: number;
  /** The backlog over time. */
  readonly backlog: readonly Piece[];
}

/**
 * Predicts a plan by fluid approximation (docs/prediction.md). Each queue by itself, with the plan's faults and without.
 * Where the scenario limits the drain, the prediction ends there. Deterministic; the cost grows with the number of
 * changes in rates, capacity and faults, not with the messages.
 */
export function predict(plan: Plan): Prediction {
  const queues: QueuePrediction[] = [];
  const faults: PredictedFault[] = [];
  for (const queue of plan.queues) {
    const own = plan.faults.filter((fault) => fault.queue === queue.name);
    const run = runOf(plan, queue, own);
    faults.push(...run.faults);
    const withoutFaults = forecastOf(plan, queue, runOf(plan, queue, []));
    queues.push({ name: queue.name, ...forecastOf(plan, queue, run), withoutFaults });
  }
  return { schema: 'launchpad.prediction/1', queues, faults: faults.sort((a, b) => a.index - b.index) };
}

/**
 * The drain's limit where the scenario sets none, in scenario seconds after the plan's last moment: twice the longest
 * predicted drain, and 30 s. A queue that is never empty counts until the last moment at which anything changes in it.
 */
export function defaultDrainSeconds(plan: Plan, prediction: Prediction): number {
  const drains = prediction.queues.map(
    (queue) => (queue.emptyAtSeconds ?? queue.settledAtSeconds) - plan.lastMomentSeconds,
  );
  return tidy(2 * Math.max(0, ...drains) + 30);
}

/**
 * The predicted backlog of a queue at a time, in messages; where it jumps, after the jump. 0 for a queue that is not
 * in the prediction.
 */
export function predictedBacklogAt(
  prediction: Prediction,
  queue: string,
  seconds: number,
  faults: 'with faults' | 'without faults' = 'with faults',
): number {
  const found = prediction.queues.find((candidate) => candidate.name === queue);
  if (found === undefined) return 0;
  return tidy(valueAt(faults === 'with faults' ? found.backlog : found.withoutFaults.backlog, seconds));
}

function runOf(plan: Plan, queue: PlannedQueue, faults: readonly PlannedFault[]): FluidRun {
  const { drainSeconds } = plan.scenario;
  return runFluid({
    queue: specOf(plan, queue.name),
    arrivals: queue.arrivals,
    redelivery: queue.redelivery,
    capabilities: plan.capabilities,
    faults,
    horizonSeconds: drainSeconds === null ? Number.POSITIVE_INFINITY : plan.lastMomentSeconds + drainSeconds,
  });
}

function forecastOf(plan: Plan, queue: PlannedQueue, run: FluidRun): Forecast {
  const { backlog, endSeconds } = run;
  const arrived = arrivedPieces(queue.arrivals);
  const starts = neverFalling(run.starts);
  const spec = specOf(plan, queue.name);
  const troubles = findTroubles({
    name: queue.name,
    arrivals: queue.arrivals,
    capacity: run.capacity,
    takings: run.takings,
    stillnessSeconds: stillnessOf(spec),
    endSeconds,
    backlog: viewOf(queue, run, starts),
  });
  const peak = highestWithin(backlog, 0, Number.POSITIVE_INFINITY);
  const pending = tidy(valueAt(backlog, endSeconds));
  const total = cumulativeAt(queue.arrivals, endSeconds);
  const wait = longestWait(arrived, starts);
  return {
    peakBacklog: tidy(peak.value),
    peakAtSeconds: tidy(peak.atSeconds),
    troubles,
    ...longestCatchUp(troubles),
    drainedAtSeconds: drainedAt(queue, backlog, pending, endSeconds),
    // Where workers go at the very moment of the last start, whole messages may be left that the mean rate has served.
    emptyAtSeconds: run.emptyAtSeconds === null || pending > 0 ? null : tidy(run.emptyAtSeconds),
    settledAtSeconds: tidy(endSeconds),
    maxWaitSeconds: wait === null ? null : tidy(wait),
    redeliveries: run.redeliveries,
    redeliveriesWithoutEffect: run.redeliveriesWithoutEffect,
    redeliveryDelaySeconds: {
      min: run.redeliveryDelays.length === 0 ? null : tidy(Math.min(...run.redeliveryDelays)),
      max: run.redeliveryDelays.length === 0 ? null : tidy(Math.max(...run.redeliveryDelays)),
    },
    redeliveryPending: tidy(run.redeliveryPending),
    duplicateEffects: run.duplicateEffects,
    pending,
    deliveries: tidy(valueAt(starts, endSeconds) + run.redeliveries),
    effects: tidy(total - pending + run.duplicateEffects),
    utilisation: utilisationOf(run),
    servedPerSecond: run.servingSeconds === 0 ? null : tidy(run.served / run.servingSeconds),
    workersStarted: run.workersStarted,
    backlog: backlog.map((piece) => ({ ...piece })),
  };
}

/** The fluid's backlog as the rules for troubles see it. What a message needs from its start to its effect is left out. */
function viewOf(queue: PlannedQueue, run: FluidRun, starts: readonly Piece[]): BacklogView {
  return {
    at: (seconds) => valueAt(run.backlog, seconds),
    highest: (from, to) => highestWithin(run.backlog, from, to).value,
    // A fluid rises by fractions of a message, which nobody would see waiting.
    firstStillFrom: (at, level, forSeconds) => firstStill(run.backlog, at, level, forSeconds, 1),
    allDoneBefore: (arrivalSeconds) => {
      const level = cumulativeAt(queue.arrivals, arrivalSeconds);
      const started = level <= 0 ? arrivalSeconds : timeOf(starts, level, 'first');
      const held = run.heldDone.filter((batch) => batch.atSeconds <= arrivalSeconds);
      const ends = [started, ...held.map((batch) => batch.doneAtSeconds)];
      const known = ends.filter((end) => end !== null);
      return known.length < ends.length ? null : Math.max(...known);
    },
  };
}

/** When the last message had its effect: the end of the arrivals, or of the backlog if that is later. */
function drainedAt(
  queue: PlannedQueue,
  backlog: readonly Piece[],
  pending: number,
  endSeconds: number,
): number | null {
  if (pending > 0) return null;
  const last = queue.arrivals.findLast((s) => s.fromPerSecond > 0 || s.toPerSecond > 0);
  const empty = firstStill(backlog, 0, 0, Number.POSITIVE_INFINITY);
  return tidy(Math.max(Math.min(last?.endSeconds ?? 0, endSeconds), empty ?? 0));
}

function utilisationOf(run: FluidRun): number | null {
  const bounded = run.capacity.every((step) => Number.isFinite(step.perSecond));
  return bounded && run.servable > 0 ? tidy(run.served / run.servable) : null;
}
