import { limitPerSecond } from '../plan/capacity.js';
import { whatIsRandom } from '../plan/random.js';
import { specOf } from '../plan/spec.js';
import type { Plan } from '../plan/types.js';
import type {
  FaultResult,
  PredictedFigures,
  QueueResult,
  Result,
  RunEnd,
  WaitQuantiles,
} from '../result/types.js';
import { accountingOf, noDeadLetters, noFailures, orderUnknown, wholeOf } from './books.js';
import { thinnedCurve } from './curve.js';
import { tidy } from './pieces.js';
import type { FluidPrediction, QueuePrediction } from './predict.js';
import { type ModelInfo, predictedHead, producerResult } from './result-head.js';

/**
 * What a fluid predicts in the shape of a result, without what is judged. Every message is sent on time and acknowledged. What
 * a fluid doesn't know (depth, order, single messages; with random arrivals or work all quantiles but the longest wait) is null.
 */
export function predictedResult(
  plan: Plan,
  prediction: FluidPrediction,
  info: ModelInfo,
): Omit<Result, 'verdict' | 'expectations'> {
  const ends = prediction.queues.map((queue) => queue.emptyAtSeconds ?? queue.settledAtSeconds);
  const durationSeconds = tidy(Math.max(plan.lastMomentSeconds, ...ends));
  return {
    ...predictedHead(plan, info, { durationSeconds, ended: endedOf(plan, prediction, durationSeconds) }),
    producers: Object.fromEntries(
      plan.producers.map((producer) => [
        producer.name,
        producerResult(producer, producer.scheduled, wholeOf(plan, prediction, producer)),
      ]),
    ),
    queues: Object.fromEntries(
      prediction.queues.map((queue) => [queue.name, queueResult(plan, queue, durationSeconds)]),
    ),
    faults: faultResults(plan, prediction),
  };
}

function figuresOf(figures: PredictedFigures): PredictedFigures {
  const { peakBacklog, catchUpSeconds, catchUpReason, drainedAtSeconds } = figures;
  const { maxWaitSeconds, redeliveries, duplicateEffects } = figures;
  return {
    peakBacklog,
    catchUpSeconds,
    catchUpReason,
    drainedAtSeconds,
    maxWaitSeconds,
    redeliveries,
    duplicateEffects,
  };
}

function endedOf(plan: Plan, prediction: FluidPrediction, durationSeconds: number): RunEnd {
  const left = prediction.queues.filter((queue) => queue.emptyAtSeconds === null);
  if (left.length === 0) return { reason: 'drained', detail: 'every queue is empty', signal: null };
  const { drainSeconds } = plan.scenario;
  if (drainSeconds !== null && durationSeconds >= plan.lastMomentSeconds + drainSeconds) {
    const detail = `the drain's limit of ${drainSeconds} s is reached`;
    return { reason: 'drain-limit', detail, signal: null };
  }
  const names = left.map((queue) => queue.name).join(', ');
  return { reason: 'nobody-left', detail: `nobody left to serve ${names}`, signal: null };
}

const unknown: WaitQuantiles = { p50: null, p95: null, p99: null, max: null };

function everywhere(seconds: number): WaitQuantiles {
  return { p50: seconds, p95: seconds, p99: seconds, max: seconds };
}

function queueResult(plan: Plan, queue: QueuePrediction, endSeconds: number): QueueResult {
  const spec = specOf(plan, queue.name);
  const limit = limitPerSecond(spec);
  const isConstant = spec.work.kind === 'constant';
  const isSure = isConstant && isByRates(plan);
  const accounting = accountingOf(queue);
  return {
    accounting,
    duplicates: [],
    depth: {
      peak: null,
      peakAtSeconds: null,
      final: (accounting.pending ?? 0) + accounting.redeliveryPending,
    },
    backlog: { peak: queue.peakBacklog, peakAtSeconds: queue.peakAtSeconds, final: queue.pending },
    rate: {
      configuredPerSecond: Number.isFinite(limit) ? tidy(limit) : null,
      achievedPerSecond: queue.servedPerSecond,
      busiestSecond: null,
    },
    waitSeconds: isSure ? queue.waitSeconds : { ...unknown, max: queue.maxWaitSeconds },
    workSeconds: isConstant ? everywhere(spec.work.meanSeconds) : unknown,
    endToEndSeconds: isSure ? queue.endToEndSeconds : unknown,
    oldestAgeSeconds: { peak: isSure ? queue.oldestAgeSeconds : null },
    troubles: queue.troubles,
    catchUpSeconds: queue.catchUpSeconds,
    catchUpReason: queue.catchUpReason,
    drainedAtSeconds: queue.drainedAtSeconds,
    redeliveries: { count: queue.redeliveries, neverStarted: 0, delaySeconds: queue.redeliveryDelaySeconds },
    failures: noFailures,
    deadLetters: noDeadLetters(spec),
    order: orderUnknown,
    idempotency: spec.idempotency.mode,
    workers: { started: queue.workersStarted, startRealSeconds: { max: null }, died: 0 },
    predicted: { ...figuresOf(queue), withoutFaults: figuresOf(queue.withoutFaults) },
    difference: [],
    littlesLaw: null,
    curve: thinnedCurve(queue, endSeconds),
  };
}

/** Whether the rates say it all: nothing is drawn, and no trace counts by its mean. */
function isByRates(plan: Plan): boolean {
  return whatIsRandom(plan).length === 0 && plan.producers.every(({ times }) => times === undefined);
}

function faultResults(plan: Plan, prediction: FluidPrediction): FaultResult[] {
  const predicted = new Map(prediction.faults.map((fault) => [fault.index, fault]));
  return plan.faults.map((fault) => {
    const found = predicted.get(fault.index);
    return {
      atSeconds: fault.atSeconds,
      doneAtSeconds: found?.doneAtSeconds == null ? null : tidy(found.doneAtSeconds),
      kind: fault.kind,
      target: fault.queue,
      workers: Array.from({ length: found?.workers ?? 0 }, (_, i) => i + 1),
      pids: [],
      ordered: true,
      detail: found?.detail ?? null,
      held: found?.held ?? null,
    };
  });
}
