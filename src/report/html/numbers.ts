import type { Curve } from '../../result/series.js';

/** Steps of the time axis that can be told apart, also when zoomed in to a twentieth of it. */
const steps = 40_000;

/** Decimals of a time that make a difference in a chart that is so long. */
export function timeDecimals(endSeconds: number): number {
  if (!(endSeconds > 0)) return 3;
  return Math.max(0, Math.min(6, Math.ceil(Math.log10(steps / endSeconds))));
}

/** Points in time, rounded; none is the same as the one before it, so that no peak between two of them is hidden. */
export function roundedTimes(atSeconds: readonly number[], endSeconds: number): number[] {
  const scale = 10 ** timeDecimals(endSeconds);
  let last = Number.NEGATIVE_INFINITY;
  return atSeconds.map((at) => {
    last = Math.max(Math.round(at * scale), last + 1);
    return last / scale;
  });
}

/** A value of a chart: whole numbers as they are, others with five digits. */
export function roundedValue(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(5));
}

/** A curve's value at a time; null before its first point, and where it has none. */
export function valueAt(
  { atSeconds, values }: Curve,
  seconds: number,
  shape: 'steps' | 'straight',
): number | null {
  let [low, high] = [0, atSeconds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((atSeconds[middle] as number) <= seconds) low = middle + 1;
    else high = middle;
  }
  const before = low - 1;
  const value = values[before];
  if (value === undefined) return null;
  const [from, to, next] = [atSeconds[before] as number, atSeconds[low], values[low]];
  if (shape === 'steps' || to === undefined || next === undefined || to <= from) return value;
  return value + ((next - value) * (seconds - from)) / (to - from);
}

/** The highest point of a curve, the first of several; null where it has none. */
export function peakOf({ atSeconds, values }: Curve): { atSeconds: number; value: number } | null {
  let best = -1;
  for (let at = 0; at < values.length; at++)
    if (best === -1 || (values[at] as number) > (values[best] as number)) best = at;
  return best === -1 ? null : { atSeconds: atSeconds[best] as number, value: values[best] as number };
}

/** The first time at which a curve that only rises has come to a value; null: never. */
export function firstAt({ atSeconds, values }: Curve, value: number): number | null {
  const at = values.findIndex((each) => each >= value);
  return at === -1 ? null : (atSeconds[at] as number);
}
