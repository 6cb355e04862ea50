import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostPoints, Thinner, toNano } from '../../../../src/analysis/series/thinner.js';

type Point = readonly [seconds: number, value: number];

/** The points of one curve, thinned. */
function thinned(points: readonly Point[], endSeconds: number): Point[] {
  const thinner = new Thinner({ columns: 1, watched: [0], endSeconds, expected: points.length });
  for (const [seconds, value] of points) thinner.push(seconds, Float64Array.of(value));
  thinner.close();
  return thinner.times.map((time, i) => [time, thinner.columns[0]?.[i] as number]);
}

/** So many points, one each second. */
function curve(length: number, value: (i: number) => number): Point[] {
  return Array.from({ length }, (_, i) => [i, value(i)]);
}

describe('thinning', () => {
  it('leaves few points as they are, and takes the later of two at the same time', () => {
    const few = curve(mostPoints - 2, (i) => (i * 7) % 13);
    expect(thinned(few, few.length)).toEqual(few);
    const twice: Point[] = [
      [1, 5],
      [1, 6],
      [2, 7],
    ];
    expect(thinned(twice, 10)).toEqual(twice.slice(1));
  });

  it('keeps of each span the lowest, the highest and the last, in their order', () => {
    // 332 spans of ten points: the highest at 3, the lowest at 6.
    const points = curve(3320, (i) => [5, 5, 5, 9, 5, 5, 1, 5, 5, 5][i % 10] as number);
    const kept = thinned(points, 3320);
    expect(kept.slice(0, 6)).toEqual([
      [3, 9],
      [6, 1],
      [9, 5],
      [13, 9],
      [16, 1],
      [19, 5],
    ]);
    expect(kept).toHaveLength(3 * 332);
  });

  it('keeps two points of a span that is level, and none of an empty one', () => {
    // Spans of a hundred seconds; nothing comes after 3,319 s.
    const level = thinned(
      curve(3320, () => 4),
      33_200,
    );
    expect(level.slice(0, 4).map(([time]) => time)).toEqual([0, 99, 100, 199]);
    expect(level.at(-1)).toEqual([3319, 4]);
  });

  it('keeps whatever is pinned', () => {
    const thinner = new Thinner({ columns: 1, watched: [0], endSeconds: 5000, expected: 5000 });
    thinner.pin(0, Float64Array.of(3));
    for (let i = 1; i < 5000; i++) thinner.push(i, Float64Array.of(2));
    thinner.pin(5000, Float64Array.of(3));
    expect([thinner.times[0], thinner.times.at(-1)]).toEqual([0, 5000]);
  });

  it('keeps lowest and highest of every watched column, and all columns of a point together', () => {
    const thinner = new Thinner({ columns: 2, watched: [0, 1], endSeconds: 10_000, expected: 10_000 });
    for (let i = 0; i < 10_000; i++) {
      thinner.push(i, Float64Array.of(i === 4321 ? 99 : 1, i === 4322 ? -7 : i));
    }
    thinner.close();
    const [first = [], second = []] = thinner.columns;
    expect(first[thinner.times.indexOf(4321)]).toBe(99);
    expect(second[thinner.times.indexOf(4322)]).toBe(-7);
    expect(second[thinner.times.indexOf(4321)]).toBe(4321);
    expect(thinner.times.length).toBeLessThanOrEqual(mostPoints);
  });

  it('lets every peak survive, in at most 1,000 of the points that there were, in order of time', () => {
    const arbitrary = fc.record({
      values: fc.array(fc.integer({ min: -1000, max: 1000 }), {
        minLength: 1001,
        maxLength: 4000,
        size: 'max',
      }),
      step: fc.constantFrom(0.001, 0.3, 7),
    });
    fc.assert(
      fc.property(arbitrary, ({ values, step }) => {
        const points = values.map((value, i): Point => [toNano(i * step), value]);
        const kept = thinned(points, values.length * step);
        expect(kept.length).toBeLessThanOrEqual(mostPoints - 2);
        const all = new Map(points);
        expect(kept.filter(([time, value]) => all.get(time) !== value)).toEqual([]);
        expect(kept.filter(([time], i) => i > 0 && time <= (kept[i - 1]?.[0] as number))).toEqual([]);
        const seen = kept.map(([, value]) => value);
        expect([Math.max(...seen), Math.min(...seen)]).toEqual([Math.max(...values), Math.min(...values)]);
        expect(kept.at(-1)).toEqual(points.at(-1));
      }),
      { numRuns: 30 },
    );
  });
});
