import type { Quantiles, WaitQuantiles } from '../result/types.js';

/**
 * Sorts the values in place, NaN left out, and returns those that are left.
 */
export function sortKnown<Values extends Float64Array | Float32Array>(values: Values): Values {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  return values.subarray(0, count).sort() as Values;
}

/**
 * The value that at least the given share of all are not above: the nearest-rank method, so it is always one of the
 * values, and exact. Null where there are none.
 * @param sorted in rising order
 */
export function quantile(sorted: Float64Array | Float32Array, share: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)] as number;
}

/** Of sorted values, each converted to the unit of the result. */
export function quantilesOf(
  sorted: Float64Array | Float32Array,
  convert: (value: number) => number,
): Quantiles {
  const of = (share: number): number | null => {
    const value = quantile(sorted, share);
    return value === null ? null : convert(value);
  };
  return { p50: of(0.5), p99: of(0.99), max: of(1) };
}

/** As quantilesOf, with the 95th percentile. */
export function waitQuantilesOf(
  sorted: Float64Array | Float32Array,
  convert: (value: number) => number,
): WaitQuantiles {
  const { p50, p99, max } = quantilesOf(sorted, convert);
  const p95 = quantile(sorted, 0.95);
  return { p50, p95: p95 === null ? null : convert(p95), p99, max };
}
