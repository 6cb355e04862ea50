import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeasuredBacklog } from '../../../../src/analysis/backlog.js';
import { flowCurves, oldestAgeCurve } from '../../../../src/analysis/series/backlog-curves.js';
import { mostPoints } from '../../../../src/analysis/series/thinner.js';
import type { Curve } from '../../../../src/result/series.js';

const never = Number.POSITIVE_INFINITY;
type Pair = readonly [arrival: number, end: number];

function backlog(pairs: readonly Pair[], endSeconds: number): MeasuredBacklog {
  const arrivals = Float64Array.from(pairs, ([arrival]) => arrival);
  const ends = Float64Array.from(pairs, ([, end]) => end);
  return MeasuredBacklog.of(arrivals, ends, endSeconds);
}

const pointsOf = ({ atSeconds, values }: Curve): [number, number][] =>
  atSeconds.map((at, i) => [at, values[i] as number]);

// The second overtakes the third; the last is never done.
const pairs: readonly Pair[] = [
  [1, 5],
  [2, 10],
  [3, 8],
  [12, never],
];

describe('arrivals, departures and the backlog between them', () => {
  it('have a point wherever one of them changes, at the beginning and at the end', () => {
    const { arrived, departed, backlog: between } = flowCurves(backlog(pairs, 20), 20);
    expect(pointsOf(between)).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
      [5, 2],
      [8, 1],
      [10, 0],
      [12, 1],
      [20, 1],
    ]);
    expect(arrived.values).toEqual([0, 1, 2, 3, 3, 3, 3, 4, 4]);
    expect(departed.values).toEqual([0, 0, 0, 0, 1, 2, 3, 3, 3]);
    expect([arrived.atSeconds, departed.atSeconds]).toEqual([between.atSeconds, between.atSeconds]);
  });

  it('are level where nothing came', () => {
    expect(pointsOf(flowCurves(backlog([], 7), 7).backlog)).toEqual([
      [0, 0],
      [7, 0],
    ]);
    expect(pointsOf(flowCurves(backlog([], 0), 0).backlog)).toEqual([[0, 0]]);
  });

  it('count what was there before the clock at its zero', () => {
    const early: readonly Pair[] = [
      [-1, -0.5],
      [-1, 2],
      [0, 1],
    ];
    expect(pointsOf(flowCurves(backlog(early, 3), 3).backlog)).toEqual([
      [0, 2],
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
  });
});

describe('the age of the oldest', () => {
  it('rises while a message is the oldest and falls to that of the next when it ends', () => {
    expect(pointsOf(oldestAgeCurve(backlog(pairs, 20), 20))).toEqual([
      [0, 0],
      [1, 0],
      [5, 4],
      // 2 has been there since 2 s, and 3 ends before it.
      [5.000001, 3.000001],
      [10, 8],
      [10.000001, 0],
      [12, 0],
      [20, 8],
    ]);
  });

  it('is 0 where nothing came, and is its age at the zero of what came before', () => {
    expect(pointsOf(oldestAgeCurve(backlog([], 7), 7))).toEqual([
      [0, 0],
      [7, 0],
    ]);
    expect(pointsOf(oldestAgeCurve(backlog([[-2, 3]], 5), 5))).toEqual([
      [0, 2],
      [3, 5],
      [3.000001, 0],
      [5, 0],
    ]);
  });

  it('falls once where several end at once, and not at all where the oldest ends with the run', () => {
    const burst: readonly Pair[] = [
      [1, 4],
      [2, 4],
      [3, 6],
    ];
    expect(pointsOf(oldestAgeCurve(backlog(burst, 6), 6))).toEqual([
      [0, 0],
      [1, 0],
      [4, 3],
      [4.000001, 1.000001],
      [6, 3],
    ]);
  });
});

/** Messages whose times are whole milliseconds, ends after arrivals or never. */
const messages = (count: fc.ArrayConstraints): fc.Arbitrary<Pair[]> =>
  fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: 100_000 }),
        fc.option(fc.integer({ min: 0, max: 50_000 }), { freq: 20 }),
      )
      .map(([at, took]): Pair => [at / 1000, took === null ? never : (at + took) / 1000]),
    count,
  );
const few = messages({ maxLength: 40 });
const many = messages({ minLength: 600, maxLength: 4000, size: 'max' });

/** Above all times of messages. */
const end = 160;

function strictlyRises(times: readonly number[]): boolean {
  return times.every((time, i) => i === 0 || time > (times[i - 1] as number));
}

describe('for any messages', () => {
  it('arrived − departed is the backlog at every point, and no peak is lost', () => {
    fc.assert(
      fc.property(fc.oneof(few, many), (pairs) => {
        const measured = backlog(pairs, end);
        const { arrived, departed, backlog: between } = flowCurves(measured, end);
        const times = between.atSeconds;
        expect(strictlyRises(times) && times[0] === 0 && times.at(-1) === end).toBe(true);
        expect(times.length).toBeLessThanOrEqual(mostPoints);
        for (const [i, time] of times.entries()) {
          const value = between.values[i] as number;
          expect((arrived.values[i] as number) - (departed.values[i] as number)).toBe(value);
          if (i % 50 === 0) expect(value).toBe(measured.at(time));
        }
        expect(arrived.values.at(-1)).toBe(pairs.length);
        const { peak, final } = measured.peak();
        expect(Math.max(...between.values)).toBe(peak);
        expect(between.values.at(-1)).toBe(final);
      }),
      { numRuns: 40 },
    );
  });

  it('the highest age is the longest that any message took', () => {
    fc.assert(
      fc.property(fc.oneof(few, many), (pairs) => {
        const measured = backlog(pairs, end);
        const { atSeconds, values } = oldestAgeCurve(measured, end);
        expect(strictlyRises(atSeconds) && atSeconds[0] === 0 && atSeconds.at(-1) === end).toBe(true);
        expect(atSeconds.length).toBeLessThanOrEqual(mostPoints);
        expect(Math.max(...values)).toBeCloseTo(measured.oldestAgeSeconds ?? 0, 6);
      }),
      { numRuns: 40 },
    );
  });

  it('the age of few messages is at any time what counting them says', () => {
    fc.assert(
      fc.property(few, fc.integer({ min: 0, max: 159_999 }), (pairs, at) => {
        // Half a millisecond: never at a change.
        const time = (at + 0.5) / 1000;
        const { atSeconds, values } = oldestAgeCurve(backlog(pairs, end), end);
        const next = atSeconds.findIndex((each) => each > time);
        const [from, to] = [atSeconds[next - 1] as number, atSeconds[next] as number];
        const [low, high] = [values[next - 1] as number, values[next] as number];
        const there = pairs.filter(([arrival, until]) => arrival <= time && time < until);
        const oldest = Math.min(...there.map(([arrival]) => arrival));
        const expected = there.length === 0 ? 0 : time - oldest;
        expect(low + ((high - low) * (time - from)) / (to - from)).toBeCloseTo(expected, 6);
      }),
    );
  });
});
