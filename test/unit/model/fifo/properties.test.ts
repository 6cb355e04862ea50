import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FifoOutage, type FifoSetting, runFifo } from '../../../../src/model/fifo/index.js';
import { curveOf } from '../../../../src/plan/curve.js';
import type { Distribution, Rate } from '../../../../src/scenario/types.js';
import { highestBacklog, plainly } from './reference.js';

const curves = fc
  .array(
    fc.record({
      forSeconds: fc.integer({ min: 1, max: 20 }),
      fromPerSecond: fc.integer({ min: 0, max: 40 }),
      toPerSecond: fc.integer({ min: 0, max: 40 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map(curveOf);

const seconds = (most: number) => fc.integer({ min: 0, max: most * 1000 }).map((millis) => millis / 1000);

const works = fc.oneof(
  seconds(0.5).map((meanSeconds): Distribution => ({ kind: 'constant', meanSeconds })),
  seconds(0.5).map((mean): Distribution => ({ kind: 'exponential', meanSeconds: mean + 0.001 })),
  seconds(0.5).map((mean): Distribution => ({ kind: 'lognormal', meanSeconds: mean + 0.001, cv: 1.2 })),
);

const limits = fc.option(
  fc.record<Rate>({ count: fc.integer({ min: 1, max: 12 }), perSeconds: fc.constantFrom(0.1, 0.7, 1) }),
);

const stop = fc.constant<FifoOutage['inHand']>('finished');
const kill = fc.record({
  backAfterSeconds: seconds(20),
  order: fc.constantFrom<'kept' | 'reversed'>('kept', 'reversed'),
});

/** Up to three outages, the last of which may be for good. */
function outages(inHand: fc.Arbitrary<FifoOutage['inHand']>): fc.Arbitrary<FifoOutage[]> {
  const gap = seconds(12).map((gapSeconds) => gapSeconds + 0.001);
  return fc
    .tuple(fc.array(fc.record({ gap, length: gap, inHand }), { maxLength: 3 }), fc.boolean())
    .map(([list, forGood]) => {
      let at = 0;
      return list.map(({ gap: before, length, inHand: held }, i) => {
        const fromSeconds = at + before;
        at = forGood && i === list.length - 1 ? Number.POSITIVE_INFINITY : fromSeconds + length;
        return { fromSeconds, toSeconds: at, inHand: held };
      });
    });
}

const settings = fc.record<FifoSetting>({
  arrivals: fc.record({
    curve: curves,
    arrivals: fc.constantFrom<'constant' | 'poisson'>('constant', 'poisson'),
  }),
  hands: fc.integer({ min: 1, max: 9 }),
  work: works,
  acknowledgeSeconds: seconds(0.3),
  limit: limits,
  outages: outages(fc.oneof(stop, kill)),
  draws: fc.oneof(
    fc.integer({ min: 0, max: 1e6 }).map((seed) => ({ kind: 'stream' as const, seed })),
    fc.constant({ kind: 'plan' as const, seed: 1, producer: 'orders', queue: 'emails' }),
  ),
});

const plain = fc.record<FifoSetting>({
  arrivals: fc.record({ curve: curves, arrivals: fc.constant('constant' as const) }),
  hands: fc.integer({ min: 1, max: 9 }),
  work: seconds(0.5).map((meanSeconds): Distribution => ({ kind: 'constant', meanSeconds })),
  acknowledgeSeconds: seconds(0.3),
  limit: limits,
  outages: outages(stop),
  draws: fc.constant({ kind: 'stream' as const, seed: 1 }),
});

describe('the fast path, whatever happens', () => {
  it('balances its books, and Little’s law holds to the nanosecond', () => {
    fc.assert(
      fc.property(settings, (given) => {
        const run = runFifo(given);
        expect(run.arrived).toBe(run.effected + run.pending);
        expect(run.littlesLaw.area).toBe(run.littlesLaw.times);
        expect(run.pending).toBeGreaterThanOrEqual(0);
        expect(run.peakBacklog).toBeGreaterThanOrEqual(run.pending);
        expect(run.peakBacklog).toBeLessThanOrEqual(run.arrived);
        expect(run.duplicateEffects).toBeLessThanOrEqual(run.redeliveries);
        expect(run.drainedAtSeconds === null).toBe(run.pending > 0 || run.arrived === 0);
        if (run.drainedAtSeconds !== null) expect(run.starts).toBe(run.arrived + run.redeliveries);
        // Those who were told to stop finish while others are there already.
        const crews = 1 + (given.outages?.length ?? 0);
        expect(run.busySeconds).toBeLessThanOrEqual(crews * given.hands * (run.endSeconds + 1));
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same bits for the same setting', () => {
    const bits = (given: FifoSetting): string =>
      JSON.stringify(runFifo(given), (_, value) => (typeof value === 'bigint' ? String(value) : value));
    fc.assert(
      fc.property(settings, (given) => {
        expect(bits(given)).toBe(bits(given));
      }),
      { numRuns: 50 },
    );
  });

  it('starts every message when the plainest simulation does', () => {
    fc.assert(
      fc.property(plain, (given) => {
        const expected = plainly(given);
        const waits = new Float64Array(expected.starts.length + 1).fill(-1);
        const run = runFifo({ ...given, waits });
        expect(run.arrived).toBe(expected.arrivals.length);
        expect(run.effected).toBe(expected.effects.length);
        expect(Array.from(waits)).toEqual([
          ...expected.starts.map((start, i) => (start - (expected.arrivals[i] ?? 0)) / 1e9),
          -1,
        ]);
        expect(run.peakBacklog).toBe(highestBacklog(expected));
        if (run.drainedAtSeconds !== null)
          expect(run.drainedAtSeconds).toBe(Math.max(...expected.effects) / 1e9);
      }),
      { numRuns: 400 },
    );
  });

  it('never drains later, nor lets anybody wait longer, with more hands (no limiter, nothing lost)', () => {
    const calm = fc.tuple(settings, outages(stop)).map(([given, stops]) => ({
      ...given,
      limit: null,
      outages: stops.map((each) => ({ ...each, toSeconds: Math.min(each.toSeconds, each.fromSeconds + 9) })),
    }));
    fc.assert(
      fc.property(calm, fc.integer({ min: 1, max: 4 }), (given, further) => {
        const few = new Float64Array(3000);
        const many = new Float64Array(3000);
        const slow = runFifo({ ...given, waits: few });
        const fast = runFifo({ ...given, hands: given.hands + further, waits: many });
        expect(fast.arrived).toBe(slow.arrived);
        expect(fast.drainedAtSeconds ?? 0).toBeLessThanOrEqual(slow.drainedAtSeconds ?? 0);
        expect(fast.peakBacklog).toBeLessThanOrEqual(slow.peakBacklog);
        expect(many.findIndex((wait, i) => wait > (few[i] ?? 0))).toBe(-1);
      }),
      { numRuns: 200 },
    );
  });
});
