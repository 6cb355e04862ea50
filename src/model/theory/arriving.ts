import { sumOf } from '../../plan/curve.js';
import type { Plan, RateCurve, RateSegment } from '../../plan/types.js';
import type { TheoryArrivals } from '../../result/theory.js';
import { inOrderOfFlow, shareOf } from '../chains.js';

/**
 * What comes to each queue, over time, faults aside: what its own producers publish, and of each queue before it the share that goes
 * on, at no more than that one's capacity.
 * @param capacityOf of a queue, per second, in messages
 */
export function arrivingAt(plan: Plan, capacityOf: (queue: string) => number): Map<string, RateCurve> {
  const curves = new Map<string, RateCurve>();
  for (const queue of inOrderOfFlow(plan.queues)) {
    const fed = [...new Set(queue.feeders.map((feeder) => feeder.queue))].flatMap((name) => {
      const feeder = plan.queues.find((other) => other.name === name);
      const curve = curves.get(name);
      if (feeder === undefined || curve === undefined) return [];
      const share = shareOf(queue, feeder);
      return [scaled(passedOn(curve, capacityOf(name)), share)];
    });
    const { arrivals } = queue;
    curves.set(queue.name, fed.length === 0 ? arrivals : sumOf([arrivals, ...fed]));
  }
  return curves;
}

/** Mean, calm and peak of a rate. */
export function ratesOf(curve: RateCurve): TheoryArrivals {
  let messages = 0;
  let seconds = 0;
  let calm = Number.POSITIVE_INFINITY;
  let peak = 0;
  for (const segment of curve) {
    const length = segment.endSeconds - segment.startSeconds;
    const mean = meanOf(segment);
    if (mean === 0 || length === 0) continue;
    messages += mean * length;
    seconds += length;
    calm = Math.min(calm, mean);
    peak = Math.max(peak, segment.fromPerSecond, segment.toPerSecond);
  }
  if (seconds === 0) return { meanPerSecond: 0, calmPerSecond: 0, peakPerSecond: 0 };
  return { meanPerSecond: messages / seconds, calmPerSecond: calm, peakPerSecond: peak };
}

/** What leaves a queue of a steady capacity: the arrivals, and the capacity while there is a backlog. Of a ramp, its mean. */
function passedOn(curve: RateCurve, capacity: number): RateCurve {
  if (capacity === Number.POSITIVE_INFINITY) return curve;
  const leaving: RateSegment[] = [];
  const add = (startSeconds: number, endSeconds: number, perSecond: number): void => {
    if (endSeconds > startSeconds)
      leaving.push({ startSeconds, endSeconds, fromPerSecond: perSecond, toPerSecond: perSecond });
  };
  let backlog = 0;
  let end = 0;
  for (const segment of curve) {
    const { startSeconds, endSeconds } = segment;
    const mean = meanOf(segment);
    const grows = mean - capacity;
    const full = backlog > 0 || grows > 0 ? endSeconds - startSeconds : 0;
    const emptied = grows < 0 ? Math.min(full, backlog / -grows) : full;
    add(startSeconds, startSeconds + emptied, capacity);
    add(startSeconds + emptied, endSeconds, mean);
    backlog = emptied < full ? 0 : Math.max(0, backlog + grows * emptied);
    end = endSeconds;
  }
  if (backlog > 0 && capacity > 0) add(end, end + backlog / capacity, capacity);
  return leaving;
}

function scaled(curve: RateCurve, share: number): RateCurve {
  return curve.map((segment) => ({
    ...segment,
    fromPerSecond: segment.fromPerSecond * share,
    toPerSecond: segment.toPerSecond * share,
  }));
}

function meanOf({ fromPerSecond, toPerSecond }: RateSegment): number {
  return (fromPerSecond + toPerSecond) / 2;
}
