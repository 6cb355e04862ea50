import { sumOf } from '../plan/curve.js';
import type { PlannedQueue, RateCurve, RateSegment } from '../plan/types.js';
import { type Piece, valueWithin } from './pieces.js';

/** How long something takes that happens at once, in seconds: rates have to be finite. */
const moment = 1e-6;

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

/** What a queue passes on, as a rate: the slope of the curve of what had its effect. Where that jumps, all at once. */
export function passedOn(effects: readonly Piece[]): RateCurve {
  const flow: RateSegment[] = [];
  const bursts: RateSegment[] = [];
  let before = 0;
  for (const piece of effects) {
    const { fromSeconds: startSeconds, toSeconds, value, slopePerSecond, bend } = piece;
    const jump = value - before;
    if (jump > 1e-6 + 1e-12 * value) {
      const perSecond = jump / moment;
      const endSeconds = startSeconds + moment;
      bursts.push({ startSeconds, endSeconds, fromPerSecond: perSecond, toPerSecond: perSecond });
    }
    before = valueWithin(piece, toSeconds);
    const toPerSecond = slopePerSecond + 2 * bend * (toSeconds - startSeconds);
    flow.push({ startSeconds, endSeconds: toSeconds, fromPerSecond: slopePerSecond, toPerSecond });
  }
  return bursts.length === 0 ? flow : sumOf([flow, bursts]);
}
