import { describe, expect, it } from 'vitest';
import { type FifoSetting, runFifo } from '../../../../src/model/fifo/index.js';
import { Arrivals } from '../../../../src/plan/arrivals.js';
import { drawWork } from '../../../../src/plan/draws.js';
import type { RateCurve } from '../../../../src/plan/types.js';
import { constant, exponential, flat, random, setting } from './settings.js';

/** The design's outage: five at once each second, all that is in hand at 1.35 s lost and back at 9 s, the workers back at 8 s. */
const outage: FifoSetting = setting({
  arrivals: { curve: flat(100, 3), arrivals: 'constant' },
  hands: 5,
  work: constant(0.3),
  acknowledgeSeconds: 0.2,
  limit: { count: 5, perSeconds: 1 },
  outages: [{ fromSeconds: 1.35, toSeconds: 8, inHand: { backAfterSeconds: 7.65, order: 'reversed' } }],
});

describe('D/D/1', () => {
  it('serves each as it comes where there is time', () => {
    const run = runFifo(setting());
    expect(run).toMatchObject({
      arrived: 240,
      effected: 240,
      pending: 0,
      starts: 240,
      peakBacklog: 1,
      busySeconds: 48,
      drainedAtSeconds: 59.95,
    });
    expect(run.waitSeconds).toMatchObject({ mean: 0, p50: 0, p99: 0, max: 0 });
    expect(run.endToEndSeconds.max).toBe(0.2);
  });

  it.each([
    [4, 5, 30],
    [3, 5, 30],
    [80, 100, 30],
    [9, 10, 5],
  ])('catches up on an outage at %d/s of %d/s: λT/(μ−λ) of %d s', (perSecond, capacity, seconds) => {
    const run = runFifo(
      setting({
        arrivals: { curve: flat(perSecond, 400), arrivals: 'constant' },
        work: constant(1 / capacity),
        // Told to stop just before an arrival, so that the first of the outage waits for all of it.
        outages: [{ fromSeconds: 100, toSeconds: 100 + seconds, inHand: 'finished' }],
      }),
    );
    const [trouble] = run.troubles;
    expect(trouble).toMatchObject({ baseline: 1, backlogAtRecovery: perSecond * seconds });
    expect(run.waitSeconds.max).toBe(seconds);
    // Down to the one that is served at each moment anyway: within one interval of the formula.
    const catchUp = (perSecond * seconds) / (capacity - perSecond);
    expect(Math.abs((trouble?.catchUpSeconds ?? 0) - catchUp)).toBeLessThanOrEqual(
      1 / (capacity - perSecond) + 1e-9,
    );
    expect(run.pending).toBe(0);
  });

  it('keeps an overload’s backlog of (λ − μ)T, and drains it at μ', () => {
    const run = runFifo(setting({ arrivals: { curve: flat(10, 60), arrivals: 'constant' } }));
    // 600 come; 300 would be served in 60 s, of which the last is just done.
    expect(run).toMatchObject({ arrived: 600, peakBacklog: 301, drainedAtSeconds: 120 });
    expect(run.littlesLaw.area).toBe(run.littlesLaw.times);
  });
});

describe('the limiter', () => {
  it('lets a window’s messages start at once, and opens the next with the first start after it', () => {
    const waits = new Float64Array(6);
    runFifo(
      setting({
        arrivals: { curve: [...flat(2, 3)], arrivals: 'constant' },
        hands: 9,
        limit: { count: 2, perSeconds: 1.2 },
        waits,
      }),
    );
    // Due at 0, 0.5, 1, 1.5, 2, 2.5. Windows open at 0, 1.2 and 2.4.
    expect([...waits].map((wait) => Number(wait.toFixed(9)))).toEqual([0, 0, 0.2, 0, 0.4, 0]);
  });

  it('can drain later with a larger count: the windows open at other times', () => {
    const drainedWith = (count: number): number | null =>
      runFifo(
        setting({
          // 11 at once, and 19 at 1.9 s.
          arrivals: {
            curve: [
              { startSeconds: 0, endSeconds: 1e-6, fromPerSecond: 10.5e6, toPerSecond: 10.5e6 },
              { startSeconds: 1e-6, endSeconds: 1.9, fromPerSecond: 0, toPerSecond: 0 },
              { startSeconds: 1.9, endSeconds: 1.900001, fromPerSecond: 19e6, toPerSecond: 19e6 },
            ],
            arrivals: 'constant',
          },
          hands: 100,
          work: constant(0),
          limit: { count, perSeconds: 1 },
        }),
      ).drainedAtSeconds;
    expect(drainedWith(10)).toBeCloseTo(2, 5);
    expect(drainedWith(11)).toBeCloseTo(2.9, 5);
  });
});

describe('an outage that loses what is in hand', () => {
  it('has 290 waiting and 5 repeated, as the design works it out', () => {
    const run = runFifo(outage);
    expect(run).toMatchObject({
      arrived: 300,
      effected: 300,
      pending: 0,
      starts: 305,
      redeliveries: 5,
      duplicateEffects: 5,
      peakBacklog: 290,
      // 295 starts from 8 s on, five each second: the last at 66 s.
      drainedAtSeconds: 66.3,
    });
    expect(run.troubles).toMatchObject([
      { backlogAtRecovery: 290, peakBacklog: 290, recoveryPointSeconds: 8 },
    ]);
  });

  it('counts no effect that had not been, and no duplicate for it', () => {
    const early = {
      ...outage.outages?.[0],
      fromSeconds: 1.25,
      toSeconds: 8,
      inHand: { backAfterSeconds: 7.75, order: 'kept' },
    } as const;
    const run = runFifo({ ...outage, outages: [early] });
    expect(run).toMatchObject({
      redeliveries: 5,
      duplicateEffects: 0,
      effected: 300,
      drainedAtSeconds: 66.3,
      peakBacklog: 295,
    });
  });

  it('gives back what was lost before those who wait', () => {
    const waits = new Float64Array(10);
    const run = runFifo(
      setting({
        arrivals: { curve: flat(2, 5), arrivals: 'constant' },
        work: constant(0.4),
        waits,
        outages: [{ fromSeconds: 1.1, toSeconds: 2.1, inHand: { backAfterSeconds: 1.2, order: 'kept' } }],
      }),
    );
    // The third is lost at 1.1 s. The fourth starts at 2.1 s, and the third again when its hand is free, at 2.5 s.
    expect(run).toMatchObject({ redeliveries: 1, duplicateEffects: 0, effected: 10 });
    expect(waits[3]).toBeCloseTo(0.6, 9);
    expect(waits[4]).toBeCloseTo(0.9, 9);
    expect(run.endToEndSeconds.max).toBeCloseTo(1.9, 9);
  });

  it('loses it again in the next outage, and keeps it where nobody comes back', () => {
    const twice = runFifo({
      ...outage,
      outages: [
        { fromSeconds: 1.35, toSeconds: 2, inHand: { backAfterSeconds: 1, order: 'reversed' } },
        { fromSeconds: 2.5, toSeconds: 4, inHand: { backAfterSeconds: 3, order: 'reversed' } },
      ],
    });
    expect(twice).toMatchObject({ arrived: 300, effected: 300, pending: 0, redeliveries: 10 });
    const gone = runFifo({
      ...outage,
      outages: [
        {
          fromSeconds: 1.25,
          toSeconds: Number.POSITIVE_INFINITY,
          inHand: { backAfterSeconds: 1, order: 'kept' },
        },
      ],
    });
    expect(gone).toMatchObject({ effected: 5, pending: 295, drainedAtSeconds: null, redeliveries: 0 });
    expect(gone.troubles).toMatchObject([
      { recoveryPointSeconds: Number.POSITIVE_INFINITY, catchUpSeconds: null },
    ]);
    expect(gone.littlesLaw.area).toBe(gone.littlesLaw.times);
  });

  it('is one trouble with an outage that begins before it is caught up', () => {
    const outages = [10, 20, 150].map(
      (from) => ({ fromSeconds: from, toSeconds: from + 5, inHand: 'finished' }) as const,
    );
    const { troubles } = runFifo(
      setting({ arrivals: { curve: flat(4, 300), arrivals: 'constant' }, outages }),
    );
    expect(troubles.map((trouble) => trouble.onsets)).toEqual([[0, 1], [2]]);
    expect(troubles[0]).toMatchObject({ fromSeconds: 10, recoveryPointSeconds: 25 });
    // 20 are left by 15 s, 15 by 20 s, 35 by 25 s; the last of them goes at 1/s.
    expect(troubles[0]?.catchUpSeconds).toBeCloseTo(35, -0.5);
    expect(troubles[1]?.catchUpSeconds).toBeCloseTo(20, -0.5);
  });
});

describe('arrivals and draws', () => {
  const phases: RateCurve = [
    { startSeconds: 0, endSeconds: 10, fromPerSecond: 5, toPerSecond: 50 },
    { startSeconds: 10, endSeconds: 20, fromPerSecond: 50, toPerSecond: 50 },
    { startSeconds: 20, endSeconds: 30, fromPerSecond: 0, toPerSecond: 0 },
    { startSeconds: 30, endSeconds: 50, fromPerSecond: 20, toPerSecond: 0 },
  ];

  it.each(['constant', 'poisson'] as const)('are the plan’s own: %s', (arrivals) => {
    const [seed, producer, queue] = [7, 'orders', 'emails'];
    const source = new Arrivals({ name: producer, curve: phases, arrivals }, seed);
    const work = exponential(0.03);
    const waits = new Float64Array(5000);
    const run = runFifo(
      setting({
        arrivals: { curve: phases, arrivals },
        work,
        draws: { kind: 'plan', seed, producer, queue },
        waits,
      }),
    );
    // Lindley's recursion, in seconds.
    let [free, n] = [0, 0];
    for (let due = source.next(); due !== null; due = source.next()) {
      const start = Math.max(due, free);
      expect(Math.abs((waits[n] ?? 0) - (start - due))).toBeLessThan(1e-6);
      n++;
      free = start + drawWork(work, seed, queue, `${producer}/${n}`, 1);
    }
    expect(run.arrived).toBe(n);
  });

  it('are the same for the same seed, to the last bit, and others for another', () => {
    const bits = (seed: number): string =>
      JSON.stringify(
        runFifo(
          random(80, 20_000, { hands: 2, work: { kind: 'lognormal', meanSeconds: 0.02, cv: 1.5 } }, seed),
        ),
        (_, value) => (typeof value === 'bigint' ? String(value) : value),
      );
    expect(bits(5)).toBe(bits(5));
    expect(bits(5)).not.toBe(bits(6));
  });

  it('draw work apart from arrivals: another work leaves the arrivals as they were', () => {
    const counts = [0.001, 0.01].map(
      (mean) => runFifo(random(80, 20_000, { hands: 1, work: exponential(mean) })).arrived,
    );
    expect(counts[0]).toBe(counts[1]);
  });
});

describe('a setting that can’t be represented', () => {
  it.each<[string, Partial<FifoSetting>]>([
    ['0 hands', { hands: 0 }],
    ['a limit of 0.5 in 1 s', { limit: { count: 0.5, perSeconds: 1 } }],
    ['52 days', { arrivals: { curve: flat(1, 1e7), arrivals: 'constant' } }],
    ['negative', { work: constant(-1) }],
    [
      'overlap',
      {
        outages: [
          { fromSeconds: 1, toSeconds: 5, inHand: 'finished' },
          { fromSeconds: 4, toSeconds: 6, inHand: 'finished' },
        ],
      },
    ],
    [
      'never comes',
      {
        outages: [
          {
            fromSeconds: 1,
            toSeconds: 5,
            inHand: { backAfterSeconds: Number.POSITIVE_INFINITY, order: 'kept' },
          },
        ],
      },
    ],
  ])('is refused: %s', (message, more) => {
    expect(() => runFifo(setting(more))).toThrow(message);
  });
});
