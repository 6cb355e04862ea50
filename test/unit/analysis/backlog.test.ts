import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeasuredBacklog } from '../../../src/analysis/backlog.js';
import { at, census, collected, delivered, ended, published } from '../../fixtures/runs.js';

const never = Number.POSITIVE_INFINITY;

/** From pairs of arrival and end. */
function backlog(pairs: readonly (readonly [number, number])[], endSeconds = 100): MeasuredBacklog {
  const arrivals = Float64Array.from(pairs, ([arrival]) => arrival);
  const ends = Float64Array.from(pairs, ([, end]) => end);
  return MeasuredBacklog.of(arrivals, ends, endSeconds);
}

// 1 at 1 s, 2 at 2 s, 3 at 3 s, 2 at 5 s, 1 at 8 s, 0 at 10 s.
const hill = backlog([
  [1, 5],
  [2, 10],
  [3, 8],
]);

describe('a backlog', () => {
  it('is what has arrived and not ended, after the jump where it jumps', () => {
    expect([0, 1, 1.5, 2, 3, 4.9, 5, 8, 10, 11].map((t) => hill.at(t))).toEqual([
      0, 1, 1, 2, 3, 3, 2, 1, 0, 0,
    ]);
  });

  it('has a peak, a final value and a time at which it was drained', () => {
    expect(hill.peak()).toEqual({ peak: 3, peakAtSeconds: 3, final: 0 });
    expect(hill.drainedAt()).toBe(10);
    const left = backlog([
      [1, 5],
      [2, never],
    ]);
    expect(left.peak()).toEqual({ peak: 2, peakAtSeconds: 2, final: 1 });
    expect(left.drainedAt()).toBeNull();
  });

  it('is nothing where nothing arrived', () => {
    const empty = backlog([]);
    expect(empty.peak()).toEqual({ peak: 0, peakAtSeconds: 0, final: 0 });
    expect([empty.drainedAt(), empty.oldestAgeSeconds, empty.at(5)]).toEqual([0, null, 0]);
  });

  it.each([
    [0, 3, 2],
    [0, 3.1, 3],
    [5, 100, 2],
    [3, 3, 3],
    [20, 30, 0],
  ])('is highest from %d s to before %d s at %d', (from, to, highest) => {
    expect(hill.highest(from, to)).toBe(highest);
  });

  it.each([
    ['0 from 0 s for 1 s: it still is', 0, 0, 1, 0],
    ['0 from 0 s for 2 s: not before 10 s', 0, 0, 2, 10],
    ['2 from 3 s: at 5 s', 3, 2, 50, 5],
    ['2 from 6 s: at once', 6, 2, 50, 6],
    ['5 from 0 s: at once', 0, 5, 1000, 0],
  ])('is still at %s', (_, from, level, seconds, expected) => {
    expect(hill.firstStillFrom(from, level, seconds)).toBe(expected);
  });

  it('is never still while messages are left', () => {
    expect(backlog([[1, never]]).firstStillFrom(2, 0, 5)).toBeNull();
  });

  it('is not still again before a burst above the level has passed; one that only touches it does no harm', () => {
    const burst = (size: number): MeasuredBacklog =>
      backlog([[0, 50], [1, 2], ...Array.from({ length: size }, (): [number, number] => [5, 6])]);
    expect(burst(1).firstStillFrom(0, 2, 10)).toBe(0);
    expect(burst(2).firstStillFrom(0, 2, 10)).toBe(6);
  });

  it('knows when all that arrived before a time had ended', () => {
    expect([1, 1.5, 2.5, 3.5].map((t) => hill.allDoneBefore(t))).toEqual([0, 5, 10, 10]);
    expect(backlog([[1, never]]).allDoneBefore(2)).toBeNull();
    expect(backlog([[1, never]]).allDoneBefore(1)).toBe(0);
  });

  it('has an oldest age: what is left counts to the end of the run', () => {
    expect(hill.oldestAgeSeconds).toBe(8);
    expect(
      backlog(
        [
          [90, never],
          [1, 5],
        ],
        100,
      ).oldestAgeSeconds,
    ).toBe(10);
  });

  it('says what going through all messages says, in whatever order they arrived', () => {
    const time = fc.integer({ min: 0, max: 30 });
    const pair = fc
      .tuple(time, fc.option(fc.nat(10), { nil: never }))
      .map(([t, took]): [number, number] => [t, t + took]);
    const questions = fc.tuple(time, fc.nat(10), fc.nat(5), fc.nat(10));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 15 }), questions, (pairs, [from, span, level, still]) => {
        const view = backlog(pairs);
        const slow = (t: number): number => pairs.filter(([a, e]) => a <= t && e > t).length;
        expect(view.at(from)).toBe(slow(from));
        const times = Array.from({ length: 60 }, (_, t) => t);
        const inside = times.filter((t) => t === from || (t > from && t < from + span));
        expect(view.highest(from, from + span)).toBe(Math.max(...inside.map(slow)));
        const low = (t: number): boolean => slow(t) <= level;
        const stays = (t: number): boolean =>
          times.every((u) => u < t || (u >= t + still && u > t) || low(u));
        expect(view.firstStillFrom(from, level, still)).toBe(
          times.find((t) => t >= from && stays(t)) ?? null,
        );
        const before = pairs.filter(([a]) => a < from).map(([, e]) => e);
        const last = Math.max(0, ...before);
        expect(view.allDoneBefore(from)).toBe(last === never ? null : last);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the backlog of a ledger', () => {
  it('begins at the attempt that took effect, ends with the first effect or otherwise, and leaves out what was lost', () => {
    const { queues } = collected({
      lab: [ended(20), ...census(21, { ready: ['orders/4'] })],
      producer: [
        // Refused at first: it arrives with the second attempt.
        at(0, 'attempted', 'orders/1'),
        at(0, 'refused', 'orders/1'),
        ...published(1, 'orders/1'),
        // Unknown at first: the first attempt may have been it.
        at(2, 'attempted', 'orders/2'),
        at(2, 'unknown', 'orders/2'),
        ...published(3, 'orders/2'),
        ...published(4, 'orders/3'),
        ...published(5, 'orders/4'),
      ],
      worker: [...delivered(6, 'orders/1'), at(7, 'dead', 'orders/2'), ...delivered(8, 'orders/1')],
    });
    const view = MeasuredBacklog.takeFrom(queues.get('emails')!.table, (t) => t / 1e6, 20);
    const steps: [number, number][] = [];
    view.walk(-1, (t, value) => steps.push([t, value]) > 0);
    expect(steps).toEqual([
      [1, 1],
      [2, 2],
      [5, 3],
      [6.3, 2],
      [7, 1],
    ]);
    expect(view.oldestAgeSeconds).toBe(15);
  });
});
