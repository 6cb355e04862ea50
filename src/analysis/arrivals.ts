import { specOf } from '../plan/build.js';
import { sumOf } from '../plan/curve.js';
import type { Plan, PlannedQueue, RateCurve } from '../plan/types.js';
import { known, type QueueTable } from './tables.js';

/** Finer than this no curve has to be. */
const mostBins = 2_000;

/**
 * The rate at which messages arrive on a queue: by the plan what comes from producers, and as it was measured what comes
 * through other queues. That is its mean over bins of a second, or of the longest limiter window of this queue and those
 * before it. A message arrives with the publish attempt that took effect.
 */
export function arrivalsOf(
  plan: Plan,
  planned: PlannedQueue,
  table: QueueTable,
  seconds: (micros: number) => number,
): RateCurve {
  const behind = table.blocks.filter(({ path }) => path.length > 0);
  if (behind.length === 0) return planned.arrivals;
  const times: number[] = [];
  for (const { base, count } of behind) {
    for (let slot = base; slot < base + count; slot++) {
      if (table.has(slot, known.attempted)) times.push(seconds(table.arrival[slot] as number));
    }
  }
  const names = [planned.name, ...planned.feeders.map(({ queue }) => queue)];
  const windows = names.map((name) => specOf(plan, name).rate?.perSeconds ?? 0);
  return sumOf([planned.arrivals, measuredCurve(times, Math.max(1, ...windows))]);
}

/** The mean rate of events over bins of a width, all in seconds; wider ones where there would be too many. */
export function measuredCurve(times: readonly number[], widthSeconds: number): RateCurve {
  const last = times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  if (times.length === 0 || last < 0) return [];
  const width = widthSeconds * Math.max(1, Math.ceil(last / (widthSeconds * mostBins)));
  const counts = new Array<number>(Math.floor(last / width) + 1).fill(0);
  for (const time of times) {
    const bin = Math.max(0, Math.floor(time / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const curve: { startSeconds: number; endSeconds: number; fromPerSecond: number; toPerSecond: number }[] =
    [];
  for (const [i, count] of counts.entries()) {
    const perSecond = count / width;
    const before = curve.at(-1);
    if (before?.toPerSecond === perSecond) before.endSeconds = (i + 1) * width;
    else {
      curve.push({
        startSeconds: i * width,
        endSeconds: (i + 1) * width,
        fromPerSecond: perSecond,
        toPerSecond: perSecond,
      });
    }
  }
  return curve;
}
