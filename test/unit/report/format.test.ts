import { describe, expect, it } from 'vitest';
import {
  count,
  decimal,
  duration,
  list,
  plural,
  rate,
  realTime,
  seconds,
  secondsCell,
  signed,
} from '../../../src/report/format.js';

describe('seconds', () => {
  it.each([
    [0, '0 s', '0 s'],
    [0.0042, '4.2 ms', '4.2 ms'],
    [0.0712, '71 ms', '71 ms'],
    [0.271, '0.27 s', '0.27 s'],
    [8, '8 s', '8.00 s'],
    [9.996, '10 s', '10.0 s'],
    [58.72, '58.7 s', '58.7 s'],
    [59, '59 s', '59.0 s'],
    [200.4, '200 s', '200 s'],
    [3725, '3,725 s', '3,725 s'],
    [-0.3, '−0.3 s', '−0.30 s'],
    [null, '–', '–'],
  ])('%s is %s in a sentence and %s in a column', (value, sentence, column) => {
    expect(seconds(value)).toBe(sentence);
    expect(secondsCell(value)).toBe(column);
  });
});

describe('duration', () => {
  it.each([
    [58.72, '58.7 s'],
    [119.4, '119.4 s'],
    [119.7, '119.7 s'],
    [120, '2 min (120 s)'],
    [179.8, '3 min (180 s)'],
    [200, '3 min 20 s (200 s)'],
    [3600, '1 h (3,600 s)'],
    [7325, '2 h 2 min (7,325 s)'],
  ])('%s is %s', (value, text) => {
    expect(duration(value)).toBe(text);
  });
});

describe('other figures', () => {
  it.each([
    [5, '5/s'],
    [99.98, '99.98/s'],
    [0.25, '0.25/s'],
    [1 / 30, '0.033/s'],
    [12_345.67, '12,345.7/s'],
    [null, '–'],
  ])('the rate %s is %s', (value, text) => {
    expect(rate(value)).toBe(text);
  });

  it.each([
    [0.00042, '0.4 ms'],
    [0.0123, '12 ms'],
    [0.9999, '1.00 s'],
    [1.254, '1.25 s'],
    [null, '–'],
  ])('the real time %s is %s', (value, text) => {
    expect(realTime(value)).toBe(text);
  });

  it('counts with separators and knows one from many', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect(count(null)).toBe('–');
    expect(plural(1, 'message')).toBe('1 message');
    expect(plural(0, 'message')).toBe('0 messages');
    expect(plural(2, 'redelivery', 'redeliveries')).toBe('2 redeliveries');
  });

  it('never writes a negative zero, and shows a plus where asked', () => {
    expect(decimal(-0.001, 1)).toBe('0');
    expect(signed(0.3, seconds)).toBe('+0.3 s');
    expect(signed(-0.3, seconds)).toBe('−0.3 s');
    expect(signed(0, seconds)).toBe('0 s');
  });

  it('lists', () => {
    expect([list([]), list(['a']), list(['a', 'b']), list(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a and b',
      'a, b and c',
    ]);
  });
});
