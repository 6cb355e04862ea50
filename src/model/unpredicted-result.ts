import { limitPerSecond } from '../plan/capacity.js';
import { specOf } from '../plan/spec.js';
import type { Plan, PlannedQueue } from '../plan/types.js';
import type { QueueResult, WaitQuantiles } from '../result/types.js';
import { orderUnknown, unknownAccounting } from './books.js';
import { tidy } from './pieces.js';

const waits: WaitQuantiles = { p50: null, p95: null, p99: null, max: null };
const peak = { peak: null, peakAtSeconds: null, final: null };

/** The result of a queue that is not predicted: nothing is known, and why is its `catchUpReason`. */
export function unpredictedQueue(plan: Plan, queue: PlannedQueue, why: string): QueueResult {
  const spec = specOf(plan, queue.name);
  const limit = limitPerSecond(spec);
  return {
    accounting: unknownAccounting(queue.scheduled),
    duplicates: [],
    depth: peak,
    backlog: peak,
    rate: {
      configuredPerSecond: Number.isFinite(limit) ? tidy(limit) : null,
      achievedPerSecond: null,
      busiestSecond: null,
    },
    waitSeconds: waits,
    workSeconds: waits,
    endToEndSeconds: waits,
    oldestAgeSeconds: { peak: null },
    troubles: [],
    catchUpSeconds: null,
    catchUpReason: why,
    drainedAtSeconds: null,
    redeliveries: { count: 0, neverStarted: 0, delaySeconds: { min: null, max: null } },
    failures: { failed: 0, retried: 0, timedOut: 0, messages: 0, recovered: 0, reasons: [] },
    deadLetters: {
      queue: spec.deadLetter?.queue ?? null,
      depth: peak,
      given: 0,
      final: 0,
      stranded: null,
      redriven: 0,
      reasons: [],
      list: [],
    },
    order: orderUnknown,
    workers: { started: queue.isServed ? spec.workers : 0, startRealSeconds: { max: null }, died: 0 },
    predicted: null,
    difference: [],
    littlesLaw: null,
    curve: { atSeconds: [], backlog: [], predicted: null, predictedWithoutFaults: null },
  };
}
