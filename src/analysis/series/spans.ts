import type { QueueSeries } from '../../result/series.js';
import { toNano } from './thinner.js';

/** Rates are of at most this many spans, and waits of about this many. */
const mostRates = 500;
const mostWaits = 40;

/** What floating point takes off at the edges of spans. */
const tolerance = 1e-9;

/**
 * How many messages came and were started per second, in equal spans from 0 to the end. A span is at least a fiftieth of the time or a second,
 * whichever is shorter, and whole windows of the limit, as a limiter hands out a window's starts at once.
 * @param arrivals in scenario seconds
 * @param starts in scenario seconds
 * @param windowSeconds of the limit; null: there is none
 */
export function ratesOf(
  arrivals: Float64Array,
  starts: Float64Array,
  endSeconds: number,
  windowSeconds: number | null,
): Pick<QueueSeries['rates'], 'atSeconds' | 'spanSeconds' | 'inPerSecond' | 'outPerSecond'> {
  const wanted = niceFrom(Math.max(endSeconds / mostRates, Math.min(1, endSeconds / 50)));
  const windows = windowSeconds === null ? 0 : Math.ceil(wanted / windowSeconds - tolerance);
  const spanSeconds = windowSeconds === null ? wanted : toNano(windows * windowSeconds);
  const spans = Math.max(1, Math.ceil(endSeconds / spanSeconds - tolerance));
  const perSecond = (times: Float64Array): number[] =>
    Array.from(counted(times, spanSeconds, spans), (count) => toNano(count / spanSeconds));
  return {
    atSeconds: Array.from({ length: spans }, (_, i) => toNano(i * spanSeconds)),
    spanSeconds,
    inPerSecond: perSecond(arrivals),
    outPerSecond: perSecond(starts),
  };
}

/**
 * How waits are spread over about forty spans from 0 to the longest. A start that is said to be before its arrival waited 0.
 * @param waits in scenario seconds; NaN: not known
 */
export function waitsOf(waits: Float64Array): QueueSeries['waits'] {
  let longest = 0;
  let count = 0;
  for (let i = 0; i < waits.length; i++) {
    const wait = waits[i] as number;
    if (Number.isNaN(wait)) continue;
    waits[count++] = wait;
    if (wait > longest) longest = wait;
  }
  const width = niceFrom(longest === 0 ? 0.001 : longest / mostWaits);
  const spans = count === 0 ? 0 : Math.floor(longest / width + tolerance) + 1;
  return {
    fromSeconds: Array.from({ length: spans }, (_, i) => toNano(i * width)),
    toSeconds: Array.from({ length: spans }, (_, i) => toNano((i + 1) * width)),
    messages: [...counted(waits.subarray(0, count), width, spans)],
  };
}

/** How many of the times are in which span; those outside are counted with the first or the last. */
function counted(times: Float64Array, width: number, spans: number): Float64Array {
  const counts = new Float64Array(spans);
  for (let i = 0; i < times.length; i++) {
    const span = Math.floor((times[i] as number) / width + tolerance);
    const within = Math.max(0, Math.min(spans - 1, span));
    counts[within] = (counts[within] as number) + 1;
  }
  return counts;
}

/** The lowest of 1, 2 and 5 times a power of ten that is not below the value; a microsecond at least. */
export function niceFrom(value: number): number {
  const least = Math.max(1e-6, value);
  const power = 10 ** Math.floor(Math.log10(least) + tolerance);
  const factor = [1, 2, 5].find((each) => each * power >= least * (1 - tolerance)) ?? 10;
  return toNano(factor * power);
}
