import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankTest } from '../../../../src/analysis/compare-runs/rank-test.js';

/** p by going through every choice of positions: what the test is by definition. */
function byHand(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const rank = (value: number): number =>
    all.filter((each) => each < value).length + (all.filter((each) => each === value).length + 1) / 2;
  const ranks = all.map(rank);
  const sums: number[] = [];
  for (let chosen = 0; chosen < 1 << all.length; chosen++) {
    const picked = ranks.filter((_, at) => (chosen >> at) & 1);
    if (picked.length === a.length) sums.push(picked.reduce((sum, each) => sum + each, 0));
  }
  const actual = a.map(rank).reduce((sum, each) => sum + each, 0);
  const share = (fits: (sum: number) => boolean): number => sums.filter(fits).length / sums.length;
  return Math.min(
    1,
    2 *
      Math.min(
        share((sum) => sum <= actual),
        share((sum) => sum >= actual),
      ),
  );
}

describe('the rank-sum test', () => {
  it('of sides that are wholly apart is two of all ways to deal the ranks out', () => {
    expect(rankTest([1, 2, 3, 4], [5, 6, 7, 8])).toEqual({ p: 2 / 70, least: 2 / 70 });
    expect(rankTest([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]).p).toBeCloseTo(2 / 252, 12);
  });

  it.each([
    [1, 1, 1],
    [2, 2, 1 / 3],
    [3, 3, 0.1],
    [4, 4, 2 / 70],
    [1, 39, 0.05],
  ])('of %i and %i values can give no less than %d', (a, b, least) => {
    const values = (count: number, from: number) => Array.from({ length: count }, (_, at) => from + at);
    expect(rankTest(values(a, 0), values(b, 100)).least).toBeCloseTo(least, 12);
  });

  it('of the same values says that there is nothing', () => {
    expect(rankTest([3, 3, 3, 3], [3, 3, 3, 3]).p).toBe(1);
  });

  it('takes what never came for the latest', () => {
    const never = Number.POSITIVE_INFINITY;
    expect(rankTest([1, 2, 3, 4], [never, never, never, never]).p).toBeCloseTo(2 / 70, 12);
  });

  it('is what going through all choices gives, ties and all', () => {
    const values = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(rankTest(a, b).p).toBeCloseTo(byHand(a, b), 10);
        expect(rankTest(b, a).p).toBeCloseTo(rankTest(a, b).p, 10);
      }),
      { numRuns: 60 },
    );
  });

  it('says nearly the same by the normal approximation, from 21 values on', () => {
    // Pairs that lie side by side say of themselves that there is nothing.
    const sides = (pairs: number) => {
      const a = Array.from({ length: pairs }, (_, at) => at);
      return [a, a.map((value) => value + 3.5)] as const;
    };
    const [counted, approximated] = [rankTest(...sides(20)).p, rankTest(...sides(21)).p];
    expect(counted).toBeGreaterThan(0.05);
    expect(approximated / counted).toBeGreaterThan(0.9);
    expect(approximated / counted).toBeLessThan(1.2);
    const [a, b] = sides(30);
    expect(
      rankTest(
        a,
        b.map((value) => value + 100),
      ).p,
    ).toBeLessThan(1e-6);
    expect(
      rankTest(
        a.map(() => 1),
        b.map(() => 1),
      ).p,
    ).toBe(1);
  });
});
