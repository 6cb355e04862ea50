import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostValues, parseRange } from '../../../src/scenario/ranges.js';
import { parseDuration } from '../../../src/scenario/units.js';

function valuesOf(typed: string): readonly string[] {
  const read = parseRange(typed);
  if (!read.ok) throw new Error(`${read.message} → ${read.hint}`);
  return read.value.values;
}

describe('the values of a setting', () => {
  it.each([
    ['queues.emails.rate=5..20/s:5', '5/s 10/s 15/s 20/s'],
    ['queues.emails.rate=5/s..7/s', '5/s 6/s 7/s'],
    ['queues.emails.rate=1..3/200ms', '1/200ms 2/200ms 3/200ms'],
    ['queues.emails.workers=1..4', '1 2 3 4'],
    ['queues.emails.workers=1..8:3', '1 4 7'],
    ['queues.emails.work=100ms..1s:300ms', '100ms 400ms 700ms 1s'],
    ['queues.emails.work=0.1..0.3s:0.1', '0.1s 0.2s 0.3s'],
    ['queues.emails.work=1..3s', '1s 2s 3s'],
    ['p.q=10..30%:10', '10% 20% 30%'],
    ['p.q=1..2,4,8', '1 2 4 8'],
    ['p.q=none,{exponential: {mean: 1s, cv: 2}}', 'none {exponential: {mean: 1s, cv: 2}}'],
  ])('%s', (typed, expected) => {
    expect(valuesOf(typed).join(' ')).toBe(expected);
  });

  it.each([
    ['queues.emails.rate', '`queues.emails.rate` has no values'],
    ['que ues=1..2', '`que ues` is not a path'],
    ['p.q=', 'p.q has a value that is empty'],
    ['p.q=1,,2', 'p.q has a value that is empty'],
    ['p.q=1..x', '`1..x` is not a range → write FROM..TO:STEP, such as 5..50/s:5 or 100ms..1s:100ms'],
    ['p.q=1..5:', '`1..5:` is not a range'],
    ['p.q=100ms..1s', '`100ms..1s` has no step → write one behind a colon: 100ms..1s:STEP'],
    ['p.q=0.5..1', '`0.5..1` has no step'],
    ['p.q=5/s..10/min:1', '`5/s..10/min:1` has different units: /s and /min'],
    ['p.q=50..5/s:5', '`50..5/s:5` goes down → write the lower value first: 5..50/s:5'],
    ['p.q=1s..100ms:1ms', '→ write the lower value first: 100ms..1s:1ms'],
    ['p.q=1..5:0', '`1..5:0` has a step of 0'],
    ['p.q=1..900/s', '`1..900/s` has 900 values, and a sweep at most 200 → write a step of 5 or more'],
    ['p.q=1..150,200..300', 'p.q has more than 200 values'],
    ['p.q=1..5,3', 'p.q has the value 3 twice'],
  ])('%s is refused', (typed, expected) => {
    const read = parseRange(typed);
    expect(read.ok ? read.value.values.join(' ') : `${read.message} → ${read.hint}`).toContain(expected);
  });

  it('are evenly spaced, from the first to at most the last', () => {
    const whole = fc.integer({ min: 0, max: 5000 });
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 1, max: 500 }), (from, length, step) => {
        const read = parseRange(`p.q=${from}ms..${from + length}ms:${step}ms`);
        if (!read.ok) return Math.floor(length / step) + 1 > mostValues;
        const seconds = read.value.values.map((value) => {
          const duration = parseDuration(value);
          return duration.ok ? Math.round(duration.value * 1000) : Number.NaN;
        });
        const expected = Array.from({ length: Math.floor(length / step) + 1 }, (_, i) => from + i * step);
        expect(seconds).toEqual(expected);
        return true;
      }),
    );
  });
});
