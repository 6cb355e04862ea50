import { describe, expect, it } from 'vitest';
import { oldestAgeAt, waitOfArrivalAt } from '../../../src/model/index.js';
import type { Piece } from '../../../src/model/pieces.js';
import {
  arrivedPieces,
  effectTimes,
  quantilesOf,
  spreadsBetween,
  timesOf,
} from '../../../src/model/waits.js';
import { curveOf } from '../../../src/plan/curve.js';
import type { Phase } from '../../../src/scenario/types.js';
import { emails, fault, forecast, outage, phase, plain } from './fixtures.js';

function piece(from: number, to: number, value: number, slope: number, bend = 0): Piece {
  return { fromSeconds: from, toSeconds: to, value, slopePerSecond: slope, bend };
}

const waits = (phases: readonly Phase[], starts: readonly Piece[]) =>
  spreadsBetween(timesOf(arrivedPieces(curveOf(phases))), timesOf(starts));

describe('how long messages wait', () => {
  it('is the horizontal distance, and a pause in the arrivals is none', () => {
    // Nobody serves from 50 to 80 s, when nothing waits.
    const starts = [piece(0, 10, 0, 4), piece(10, 110, 40, 0), piece(110, 120, 40, 4)];
    expect(quantilesOf(waits([phase(10, 4), phase(100, 0), phase(10, 4)], starts)).max).toBe(0);
  });

  it('is longest for the first one to find nobody', () => {
    const starts = [piece(0, 10, 0, 4), piece(10, 20, 40, 0), piece(20, 60, 40, 5)];
    expect(quantilesOf(waits([phase(40, 4)], starts)).max).toBeCloseTo(10, 6);
  });

  it('is spread evenly where both curves are straight', () => {
    // 1,000 in 10 s into 5/s: the nth waits 0.19 n s.
    const starts = [piece(0, 200, 0, 5)];
    expect(quantilesOf(waits([phase(10, 100)], starts))).toEqual({
      p50: expect.closeTo(95, 4),
      p95: expect.closeTo(180.5, 4),
      p99: expect.closeTo(188.1, 4),
      max: 190,
    });
  });

  it('counts all that are started at once', () => {
    // Half wait up to 10 s, for a jump at 10 s; the others don't.
    const starts = [piece(0, 10, 0, 0), piece(10, 20, 40, 4)];
    const { p50, p95, max } = quantilesOf(waits([phase(20, 4)], starts));
    expect([p50, p95, max]).toEqual([0, expect.closeTo(9, 5), 10]);
  });

  it('is bent with the arrivals', () => {
    // 0 to 20/s in 10 s, all started at 10 s: the nth of 100 comes at √n s, so half wait less than 10 − √50 s.
    const starts = [piece(0, 10, 0, 0), piece(10, 11, 100, 0)];
    const { p50, max } = quantilesOf(waits([phase(10, 0, 20)], starts));
    expect(p50).toBeCloseTo(10 - Math.sqrt(50), 3);
    expect(max).toBeCloseTo(10, 3);
  });

  it('is nothing where nothing starts', () => {
    const none = { p50: null, p95: null, p99: null, max: null };
    expect(quantilesOf(waits([phase(10, 4)], [piece(0, 10, 0, 0)]))).toEqual(none);
  });

  it('is not what less than a message waits', () => {
    // 0.04 of the fortieth are left to the end.
    const starts = [piece(0, 9.99, 0, 4), piece(9.99, 100, 39.96, 0), piece(100, 101, 39.96, 1)];
    expect(quantilesOf(waits([phase(10, 4)], starts)).max).toBe(0);
  });
});

describe('when effects are', () => {
  const starts = [{ from: 0, to: 10, fromSeconds: 0, toSeconds: 10 }];

  it('is a work after the start, and at the thaw where that is within a freeze', () => {
    const freeze = { kind: 'freeze', atSeconds: 4, untilSeconds: 6 } as const;
    expect(effectTimes(starts, 2, [], [])).toEqual([{ from: 0, to: 10, fromSeconds: 2, toSeconds: 12 }]);
    const each = timesOf([piece(0, 3, 0, 1), piece(3, 4, 3, 1), piece(4, 6, 4, 1)]);
    expect(effectTimes(each, 2, [freeze], []).map(({ toSeconds }) => toSeconds)).toEqual([6, 6, 8]);
  });

  it('is late for what a dead worker held, the last first; what never comes back has none', () => {
    const held = { atSeconds: 7, fromNumber: 5, toNumber: 7, backAtSeconds: 20, doneAtSeconds: 22.5 };
    expect(effectTimes(starts, 2, [], [held])).toEqual([
      { from: 0, to: 5, fromSeconds: 2, toSeconds: 7 },
      { from: 5, to: 7, fromSeconds: 22.5, toSeconds: 22 },
      { from: 7, to: 10, fromSeconds: 9, toSeconds: 12 },
    ]);
    const never = { ...held, backAtSeconds: null, doneAtSeconds: null };
    expect(effectTimes(starts, 2, [], [never]).map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [7, 10],
    ]);
  });
});

describe('what is asked of any time', () => {
  const away = forecast({
    phases: [phase(100, 4)],
    queue: plain(5),
    faults: [fault(30, 'stop', { forSeconds: 20 })],
  });

  it('is the wait of who arrives then', () => {
    // At 35 s the 141st comes; 15 s later they go on, at 5/s: 20 s' worth of 4/s before it take 4 s.
    expect([10, 30, 35, 50, 120].map((at) => waitOfArrivalAt(away, at))).toEqual([0, 20, 19, 16, null]);
  });

  it('is the age of the oldest, which rises at 1 s/s while nobody is there, and falls only at 1 − μ/λ', () => {
    expect([10, 40, 50].map((at) => oldestAgeAt(away, at))).toEqual([null, 10, 20]);
    expect(oldestAgeAt(away, 70)).toBeCloseTo(20 - 20 * (5 / 4 - 1), 6);
    expect(oldestAgeAt(away, 200)).toBeNull();
  });

  it('is as old as its work where nobody waits, and older where a dead worker holds it', () => {
    const calm = { phases: [phase(60, 4)], queue: emails(5, { acknowledgeSeconds: 0 }) };
    expect(oldestAgeAt(forecast(calm), 30)).toBeCloseTo(0.3, 9);
    const killed = forecast({ ...calm, faults: [fault(30.1, 'kill', { forSeconds: 1 })] });
    expect(killed.curves.held).toHaveLength(1);
    // It had come at 30 s.
    expect(oldestAgeAt(killed, 34)).toBeCloseTo(4, 9);
  });

  it('never exceeds the peak', () => {
    const { oldestAgeSeconds } = forecast(outage);
    const ages = Array.from({ length: 700 }, (_, i) => oldestAgeAt(forecast(outage), i / 10) ?? 0);
    expect(Math.max(...ages)).toBeLessThanOrEqual(oldestAgeSeconds ?? 0);
    expect(Math.max(...ages)).toBeGreaterThan((oldestAgeSeconds ?? 0) - 0.5);
  });
});
