import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coverageOf,
  isInBand,
  predictionInterval,
  ranksOf,
} from '../../../src/analysis/prediction-interval.js';

const never = Number.POSITIVE_INFINITY;
/** 1 to n, in falling order. */
const falling = (n: number) => Float64Array.from({ length: n }, (_, i) => n - i);

describe('the prediction interval', () => {
  it.each([
    // (n + 1) · 0.025, rounded down, and at least the first; (n + 1) · 0.975 mirrors it.
    [2, 1, 2, 1 / 3],
    [39, 1, 39, 38 / 40],
    [40, 1, 40, 39 / 41],
    [79, 2, 78, 76 / 80],
    [100, 2, 99, 97 / 101],
    [1000, 25, 976, 951 / 1001],
    [10_000, 250, 9751, 9501 / 10_001],
  ])('of %i values is from the %ith to the %ith', (n, low, high, coverage) => {
    expect(ranksOf(n)).toEqual({ low, high });
    expect(coverageOf(n)).toBe(coverage);
    expect(predictionInterval(falling(n))).toEqual({ low, median: (n + 1) / 2, high });
  });

  it('holds what never comes for later than all else', () => {
    expect(predictionInterval(Float64Array.of(never, 3, never, 1))).toEqual({
      low: 1,
      median: null,
      high: null,
    });
    expect(predictionInterval(Float64Array.of(2, never, 1))).toEqual({ low: 1, median: 2, high: null });
    expect(predictionInterval(Float64Array.of(never, never))).toEqual({
      low: null,
      median: null,
      high: null,
    });
  });

  it('has so much of what comes next within it as it says', () => {
    // All orders of 40 values are equally likely, so of 41 each is the last one equally often: it lies outside where it is the least or the most.
    const all = Array.from({ length: 41 }, (_, i) => i);
    const within = all.filter((last) =>
      isInBand(predictionInterval(Float64Array.from(all.filter((each) => each !== last))), last),
    );
    expect(within.length / 41).toBeCloseTo(coverageOf(40), 12);
  });

  it('is of values that were seen, in order, whatever they are', () => {
    const values = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(never)), {
      minLength: 2,
      maxLength: 90,
    });
    fc.assert(
      fc.property(values, (seen) => {
        const range = predictionInterval(Float64Array.from(seen));
        const [low, median, high] = [range.low, range.median, range.high].map((each) => each ?? never);
        expect(seen).toContain(low);
        expect(seen).toContain(high);
        expect(low as number).toBeLessThanOrEqual(median as number);
        expect(median as number).toBeLessThanOrEqual(high as number);
      }),
    );
  });
});

describe('whether a figure is within its band', () => {
  it.each([
    [{ low: 1, median: 2, high: 3 }, 1, true],
    [{ low: 1, median: 2, high: 3 }, 3, true],
    [{ low: 1, median: 2, high: 3 }, 0.9, false],
    [{ low: 1, median: 2, high: 3 }, 3.1, false],
    [{ low: 1, median: 2, high: 3 }, null, false],
    [{ low: 1, median: 2, high: null }, null, true],
    [{ low: 1, median: 2, high: null }, 1e9, true],
    [{ low: null, median: null, high: null }, 1e9, false],
    [{ low: null, median: null, high: null }, null, true],
  ])('%j has %s: %s', (range, figure, expected) => {
    expect(isInBand(range, figure)).toBe(expected);
  });
});
