import { endOf, sumOf } from '../plan/curve.js';
import type { PlannedQueue, RateCurve, RateSegment } from '../plan/types.js';
import { tidy } from './pieces.js';
import type { FluidRun } from './run.js';

/** Most segments of what a queue passes on. */
const mostSegments = 300;

/** The queues, each behind those that feed it. Chains have no circles. */
export function inOrderOfFlow(queues: readonly PlannedQueue[]): PlannedQueue[] {
  const ordered = new Set<PlannedQueue>();
  const visit = (queue: PlannedQueue): void => {
    if (ordered.has(queue)) return;
    for (const feeder of queue.feeders) {
      const found = queues.find(({ name }) => name === feeder.queue);
      if (found !== undefined) visit(found);
    }
    ordered.add(queue);
  };
  for (const queue of queues) visit(queue);
  return [...ordered];
}

/** The queues that feed a queue, each once. */
export function feedersOf(queue: PlannedQueue): string[] {
  return [...new Set(queue.feeders.map((feeder) => feeder.queue))];
}

/**
 * The share of a feeder's messages that go on to a queue: what the plan's draws say of this very seed, so that all of the
 * feeder make all of those that are scheduled.
 */
export function shareOf(queue: PlannedQueue, feeder: PlannedQueue): number {
  if (feeder.scheduled === 0) return 0;
  const through = queue.sources.filter(({ path }) => path.at(-1) === feeder.name);
  return through.reduce((sum, { scheduled }) => sum + scheduled, 0) / feeder.scheduled;
}

/**
 * What comes to a queue from one that feeds it: the rate of its first effects, one work later, times the share. Messages
 * that a dead worker held may be in that rate twice, so the whole is scaled to those that were passed on.
 * @param passedOn how many messages the feeder passed on
 */
export function fedBy(run: FluidRun, workSeconds: number, share: number, passedOn: number): RateCurve {
  const whole = areaOf(run.passed);
  if (whole <= 0 || passedOn <= 0 || share <= 0) return [];
  const factor = (share * passedOn) / whole;
  const shifted = thinned(run.passed).map(
    (segment): RateSegment => ({
      startSeconds: segment.startSeconds + workSeconds,
      endSeconds: segment.endSeconds + workSeconds,
      fromPerSecond: segment.fromPerSecond * factor,
      toPerSecond: segment.toPerSecond * factor,
    }),
  );
  return sumOf([shifted]);
}

/** Messages under a rate curve. */
export function areaOf(curve: RateCurve): number {
  return curve.reduce(
    (sum, s) => sum + ((s.endSeconds - s.startSeconds) * (s.fromPerSecond + s.toPerSecond)) / 2,
    0,
  );
}

/** The same messages in fewer segments: neighbours of the same rate are one, and of many short ones the mean counts. */
function thinned(curve: RateCurve): RateSegment[] {
  const shortest = endOf(curve) / mostSegments;
  const result: RateSegment[] = [];
  let last: RateSegment | undefined;
  for (const segment of curve) {
    const length = segment.endSeconds - segment.startSeconds;
    if (last !== undefined && (together(last, segment) || isShort(last, segment, shortest))) {
      const area = areaOf([last, segment]);
      const rate = area / (segment.endSeconds - last.startSeconds);
      result.pop();
      last = { ...last, endSeconds: segment.endSeconds, fromPerSecond: rate, toPerSecond: rate };
    } else last = segment;
    if (length > 0) result.push(last);
  }
  return result;
}

function isShort(last: RateSegment, segment: RateSegment, shortest: number): boolean {
  return segment.endSeconds - last.startSeconds < shortest;
}

function together(a: RateSegment, b: RateSegment): boolean {
  const rates = [a.fromPerSecond, a.toPerSecond, b.fromPerSecond, b.toPerSecond].map(tidy);
  return Math.max(...rates) - Math.min(...rates) <= 1e-6;
}
