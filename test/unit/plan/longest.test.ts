import { describe, expect, it } from 'vitest';
import { uniform } from '../../../src/plan/draws.js';
import { longestWork, shareLongerThan } from '../../../src/plan/longest.js';
import type { Distribution } from '../../../src/scenario/types.js';

const constant: Distribution = { kind: 'constant', meanSeconds: 0.3 };
const exponential: Distribution = { kind: 'exponential', meanSeconds: 0.3 };
const lognormal = (cv: number): Distribution => ({ kind: 'lognormal', meanSeconds: 0.3, cv });

describe('the longest of several works', () => {
  it.each<[string, Distribution, number, number]>([
    ['constant', constant, 5, 0.3],
    ['one of its kind is the mean', lognormal(1), 1, 0.3],
    ['exponential: H₂ = 1.5', exponential, 2, 0.45],
    ['exponential: H₅ = 2.28333', exponential, 5, 0.685],
    ['lognormal without spread', lognormal(0), 5, 0.3],
    // The larger of two lognormals: 2 · mean · Φ(σ/√2), with σ² = ln 2 and Φ(0.58871) = 0.72197.
    ['lognormal: two', lognormal(1), 2, 0.43318],
  ])('%s', (_, work, count, expected) => {
    expect(longestWork(work, count)).toBeCloseTo(expected, 4);
  });

  it('agrees with draws', () => {
    const deviation = Math.sqrt(Math.log(2));
    const normal = (i: number, j: number): number =>
      Math.sqrt(-2 * Math.log(uniform(1, 'a', i, j))) * Math.cos(2 * Math.PI * uniform(1, 'b', i, j));
    let sum = 0;
    const rounds = 20_000;
    for (let i = 0; i < rounds; i++) {
      const draws = [0, 1, 2, 3, 4].map((j) => Math.exp(deviation * normal(i, j) - deviation ** 2 / 2));
      sum += 0.3 * Math.max(...draws);
    }
    expect(longestWork(lognormal(1), 5)).toBeCloseTo(sum / rounds, 2);
  });
});

describe('works that take longer than a time', () => {
  it.each<[string, Distribution, number, number]>([
    ['constant, below', constant, 0.2, 1],
    ['constant, at its end', constant, 0.3, 0],
    ['exponential, after its mean', exponential, 0.3, Math.exp(-1)],
    // ln(t/m)/σ + σ/2 at t = m: Φ(σ/2) with σ = 0.83255.
    ['lognormal, after its mean', lognormal(1), 0.3, 1 - 0.66138],
    ['lognormal without spread', lognormal(0), 0.2, 1],
  ])('%s', (_, work, seconds, expected) => {
    expect(shareLongerThan(work, seconds)).toBeCloseTo(expected, 4);
  });
});
