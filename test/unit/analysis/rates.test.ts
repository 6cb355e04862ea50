import { describe, expect, it } from 'vitest';
import { queueRate } from '../../../src/analysis/rates.js';
import { tinyQueue } from '../../fixtures/tiny.js';

/** Bursts of `size` starts, a microsecond apart, at these seconds. */
function bursts(size: number, ...seconds: number[]): Float64Array {
  return Float64Array.from(
    seconds.flatMap((s) => Array.from({ length: size }, (_, i) => Math.round(s * 1e6) + i)),
  );
}

const fives = tinyQueue({ rate: { count: 5, perSeconds: 1 } });
const unlimited = tinyQueue({ rate: null });

describe('the achieved rate', () => {
  it('counts whole windows: bursts of five each second are 5/s, however many', () => {
    for (const times of [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3, 4, 5, 6],
    ]) {
      expect(queueRate(bursts(5, ...times), fives, [], 1).achievedPerSecond).toBe(5);
    }
  });

  it('is in scenario seconds', () => {
    expect(queueRate(bursts(5, 0, 0.1, 0.2, 0.3), fives, [], 10).achievedPerSecond).toBeCloseTo(5, 3);
  });

  it('shows windows that are longer than configured', () => {
    expect(queueRate(bursts(5, 0, 1.01, 2.02, 3.03), fives, [], 1).achievedPerSecond).toBeCloseTo(
      5 / 1.01,
      3,
    );
  });

  it('leaves out the time without workers, but not the rest of a window that was handed out already', () => {
    // Killed at 1.3 s; up again at 8 s, first start at 8.28 s. Whole windows: 0 to 2 s and 8.28 to 11.28 s.
    const starts = bursts(5, 0, 1, 8.28, 9.28, 10.28, 11.28);
    expect(queueRate(starts, fives, [1_300_000], 1).achievedPerSecond).toBeCloseTo(5, 4);
  });

  it('leaves the same time out only once', () => {
    const starts = bursts(5, 0, 1, 8.28, 9.28, 10.28, 11.28);
    expect(queueRate(starts, fives, [1_300_000, 4_000_000], 1).achievedPerSecond).toBeCloseTo(5, 4);
  });

  it('is (count − 1) / (last − first) without a limiter', () => {
    const starts = Float64Array.from([0, 300_000, 600_000, 900_000]);
    expect(queueRate(starts, unlimited, [], 1).achievedPerSecond).toBeCloseTo(3 / 0.9, 9);
  });

  it.each([
    ['nothing was started', Float64Array.of()],
    ['one was', Float64Array.of(5)],
    ['all were within one window', bursts(5, 0)],
  ])('is not known where %s', (_, starts) => {
    expect(queueRate(starts, fives, [], 1).achievedPerSecond).toBeNull();
  });

  it('stands beside the configured one', () => {
    expect(
      queueRate(bursts(5, 0), tinyQueue({ rate: { count: 1, perSeconds: 0.2 } }), [], 1).configuredPerSecond,
    ).toBe(5);
    expect(queueRate(bursts(5, 0), unlimited, [], 1).configuredPerSecond).toBeNull();
  });
});

describe('the busiest second', () => {
  it('is the most starts in any scenario second, its end not included', () => {
    expect(queueRate(bursts(5, 0, 1, 1.9, 4), fives, [], 1).busiestSecond).toBe(10);
    expect(queueRate(bursts(1, 0, 1, 2, 3), fives, [], 1).busiestSecond).toBe(1);
    expect(queueRate(bursts(1, 0, 0.05, 0.1, 0.15), fives, [], 10).busiestSecond).toBe(2);
  });

  it('is not known without starts', () => {
    expect(queueRate(Float64Array.of(), fives, [], 1).busiestSecond).toBeNull();
  });
});
