import { type ArrivalSource, Arrivals } from './arrivals.js';
import { isByMean } from './counts.js';
import { CurveInverse, cumulativeAt, endOf } from './curve.js';
import type { PlannedProducer, RateCurve } from './types.js';

/** How many messages a producer has, and when the first and the last of them are due. */
type Schedule = Pick<PlannedProducer, 'scheduled' | 'firstDueSeconds' | 'lastDueSeconds'>;

/**
 * Counts a producer's messages: constant arrivals by the curve's integral, and those of a trace or that are drawn one by one. Of more
 * than are drawn (see mostDrawn) the mean is taken, and the plan warns of that.
 */
export function scheduleOf(source: ArrivalSource, seed: number): Schedule {
  const { arrivals, times, curve } = source;
  if (times !== undefined) return drawnSchedule(new Arrivals(source, seed));
  if (arrivals === 'constant') return constantSchedule(curve);
  const drawn = new Arrivals(source, seed);
  return isByMean(source) ? meanSchedule(curve, drawn.next()) : drawnSchedule(drawn);
}

/** Where the share of its total to which the curve's inverse is exact is a whole message. */
const mostPaced = 1e12;

function constantSchedule(curve: RateCurve): Schedule {
  const total = cumulativeAt(curve, endOf(curve));
  if (total >= mostPaced) return meanSchedule(curve, new CurveInverse(curve).timeOf(0));
  // Message n is due when the integral reaches n − 1. Rounding decides whether an integral of 1000.0000001 has 1,000 or 1,001
  // messages, so the pacer itself is asked.
  let scheduled = Math.max(0, Math.floor(total) - 1);
  while (new CurveInverse(curve).timeOf(scheduled) !== null) scheduled++;
  return {
    scheduled,
    firstDueSeconds: scheduled === 0 ? null : new CurveInverse(curve).timeOf(0),
    lastDueSeconds: scheduled === 0 ? null : new CurveInverse(curve).timeOf(scheduled - 1),
  };
}

function meanSchedule(curve: RateCurve, firstDueSeconds: number | null): Schedule {
  const scheduled = Math.round(cumulativeAt(curve, endOf(curve)));
  const lastDueSeconds = new CurveInverse(curve).timeOf(scheduled * (1 - 2e-12) - 1) ?? endOf(curve);
  return { scheduled, firstDueSeconds, lastDueSeconds };
}

function drawnSchedule(arrivals: Arrivals): Schedule {
  let scheduled = 0;
  let firstDueSeconds: number | null = null;
  let lastDueSeconds: number | null = null;
  for (let due = arrivals.next(); due !== null; due = arrivals.next()) {
    scheduled++;
    firstDueSeconds ??= due;
    lastDueSeconds = due;
  }
  return { scheduled, firstDueSeconds, lastDueSeconds };
}
