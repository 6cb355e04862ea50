import { cumulativeAt, endOf } from '../plan/curve.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import type { ProducerResult } from '../result/types.js';
import { quantilesOf, sortKnown } from './quantiles.js';
import { known, type QueueTable } from './tables.js';
import { scenarioSeconds } from './time.js';

/** Share of the planned messages that must have been attempted in time for the rate to have held. */
const leastShare = 0.99;

/** A lag that every run may have, in real seconds: what an operating system may take to wake a process. */
const allowance = 0.05;

/** How late the 99th percentile of attempts may be, in real seconds: 50 ms, or 5 % of the shortest limiter window. */
export function lagLimitRealSeconds(plan: Plan): number {
  const windows = plan.scenario.queues.flatMap((queue) =>
    queue.rate === null ? [] : [queue.rate.perSeconds / plan.speed],
  );
  return Math.max(allowance, windows.length === 0 ? 0 : 0.05 * Math.min(...windows));
}

/**
 * A producer's own figures. A message counts as attempted when it was attempted on every queue that it goes to. The
 * achieved rate is what was attempted over the producing time, an attempt up to 50 real ms after its end included.
 * What queues publish on is no part of it.
 * @param tables those of its queues
 */
export function producerResult(
  plan: Plan,
  producer: PlannedProducer,
  tables: readonly QueueTable[],
): Omit<ProducerResult, 'whole'> {
  const limit = lagLimitRealSeconds(plan);
  const endSeconds = endOf(producer.curve);
  const endMicros = (endSeconds * 1e6) / plan.speed + allowance * 1e6;
  const { attempted, inTime } = countAttempted(producer, tables, endMicros);
  const lag = gather(producer, tables, (table) => table.lag);
  const confirm = gather(
    producer,
    tables,
    (table) => table.confirm,
    (table, slot) => table.has(slot, known.acknowledged),
  );
  const real = (micros: number): number => micros / 1e6;
  const lagRealSeconds = quantilesOf(lag, real);
  return {
    scheduled: producer.scheduled,
    attempted,
    dropped: producer.scheduled - attempted,
    rate: {
      configuredPerSecond: endSeconds === 0 ? null : cumulativeAt(producer.curve, endSeconds) / endSeconds,
      achievedPerSecond: endSeconds === 0 ? null : inTime / endSeconds,
      held:
        attempted === producer.scheduled &&
        inTime >= leastShare * producer.scheduled &&
        (lagRealSeconds.p99 ?? 0) <= limit,
    },
    lagSeconds: quantilesOf(lag, scenarioSeconds(plan.speed)),
    lagRealSeconds,
    confirmSeconds: quantilesOf(confirm, scenarioSeconds(plan.speed)),
    confirmRealSeconds: quantilesOf(confirm, real),
  };
}

function countAttempted(
  producer: PlannedProducer,
  tables: readonly QueueTable[],
  endMicros: number,
): { readonly attempted: number; readonly inTime: number } {
  const places = tables.map((table) => ({ table, base: table.slotsOf(producer.name).from }));
  let attempted = 0;
  let inTime = 0;
  for (let i = 0; i < producer.scheduled; i++) {
    if (!places.every(({ table, base }) => table.has(base + i, known.attempted))) continue;
    attempted++;
    if (places.every(({ table, base }) => (table.arrival[base + i] as number) <= endMicros)) inTime++;
  }
  return { attempted, inTime };
}

/** The known values of a column over all of the producer's messages, sorted. */
function gather(
  producer: PlannedProducer,
  tables: readonly QueueTable[],
  column: (table: QueueTable) => Float32Array,
  counts: (table: QueueTable, slot: number) => boolean = () => true,
): Float32Array {
  const values = new Float32Array(producer.scheduled * tables.length);
  let length = 0;
  for (const table of tables) {
    const { from, to } = table.slotsOf(producer.name);
    for (let slot = from; slot < to; slot++) {
      if (counts(table, slot)) values[length++] = column(table)[slot] as number;
    }
  }
  return sortKnown(values.subarray(0, length));
}
