import type { Curve, QueueSeries } from '../../result/series.js';
import type { MeasuredBacklog } from '../backlog.js';
import { indexAfter } from '../search.js';
import { Thinner, toNano } from './thinner.js';

/** What a measured backlog is made of. */
type Flow = Pick<MeasuredBacklog, 'arrivals' | 'ends' | 'allEnded'>;

/** What had arrived, what had departed, and what lies between: at the same times. One pass over arrivals and ends. */
export function flowCurves(
  { arrivals, ends }: Flow,
  endSeconds: number,
): Pick<QueueSeries, 'backlog' | 'arrived' | 'departed'> {
  const expected = arrivals.length + ends.length;
  const thinner = new Thinner({ columns: 3, watched: [2], endSeconds, expected });
  let i = indexAfter(arrivals, 0);
  let j = indexAfter(ends, 0);
  const now = Float64Array.of(i, j, i - j);
  thinner.pin(0, now);
  for (;;) {
    const seconds = Math.min(arrivals[i] ?? Number.POSITIVE_INFINITY, ends[j] ?? Number.POSITIVE_INFINITY);
    if (seconds > endSeconds || seconds === Number.POSITIVE_INFINITY) break;
    while (i < arrivals.length && (arrivals[i] as number) <= seconds) i++;
    while (j < ends.length && (ends[j] as number) <= seconds) j++;
    now[0] = i;
    now[1] = j;
    now[2] = i - j;
    thinner.push(seconds, now);
  }
  thinner.pin(endSeconds, now);
  const { times: atSeconds, columns } = thinner;
  const curve = (column: number): Curve => ({ atSeconds, values: columns[column] ?? [] });
  return { arrived: curve(0), departed: curve(1), backlog: curve(2) };
}

/** So much later than a message's end the age is given of the one that is the oldest then, in seconds. */
const justAfter = 1e-6;

/**
 * How long the oldest message of the backlog had been there: it rises by a second each second while a message is the oldest, and falls when that one
 * ends. The next oldest is the first by arrival that had not ended by then.
 */
export function oldestAgeCurve({ arrivals, allEnded }: Flow, endSeconds: number): Curve {
  const thinner = new Thinner({ columns: 1, watched: [0], endSeconds, expected: 3 * arrivals.length });
  const age = new Float64Array(1);
  const point = (seconds: number, value: number): void => {
    age[0] = toNano(value);
    if (seconds === 0) thinner.pin(seconds, age);
    else thinner.push(seconds, age);
  };
  // From then on the oldest is one that follows.
  let since = 0;
  for (let i = 0; i < arrivals.length && since < endSeconds; i++) {
    const arrival = arrivals[i] as number;
    const end = Math.min(allEnded[i] as number, endSeconds);
    if (end <= since || end <= arrival) continue;
    const begin = since === 0 ? 0 : since + justAfter;
    if (arrival > since) {
      if (begin < arrival) point(begin, 0);
      point(arrival, 0);
    } else if (begin < end) {
      point(begin, begin - arrival);
    }
    point(end, end - arrival);
    since = end;
  }
  if (since < endSeconds) point(Math.min(since === 0 ? 0 : since + justAfter, endSeconds), 0);
  thinner.pin(endSeconds, age);
  return { atSeconds: thinner.times, values: thinner.columns[0] ?? [] };
}
