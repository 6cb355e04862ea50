import { handSeconds } from '../plan/capacity.js';
import { cumulativeAt, sumOf } from '../plan/curve.js';
import { modelledPlan } from '../plan/modelled.js';
import { specOf } from '../plan/spec.js';
import type { Plan, PlannedQueue, RateCurve } from '../plan/types.js';
import { fedBy, feedersOf, inOrderOfFlow, shareOf } from './chains.js';
import { type Copies, copiesOf } from './copies.js';
import { retryingSeconds } from './drain.js';
import { runFluid } from './fluid.js';
import { type Forecast, forecastOf } from './forecast.js';
import { listedMessages } from './listed.js';
import type { PredictedFault } from './notes.js';
import { tidy, valueAt } from './pieces.js';
import type { FluidRun } from './run.js';
import { serviceFaults } from './service-faults.js';
import { whyUnpredicted } from './unpredicted.js';

/** What the model says of a plan before it is run. Plain data, serialisable as JSON. Scenario seconds. */
export interface Prediction {
  readonly schema: 'launchpad.prediction/1';
  /** Without those that can't be predicted (mode: sync). */
  readonly queues: readonly QueuePrediction[];
  /** In the plan's order. */
  readonly faults: readonly PredictedFault[];
}

/** One queue's forecast, and the same without the faults. */
export interface QueuePrediction extends Forecast {
  readonly name: string;
  /** Messages that are due on it: those of its producers, and what the queues before pass on. */
  readonly scheduled: number;
  /** Further publishes by its producers. */
  readonly republished: number;
  readonly withoutFaults: Forecast;
}

/** A queue, once it was run. */
interface Flowed {
  readonly run: FluidRun;
  readonly forecast: Forecast;
  readonly scheduled: number;
  readonly republished: number;
  /** Messages that went on to the queues behind. */
  readonly passedOn: number;
}

/** A plan, and the same as the model sees it: with providers, and what becomes of orders, put in the words of queues. */
interface Seen {
  readonly plan: Plan;
  readonly modelled: Plan;
}

/**
 * Predicts a plan by fluid approximation (docs/prediction.md). Each queue by itself, those that feed it before it, with
 * the plan's faults and without. Where the scenario limits the drain, the prediction ends there. Deterministic; the cost
 * grows with the number of changes in rates, capacity and faults, not with the messages.
 */
export function predict(plan: Plan): Prediction {
  const withFaults = flowAll(plan);
  const without = plan.faults.length === 0 ? withFaults : flowAll({ ...plan, faults: [] });
  const faults: PredictedFault[] = serviceFaults(plan);
  const queues = plan.queues.flatMap(({ name }): QueuePrediction[] => {
    const flowed = withFaults.get(name);
    const calm = without.get(name);
    if (flowed === undefined || calm === undefined) return [];
    faults.push(...flowed.run.faults);
    const { forecast, scheduled, republished } = flowed;
    return [{ name, scheduled, republished, ...forecast, withoutFaults: calm.forecast }];
  });
  return { schema: 'launchpad.prediction/1', queues, faults: faults.sort((a, b) => a.index - b.index) };
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

function flowAll(plan: Plan): Map<string, Flowed> {
  const seen = { plan, modelled: modelledPlan(plan) };
  const flowed = new Map<string, Flowed>();
  for (const queue of inOrderOfFlow(seen.modelled.queues)) {
    if (whyUnpredicted(plan, queue) === null) flowed.set(queue.name, flow(seen, queue, flowed));
  }
  return flowed;
}

function flow(seen: Seen, queue: PlannedQueue, before: ReadonlyMap<string, Flowed>): Flowed {
  const plan = seen.modelled;
  const spec = specOf(plan, queue.name);
  const fed: RateCurve[] = [];
  let scheduled = queue.sources.reduce((sum, s) => sum + (s.path.length === 0 ? s.scheduled : 0), 0);
  for (const name of feedersOf(queue)) {
    const feeder = plan.queues.find((candidate) => candidate.name === name);
    const flowedBefore = before.get(name);
    if (feeder === undefined || flowedBefore === undefined) continue;
    const share = shareOf(queue, feeder);
    const { run, passedOn } = flowedBefore;
    fed.push(fedBy(run, specOf(plan, name).work.meanSeconds, share, passedOn));
    scheduled += Math.round(share * passedOn);
  }
  const runOf = (own: RateCurve, copies: RateCurve): { run: FluidRun; arrivals: RateCurve } => {
    const arrivals = fed.length === 0 ? own : sumOf([own, ...fed]);
    return { arrivals, run: runWith(seen, queue, arrivals, copies) };
  };
  const once = runOf(queue.arrivals, []);
  const first = forecastOf(spec, once.arrivals, once.run);
  const done = first.maxWaitSeconds === null ? null : first.maxWaitSeconds + doneAfter(plan, queue);
  const copies = copiesOf(plan, queue, spec, done);
  const further = copies.copies.length > 0 || copies.arrivals !== queue.arrivals;
  const { run, arrivals } = further ? runOf(copies.arrivals, copies.copies) : once;
  const forecast = further ? forecastOf(spec, arrivals, run) : first;
  const { republished }: Copies = copies;
  const { pending, dead, settledAtSeconds } = forecast;
  // The last messages may be due after the horizon, so the plan's own count is no measure here.
  const came = cumulativeAt(arrivals, settledAtSeconds);
  const passedOn = Math.max(0, Math.min(scheduled, came) - pending - dead);
  return { run, forecast, scheduled, republished, passedOn };
}

/** The longest from a message's start until it is done, in seconds, if no worker dies. */
function doneAfter(plan: Plan, queue: PlannedQueue): number {
  const spec = specOf(plan, queue.name);
  return Math.max(handSeconds(spec), retryingSeconds(spec));
}

function runWith(
  { plan, modelled }: Seen,
  queue: PlannedQueue,
  arrivals: RateCurve,
  copies: RateCurve,
): FluidRun {
  const { drainSeconds } = plan.scenario;
  const spec = specOf(modelled, queue.name);
  return runFluid({
    queue: spec,
    arrivals,
    redelivery: queue.redelivery,
    capabilities: plan.capabilities,
    faults: plan.faults.filter((fault) => fault.queue === queue.name),
    horizonSeconds: drainSeconds === null ? Number.POSITIVE_INFINITY : plan.lastMomentSeconds + drainSeconds,
    copies,
    listed: listedMessages(plan, queue, spec, arrivals),
  });
}
