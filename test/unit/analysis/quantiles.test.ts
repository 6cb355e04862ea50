import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, sortKnown, waitQuantilesOf } from '../../../src/analysis/quantiles.js';

const hundred = Float64Array.from({ length: 100 }, (_, i) => i + 1);

describe('quantiles', () => {
  it('are ranks: of 1 to 100 the nth hundredth is n', () => {
    expect(waitQuantilesOf(hundred, (value) => value / 10)).toEqual({ p50: 5, p95: 9.5, p99: 9.9, max: 10 });
  });

  it('are null where there is nothing', () => {
    expect(waitQuantilesOf(new Float64Array(), (value) => value)).toEqual({
      p50: null,
      p95: null,
      p99: null,
      max: null,
    });
  });

  it('leave out what is not known', () => {
    const sorted = sortKnown(Float64Array.from([3, Number.NaN, 1, Number.NaN, 2]));
    expect([...sorted]).toEqual([1, 2, 3]);
  });

  it('are values that the asked share is not above', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
        const sorted = sortKnown(Float64Array.from(list));
        const value = quantile(sorted, percent / 100) as number;
        expect(list).toContain(value);
        expect(list.filter((other) => other <= value).length * 100).toBeGreaterThanOrEqual(
          percent * list.length,
        );
        expect(list.filter((other) => other < value).length * 100).toBeLessThan(percent * list.length);
      }),
    );
  });
});
