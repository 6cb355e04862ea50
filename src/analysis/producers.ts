import { Arrivals } from '../plan/arrivals.js';
import { cumulativeAt, endOf } from '../plan/curve.js';
import type { Plan, PlannedProducer } from '../plan/types.js';
import type { ProducerResult } from '../result/types.js';
import type { OrderTable } from './order-table.js';
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

/** A producer's figures without its messages' whole story. */
type OwnFigures = Omit<ProducerResult, 'whole' | 'orderBooks'>;

/** What a producer's figures are made from. Microseconds. */
interface Attempts {
  readonly attempted: number;
  /** Of these, those of the producing time. */
  readonly inTime: number;
  /** Sorted, as are the next. */
  readonly lag: Float32Array | Float64Array;
  readonly confirm: Float32Array | Float64Array;
}

/**
 * A producer's own figures. A message counts as attempted when it was attempted on every queue that it goes to. The
 * achieved rate is what was attempted over the producing time, an attempt up to 50 real ms after its end included.
 * What queues publish on is no part of it.
 * @param tables those of its queues
 * @param abortedAt when the run was aborted, in microseconds: what was due later counts as dropped, and not against the rate; null: it wasn't
 */
export function producerResult(
  plan: Plan,
  producer: PlannedProducer,
  tables: readonly QueueTable[],
  abortedAt: number | null = null,
): OwnFigures {
  return figuresOf(plan, producer, abortedAt, {
    ...countAttempted(producer, tables, producingMicros(plan, producer)),
    lag: gather(producer, tables, (table) => table.lag),
    confirm: gather(
      producer,
      tables,
      (table) => table.confirm,
      (table, slot) => table.has(slot, known.acknowledged),
    ),
  });
}

/**
 * The same of a producer by HTTP: an order counts as attempted when it was posted, and as confirmed when its customer
 * had the answer that it is accepted.
 */
export function customersResult(
  plan: Plan,
  producer: PlannedProducer,
  orders: OrderTable,
  abortedAt: number | null = null,
): OwnFigures {
  const end = producingMicros(plan, producer);
  const lag = new Float64Array(orders.size).fill(Number.NaN);
  const confirm = new Float64Array(orders.size).fill(Number.NaN);
  let attempted = 0;
  let inTime = 0;
  for (let row = 0; row < orders.size; row++) {
    if (!orders.wasPosted(row)) continue;
    const due = orders.due[row] as number;
    const postedAt = orders.postedAt[row] as number;
    attempted++;
    if (postedAt <= end) inTime++;
    lag[row] = postedAt - due;
    if (orders.classOf(row) === 'accepted') confirm[row] = (orders.answeredAt[row] as number) - due;
  }
  const [sortedLag, sortedConfirm] = [sortKnown(lag), sortKnown(confirm)];
  return figuresOf(plan, producer, abortedAt, { attempted, inTime, lag: sortedLag, confirm: sortedConfirm });
}

/** When its producing time ends, what an operating system may take included. Microseconds. */
function producingMicros(plan: Plan, producer: PlannedProducer): number {
  return (endOf(producer.curve) * 1e6) / plan.speed + allowance * 1e6;
}

function figuresOf(
  plan: Plan,
  producer: PlannedProducer,
  abortedAt: number | null,
  { attempted, inTime, lag, confirm }: Attempts,
): OwnFigures {
  const endSeconds = endOf(producer.curve);
  const due = abortedAt === null ? producer.scheduled : dueBy(plan, producer, abortedAt - allowance * 1e6);
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
        attempted >= due &&
        inTime >= leastShare * due &&
        (lagRealSeconds.p99 ?? 0) <= lagLimitRealSeconds(plan),
    },
    lagSeconds: quantilesOf(lag, scenarioSeconds(plan.speed)),
    lagRealSeconds,
    confirmSeconds: quantilesOf(confirm, scenarioSeconds(plan.speed)),
    confirmRealSeconds: quantilesOf(confirm, real),
  };
}

/** How many of a producer's messages were due by then. Microseconds. */
function dueBy({ seed, speed }: Plan, producer: PlannedProducer, micros: number): number {
  const arrivals = new Arrivals(producer, seed);
  const until = scenarioSeconds(speed)(micros);
  let count = 0;
  for (let at = arrivals.next(); at !== null && at <= until; at = arrivals.next()) count++;
  return count;
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
