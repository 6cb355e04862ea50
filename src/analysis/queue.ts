import { findTroubles, longestCatchUp, stillnessOf } from '../model/index.js';
import { specOf } from '../plan/build.js';
import type { Plan, PlannedQueue } from '../plan/types.js';
import type { Peak, PredictedQueue, QueueResult } from '../result/types.js';
import { MeasuredBacklog } from './backlog.js';
import { accountFor } from './books.js';
import { capacityFrom } from './capacity.js';
import type { Collected, CollectedQueue } from './collect.js';
import { type PredictedBacklog, thinned } from './curve.js';
import { differencesOf, type Order } from './difference.js';
import { workersResult } from './faults.js';
import { latenciesOf } from './latencies.js';
import { littlesLaw } from './littles-law.js';
import { queueRate } from './rates.js';
import type { DepthSamples, Story } from './story.js';
import { scenarioSeconds } from './time.js';

/** What the model said of the queue. */
export interface QueuePrediction {
  readonly figures: PredictedQueue;
  readonly backlog: PredictedBacklog;
  readonly backlogWithoutFaults: PredictedBacklog;
}

/**
 * All that happened on one queue. Uses up the queue's table: its columns are taken over one after the other.
 * @param prediction null: none was made
 */
export function queueResult(
  plan: Plan,
  planned: PlannedQueue,
  collected: Collected,
  prediction: QueuePrediction | null,
): QueueResult {
  const { name } = planned;
  const { story, processes } = collected;
  const { table, tally, redeliveries } = collected.queues.get(name) as CollectedQueue;
  const spec = specOf(plan, name);
  const seconds = scenarioSeconds(plan.speed);
  const endSeconds = seconds(story.endAt);
  const samples = story.depthOf(name);

  const accounting = accountFor(table, tally);
  const law = littlesLaw(table, samples, seconds);
  const { longestWaitUntil, ...latencies } = latenciesOf(table, seconds);
  const capacity = capacityFrom(story, plan, name, seconds);
  const starts = table.starts.times().sort();
  const rate = queueRate(starts, spec, capacity.down, plan.speed);
  for (let i = 0; i < starts.length; i++) starts[i] = seconds(starts[i] as number);
  table.forgetTimes();
  const backlog = MeasuredBacklog.takeFrom(table, seconds, endSeconds);

  const troubles = findTroubles({
    name,
    arrivals: planned.arrivals,
    capacity: capacity.steps,
    takings: capacity.takings,
    stillnessSeconds: stillnessOf(spec),
    endSeconds,
    backlog,
  });
  const repeated = redeliveries.result(seconds);
  const measured = {
    peakBacklog: backlog.peak().peak ?? 0,
    catchUpSeconds: longestCatchUp(troubles).catchUpSeconds,
    drainedAtSeconds: backlog.drainedAt(),
    maxWaitSeconds: latencies.waitSeconds.max,
    redeliveries: repeated.count,
    duplicateEffects: accounting.duplicateEffects,
  };
  const evidence = {
    spec,
    arrivals: planned.arrivals,
    starts,
    capacity: capacity.steps,
    troubles,
    orders: ordersTo(story, name, seconds),
    stillAt: (at: number, level: number) => backlog.firstStillFrom(at, level, stillnessOf(spec)),
    longestWaitUntil,
  };
  return {
    accounting,
    duplicates: redeliveries.duplicates(seconds, story.absences()),
    depth: depthPeak(samples, seconds),
    backlog: backlog.peak(),
    rate,
    ...latencies,
    oldestAgeSeconds: { peak: backlog.oldestAgeSeconds },
    troubles,
    ...longestCatchUp(troubles),
    drainedAtSeconds: backlog.drainedAt(),
    redeliveries: repeated,
    workers: workersResult(name, story, processes),
    predicted: prediction?.figures ?? null,
    difference: prediction === null ? [] : differencesOf(prediction.figures, measured, evidence),
    littlesLaw: law,
    curve: thinned(
      backlog,
      Math.max(endSeconds, backlog.drainedAt() ?? 0),
      prediction?.backlog ?? null,
      prediction?.backlogWithoutFaults ?? null,
    ),
  };
}

/** When workers of the queue were ordered to start or thaw. */
function ordersTo(story: Story, queue: string, seconds: (micros: number) => number): Order[] {
  return story.faults
    .filter(
      ({ q, kind, pids }) => q === queue && pids.length > 0 && ['restart', 'thaw', 'scale'].includes(kind),
    )
    .map(({ t, pids }) => {
      const ready = story.ready.filter((event) => pids.includes(event.pid) && event.t >= t);
      const last = Math.max(...ready.map((event) => event.t));
      return { atSeconds: seconds(t), readySeconds: ready.length === 0 ? null : seconds(last) };
    });
}

/** Of the sampled depth; the first of its highest samples. */
function depthPeak({ at, depth }: DepthSamples, seconds: (micros: number) => number): Peak {
  const times = at.times();
  const depths = depth.times();
  let highest = -1;
  for (let i = 0; i < depths.length; i++) {
    if (highest < 0 || (depths[i] as number) > (depths[highest] as number)) highest = i;
  }
  if (highest < 0) return { peak: null, peakAtSeconds: null, final: null };
  return {
    peak: depths[highest] as number,
    peakAtSeconds: Math.max(0, seconds(times[highest] as number)),
    final: depths.at(-1) as number,
  };
}
