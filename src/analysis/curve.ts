import type { BacklogCurve } from '../result/types.js';
import type { MeasuredBacklog } from './backlog.js';
import { indexAfter } from './search.js';

const buckets = 119;

/** A predicted backlog over time, in scenario seconds; null: none was predicted. */
export type PredictedBacklog = ((seconds: number) => number) | null;

interface Point {
  readonly seconds: number;
  readonly backlog: number;
}

/**
 * The backlog in at most 240 points, for charts: of each of 119 equal spans its lowest and its highest, in their order,
 * so that peaks survive; then its end. Each value holds from its time on.
 */
export function thinned(
  backlog: MeasuredBacklog,
  endSeconds: number,
  predicted: PredictedBacklog,
  withoutFaults: PredictedBacklog,
): BacklogCurve {
  const points: Point[] = [];
  const width = endSeconds / buckets;
  let bucket = 0;
  let now: Point = { seconds: 0, backlog: backlog.at(0) };
  let low = now;
  let high = now;
  const closeUpTo = (next: number): void => {
    for (; bucket < next; bucket++) {
      if (low === high) points.push(low);
      else points.push(...(low.seconds < high.seconds ? [low, high] : [high, low]));
      now = { seconds: (bucket + 1) * width, backlog: now.backlog };
      low = now;
      high = now;
    }
  };
  backlog.walk(0, (seconds, value) => {
    if (seconds >= endSeconds) return false;
    closeUpTo(Math.min(buckets - 1, Math.floor(seconds / width)));
    now = { seconds, backlog: value };
    if (value < low.backlog) low = now;
    if (value > high.backlog) high = now;
    return true;
  });
  closeUpTo(endSeconds === 0 ? 0 : buckets);
  points.push({ seconds: endSeconds, backlog: backlog.at(endSeconds) });
  const atSeconds = points.map((point) => point.seconds);
  return {
    atSeconds,
    backlog: points.map((point) => point.backlog),
    predicted: predicted === null ? null : atSeconds.map(predicted),
    predictedWithoutFaults: withoutFaults === null ? null : atSeconds.map(withoutFaults),
  };
}

/** A curve's backlog at a time, in scenario seconds: between two points on the line that joins them; after the last as it was there. */
export function backlogAt({ atSeconds, backlog }: BacklogCurve, seconds: number): number {
  const after = indexAfter(atSeconds, seconds);
  const [last, next] = [backlog[after - 1], backlog[after]];
  if (last === undefined) return backlog[0] ?? 0;
  if (next === undefined) return last;
  const [from, to] = [atSeconds[after - 1] as number, atSeconds[after] as number];
  return last + ((next - last) * (seconds - from)) / (to - from);
}
