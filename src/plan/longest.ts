import type { Distribution } from '../scenario/types.js';

/**
 * The expected longest of so many independent works, in seconds. Constant: the work itself. Exponential: mean · H_n, with
 * H_n = 1 + 1/2 + … + 1/n (the spacings of exponential order statistics, Rényi 1953). Lognormal: the integral over
 * z of n · Φ(z)^(n−1) · φ(z) · e^(μ + σz), by the trapezoidal rule.
 */
export function longestWork(work: Distribution, count: number): number {
  if (work.kind === 'constant' || count <= 1) return work.meanSeconds;
  if (work.kind === 'exponential') return work.meanSeconds * harmonic(count);
  return longestLognormal(work.meanSeconds, work.cv, count);
}

/** The share of works that take longer than a time. */
export function shareLongerThan(work: Distribution, seconds: number): number {
  if (seconds <= 0) return work.meanSeconds > 0 ? 1 : 0;
  if (work.kind === 'constant' || work.meanSeconds === 0) return work.meanSeconds > seconds ? 1 : 0;
  if (work.kind === 'exponential') return Math.exp(-seconds / work.meanSeconds);
  const variance = Math.log(1 + work.cv ** 2);
  if (variance === 0) return work.meanSeconds > seconds ? 1 : 0;
  const location = Math.log(work.meanSeconds) - variance / 2;
  return 1 - normalCumulative((Math.log(seconds) - location) / Math.sqrt(variance));
}

function harmonic(count: number): number {
  let sum = 0;
  for (let i = 1; i <= count; i++) sum += 1 / i;
  return sum;
}

function longestLognormal(meanSeconds: number, cv: number, count: number): number {
  const variance = Math.log(1 + cv ** 2);
  const deviation = Math.sqrt(variance);
  const step = 0.02;
  let sum = 0;
  // Beyond these bounds the integrand is below 1e-12 of its peak; e^(σz) moves the peak up by no more than σ.
  for (let z = -8; z <= 8 + deviation; z += step) {
    const density = Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI);
    sum += count * normalCumulative(z) ** (count - 1) * density * Math.exp(deviation * z - variance / 2);
  }
  return meanSeconds * sum * step;
}

/** The normal distribution's cumulative function, to 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26). */
function normalCumulative(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const error = 1 - poly * Math.exp(-(x ** 2));
  return z < 0 ? (1 - error) / 2 : (1 + error) / 2;
}
