import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstStill,
  highestWithin,
  type Piece,
  timeOf,
  timeToZero,
  valueAt,
} from '../../../src/model/pieces.js';

function piece(from: number, to: number, value: number, slope: number, bend = 0): Piece {
  return { fromSeconds: from, toSeconds: to, value, slopePerSecond: slope, bend };
}

/** Up to 10 at 5 s, down to 0 at 10 s, a jump to 4 that is gone at 12 s, then nothing until 20 s. */
const hills = [piece(0, 5, 0, 2), piece(5, 10, 10, -2), piece(10, 12, 4, -2), piece(12, 20, 0, 0)];
/** 20u − u²: a hill of 100 at 10 s. */
const dome = [piece(0, 20, 0, 20, -1)];

describe('valueAt and highestWithin', () => {
  it.each([
    [-1, 0],
    [0, 0],
    [4, 8],
    [5, 10],
    [9.5, 1],
    [10, 4],
    [15, 0],
    [99, 0],
  ])('is at %d s %d', (seconds, expected) => {
    expect(valueAt(hills, seconds)).toBe(expected);
  });

  it.each([
    [hills, 0, 100, 10, 5],
    [hills, 0, 4, 8, 4],
    [hills, 6, 10, 8, 6],
    [hills, 9.5, 11, 4, 10],
    [hills, 13, 14, 0, 13],
    [dome, 0, 20, 100, 10],
    [dome, 0, 5, 75, 5],
    [dome, 15, 20, 75, 15],
  ])('finds the summit of %# from %d to %d s', (pieces, from, to, value, atSeconds) => {
    expect(highestWithin(pieces, from, to)).toEqual({ value, atSeconds });
  });
});

describe('firstStill', () => {
  it.each([
    ['for one second, before the jump', hills, 0, 2, 1, 0],
    ['after the first hill', hills, 1.5, 2, 1, 9],
    ['the jump comes too soon', hills, 1.5, 2, 1.1, 11],
    ['to the end', hills, 0, 0, 100, 12],
    ['at a level that is never left', hills, 3, 10, 100, 3],
    ['a dome', dome, 5, 75, 2, 15],
    ['below a dome', dome, 5, -1, 2, null],
    ['at the start', dome, 0, 0, 0.001, 20],
    ['after the end', hills, 30, 0, 5, 30],
  ])('%s', (_, pieces, at, level, forSeconds, expected) => {
    const found = firstStill(pieces, at, level, forSeconds);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 6);
  });

  it('forgives a small rise once it was down', () => {
    const blip = [piece(0, 10, 10, -1), piece(10, 11, 0, 0.5), piece(11, 12, 0.5, -0.5), piece(12, 30, 0, 0)];
    expect(firstStill(blip, 0, 0, 10)).toBeCloseTo(12, 6);
    expect(firstStill(blip, 0, 0, 10, 1)).toBeCloseTo(10, 6);
  });

  it('ends, and is right, on every list of hills', () => {
    const list = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(
        list,
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 20 }),
        (hill, level, forSeconds) => {
          let now = 0;
          const pieces = hill.map(([length, value], i) => {
            const next = hill[i + 1]?.[1] ?? value;
            now += length;
            return piece(now - length, now, value, (next - value) / length);
          });
          const still = firstStill(pieces, 0, level, forSeconds);
          if (still === null) {
            expect(valueAt(pieces, now)).toBeGreaterThan(level);
            return;
          }
          const until = Math.min(still + forSeconds, now);
          expect(highestWithin(pieces, still, until).value).toBeLessThanOrEqual(level + 1e-6);
          const earlier = still - 0.01;
          if (earlier > 0) {
            expect(highestWithin(pieces, earlier, earlier + forSeconds).value).toBeGreaterThan(level);
          }
        },
      ),
    );
  });
});

describe('timeToZero', () => {
  it.each([
    [10, -2, 0, 5],
    [10, 2, 0, null],
    [0, 20, -1, 20],
    [0, 0, 1, null],
    [75, 10, -1, 15],
    [9, -6, 1, 3],
    [10, -6, 1, null],
    [1e-14, -16, 0.5, 6.25e-16],
  ])('of %d %d %d', (value, slope, bend, expected) => {
    const found = timeToZero(value, slope, bend);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 12);
  });
});

describe('timeOf', () => {
  /** 0 to 10 in 5 s, nothing for 5 s, 10 to 30 in 10 s. */
  const rising = [piece(0, 5, 0, 2), piece(5, 10, 10, 0), piece(10, 20, 10, 2)];

  it.each([
    [4, 'first', 2],
    [10, 'first', 5],
    [10, 'last', 10],
    [20, 'last', 15],
    [30, 'first', 20],
    [30, 'last', null],
    [31, 'first', null],
    [0, 'last', 0],
  ] as const)('%d %s', (value, side, expected) => {
    const found = timeOf(rising, value, side);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 6);
  });
});
