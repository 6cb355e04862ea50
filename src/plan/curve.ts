import type { Phase } from '../scenario/types.js';
import type { RateCurve, RateSegment } from './types.js';

/** The curve of phases that follow each other from time zero. */
export function curveOf(phases: readonly Phase[]): RateCurve {
  let startSeconds = 0;
  return phases.map((phase) => {
    const segment = {
      startSeconds,
      endSeconds: startSeconds + phase.forSeconds,
      fromPerSecond: phase.fromPerSecond,
      toPerSecond: phase.toPerSecond,
    };
    startSeconds = segment.endSeconds;
    return segment;
  });
}

/** When the curve ends, in seconds; 0 for an empty one. */
export function endOf(curve: RateCurve): number {
  return curve.at(-1)?.endSeconds ?? 0;
}

/** The rate at a time, per second; where two segments meet, the later one's; 0 outside. */
export function rateAt(curve: RateCurve, seconds: number): number {
  const segment = segmentAt(curve, seconds);
  return segment === undefined || seconds >= segment.endSeconds ? 0 : rateWithin(segment, seconds);
}

/** The last segment that has begun by a time. */
function segmentAt(curve: RateCurve, seconds: number): RateSegment | undefined {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((curve[middle] as RateSegment).startSeconds <= seconds) low = middle + 1;
    else high = middle;
  }
  return curve[low - 1];
}

/** Messages due before a time: the integral of the rate from 0, a real number. */
export function cumulativeAt(curve: RateCurve, seconds: number): number {
  let sum = 0;
  for (const segment of curve) {
    if (seconds <= segment.startSeconds) break;
    const until = Math.min(seconds, segment.endSeconds);
    sum += (until - segment.startSeconds) * ((segment.fromPerSecond + rateWithin(segment, until)) / 2);
  }
  return sum;
}

/** The sum of several curves: a segment between each two neighbouring ends. */
export function sumOf(curves: readonly RateCurve[]): RateCurve {
  const ends = new Set<number>([0]);
  for (const curve of curves)
    for (const segment of curve) ends.add(segment.startSeconds).add(segment.endSeconds);
  const times = [...ends].sort((a, b) => a - b);
  const next = curves.map(() => 0);
  return times.slice(1).map((endSeconds, i) => {
    const startSeconds = times[i] as number;
    let fromPerSecond = 0;
    let toPerSecond = 0;
    for (const [nth, curve] of curves.entries()) {
      let at = next[nth] ?? 0;
      while (at < curve.length && (curve[at] as RateSegment).endSeconds <= startSeconds) at++;
      next[nth] = at;
      const segment = curve[at];
      if (segment === undefined || segment.startSeconds > startSeconds) continue;
      fromPerSecond += rateWithin(segment, startSeconds);
      toPerSecond += rateWithin(segment, endSeconds);
    }
    return { startSeconds, endSeconds, fromPerSecond, toPerSecond };
  });
}

/** A curve that begins later, and counts so many times. */
export interface Stream {
  readonly curve: RateCurve;
  readonly delaySeconds: number;
  readonly times: number;
}

/** The highest that several streams come to together, per second. */
export function highestSum(streams: readonly Stream[]): number {
  // The sum changes upwards only where a segment of one of them begins.
  const times = new Set(
    streams.flatMap(({ curve, delaySeconds }) =>
      curve.map(({ startSeconds }) => startSeconds + delaySeconds),
    ),
  );
  return [...times].reduce((highest, time) => {
    const sum = streams.reduce((total, { curve, delaySeconds, times: count }) => {
      const at = time - delaySeconds;
      const segment = segmentAt(curve, at);
      if (segment === undefined || at >= segment.endSeconds) return total;
      return total + Math.max(segment.fromPerSecond, segment.toPerSecond) * count;
    }, 0);
    return Math.max(highest, sum);
  }, 0);
}

/**
 * Times at which the curve's integral reaches given values, asked for in rising order; linear in segments over all
 * questions. A pacer's core: a pure function of the count, so that a late message never delays those after it.
 */
export class CurveInverse {
  private segment = 0;
  private before = 0;

  constructor(private readonly curve: RateCurve) {}

  /** The earliest time, in seconds, at which `count` messages' worth of rate has passed; null: the curve ends before. */
  timeOf(count: number): number | null {
    for (; this.segment < this.curve.length; this.segment++) {
      const segment = this.curve[this.segment] as RateSegment;
      const length = segment.endSeconds - segment.startSeconds;
      const within = length * ((segment.fromPerSecond + segment.toPerSecond) / 2);
      const rest = count - this.before;
      // A count that falls on the end of a segment belongs to the next one: the end itself is not part of it.
      if (rest < within * (1 - 1e-12)) return segment.startSeconds + timeWithin(segment, Math.max(0, rest));
      this.before += within;
    }
    return null;
  }
}

function rateWithin(segment: RateSegment, seconds: number): number {
  const length = segment.endSeconds - segment.startSeconds;
  if (length === 0 || segment.fromPerSecond === segment.toPerSecond) return segment.fromPerSecond;
  const share = (seconds - segment.startSeconds) / length;
  return segment.fromPerSecond + share * (segment.toPerSecond - segment.fromPerSecond);
}

/** Solves from·t + slope·t²/2 = count for t; in the form that keeps its digits where the slope is small. */
function timeWithin(segment: RateSegment, count: number): number {
  const slope = (segment.toPerSecond - segment.fromPerSecond) / (segment.endSeconds - segment.startSeconds);
  if (slope === 0) return count === 0 ? 0 : count / segment.fromPerSecond;
  if (count === 0) return 0;
  const root = Math.sqrt(Math.max(0, segment.fromPerSecond ** 2 + 2 * slope * count));
  return (2 * count) / (segment.fromPerSecond + root);
}
