import type { BandRange } from '../result/types.js';
import { toMillionth } from './time.js';

/** How much of what a further draw may be is to lie within. */
const wanted = 0.95;

/** Which of n values in rising order, from 1, bound the interval. */
interface Ranks {
  readonly low: number;
  readonly high: number;
}

/**
 * The ranks of the 2.5 % and 97.5 % quantiles among n values: (n + 1)·p, definition 6 of Hyndman and Fan (*The American Statistician* 50,
 * 1996), rounded outwards to whole ranks and kept within 1 and n. So both bounds are values that were seen, and no value is made up between
 * one that is finite and one that never comes. Of 40 values they are the lowest and the highest.
 */
export function ranksOf(n: number): Ranks {
  const tail = (1 - wanted) / 2;
  // The ranks mirror each other; the small amount is for (n + 1)·p that is whole but for rounding.
  const low = Math.max(1, Math.floor((n + 1) * tail + 1e-9));
  return { low, high: n + 1 - low };
}

/**
 * With which probability one more value of the same kind lies within, at least: (s − r) / (n + 1) for the ranks r and s, whatever the
 * distribution (S. S. Wilks, *Annals of Mathematical Statistics* 12, 1941), and more where values are equal.
 */
export function coverageOf(n: number): number {
  const { low, high } = ranksOf(n);
  return (high - low) / (n + 1);
}

/**
 * The interval in which one more value is to be expected, and the median of those seen.
 * @param values at least one; Infinity: never. They are sorted in place
 */
export function predictionInterval(values: Float64Array): BandRange {
  values.sort();
  const { low, high } = ranksOf(values.length);
  const at = (rank: number): number => values[rank - 1] as number;
  const middle = (values.length + 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { low: finite(at(low)), median: finite(toMillionth(median)), high: finite(at(high)) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Whether a figure lies within its band, bounds included. Null: it never came. */
export function isInBand({ low, high }: BandRange, figure: number | null): boolean {
  const infinite = Number.POSITIVE_INFINITY;
  const value = figure ?? infinite;
  return value >= (low ?? infinite) && value <= (high ?? infinite);
}
