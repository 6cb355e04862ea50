import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBackoff, drawFailure, drawOutcome, drawWork, uniform } from '../../../src/plan/draws.js';
import type { Distribution } from '../../../src/scenario/types.js';
import { tinyFailure, tinyQueue } from '../../fixtures/tiny.js';

const count = 20_000;

function draws(make: (n: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  const product = a.map((x, i) => (x - ma) * ((b[i] as number) - mb));
  const deviation = (list: readonly number[], m: number): number =>
    Math.sqrt(mean(list.map((x) => (x - m) ** 2)));
  return mean(product) / (deviation(a, ma) * deviation(b, mb));
}

/** Pearson's statistic of counts that should be equal. */
function chiSquared(cells: readonly number[], total: number): number {
  const expected = total / cells.length;
  return cells.reduce((sum, cell) => sum + (cell - expected) ** 2 / expected, 0);
}

describe('uniform', () => {
  it.each<[string, (n: number) => number]>([
    ['over sequence numbers', (n) => uniform(1, 'arrivals orders', n)],
    ['over seeds', (n) => uniform(n, 'arrivals orders', 1)],
    ['over streams', (n) => uniform(1, `work emails orders/${n}`, 1, 0)],
    ['over attempts', (n) => uniform(1, 'work emails orders/1', n, 0)],
    ['over far apart numbers', (n) => uniform(1, 'arrivals orders', n * 65_536)],
  ])('is uniform %s, and each independent of the last', (_, make) => {
    const list = draws(make);
    const cells = Array.from({ length: 100 }, () => 0);
    for (const u of list) cells[Math.floor(u * 100)] = (cells[Math.floor(u * 100)] ?? 0) + 1;
    // 99 degrees of freedom: 158 is exceeded once in ten thousand times.
    expect(chiSquared(cells, count)).toBeLessThan(158);
    expect(Math.abs(correlation(list.slice(1), list.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(count));
  });

  it('fills a square evenly with pairs of neighbours', () => {
    const cells = Array.from({ length: 100 }, () => 0);
    for (let n = 1; n <= count; n++) {
      const x = Math.floor(uniform(7, 'pairs', 2 * n) * 10);
      const y = Math.floor(uniform(7, 'pairs', 2 * n + 1) * 10);
      cells[10 * x + y] = (cells[10 * x + y] ?? 0) + 1;
    }
    expect(chiSquared(cells, count)).toBeLessThan(158);
  });

  it.each<[string, (n: number) => number]>([
    ['another seed', (n) => uniform(2, 'arrivals orders', n)],
    ['a seed beyond 32 bits', (n) => uniform(1 + 2 ** 32, 'arrivals orders', n)],
    ['another stream', (n) => uniform(1, 'arrivals refunds', n)],
    ['another attempt', (n) => uniform(1, 'arrivals orders', n, 1)],
  ])('has nothing to do with %s', (_, other) => {
    const list = draws((n) => uniform(1, 'arrivals orders', n));
    expect(Math.abs(correlation(list, draws(other)))).toBeLessThan(4 / Math.sqrt(count));
  });

  it('depends on its arguments alone, in whatever order they are asked for', () => {
    const asked = draws((n) => uniform(1, 'arrivals orders', n));
    for (const n of [count, 1, 4711]) expect(uniform(1, 'arrivals orders', n)).toBe(asked[n - 1]);
  });

  it('lies between 0 and 1, and is neither', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string(), fc.array(fc.integer()), (seed, stream, words) => {
        const u = uniform(seed, stream, ...words);
        expect(u > 0 && u < 1).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays what it was: runs of earlier versions can be repeated', () => {
    expect(uniform(1, 'arrivals orders', 1)).toMatchInlineSnapshot(`0.16448078471974925`);
  });
});

describe('drawWork', () => {
  it('is the mean itself where it is constant', () => {
    expect(drawWork({ kind: 'constant', meanSeconds: 0.3 }, 1, 'emails', 'orders/1', 1)).toBe(0.3);
  });

  it.each<[string, Distribution, number]>([
    ['exponential', { kind: 'exponential', meanSeconds: 0.3 }, 1],
    ['lognormal, regular', { kind: 'lognormal', meanSeconds: 0.3, cv: 0.2 }, 0.2],
    ['lognormal', { kind: 'lognormal', meanSeconds: 2, cv: 1 }, 1],
  ])('has the mean and the variation it should: %s', (_, work, cv) => {
    const list = draws((n) => drawWork(work, 1, 'emails', `orders/${n}`, 1));
    const average = mean(list);
    const spread = Math.sqrt(mean(list.map((x) => (x - average) ** 2))) / average;
    // Five standard errors of the mean; the lognormal's variance converges slowly.
    expect(Math.abs(average / work.meanSeconds - 1)).toBeLessThan((5 * cv) / Math.sqrt(count));
    expect(Math.abs(spread / cv - 1)).toBeLessThan(0.1);
    expect(Math.min(...list)).toBeGreaterThan(0);
  });

  it('is the same for the same delivery, and another for another', () => {
    const work: Distribution = { kind: 'exponential', meanSeconds: 1 };
    const of = (seed: number, queue: string, message: string, attempt: number) =>
      drawWork(work, seed, queue, message, attempt);
    const first = of(1, 'emails', 'orders/7', 1);
    expect(of(1, 'emails', 'orders/7', 1)).toBe(first);
    const others = [
      of(2, 'emails', 'orders/7', 1),
      of(1, 'payments', 'orders/7', 1),
      of(1, 'emails', 'orders/8', 1),
    ];
    expect(new Set([first, ...others, of(1, 'emails', 'orders/7', 2)]).size).toBe(5);
  });
});

describe('what is drawn of a message', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const about = fc.record({
    seed: fc.oneof(fc.constantFrom(1, 2), fc.maxSafeNat()),
    name: fc.constantFrom('emails', 'payments', 'e'),
    message: fc.constantFrom(
      ...['orders/1', 'orders/10', 'orders/123456789012', 'orders/2.intake', 'orders/99.a.b', 'returns/7'],
    ),
    attempt: fc.integer({ min: 1, max: 9 }),
    share,
  });

  it('is drawn from the stream that is named after it, whatever was drawn before', () => {
    fc.assert(
      fc.property(fc.array(about, { minLength: 2 }), (list) => {
        for (const { seed, name, message, attempt, share: p } of list) {
          const u = (kind: string, ...words: number[]) =>
            uniform(seed, `${kind} ${name} ${message}`, ...words);
          expect(drawWork({ kind: 'exponential', meanSeconds: 2 }, seed, name, message, attempt)).toBe(
            -2 * Math.log(u('work', attempt, 0)),
          );
          const failures = [
            tinyFailure({ times: 0 }),
            tinyFailure({ select: { kind: 'share', share: p, per: 'attempt' } }),
          ];
          const queue = tinyQueue({
            name,
            failures,
            outcomes: [
              { name: 'on', share: p, to: [] },
              { name: 'off', share: 1 - p, to: [] },
            ],
          });
          const fails = drawFailure(queue, seed, { message, attempt, startSeconds: 0, repaired: false });
          expect(fails !== null).toBe(u('failure', 1, attempt) < p);
          expect(drawOutcome(queue, seed, message)?.name).toBe(u('outcome') < p ? 'on' : 'off');
          const backoff = { kind: 'fixed', delaySeconds: 3, jitter: 0.5, maxSeconds: null } as const;
          expect(drawBackoff(backoff, seed, name, message, attempt)).toBe(
            3 * (1 - 0.5 * u('backoff', attempt)),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
