import { findTroubles, longestCatchUp, stillnessOf, withStandstills } from '../model/index.js';
import { specOf } from '../plan/build.js';
import { modelledPlan } from '../plan/modelled.js';
import type { Plan, PlannedQueue } from '../plan/types.js';
import type { Peak, PredictedQueue, QueueResult } from '../result/types.js';
import { arrivalsOf } from './arrivals.js';
import { MeasuredBacklog } from './backlog.js';
import { accountFor } from './books.js';
import { capacityFrom, servedSpec } from './capacity.js';
import type { Collected, CollectedQueue } from './collect.js';
import { type PredictedBacklog, thinned } from './curve.js';
import { workersResult } from './faults.js';
import { latenciesOf } from './latencies.js';
import { littlesLaw, mayCountTwice } from './littles-law.js';
import { orderOf } from './order.js';
import { queueRate } from './rates.js';
import type { WatchQueue } from './series/recorder.js';
import type { DepthSamples } from './story.js';
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
 * @param watch hears of the queue what only this has, for its series; absent: nobody asks
 */
export function queueResult(
  plan: Plan,
  planned: PlannedQueue,
  collected: Collected,
  prediction: QueuePrediction | null,
  watch?: WatchQueue,
): QueueResult {
  const { name } = planned;
  const { story, processes } = collected;
  const gathered = collected.queues.get(name) as CollectedQueue;
  const { table, tally, redeliveries, republishes, failures, deaths } = gathered;
  const spec = specOf(plan, name);
  const served = servedSpec(plan, name);
  const seconds = scenarioSeconds(plan.speed);
  const endSeconds = seconds(story.endAt);
  const samples = story.depthOf(name);
  const deadLetterQueue = spec.deadLetter?.queue ?? null;

  const accounting = accountFor(table, tally);
  const order = orderOf(table);
  const arrivals = arrivalsOf(plan, asSeen(plan, planned), table, seconds);
  const law =
    isCalled(plan, planned) || mayCountTwice(table, republishes, spec)
      ? null
      : littlesLaw(table, samples, seconds, deaths);
  const latencies = latenciesOf(table, seconds);
  const capacity = capacityFrom(story, plan, name, seconds);
  const starts = table.starts.times().sort();
  const rate = queueRate(starts, planned.isServed ? spec : served, capacity.down, plan.speed);
  for (let i = 0; i < starts.length; i++) starts[i] = seconds(starts[i] as number);
  table.forgetTimes();
  const backlog = MeasuredBacklog.takeFrom(table, seconds, endSeconds, deaths);
  watch?.(name, { backlog, starts, limitPerSecond: rate.configuredPerSecond });

  const troubles = findTroubles({
    name,
    arrivals,
    ...withStandstills(served, capacity.steps, capacity.takings),
    stillnessSeconds: stillnessOf(served),
    endSeconds,
    backlog,
  });
  const repeated = redeliveries.result(seconds);
  return {
    accounting,
    duplicates: redeliveries.duplicates(seconds, {
      queue: name,
      provider: spec.provider,
      absences: story.absences(),
      idempotency: spec.idempotency,
      deduplication: spec.deduplication,
      republished: (slot) => republishes.of(slot),
      putBackBetween: (slot, from, to) => deaths.putBackBetween(slot, from, to),
    }),
    idempotency: spec.idempotency.mode,
    depth: depthPeak(samples, seconds),
    backlog: backlog.peak(),
    rate,
    ...latencies,
    oldestAgeSeconds: { peak: backlog.oldestAgeSeconds },
    troubles,
    ...longestCatchUp(troubles),
    drainedAtSeconds: backlog.drainedAt(),
    redeliveries: repeated,
    failures: failures.result(table),
    deadLetters: deaths.result(
      deadLetterQueue,
      depthPeak(story.depthOf(deadLetterQueue ?? ''), seconds),
      seconds,
    ),
    order,
    workers: workersResult(name, story, processes),
    predicted: prediction?.figures ?? null,
    difference: [],
    littlesLaw: law,
    curve: thinned(
      backlog,
      Math.max(endSeconds, backlog.drainedAt() ?? 0),
      prediction?.backlog ?? null,
      prediction?.backlogWithoutFaults ?? null,
    ),
  };
}

/** The queue with the arrivals that the model has of it. */
function asSeen(plan: Plan, planned: PlannedQueue): PlannedQueue {
  return modelledPlan(plan).queues.find(({ name }) => name === planned.name) ?? planned;
}

/** Whether messages of the queue are served by calls of the order service, and so are never on the broker, or not only. */
function isCalled({ scenario, producers }: Plan, { name }: PlannedQueue): boolean {
  return scenario.mode === 'sync' && producers.some(({ via, to }) => via === 'http' && to.includes(name));
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
