import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatRate,
  formatShare,
  parseDuration,
  parseLimit,
  parseRate,
  parseShare,
  parseSpeed,
  type Reading,
} from '../../../src/scenario/units.js';

function read<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new Error(`${reading.message}; ${reading.hint}`);
  return reading.value;
}

function refusal(reading: Reading<unknown>): string {
  if (reading.ok) throw new Error(`was read as ${JSON.stringify(reading.value)}`);
  return `${reading.message} → ${reading.hint}`;
}

describe('parseDuration', () => {
  it.each([
    ['200ms', 0.2],
    ['3ms', 0.003],
    ['3s', 3],
    ['1.5s', 1.5],
    ['10m', 600],
    ['10min', 600],
    ['1h', 3600],
    ['720h', 2_592_000],
    ['0', 0],
    ['0s', 0],
    [' 3s ', 3],
  ])('reads %s', (text, seconds) => {
    expect(read(parseDuration(text))).toBe(seconds);
  });

  it.each([
    ['3', '3 has no unit → write 3s'],
    ['3 s', '3 s has a space in it → write 3s'],
    ['3sec', '3sec has an unknown unit, sec → write 3s'],
    ['5 minutes', '5 minutes has an unknown unit, minutes → write 5min'],
    ['2d', '2d has an unknown unit, d → write 48h'],
    ['2secnods', '2secnods has an unknown unit, secnods → write 2s'],
    ['2us', '2us has an unknown unit, us → known units: ms, s, min, m, h (m is min)'],
    ['3fortnights', '3fortnights has an unknown unit, fortnights → known units: ms, s, min, m, h (m is min)'],
    ['-3s', '-3s is negative → write a duration of 0 or more'],
    ['1m30s', '1m30s has more than one unit → write 90s'],
    ['1h 30min', '1h 30min has more than one unit → write 90min'],
    ['721h', '721h is longer than 30 days → write a shorter duration'],
    ['', 'an empty text is not a duration → write a number with a unit'],
    ['soon', 'soon is not a duration → write a number with a unit'],
    ['1e3s', '1e3s is not a duration → write a number with a unit'],
  ])('refuses %j', (text, expected) => {
    expect(refusal(parseDuration(text))).toContain(expected);
  });
});

describe('parseRate', () => {
  it.each([
    ['100/s', 100, 1],
    ['5/200ms', 5, 0.2],
    ['1000/min', 1000, 60],
    ['1000/m', 1000, 60],
    ['1/2s', 1, 2],
    ['0.5/s', 0.5, 1],
    ['0/s', 0, 1],
    ['36/h', 36, 3600],
    ['1000000/s', 1e6, 1],
  ])('reads %s', (text, count, perSeconds) => {
    expect(read(parseRate(text))).toEqual({ count, perSeconds });
  });

  it.each([
    ['100', '100 has no unit → write 100/s'],
    ['5/200', '5/200 has no unit → write 5/200s'],
    ['100/sec', '100/sec has an unknown unit, sec → write 100/s'],
    ['5/10sec', '5/10sec has an unknown unit, sec → write 5/10s'],
    ['10/day', '10/day has an unknown unit, day → write 10/24h'],
    ['10/7days', '10/7days has an unknown unit, days → write 10/168h'],
    ['100 / s', '100 / s has a space in it → write 100/s'],
    ['-1/s', '-1/s is negative → write a rate of 0 or more'],
    ['5/0s', '5/0s has a window of no length → write messages per time'],
    ['5/9999h', '5/9999h has a window longer than 30 days → write messages per time'],
    ['2000/ms', '2000/ms is more than a million per second → write a lower rate'],
    ['100rps', '100rps is not a rate → write messages per time'],
    ['', 'an empty text is not a rate → write messages per time'],
  ])('refuses %j', (text, expected) => {
    expect(refusal(parseRate(text))).toContain(expected);
  });
});

describe('parseLimit', () => {
  it('reads whole counts', () => {
    expect(read(parseLimit('1/200ms'))).toEqual({ count: 1, perSeconds: 0.2 });
  });

  it.each([
    ['0.5/s', 'write 1/2s, which is the same rate'],
    ['2.5/s', 'write 5/2s, which is the same rate'],
    ['0.1/200ms', 'write 1/2000ms, which is the same rate'],
    ['0.75/2min', 'write 3/8min, which is the same rate'],
    ['0/s', '0/s would let nothing through'],
    ['5', 'write 5/s'],
  ])('refuses %s', (text, expected) => {
    expect(refusal(parseLimit(text))).toContain(expected);
  });

  it('suggests the same rate, as a limit that it reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 3 }), (digits, decimals) => {
        const text = `${(digits / 10 ** decimals).toFixed(decimals)}/s`;
        const reading = parseLimit(text);
        const limit = reading.ok
          ? reading.value
          : read(parseLimit(/write (\S+),/.exec(reading.hint)?.[1] ?? ''));
        expect(limit.count / limit.perSeconds).toBeCloseTo(digits / 10 ** decimals, 9);
      }),
    );
  });
});

describe('parseSpeed', () => {
  it.each([
    ['10', 10],
    ['0.1', 0.1],
    ['100', 100],
  ])('reads %s', (text, speed) => {
    expect(read(parseSpeed(text))).toBe(speed);
  });

  it.each([
    ['10x', '10x is not a plain number → write 10'],
    ['0', 'a speed of 0 is outside 0.1 to 100'],
    ['101', 'a speed of 101 is outside 0.1 to 100'],
    ['-1', '-1 is not a speed → write a number from 0.1 to 100'],
    ['fast', 'fast is not a speed → write a number from 0.1 to 100'],
  ])('refuses %s', (text, expected) => {
    expect(refusal(parseSpeed(text))).toContain(expected);
  });
});

describe('formatting', () => {
  it.each([
    [0, '0s'],
    [0.2, '200ms'],
    [1.5, '1.5s'],
    [59, '59s'],
    [60, '1min'],
    [90, '90s'],
    [7200, '2h'],
  ])('writes %s s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    ['100/s', '100/s'],
    ['1/200ms', '1/200ms'],
    ['1000/m', '1000/min'],
    ['3/10s', '3/10s'],
    ['0.5/s', '0.5/s'],
  ])('writes the rate %s as %s', (text, expected) => {
    expect(formatRate(read(parseRate(text)))).toBe(expected);
  });

  it('is read back as what was written', () => {
    const millis = fc.oneof(
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 0, max: 30 * 86_400_000 }),
    );
    fc.assert(
      fc.property(millis, fc.integer({ min: 1, max: 1000 }), (window, count) => {
        expect(read(parseDuration(formatDuration(window / 1000)))).toBe(window / 1000);
        const rate = { count, perSeconds: (window + 1) / 1000 };
        fc.pre(window < 30 * 86_400_000);
        expect(read(parseRate(formatRate(rate)))).toEqual(rate);
      }),
    );
  });
});

describe('parseShare', () => {
  it.each([
    ['10%', 0.1],
    ['0.1', 0.1],
    ['2.5%', 0.025],
    ['100%', 1],
    ['1', 1],
    ['0', 0],
    ['10 %', 0.1],
  ])('reads %s', (text, share) => {
    expect(read(parseShare(text))).toBe(share);
  });

  it.each([
    ['', 'an empty text is not a share → write a share such as 10% or 0.1'],
    ['half', 'half is not a share → write a share'],
    ['-5%', '-5% is not a share → write a share'],
    ['10', '10 is more than all, which is 1 → write 10%'],
    ['1.5', '1.5 is more than all, which is 1 → write 1.5%'],
    ['150%', '150% is more than all → write a share'],
    ['150', '150 is more than all → write a share'],
  ])('refuses %j', (text, expected) => {
    expect(refusal(parseShare(text))).toContain(expected);
  });

  it('reads what formatShare writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (thousandths) => {
        const share = thousandths / 100_000;
        expect(read(parseShare(formatShare(share)))).toBeCloseTo(share, 12);
      }),
    );
  });
});
