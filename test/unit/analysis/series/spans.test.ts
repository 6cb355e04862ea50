import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceFrom, ratesOf, waitsOf } from '../../../../src/analysis/series/spans.js';

const times = (...values: number[]): Float64Array => Float64Array.from(values);
const none = times();
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('rates', () => {
  it('are of spans of a whole window of the limit, from its beginning to before its end', () => {
    // 3.7 s: a fiftieth would be 0.074 s, but five come at once each second.
    const starts = times(0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 3.5);
    expect(ratesOf(times(0.2, 0.9, 2), starts, 3.7, 1)).toEqual({
      atSeconds: [0, 1, 2, 3],
      spanSeconds: 1,
      inPerSecond: [2, 0, 1, 0],
      outPerSecond: [5, 5, 0, 1],
    });
  });

  it.each([
    ['a fiftieth of a short run', 5, null, 0.1],
    ['a second at most, where that is few enough', 300, null, 1],
    ['wider, where a second would be too many', 86_400, null, 200],
    ['two windows, where a fiftieth is wider than one', 5, 0.07, 0.14],
    ['the window, where that is wider', 86_400, 3600, 3600],
    ['a window that is no round number, seven times', 3600, 1.5, 10.5],
  ])('are of spans that are %s', (_, end, window, span) => {
    const { spanSeconds, atSeconds } = ratesOf(none, none, end, window);
    expect(spanSeconds).toBe(span);
    expect(atSeconds.length).toBeLessThanOrEqual(500);
    expect((atSeconds.at(-1) as number) < end).toBe(true);
  });

  it('have no rounding at the edges of spans', () => {
    const edges = Array.from({ length: 50 }, (_, i) => i / 10);
    expect(ratesOf(times(...edges), none, 5, null).inPerSecond).toEqual(new Array(50).fill(10));
  });

  it('lose nothing: not what was before the clock, and not what is at the very end', () => {
    expect(ratesOf(times(-0.1, 5), none, 5, 1).inPerSecond).toEqual([1, 0, 0, 0, 1]);
    expect(ratesOf(times(0), none, 0, null).atSeconds).toEqual([0]);
    const arbitrary = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(null, 0.1, 1, 7), (values, window) => {
        const { inPerSecond, spanSeconds } = ratesOf(times(...values), none, 1000, window);
        expect(sum(inPerSecond) * spanSeconds).toBeCloseTo(values.length, 4);
      }),
    );
  });
});

describe('waits', () => {
  it('are counted in about forty spans of a round width, from 0 to the longest', () => {
    const { fromSeconds, toSeconds, messages } = waitsOf(times(2.1, 0.1, Number.NaN, 0.199, 0));
    expect(fromSeconds).toHaveLength(22);
    expect([fromSeconds[0], toSeconds[0], fromSeconds[21], toSeconds[21]]).toEqual([0, 0.1, 2.1, 2.2]);
    expect(messages).toEqual([1, 2, ...new Array(19).fill(0), 1]);
    expect(fromSeconds.slice(1)).toEqual(toSeconds.slice(0, -1));
  });

  it('are one span where nobody waits, and none where nobody was started', () => {
    expect(waitsOf(times(0, 0, -0.001))).toEqual({ fromSeconds: [0], toSeconds: [0.001], messages: [3] });
    expect(waitsOf(times(Number.NaN))).toEqual({ fromSeconds: [], toSeconds: [], messages: [] });
  });

  it('are all counted', () => {
    const arbitrary = fc.array(
      fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constant(Number.NaN)),
    );
    fc.assert(
      fc.property(arbitrary, (values) => {
        const known = values.filter((value) => !Number.isNaN(value));
        const { messages, toSeconds } = waitsOf(times(...values));
        expect(sum(messages)).toBe(known.length);
        expect(messages.length).toBeLessThanOrEqual(42);
        if (known.length > 0) expect(toSeconds.at(-1)).toBeGreaterThan(Math.max(...known) * (1 - 1e-9));
      }),
    );
  });
});

it.each([
  [1, 1],
  [1.01, 2],
  [3, 5],
  [6, 10],
  [0.05, 0.05],
  [0.0501, 0.1],
  [1000, 1000],
  [0.3, 0.5],
  [0, 1e-6],
])('the round number from %d is %d', (value, nice) => {
  expect(niceFrom(value)).toBe(nice);
});
