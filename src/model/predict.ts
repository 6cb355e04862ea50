import { sumOf } from '../plan/curve.js';
import { specOf } from '../plan/spec.js';
import type { Plan, PlannedQueue, RateCurve } from '../plan/types.js';
import { feedersOf, inOrderOfFlow, passedOn } from './chains.js';
import { runFluid } from './fluid.js';
import { type Forecast, forecastOf, type Latencies, latenciesOf } from './forecast.js';
import type { PredictedFault } from './notes.js';
import { valueAt } from './pieces.js';
import type { FluidRun } from './run.js';

/** What the fluid model says of a plan. Scenario seconds. */
export interface FluidPrediction {
  readonly queues: readonly QueuePrediction[];
  /** In the plan's order. */
  readonly faults: readonly PredictedFault[];
  /** What was counted as a mean because rates don't say it, as a clause; null: nothing. */
  readonly byChance: string | null;
}

/** One queue's forecast, and the same without the faults. */
export interface QueuePrediction extends Forecast, Latencies {
  readonly name: string;
  /** Messages that are due on it: those of its producers, and what the queues before pass on. */
  readonly scheduled: number;
  readonly withoutFaults: Forecast;
}

/** A queue, once it was run. */
interface Flowed {
  readonly run: FluidRun;
  readonly forecast: Forecast;
  readonly scheduled: number;
}

/**
 * Predicts a plan as a fluid (docs/prediction.md), if the fluid can represent it: see whyNotFluid. Each queue by itself, those that feed
 * it before it, with the plan's faults and without. Where the scenario limits the drain, the prediction ends there. Deterministic; the
 * cost grows with the number of changes in rates, capacity and faults, not with the messages.
 */
export function predict(plan: Plan): FluidPrediction {
  const withFaults = flowAll(plan);
  const without = plan.faults.length === 0 ? withFaults : flowAll({ ...plan, faults: [] });
  const faults: PredictedFault[] = [];
  let byChance: string | null = null;
  const queues = plan.queues.flatMap(({ name }): QueuePrediction[] => {
    const flowed = withFaults.get(name);
    const calm = without.get(name);
    if (flowed === undefined || calm === undefined) return [];
    faults.push(...flowed.run.faults);
    byChance ??= flowed.run.byChance;
    const { run, forecast, scheduled } = flowed;
    const latencies = latenciesOf(specOf(plan, name), run, forecast);
    return [{ name, scheduled, ...forecast, ...latencies, withoutFaults: calm.forecast }];
  });
  return { queues, faults: faults.sort((a, b) => a.index - b.index), byChance };
}

function flowAll(plan: Plan): Map<string, Flowed> {
  const flowed = new Map<string, Flowed>();
  for (const queue of inOrderOfFlow(plan.queues)) flowed.set(queue.name, flow(plan, queue, flowed));
  return flowed;
}

function flow(plan: Plan, queue: PlannedQueue, before: ReadonlyMap<string, Flowed>): Flowed {
  const { drainSeconds } = plan.scenario;
  const spec = specOf(plan, queue.name);
  const fed: RateCurve[] = [];
  let scheduled = queue.sources.reduce((sum, s) => sum + (s.path.length === 0 ? s.scheduled : 0), 0);
  for (const name of feedersOf(queue)) {
    const feeder = before.get(name);
    if (feeder === undefined) continue;
    const { left } = feeder.forecast.curves;
    fed.push(passedOn(left));
    const passed = feeder.forecast.pending === 0 ? feeder.scheduled : valueAt(left, feeder.run.endSeconds);
    scheduled += Math.round(passed);
  }
  const arrivals = fed.length === 0 ? queue.arrivals : sumOf([queue.arrivals, ...fed]);
  const run = runFluid({
    queue: spec,
    arrivals,
    streams: fed.length > 0 ? null : streamsOf(plan, queue),
    redelivery: queue.redelivery,
    capabilities: plan.capabilities,
    faults: plan.faults.filter((fault) => fault.queue === queue.name),
    horizonSeconds: drainSeconds === null ? Number.POSITIVE_INFINITY : plan.lastMomentSeconds + drainSeconds,
  });
  return { run, forecast: forecastOf(spec, arrivals, run), scheduled };
}

/** See FluidInput.streams. */
function streamsOf({ producers, scenario }: Plan, { name }: PlannedQueue): RateCurve[] | null {
  const own = producers.filter(({ to, scheduled }) => to.includes(name) && scheduled > 0);
  const isKnown = own.every(({ arrivals, times }) => arrivals === 'constant' && times === undefined);
  const isConstant = scenario.queues.some((spec) => spec.name === name && spec.work.kind === 'constant');
  return isKnown && isConstant ? own.map(({ curve }) => curve) : null;
}
