import type { QueueRate } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { MeasuredCapacity } from './capacity.js';
import { indexFrom } from './search.js';

/** The limiter's window in microseconds of real time; null: no limit. */
function windowMicros(spec: QueueSpec, speed: number): number | null {
  return spec.rate === null ? null : (spec.rate.perSeconds * 1e6) / speed;
}

/**
 * How fast a queue was served.
 * @param starts times of all starts, in rising order, in microseconds of real time
 * @param down when the last worker went
 */
export function queueRate(
  starts: Float64Array,
  spec: QueueSpec,
  down: MeasuredCapacity['down'],
  speed: number,
): QueueRate {
  return {
    configuredPerSecond: spec.rate === null ? null : spec.rate.count / spec.rate.perSeconds,
    achievedPerSecond: achieved(starts, windowMicros(spec, speed), down, speed),
    busiestSecond: busiest(starts, 1e6 / speed),
  };
}

/**
 * Starts per second while workers were up. A limiter hands out a whole window's starts at its beginning, so counting up
 * to the last start would count a window without its time: the count ends before the last window, whose first start is
 * the end of the time. Idle time is left out. Without a limiter: (count − 1) / (last − first).
 */
function achieved(
  starts: Float64Array,
  window: number | null,
  down: MeasuredCapacity['down'],
  speed: number,
): number | null {
  if (starts.length < 2) return null;
  const first = starts[0] as number;
  const count = indexFrom(starts, (starts.at(-1) as number) - (window ?? 0) / 2);
  const end = starts[count] as number;
  let time = end - first;
  let resumed = 0;
  const paused = new Set<number>();
  for (const from of down) {
    const next = indexFrom(starts, from);
    if (next <= resumed || next > count) continue;
    resumed = next;
    // What the limiter had already handed out stands for its whole window, whether or not the workers lived to its end.
    const before = starts[next - 1] as number;
    const opened = window === null ? before : (starts[indexFrom(starts, before - window / 2)] as number);
    const since = window === null ? from : Math.max(from, opened + window);
    time -= Math.max(0, (starts[next] as number) - since);
    paused.add(next);
  }
  // With nothing to start for more than two windows, the queue was idle: that says nothing about how fast it is served.
  for (let i = 1; window !== null && i <= count; i++) {
    const gap = (starts[i] as number) - (starts[i - 1] as number);
    if (gap > 2 * window && !paused.has(i)) time -= gap - window;
  }
  return count === 0 || time <= 0 ? null : (count * 1e6) / (time * speed);
}

/** Most starts within any span of that length, its end not included. */
function busiest(starts: Float64Array, span: number): number | null {
  let most: number | null = null;
  let from = 0;
  for (let i = 0; i < starts.length; i++) {
    while ((starts[i] as number) - (starts[from] as number) >= span) from++;
    most = Math.max(most ?? 0, i - from + 1);
  }
  return most;
}
