import { limitPerSecond } from '../plan/capacity.js';
import { endOf } from '../plan/curve.js';
import { modelledPlan, providerOf } from '../plan/modelled.js';
import { callsAtOnce } from '../plan/service-warnings.js';
import { specOf } from '../plan/spec.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import type {
  FaultResult,
  PredictedFigures,
  PredictedQueue,
  ProducerResult,
  QueueResult,
  Result,
  RunEnd,
  WaitQuantiles,
} from '../result/types.js';
import { accountingOf, deadLettersOf, failuresOf, orderUnknown, wholeOf } from './books.js';
import { thinnedCurve } from './curve.js';
import { defaultDrainSeconds } from './drain.js';
import { tidy } from './pieces.js';
import type { Prediction, QueuePrediction } from './predict.js';
import { whyUnpredicted } from './unpredicted.js';
import { unpredictedQueue } from './unpredicted-result.js';

/** Which program predicted. */
export interface ModelInfo {
  readonly launchpad: string;
  readonly node: string;
}

/**
 * A prediction in the shape of a result, without what is judged. Every message is sent on time and acknowledged. What
 * a fluid doesn't know (quantiles, depth, process starts) is null. A queue that is not predicted has no `predicted`, and why in
 * `catchUpReason`. The services and the customers' books are not predicted at all.
 */
export function predictedResult(
  plan: Plan,
  prediction: Prediction,
  info: ModelInfo,
): Omit<Result, 'verdict' | 'expectations'> {
  const { scenario } = plan;
  const seen = modelledPlan(plan);
  const drainLimitSeconds = scenario.drainSeconds ?? defaultDrainSeconds(plan, prediction);
  const ends = prediction.queues.map((queue) => queue.emptyAtSeconds ?? queue.settledAtSeconds);
  const durationSeconds = tidy(Math.max(plan.lastMomentSeconds, ...ends));
  return {
    schema: 'launchpad.result/1',
    origin: 'predicted',
    scenario: {
      name: scenario.name,
      summary: scenario.summary,
      lesson: scenario.lesson,
      reference: scenario.reference,
      changes: scenario.changes,
      variant: scenario.variant,
      ...(scenario.orderService === null ? {} : { mode: scenario.mode }),
      try: scenario.try,
      producingSeconds: plan.producingSeconds,
      drainLimitSeconds,
    },
    run: {
      id: null,
      directory: null,
      startedAt: null,
      seed: plan.seed,
      speed: plan.speed,
      durationSeconds,
      ended: endedOf(plan, prediction, durationSeconds),
      broker: null,
      ...info,
      tornLines: 0,
    },
    producers: Object.fromEntries(
      plan.producers.map((producer) => [producer.name, producerResult(plan, prediction, producer)]),
    ),
    queues: Object.fromEntries(
      plan.queues.flatMap((planned): [string, QueueResult][] => {
        const queue = prediction.queues.find(({ name }) => name === planned.name);
        if (queue !== undefined) return [[planned.name, queueResult(plan, seen, queue, durationSeconds)]];
        const why = whyUnpredicted(plan, planned);
        return why === null ? [] : [[planned.name, unpredictedQueue(plan, planned, why)]];
      }),
    ),
    faults: faultResults(plan, prediction),
    warnings: plan.warnings,
  };
}

/** What is set beside a queue's measured figures; null where the queue was not predicted. */
export function predictedQueue(prediction: Prediction, name: string): PredictedQueue | null {
  const queue = prediction.queues.find((candidate) => candidate.name === name);
  return queue === undefined ? null : withAndWithout(queue);
}

function withAndWithout(queue: QueuePrediction): PredictedQueue {
  return { ...figuresOf(queue), withoutFaults: figuresOf(queue.withoutFaults) };
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

function endedOf(plan: Plan, prediction: Prediction, durationSeconds: number): RunEnd {
  const left = prediction.queues.filter((queue) => queue.emptyAtSeconds === null);
  const isWhole = prediction.queues.length === plan.queues.length;
  if (left.length === 0) {
    const detail = isWhole ? 'every queue is empty' : 'every queue that is predicted is empty';
    return { reason: 'drained', detail, signal: null };
  }
  const { drainSeconds } = plan.scenario;
  if (drainSeconds !== null && durationSeconds >= plan.lastMomentSeconds + drainSeconds) {
    const detail = `the drain's limit of ${drainSeconds} s is reached`;
    return { reason: 'drain-limit', detail, signal: null };
  }
  const names = left.map((queue) => queue.name).join(', ');
  return { reason: 'nobody-left', detail: `nobody left to serve ${names}`, signal: null };
}

function producerResult(plan: Plan, prediction: Prediction, producer: PlannedProducer): ProducerResult {
  const producing = endOf(producer.curve);
  const perSecond = producing === 0 ? null : tidy(producer.scheduled / producing);
  const none = { p50: null, p99: null, max: null };
  return {
    scheduled: producer.scheduled,
    attempted: producer.scheduled,
    dropped: 0,
    rate: { configuredPerSecond: perSecond, achievedPerSecond: perSecond, held: true },
    lagSeconds: none,
    lagRealSeconds: none,
    confirmSeconds: none,
    confirmRealSeconds: none,
    whole: wholeOf(plan, prediction, producer),
  };
}

const unknown: WaitQuantiles = { p50: null, p95: null, p99: null, max: null };

function everywhere(seconds: number): WaitQuantiles {
  return { p50: seconds, p95: seconds, p99: seconds, max: seconds };
}

/** The fluid knows the longest wait; how the others are spread only where nobody waits at all. */
function waitsOf(longest: number | null, work = 0): WaitQuantiles {
  if (longest === null) return unknown;
  return longest === 0 ? everywhere(work) : { ...unknown, max: tidy(longest + work) };
}

function queueResult(plan: Plan, seen: Plan, queue: QueuePrediction, endSeconds: number): QueueResult {
  const spec = specOf(seen, queue.name);
  const limit = limitPerSecond(specOf(plan, queue.name));
  const provider = providerOf(plan, spec);
  // Calls that come together wait for each other at the provider, and that is part of the work.
  const isKnown = spec.work.kind === 'constant' && (provider === null || callsAtOnce(spec, provider) <= 1);
  const work = isKnown ? spec.work.meanSeconds : null;
  const accounting = accountingOf(queue);
  // Messages that come back without an effect are older than those that wait in line; how old, the fluid doesn't say.
  const comeBack = queue.redeliveriesWithoutEffect + queue.attempts.retried + queue.attempts.redriven;
  const inLine = accounting.pending === 0 && comeBack === 0;
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
    waitSeconds: waitsOf(queue.maxWaitSeconds),
    workSeconds: work === null ? unknown : everywhere(work),
    endToEndSeconds:
      work === null || queue.attempts.retried > 0 ? unknown : waitsOf(queue.maxWaitSeconds, work),
    oldestAgeSeconds: { peak: inLine ? queue.maxWaitSeconds : null },
    troubles: queue.troubles,
    catchUpSeconds: queue.catchUpSeconds,
    catchUpReason: queue.catchUpReason,
    drainedAtSeconds: queue.drainedAtSeconds,
    redeliveries: { count: queue.redeliveries, neverStarted: 0, delaySeconds: queue.redeliveryDelaySeconds },
    failures: failuresOf(queue),
    deadLetters: deadLettersOf(queue, spec),
    order: orderUnknown,
    workers: {
      started: queue.workersStarted,
      startRealSeconds: { max: null },
      died: queue.workersDied,
    },
    predicted: withAndWithout(queue),
    difference: [],
    littlesLaw: null,
    curve: thinnedCurve(queue, endSeconds),
  };
}

function faultResults(plan: Plan, prediction: Prediction): FaultResult[] {
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
