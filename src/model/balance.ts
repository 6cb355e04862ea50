import type { RateCurve, RateSegment } from '../plan/types.js';

/** The capacity of a queue from a time on, until the next step. */
export interface CapacityStep {
  readonly atSeconds: number;
  /** Infinity: nothing bounds it. */
  readonly perSecond: number;
}

/** A span of time in which arrivals are over, equal to, or under capacity throughout. */
export interface Span {
  readonly fromSeconds: number;
  /** Infinity for the last. */
  readonly toSeconds: number;
  readonly relation: 'over' | 'equal' | 'under';
  /** The highest arrival rate in it, per second, and the lowest. */
  readonly arrivalsPerSecond: number;
  readonly lowestPerSecond: number;
  readonly capacityPerSecond: number;
}

/** Rates nearer to each other than this share of them are equal. */
const alike = 1e-9;

/**
 * Sets arrivals against capacity: from 0 on, a span for each time between two changes of either, and between two
 * moments at which a rising or falling arrival rate crosses the capacity. Linear in the number of changes.
 */
export function compareRates(arrivals: RateCurve, capacity: readonly CapacityStep[]): Span[] {
  const changes = [0, ...arrivals.flatMap((s) => [s.startSeconds, s.endSeconds])];
  for (const step of capacity) changes.push(Math.max(0, step.atSeconds));
  const times = [...new Set(changes)].sort((a, b) => a - b);
  const spans: Span[] = [];
  let segment = 0;
  let step = -1;
  for (let i = 0; i < times.length; i++) {
    const from = times[i] as number;
    const to = times[i + 1] ?? Number.POSITIVE_INFINITY;
    while (segment < arrivals.length && (arrivals[segment] as RateSegment).endSeconds <= from) segment++;
    while (step + 1 < capacity.length && (capacity[step + 1] as CapacityStep).atSeconds <= from) step++;
    const perSecond = capacity[step]?.perSecond ?? 0;
    spans.push(...spansBetween(arrivals[segment], perSecond, from, to));
  }
  return spans;
}

/** One span, or two where the arrival rate crosses the capacity in between. */
function spansBetween(
  segment: RateSegment | undefined,
  capacityPerSecond: number,
  fromSeconds: number,
  toSeconds: number,
): Span[] {
  if (segment === undefined || segment.startSeconds > fromSeconds) {
    return [span(0, 0, capacityPerSecond, fromSeconds, toSeconds)];
  }
  const slope = (segment.toPerSecond - segment.fromPerSecond) / (segment.endSeconds - segment.startSeconds);
  const rateAt = (seconds: number): number =>
    segment.fromPerSecond + slope * (seconds - segment.startSeconds);
  const first = rateAt(fromSeconds);
  const last = rateAt(toSeconds);
  const crossing = segment.startSeconds + (capacityPerSecond - segment.fromPerSecond) / slope;
  if (slope === 0 || !(crossing > fromSeconds && crossing < toSeconds)) {
    return [span(first, last, capacityPerSecond, fromSeconds, toSeconds)];
  }
  return [
    span(first, capacityPerSecond, capacityPerSecond, fromSeconds, crossing),
    span(capacityPerSecond, last, capacityPerSecond, crossing, toSeconds),
  ];
}

function span(first: number, last: number, capacity: number, fromSeconds: number, toSeconds: number): Span {
  // Within a span the arrivals are on one side of the capacity throughout, so their middle tells which.
  const middle = (first + last) / 2;
  const slack = Number.isFinite(capacity) ? alike * Math.max(1, middle, capacity) : 0;
  const relation = middle > capacity + slack ? 'over' : middle < capacity - slack ? 'under' : 'equal';
  return {
    fromSeconds,
    toSeconds,
    relation,
    arrivalsPerSecond: Math.max(first, last),
    lowestPerSecond: Math.min(first, last),
    capacityPerSecond: capacity,
  };
}
