import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSum } from '../../../../src/model/fifo/exact.js';
import { Histogram } from '../../../../src/model/fifo/histogram.js';
import { runFifo } from '../../../../src/model/fifo/index.js';
import { Sfc32 } from '../../../../src/model/fifo/sfc32.js';
import { constant, flat, setting } from './settings.js';

describe('Histogram', () => {
  it('knows quantiles to within 1/512, nought and the maximum exactly', () => {
    const values = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 50 })), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.constantFrom(0, 0.1, 0.5, 0.95, 0.99, 1), (list, share) => {
        const histogram = new Histogram();
        for (const value of list) histogram.add(value);
        const sorted = [...list].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * list.length - 1e-9)) - 1] as number;
        const found = histogram.quantile(share) as number;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact / 512);
        expect(histogram.max).toBe(sorted.at(-1));
        expect(histogram.quantile(1)).toBe(sorted.at(-1));
        expect(histogram.total).toBe(list.length);
      }),
    );
  });

  it('knows the share above a value', () => {
    const histogram = new Histogram();
    for (let i = 0; i < 1000; i++) histogram.add(i * 1_000_000);
    expect(histogram.shareAbove(-1)).toBe(1);
    expect(histogram.shareAbove(0)).toBeCloseTo(0.999, 9);
    expect(histogram.shareAbove(500e6)).toBeCloseTo(0.5, 2);
    expect(histogram.shareAbove(1e15)).toBe(0);
    expect(new Histogram().shareAbove(1)).toBe(0);
    expect(new Histogram().quantile(0.5)).toBeNull();
  });
});

describe('ExactSum', () => {
  it('is what whole numbers of any size give', () => {
    const factor = fc.integer({ min: 0, max: 2 ** 52 });
    fc.assert(
      fc.property(fc.array(fc.tuple(factor, fc.integer({ min: 0, max: 1e9 }))), (pairs) => {
        const sum = new ExactSum();
        let expected = 0n;
        for (const [a, b] of pairs) {
          sum.add(a);
          sum.addProduct(a, b);
          sum.subtract(b);
          expected += BigInt(a) + BigInt(a) * BigInt(b) - BigInt(b);
        }
        expect(sum.value).toBe(expected);
      }),
    );
  });
});

describe('Sfc32', () => {
  const drawn = (seed: number, stream: number, count = 100_000): Float64Array => {
    const block = new Float64Array(count);
    new Sfc32(seed, stream).fill(block);
    return block;
  };

  it('is uniform: every tenth, mean and variance within four standard errors', () => {
    for (const seed of [0, 1, 2 ** 40 + 7]) {
      const values = drawn(seed, 1);
      expect(values.every((value) => value > 0 && value < 1)).toBe(true);
      const tenths = new Array<number>(10).fill(0);
      for (const value of values) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
      const error = Math.sqrt(values.length * 0.1 * 0.9);
      for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(4 * error);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / values.length));
    }
  });

  it('has streams and neighbours that have nothing to do with each other', () => {
    const pairs: [Float64Array, Float64Array][] = [
      [drawn(1, 1), drawn(1, 2)],
      [drawn(1, 1), drawn(2, 1)],
      [drawn(1, 1).subarray(1), drawn(1, 1)],
    ];
    for (const [one, other] of pairs) {
      let product = 0;
      for (const [i, value] of one.entries()) product += (value - 0.5) * ((other[i] as number) - 0.5);
      // The standard deviation of the correlation of independent ones is 1/√n.
      expect(Math.abs((12 * product) / one.length)).toBeLessThan(4 / Math.sqrt(one.length));
    }
  });

  it('goes on where the last block ended', () => {
    const random = new Sfc32(3, 1);
    const [first, second] = [new Float64Array(7), new Float64Array(5)];
    random.fill(first);
    random.fill(second);
    expect([...first, ...second]).toEqual([...drawn(3, 1, 12)]);
  });
});

describe('a backlog larger than any ring at first', () => {
  it('behind an outage, and in an overload', () => {
    const curve = flat(1000, 60);
    const away = runFifo(
      setting({
        arrivals: { curve, arrivals: 'constant' },
        work: constant(0.0005),
        outages: [{ fromSeconds: 10, toSeconds: 40, inHand: 'finished' }],
      }),
    );
    // Those of 30 s, and the one that comes at the very moment of the return.
    expect(away).toMatchObject({ arrived: 60_000, effected: 60_000, peakBacklog: 30_001 });
    expect(away.littlesLaw.area).toBe(away.littlesLaw.times);
    const over = runFifo(setting({ arrivals: { curve, arrivals: 'constant' }, work: constant(0.002) }));
    expect(over).toMatchObject({ arrived: 60_000, effected: 60_000, drainedAtSeconds: 120 });
    expect(Math.abs(over.peakBacklog - 30_000)).toBeLessThanOrEqual(1);
    expect(over.littlesLaw.area).toBe(over.littlesLaw.times);
  });
});
