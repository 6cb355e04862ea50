import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Scale, scaleOf } from '../../../../src/cli/find/scale.js';
import { settingIn } from '../../../../src/scenario/parse.js';
import { parseDuration } from '../../../../src/scenario/units.js';

function scale(text: string, path = 'queues.emails.rate'): Scale {
  const read = scaleOf(path, settingIn(`at: ${text}`, ['at']));
  if (!read.ok) throw new Error(`${read.message} → ${read.hint}`);
  return read.value;
}

describe('the scale of a setting', () => {
  it.each([
    ['5/s', '1/s', '5/s', '10000/s'],
    ['5/200ms', '1/200ms', '5/200ms', '10000/200ms'],
    ['500000/s', '1/s', '500000/s', '50000000/s'],
    ['3', '0', '3', '10000'],
    ['300ms', '1ms', '300ms', '2590000s'],
    ['1min', '1ms', '1min', '2590000s'],
    ['12.5%', '0.1%', '12.5%', '100%'],
    ['0.5', '0.001', '0.5', '10000'],
  ])('of %s', (text, lowest, start, highest) => {
    const found = scale(text);
    expect([found.lowest, found.start, found.highest].map((n) => found.textAt(n))).toEqual([
      lowest,
      start,
      highest,
    ]);
  });

  it('begins with one worker', () => {
    expect(scale('3', 'queues.emails.workers').lowest).toBe(1);
  });

  it('knows what is mostly left out', () => {
    const read = scaleOf('queues.emails.workers', undefined);
    expect(read.ok && read.value.textAt(read.value.start)).toBe('1');
  });

  it('has durations of three digits in rising order', () => {
    const found = scale('1s');
    const secondsAt = (n: number): number => {
      const read = parseDuration(found.textAt(n));
      return read.ok ? read.value : Number.NaN;
    };
    fc.assert(
      fc.property(fc.integer({ min: found.lowest, max: found.highest - 900 }), (n) => {
        const here = secondsAt(n);
        const ratio = secondsAt(n + 1) / here;
        expect(ratio).toBeGreaterThan(1);
        expect(ratio).toBeLessThan(1.0101);
        expect(secondsAt(found.times(n, 2)) / here).toBeCloseTo(2, 1);
      }),
    );
  });

  it.each([
    ['none', 'queues.emails.rate is none, not a number, a rate or a duration'],
    [
      '{mean: 1s, kind: x}',
      'is a mapping, not a number, a rate or a duration → write such as queues.emails.rate.mean',
    ],
    ['[1]', 'is a list, not a number'],
  ])('is none of %s', (text, expected) => {
    expect(() => scale(text)).toThrow(expected);
  });
});
