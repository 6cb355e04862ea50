import type { Figure } from '../../result/compare.js';
import type { Spread } from '../../result/repeat.js';

/** The figures of a spread. */
export type SpreadFigures = Omit<Spread, 'measure' | 'unit' | 'values'>;

/**
 * Median, ends and interquartile range of what is known. Never counts as later than any time.
 *
 * The interquartile range, and not the median absolute deviation: the latter is made for distributions that are the same on both sides
 * (Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation", JASA 88 (1993)), and a run's times are late by far more than
 * they are ever early. Quartiles are on straight lines between the values (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical
 * Packages", The American Statistician 50 (1996)), which has a meaning from two values on.
 */
export function spreadOf(values: readonly Figure[]): SpreadFigures {
  const sorted = numbersOf(values).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (share: number): Figure => figureOf(quantileOf(sorted, share));
  const [first, third] = [at(0.25), at(0.75)];
  return {
    known: sorted.length,
    lowest: figureOf(sorted[0]),
    firstQuartile: first,
    median: at(0.5),
    thirdQuartile: third,
    highest: figureOf(sorted.at(-1)),
    iqr: typeof first === 'number' && typeof third === 'number' ? rounded(third - first) : null,
  };
}

/** What is known of the values; never is Infinity. */
export function numbersOf(values: readonly Figure[]): number[] {
  return values.filter((value) => value !== null).map(numberOf);
}

/** The value as a number; never is Infinity. */
export function numberOf(value: Exclude<Figure, null>): number {
  return value === 'never' ? Number.POSITIVE_INFINITY : value;
}

/** The number as a value; undefined: not known. */
export function figureOf(value: number | undefined): Figure {
  if (value === undefined) return null;
  return Number.isFinite(value) ? value : 'never';
}

/** Without the noise of binary fractions: to a millionth, which is what a ledger has of seconds. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function quantileOf(sorted: readonly number[], share: number): number | undefined {
  if (sorted.length === 0) return undefined;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const [low = 0, high = 0] = [sorted[below], sorted[Math.ceil(place)]];
  // Infinity less Infinity is no number.
  return low === high ? low : rounded(low + (high - low) * (place - below));
}
