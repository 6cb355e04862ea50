import { rateAt } from '../../plan/curve.js';
import type { RateCurve } from '../../plan/types.js';
import { type CapacityStep, compareRates, type Span } from '../balance.js';
import { timeToZero } from '../pieces.js';

/** Arrivals and capacity over a part of a stretch: between which values they were, and what they came to. */
export interface Part {
  readonly arrived: number;
  /** What the capacity served, with a backlog all the time. */
  readonly served: number;
  readonly seconds: number;
  /** Of these, without any capacity. */
  readonly awaySeconds: number;
  readonly arrivals: Extremes;
  readonly capacity: Extremes;
}

/** The lowest and the highest of a rate, per second. */
export interface Extremes {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * A time with a backlog, by mean rates alone: from where arrivals exceed capacity until all is caught up. Seconds of scenario
 * time; null: never.
 */
export interface Stretch {
  readonly fromSeconds: number;
  /** From when on the capacity is above the arrivals, until it is caught up. */
  readonly recoverySeconds: number | null;
  readonly caughtUpSeconds: number | null;
  /** Until the recovery; without one, until nothing arrives any more. */
  readonly before: Part;
  /** From the recovery until caught up; null: there is no recovery. */
  readonly after: Part | null;
}

const nothing: Part = {
  arrived: 0,
  served: 0,
  seconds: 0,
  awaySeconds: 0,
  arrivals: { lowest: Number.POSITIVE_INFINITY, highest: 0 },
  capacity: { lowest: Number.POSITIVE_INFINITY, highest: 0 },
};

interface Open {
  readonly fromSeconds: number;
  before: Part;
  recoverySeconds: number | null;
  after: Part;
}

/** All times with a backlog, in order. What begins before the last is caught up belongs to it. */
export function stretchesOf(arrivals: RateCurve, capacity: readonly CapacityStep[]): Stretch[] {
  const stretches: Stretch[] = [];
  let open: Open | null = null;
  for (const span of compareRates(arrivals, capacity)) {
    if (open === null) {
      if (span.relation !== 'over') continue;
      open = { fromSeconds: span.fromSeconds, before: nothing, recoverySeconds: null, after: nothing };
    }
    if (span.relation !== 'under') {
      open.before = joined(open.before, open.after);
      // To the end: nothing arrives any more, and nothing is served.
      if (span.toSeconds !== Number.POSITIVE_INFINITY)
        open.before = joined(open.before, during(span, span.toSeconds - span.fromSeconds));
      open.recoverySeconds = null;
      open.after = nothing;
      continue;
    }
    open.recoverySeconds ??= span.fromSeconds;
    const seconds = secondsToEmpty(backlogOf(open), span, arrivals);
    if (seconds === null || seconds > span.toSeconds - span.fromSeconds) {
      open.after = joined(open.after, during(span, span.toSeconds - span.fromSeconds));
      continue;
    }
    open.after = joined(open.after, during(span, seconds));
    stretches.push({ ...open, caughtUpSeconds: span.fromSeconds + seconds });
    open = null;
  }
  if (open !== null) stretches.push({ ...open, recoverySeconds: null, caughtUpSeconds: null, after: null });
  return stretches;
}

function backlogOf({ before, after }: Open): number {
  return before.arrived - before.served + (after.arrived - after.served);
}

/** How long a backlog takes from the span's beginning; null: longer than arrivals and capacity are as they are. */
function secondsToEmpty(backlog: number, span: Span, arrivals: RateCurve): number | null {
  const { fromSeconds, toSeconds, lowestPerSecond, arrivalsPerSecond, capacityPerSecond } = span;
  if (backlog <= 0 || capacityPerSecond === Number.POSITIVE_INFINITY) return 0;
  const first = rateAt(arrivals, fromSeconds);
  const last = lowestPerSecond + arrivalsPerSecond - first;
  const bend = toSeconds === Number.POSITIVE_INFINITY ? 0 : (last - first) / (toSeconds - fromSeconds) / 2;
  return timeToZero(backlog, first - capacityPerSecond, bend);
}

/** So many seconds of a span; of a rising or falling rate its mean. */
function during(span: Span, seconds: number): Part {
  const { lowestPerSecond, arrivalsPerSecond, capacityPerSecond } = span;
  return {
    arrived: seconds === 0 ? 0 : ((lowestPerSecond + arrivalsPerSecond) / 2) * seconds,
    served: seconds === 0 ? 0 : capacityPerSecond * seconds,
    seconds,
    awaySeconds: capacityPerSecond === 0 ? seconds : 0,
    arrivals: { lowest: lowestPerSecond, highest: arrivalsPerSecond },
    capacity: { lowest: capacityPerSecond, highest: capacityPerSecond },
  };
}

function joined(a: Part, b: Part): Part {
  return {
    arrived: a.arrived + b.arrived,
    served: a.served + b.served,
    seconds: a.seconds + b.seconds,
    awaySeconds: a.awaySeconds + b.awaySeconds,
    arrivals: extremesOf(a.arrivals, b.arrivals),
    capacity: extremesOf(a.capacity, b.capacity),
  };
}

function extremesOf(a: Extremes, b: Extremes): Extremes {
  return { lowest: Math.min(a.lowest, b.lowest), highest: Math.max(a.highest, b.highest) };
}
