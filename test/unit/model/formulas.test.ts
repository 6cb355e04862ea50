import { describe, expect, it } from 'vitest';
import { type FifoSetting, runFifo } from '../../../src/model/fifo/index.js';
import {
  allenCunneen,
  attemptsPerMessage,
  drainSeconds,
  erlangB,
  erlangC,
  littlesLaw,
  md1,
  mg1,
  mm1,
  mm1WaitsLonger,
  mmc,
  mmcWaitsLonger,
  outage,
  pollingPerSecond,
  utilisation,
} from '../../../src/model/formulas.js';
import { constant, exponential, random } from './fifo/settings.js';

describe('closed forms against known values', () => {
  it('M/M/1 at ρ = 0.8', () => {
    const { utilisation: rho, inSystem, waiting, inSystemSeconds, waitSeconds } = mm1(4, 5);
    expect(rho).toBeCloseTo(0.8, 12);
    expect([inSystem, waiting, inSystemSeconds, waitSeconds].map((v) => Number(v.toFixed(9)))).toEqual([
      4, 3.2, 1, 0.8,
    ]);
    expect(mm1WaitsLonger(4, 5, 0)).toBeCloseTo(0.8, 12);
    expect(mm1WaitsLonger(4, 5, 2)).toBeCloseTo(0.8 * Math.exp(-2), 12);
  });

  it('M/D/1 waits half as long as M/M/1, and M/G/1 has both in it', () => {
    expect(md1(4, 0.2).waitSeconds).toBeCloseTo(mm1(4, 5).waitSeconds / 2, 12);
    expect(mg1(4, 0.2, 1).waitSeconds).toBeCloseTo(mm1(4, 5).waitSeconds, 12);
    expect(mg1(4, 0.2, 2).waitSeconds).toBeCloseTo(2.5 * mm1(4, 5).waitSeconds, 12);
  });

  it('Erlang B and C as the tables have them', () => {
    // 10 erlangs on 10 lines: 21.46 % blocked. 2 servers at a = 1: B = 1/5, C = 1/3.
    expect(erlangB(10, 10)).toBeCloseTo(0.21458, 5);
    expect(erlangB(2, 1)).toBeCloseTo(0.2, 12);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
    expect(erlangC(1, 0.8)).toBeCloseTo(0.8, 12);
  });

  it('Erlang C where powers and factorials overflow', () => {
    const many = erlangC(100_000, 99_900);
    expect(many).toBeGreaterThan(0.5);
    expect(many).toBeLessThan(1);
    expect(erlangC(1000, 500)).toBeLessThan(1e-50);
    expect(erlangC(1000, 1000)).toBe(1);
  });

  it('Erlang C as its sum of powers and factorials has it, where that can be summed', () => {
    const summed = (servers: number, load: number): number => {
      let [term, sum] = [1, 1];
      for (let k = 1; k < servers; k++) {
        term *= load / k;
        sum += term;
      }
      const last = (term * (load / servers)) / (1 - load / servers);
      return last / (sum + last);
    };
    for (const [servers, load] of [
      [1, 0.3],
      [5, 4.5],
      [20, 12],
      [50, 49],
      [100, 95],
    ] as const)
      expect(erlangC(servers, load)).toBeCloseTo(summed(servers, load), 10);
  });

  it('M/M/c with one server is M/M/1, and two servers of half the speed wait less and take longer', () => {
    expect(mmc(4, 5, 1)).toEqual({
      utilisation: expect.closeTo(0.8, 12),
      inSystem: expect.closeTo(4, 9),
      waiting: expect.closeTo(3.2, 9),
      inSystemSeconds: expect.closeTo(1, 9),
      waitSeconds: expect.closeTo(0.8, 9),
    });
    expect(mmc(4, 2.5, 2).waitSeconds).toBeLessThan(mmc(4, 5, 1).waitSeconds);
    expect(mmc(4, 2.5, 2).inSystemSeconds).toBeGreaterThan(mmc(4, 5, 1).inSystemSeconds);
  });

  it('Allen-Cunneen is exact for M/M/c and M/G/1, nought for D/D/c, and says that it is an approximation', () => {
    const given = { arrivalsPerSecond: 90, serviceSeconds: 0.1, servers: 10 };
    expect(allenCunneen({ ...given, arrivalCv: 1, serviceCv: 1 }).waitSeconds).toBeCloseTo(
      mmc(90, 10, 10).waitSeconds,
      12,
    );
    const one = { arrivalsPerSecond: 8, serviceSeconds: 0.1, servers: 1, arrivalCv: 1 };
    expect(allenCunneen({ ...one, serviceCv: 1.7 }).waitSeconds).toBeCloseTo(
      mg1(8, 0.1, 1.7).waitSeconds,
      12,
    );
    expect(allenCunneen({ ...given, arrivalCv: 0, serviceCv: 0 })).toMatchObject({
      waitSeconds: 0,
      isApproximation: true,
    });
  });

  it('has no steady state at ρ ≥ 1', () => {
    const none = { inSystem: Number.POSITIVE_INFINITY, waitSeconds: Number.POSITIVE_INFINITY };
    for (const state of [
      mm1(5, 5),
      md1(6, 0.2),
      mmc(20, 5, 4),
      allenCunneen({ arrivalsPerSecond: 20, serviceSeconds: 0.2, servers: 4, arrivalCv: 0, serviceCv: 0 }),
    ])
      expect(state).toMatchObject(none);
    expect(mmcWaitsLonger(20, 5, 4, 1000)).toBe(1);
    expect(utilisation(20, 5, 4)).toBe(1);
  });

  it('an outage, a backlog, retries, polling', () => {
    expect(outage(4, 5, 30)).toEqual({
      backlog: 120,
      catchUpSeconds: 120,
      timesTheOutage: expect.closeTo(4, 12),
      longestWaitSeconds: 30,
      ageRisesPerSecond: 1,
      ageChangesPerSecond: -0.25,
      backlogChangesPerSecond: -1,
    });
    expect(outage(100, 5, 300)).toMatchObject({
      backlog: 30_000,
      catchUpSeconds: null,
      timesTheOutage: null,
      backlogChangesPerSecond: 95,
    });
    expect(drainSeconds(30_000, 0, 5)).toBe(6000);
    expect(drainSeconds(0, 5, 5)).toBe(0);
    expect(drainSeconds(1, 5, 5)).toBeNull();
    expect(attemptsPerMessage(0.5)).toBe(2);
    expect(attemptsPerMessage(0.5, 3)).toBe(1.75);
    expect(attemptsPerMessage(1, 3)).toBe(3);
    expect(pollingPerSecond(5, 0.3, 1)).toBeCloseTo(3.846, 3);
    expect(littlesLaw(100, 0.3)).toBe(30);
  });

  it.each([
    ['servicePerSecond is 0', () => utilisation(1, 0)],
    ['arrivalsPerSecond is -1', () => mm1(-1, 5)],
    ['1.5 servers', () => erlangC(1.5, 1)],
    ['2 is no probability', () => attemptsPerMessage(2)],
    ['load is NaN', () => erlangB(3, Number.NaN)],
  ])('refuses what is no queue: %s', (message, formula) => {
    expect(formula).toThrow(message);
  });
});

/** The mean, and its standard error by means of batches that are long against the memory of the queue. */
function batchMeans(values: Float64Array, batches = 40): { mean: number; error: number } {
  const length = Math.floor(values.length / batches);
  const means = Array.from({ length: batches }, (_, i) => {
    const batch = values.subarray(i * length, (i + 1) * length);
    return batch.reduce((sum, value) => sum + value, 0) / length;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / batches;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches - 1);
  return { mean, error: Math.sqrt(variance / batches) };
}

/** Four standard errors: one in 16,000 is further off. Seeds are fixed. */
const confidence = 4;
const messages = 1_000_000;

/** The waits of a long run without its beginning, in which the queue is emptier than later. */
function steadyWaits(setting: FifoSetting): Float64Array {
  const waits = new Float64Array(messages - 10_000);
  const { arrived } = runFifo({ ...setting, waits });
  expect(arrived).toBeGreaterThan(waits.length);
  return waits.subarray(50_000);
}

function expectMean(setting: FifoSetting, expected: number): void {
  const { mean, error } = batchMeans(steadyWaits(setting));
  // Tight enough to tell: the confidence interval is a few percent of the wait.
  expect(error).toBeLessThan(0.03 * expected);
  expect(Math.abs(mean - expected)).toBeLessThanOrEqual(confidence * error);
}

describe('closed forms against the engine', () => {
  const seeds = [1, 2, 3];

  it.each(seeds)('M/M/1, seed %d', (seed) => {
    expectMean(
      random(700, messages, { hands: 1, work: exponential(0.001) }, seed),
      mm1(700, 1000).waitSeconds,
    );
  });

  it.each(seeds)('M/D/1, seed %d', (seed) => {
    expectMean(random(800, messages, { hands: 1, work: constant(0.001) }, seed), md1(800, 0.001).waitSeconds);
  });

  it.each(seeds)('M/G/1 with lognormal service, seed %d', (seed) => {
    const work = { kind: 'lognormal', meanSeconds: 0.001, cv: 0.5 } as const;
    expectMean(random(700, messages, { hands: 1, work }, seed), mg1(700, 0.001, 0.5).waitSeconds);
  });

  it.each([
    [2, 1500],
    [10, 9000],
    [50, 48_000],
  ])('M/M/c with %d servers at %d/s', (servers, perSecond) => {
    const setting = random(perSecond, messages, { hands: servers, work: exponential(0.001) });
    const waits = steadyWaits(setting);
    const { mean, error } = batchMeans(waits);
    const { waitSeconds } = mmc(perSecond, 1000, servers);
    expect(Math.abs(mean - waitSeconds)).toBeLessThanOrEqual(confidence * error);
    expect(error).toBeLessThan(0.1 * waitSeconds);
    // The share that waits at all is Erlang C.
    const waiting = batchMeans(waits.map((wait) => (wait > 0 ? 1 : 0)));
    expect(Math.abs(waiting.mean - erlangC(servers, perSecond / 1000))).toBeLessThanOrEqual(
      confidence * waiting.error,
    );
  });

  it.each([0, 1, 3, 8])('the distribution of M/M/1’s waits: the share above %d ms', (millis) => {
    const waits = steadyWaits(random(700, messages, { hands: 1, work: exponential(0.001) }));
    const { mean, error } = batchMeans(waits.map((wait) => (wait > millis / 1000 ? 1 : 0)));
    expect(Math.abs(mean - mm1WaitsLonger(700, 1000, millis / 1000))).toBeLessThanOrEqual(confidence * error);
  });

  it('the queue’s own histogram says the same, to its accuracy', () => {
    const { waitSeconds, endToEndSeconds } = runFifo(
      random(700, messages, { hands: 1, work: exponential(0.001) }),
    );
    expect(waitSeconds.above(0.003)).toBeCloseTo(mm1WaitsLonger(700, 1000, 0.003), 2);
    // The whole time in M/M/1 is exponential with mean 1/(μ − λ).
    expect(endToEndSeconds.p95).toBeCloseTo(-Math.log(0.05) / 300, 3);
  });

  it('Little’s law: L = λW, exactly on the run, and near the steady state’s L', () => {
    const run = runFifo(random(700, messages, { hands: 1, work: exponential(0.001) }));
    expect(run.littlesLaw.area).toBe(run.littlesLaw.times);
    const perSecond = run.arrived / run.endSeconds;
    expect(run.littlesLaw.meanBacklog).toBeCloseTo(littlesLaw(perSecond, run.endToEndSeconds.mean ?? 0), 9);
    expect(Math.abs((run.littlesLaw.meanBacklog ?? 0) / mm1(700, 1000).inSystem - 1)).toBeLessThan(0.05);
  });
});
