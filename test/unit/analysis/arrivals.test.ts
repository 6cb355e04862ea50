import { describe, expect, it } from 'vitest';
import { measuredCurve } from '../../../src/analysis/arrivals.js';
import { cumulativeAt } from '../../../src/plan/curve.js';

const segment = (startSeconds: number, endSeconds: number, perSecond: number) => ({
  startSeconds,
  endSeconds,
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
});

describe('the measured curve of arrivals', () => {
  it('is the mean over bins, equal neighbours in one', () => {
    expect(measuredCurve([0.1, 0.9, 1, 1.5, 4.2], 1)).toEqual([
      segment(0, 2, 2),
      segment(2, 4, 0),
      segment(4, 5, 1),
    ]);
    expect(measuredCurve([0.1, 0.9, 1, 1.5, 4.2], 2)).toEqual([
      segment(0, 2, 2),
      segment(2, 4, 0),
      segment(4, 6, 0.5),
    ]);
  });

  it('is empty without arrivals', () => {
    expect(measuredCurve([], 1)).toEqual([]);
  });

  it('has no more than some thousand segments, and holds every arrival', () => {
    const times = Array.from({ length: 50_000 }, (_, i) => i * 2);
    const curve = measuredCurve(times, 1);
    expect(curve.length).toBeLessThanOrEqual(2_000);
    expect(cumulativeAt(curve, 1e6)).toBeCloseTo(50_000, 3);
  });
});
