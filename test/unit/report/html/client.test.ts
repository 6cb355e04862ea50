import { describe, expect, it } from 'vitest';
import type { ChartData, LineData } from '../../../../src/report/html/page-data.js';
import { clientScripts } from './client.js';

const { alignLines, valueOfLine, axisTimes, inUnitOf, secondsInWords } = clientScripts(
  ['lines', 'time'],
  ['alignLines', 'valueOfLine', 'axisTimes', 'inUnitOf', 'secondsInWords'],
);

/** Out of the other realm, in which arrays have another prototype. */
const plainly = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const steps: LineData = { label: 'steps', look: 'measured', shape: 'steps', times: 0, values: [0, 10, 4] };
const straight: LineData = {
  label: 'straight',
  look: 'predicted',
  shape: 'straight',
  times: 1,
  values: [0, 8, 0],
};
const data = {
  endSeconds: 10,
  times: [
    [1, 3, 9],
    [0, 4, 8],
  ],
  lines: [steps, straight],
} as unknown as ChartData;

describe('lines over one list of times', () => {
  it('hold their values, or go straight, and are not there before they begin or after a straight one ends', () => {
    expect(plainly(alignLines(data))).toEqual([
      [0, 1, 3, 4, 8, 9, 10],
      [null, 0, 10, 10, 10, 4, 4],
      [0, 2, 6, 8, 0, null, null],
    ]);
  });

  it('end with the axis', () => {
    expect(plainly(alignLines({ ...data, endSeconds: 4 }))).toEqual([
      [0, 1, 3, 4],
      [null, 0, 10, 10],
      [0, 2, 6, 8],
    ]);
  });

  it('have a value at any time', () => {
    const at = (line: LineData, time: number) => valueOfLine(line, data.times[line.times], time);
    expect([0.9, 1, 2.999, 3, 100].map((time) => at(steps, time))).toEqual([null, 0, 0, 10, 4]);
    expect([0, 1, 4, 6, 8, 8.1].map((time) => at(straight, time))).toEqual([0, 2, 8, 4, 0, null]);
  });
});

describe('the words of an axis and a cursor', () => {
  it.each([
    [[0, 20, 40], 67, ['0 s', '20 s', '40 s']],
    [[0, 0.5, 1], 2, ['0 s', '0.5 s', '1 s']],
    [[0, 300, 600], 1200, ['0:00', '5:00', '10:00']],
    [[0, 21_600, 43_200], 86_400, ['0:00 h', '6:00 h', '12:00 h']],
    [[3600, 3630], 86_400, ['1:00:00', '1:00:30']],
    [[4000, 4000.5], 86_400, ['4,000 s', '4,000.5 s']],
  ])('writes times %j of %i s as %j', (times, endSeconds, words) => {
    expect(plainly(axisTimes(times, endSeconds))).toEqual(words);
  });

  it('writes values in their unit', () => {
    expect(inUnitOf({ unit: 'messages' }, 12_345)).toBe('12,345');
    expect(inUnitOf({ unit: 'messages' }, 12.34)).toBe('12.3');
    expect(inUnitOf({ unit: 'perSecond' }, 4.987)).toBe('4.99/s');
    expect(inUnitOf({ unit: 'seconds' }, 58.74)).toBe('58.7 s');
    expect(inUnitOf({ unit: 'seconds' }, null)).toBe('–');
    expect(['0', '0.004', '4.254', '200', '7260'].map((value) => secondsInWords(Number(value)))).toEqual([
      '0 s',
      '4 ms',
      '4.25 s',
      '200 s (3:20 min)',
      '7,260 s (2:01 h)',
    ]);
  });
});
