import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../../src/plan/arrivals.js';
import { curveOf } from '../../../src/plan/curve.js';
import type { Phase } from '../../../src/scenario/types.js';

function phase(forSeconds: number, fromPerSecond: number, toPerSecond = fromPerSecond): Phase {
  return { forSeconds, fromPerSecond, toPerSecond };
}

function timesOf(
  arrivals: 'constant' | 'poisson',
  phases: readonly Phase[],
  seed = 1,
  name = 'orders',
): number[] {
  const source = new Arrivals({ name, curve: curveOf(phases), arrivals }, seed);
  const times: number[] = [];
  for (let due = source.next(); due !== null; due = source.next()) times.push(due);
  return times;
}

describe('constant arrivals', () => {
  it('are evenly apart, from zero on', () => {
    expect(timesOf('constant', [phase(1, 4)])).toEqual([0, 0.25, 0.5, 0.75]);
    expect(timesOf('constant', [phase(3, 100)])).toHaveLength(300);
    expect(timesOf('constant', [phase(60, 1000 / 60)])).toHaveLength(1000);
  });

  it('go on over phases without a stumble', () => {
    expect(timesOf('constant', [phase(1, 2), phase(2, 0), phase(1, 4)])).toEqual([
      0, 0.5, 3, 3.25, 3.5, 3.75,
    ]);
    // The third is due when 2 have passed: half a message in the first phase, the rest at twice the rate.
    expect(timesOf('constant', [phase(1, 1.5), phase(1, 3)])).toEqual([
      0,
      1 / 1.5,
      expect.closeTo(1 + 0.5 / 3, 9),
      1.5,
      expect.closeTo(11 / 6, 9),
    ]);
  });

  it('come ever faster up a ramp', () => {
    const times = timesOf('constant', [phase(10, 0, 10)]);
    expect(times).toHaveLength(50);
    times.forEach((time, i) => {
      expect(time).toBeCloseTo(Math.sqrt(2 * i), 9);
    });
  });

  it('have nothing to do with the seed', () => {
    expect(timesOf('constant', [phase(10, 3)], 1)).toEqual(timesOf('constant', [phase(10, 3)], 2));
  });
});

describe('Poisson arrivals', () => {
  it('have gaps of the mean and the variation of an exponential', () => {
    const times = timesOf('poisson', [phase(5000, 4)]);
    const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // 20,000 ± 141 are to be expected.
    expect(Math.abs(times.length - 20_000)).toBeLessThan(5 * 141);
    expect(mean).toBeCloseTo(0.25, 2);
    expect(variance / mean ** 2).toBeCloseTo(1, 1);
  });

  it('have as many in each second as a Poisson distribution says', () => {
    const seconds = Array.from({ length: 5000 }, () => 0);
    for (const time of timesOf('poisson', [phase(5000, 4)], 3))
      seconds[Math.floor(time)] = (seconds[Math.floor(time)] ?? 0) + 1;
    const mean = seconds.reduce((sum, n) => sum + n, 0) / seconds.length;
    const variance = seconds.reduce((sum, n) => sum + (n - mean) ** 2, 0) / seconds.length;
    expect(variance / mean).toBeCloseTo(1, 1);
  });

  it('follow a ramp', () => {
    const times = timesOf('poisson', [phase(100, 0, 200)]);
    const firstHalf = times.filter((time) => time < 50).length;
    expect(Math.abs(times.length - 10_000)).toBeLessThan(500);
    expect(firstHalf / times.length).toBeCloseTo(0.25, 1);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it('are the same for the same seed and name, and no others', () => {
    const phases = [phase(10, 4)];
    expect(timesOf('poisson', phases, 7)).toEqual(timesOf('poisson', phases, 7));
    expect(timesOf('poisson', phases, 8)).not.toEqual(timesOf('poisson', phases, 7));
    expect(timesOf('poisson', phases, 7, 'refunds')).not.toEqual(timesOf('poisson', phases, 7));
  });

  it('keep their first messages when a scenario lasts longer', () => {
    const short = timesOf('poisson', [phase(10, 4)]);
    expect(timesOf('poisson', [phase(100, 4)]).slice(0, short.length)).toEqual(short);
  });
});
