import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CurveInverse, cumulativeAt, curveOf, endOf, rateAt, sumOf } from '../../../src/plan/curve.js';
import type { RateCurve } from '../../../src/plan/types.js';
import type { Phase } from '../../../src/scenario/types.js';

function phase(forSeconds: number, fromPerSecond: number, toPerSecond = fromPerSecond): Phase {
  return { forSeconds, fromPerSecond, toPerSecond };
}

/** 4/s, a pause, a ramp from 0 to 100/s. */
const curve = curveOf([phase(10, 4), phase(5, 0), phase(2, 0, 100)]);

const curves = fc
  .array(
    fc.record<Phase>({
      forSeconds: fc.double({ min: 0.01, max: 1000, noNaN: true }),
      fromPerSecond: fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 5000, noNaN: true })),
      toPerSecond: fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 5000, noNaN: true })),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map(curveOf);

describe('curveOf', () => {
  it('puts phases one after the other', () => {
    expect(curve.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [0, 10],
      [10, 15],
      [15, 17],
    ]);
    expect(endOf(curve)).toBe(17);
    expect(endOf([])).toBe(0);
  });
});

describe('rateAt', () => {
  it.each([
    [-1, 0],
    [0, 4],
    [9.99, 4],
    [10, 0],
    [15, 0],
    [16, 50],
    [17, 0],
    [99, 0],
  ])('at %d s is %d/s', (seconds, expected) => {
    expect(rateAt(curve, seconds)).toBe(expected);
  });
});

describe('cumulativeAt', () => {
  it.each([
    [-1, 0],
    [0, 0],
    [5, 20],
    [10, 40],
    [14, 40],
    [16, 65],
    [17, 140],
    [99, 140],
  ])('by %d s counts %d', (seconds, expected) => {
    expect(cumulativeAt(curve, seconds)).toBeCloseTo(expected, 9);
  });

  it('never falls', () => {
    const times = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(curves, times, (any, list) => {
        const counts = list.sort((a, b) => a - b).map((seconds) => cumulativeAt(any, seconds));
        counts.forEach((count, i) => {
          expect(count).toBeGreaterThanOrEqual((counts[i - 1] ?? 0) * (1 - 1e-12));
        });
      }),
    );
  });
});

describe('sumOf', () => {
  it('adds rates over the ends of all', () => {
    const sum = sumOf([curveOf([phase(10, 4)]), curveOf([phase(4, 0, 8), phase(16, 1)])]);
    expect(sum).toEqual([
      { startSeconds: 0, endSeconds: 4, fromPerSecond: 4, toPerSecond: 12 },
      { startSeconds: 4, endSeconds: 10, fromPerSecond: 5, toPerSecond: 5 },
      { startSeconds: 10, endSeconds: 20, fromPerSecond: 1, toPerSecond: 1 },
    ]);
    expect(sumOf([])).toEqual([]);
  });

  it('has the sum of all counts at any time, and no gaps', () => {
    fc.assert(
      fc.property(
        fc.array(curves, { maxLength: 3 }),
        fc.double({ min: 0, max: 4000, noNaN: true }),
        (list, seconds) => {
          const sum = sumOf(list);
          const expected = list.reduce((total, any) => total + cumulativeAt(any, seconds), 0);
          expect(Math.abs(cumulativeAt(sum, seconds) - expected)).toBeLessThanOrEqual(
            1e-9 * Math.max(1, expected),
          );
          sum.forEach((segment, i) => {
            expect(segment.startSeconds).toBe(sum[i - 1]?.endSeconds ?? 0);
          });
        },
      ),
    );
  });
});

describe('CurveInverse', () => {
  const timesOf = (any: RateCurve, counts: readonly number[]): (number | null)[] => {
    const inverse = new CurveInverse(any);
    return counts.map((count) => inverse.timeOf(count));
  };

  it('finds the time of each count, over pauses and ramps', () => {
    // 40 is reached when the pause begins; the message that is due then comes when there is a rate again.
    expect(timesOf(curve, [0, 1, 20, 39.5, 40, 65, 139, 140, 200])).toEqual([
      0,
      0.25,
      5,
      9.875,
      15,
      expect.closeTo(16, 9),
      expect.closeTo(15 + Math.sqrt(4 * 0.99), 9),
      null,
      null,
    ]);
  });

  it.each([
    [100, 3, 300],
    [1000, 60, 60_000],
    [1000 / 60, 60, 1000],
    [0.1, 10, 1],
    [1 / 3, 3, 1],
    [4, 0.5, 2],
  ])('makes of %d/s for %d s exactly %d messages', (perSecond, seconds, messages) => {
    const inverse = new CurveInverse(curveOf([phase(seconds, perSecond)]));
    let found = 0;
    for (let last = -1; ; found++) {
      const time = inverse.timeOf(found);
      if (time === null) break;
      expect(time).toBeGreaterThan(last);
      expect(time).toBeLessThan(seconds);
      last = time;
    }
    expect(found).toBe(messages);
  });

  it('takes the cumulative curve back, whatever the curve', () => {
    const shares = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 0.999999, noNaN: true })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(curves, shares, (any, list) => {
        const total = cumulativeAt(any, endOf(any));
        fc.pre(total > 0);
        const counts = list.map((share) => share * total).sort((a, b) => a - b);
        const times = timesOf(any, counts);
        counts.forEach((count, i) => {
          const time = times[i] as number;
          expect(Math.abs(cumulativeAt(any, time) - count)).toBeLessThanOrEqual(1e-7 * Math.max(1, total));
          expect(time).toBeGreaterThanOrEqual((times[i - 1] ?? 0) - 1e-9);
          expect(time).toBeLessThanOrEqual(endOf(any));
        });
      }),
    );
  });

  it('answers the same whatever was asked before', () => {
    fc.assert(
      fc.property(
        curves,
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
        (any, list) => {
          const counts = list.sort((a, b) => a - b);
          const last = counts.at(-1) as number;
          expect(timesOf(any, counts).at(-1)).toEqual(new CurveInverse(any).timeOf(last));
        },
      ),
    );
  });

  it('has nothing where there is no rate', () => {
    expect(timesOf([], [0])).toEqual([null]);
    expect(timesOf(curveOf([phase(10, 0)]), [0])).toEqual([null]);
  });
});
