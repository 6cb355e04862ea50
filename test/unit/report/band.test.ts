import { describe, expect, it } from 'vitest';
import { bandName, bandSentence, rangeInWords, seedsSentence } from '../../../src/report/band.js';
import { renderFirstScreen } from '../../../src/report/first-screen.js';
import { count, secondsCell } from '../../../src/report/format.js';
import { renderReport } from '../../../src/report/terminal.js';
import { visibleWidth } from '../../../src/report/text.js';
import type { Band, Result } from '../../../src/result/types.js';
import { outage, predictedOutage } from '../../fixtures/results.js';

const same = (value: number | null) => ({ low: value, median: value, high: value });
const band: Band = {
  seeds: 40,
  coverage: 39 / 41,
  peakBacklog: { low: 270, median: 291, high: 310 },
  catchUpSeconds: { low: 54.2, median: 59, high: 63 },
  drainedAtSeconds: { low: 62.2, median: 67, high: null },
  maxWaitSeconds: { low: 60.1, median: 64, high: 68.2 },
  waitP99Seconds: same(63),
  redeliveries: same(5),
  duplicateEffects: { low: 4, median: 5, high: 5 },
};

/** The result with a band on emails. */
function banded(result: Result, seeds?: Result['verdict']['seeds']): Result {
  const emails = result.queues.emails!;
  return {
    ...result,
    verdict: { ...result.verdict, ...(seeds === undefined ? {} : { seeds }) },
    queues: { ...result.queues, emails: { ...emails, predicted: { ...emails.predicted!, band } } },
  };
}

const seeds = { count: 40, pass: 38, fail: 2 };
const plain = (result: Result, width = 100) => renderReport(result, { color: false, width }).split('\n');
const lineOf = (lines: readonly string[], start: string) =>
  lines
    .find((line) => line.trim().startsWith(start))
    ?.replaceAll(/ {2,}/g, '  ')
    .trim();

describe('a range', () => {
  it.each([
    [{ low: 12.1, median: 13, high: 15.8 }, '12.1 to 15.8 s'],
    [{ low: 0.05, median: 1, high: 2 }, '50 ms to 2.00 s'],
    [{ low: 0, median: 1, high: 2 }, '0 to 2.00 s'],
    [{ low: 12.1, median: null, high: null }, '12.1 s to never'],
    [same(null), 'never'],
    [{ low: 12.101, median: 12.102, high: 12.103 }, '12.1 s'],
  ])('%j is %s', (range, text) => {
    expect(rangeInWords(range, secondsCell)).toBe(text);
  });

  it('of counts has no unit', () => {
    expect(rangeInWords({ low: 950, median: 990, high: 1050 }, count)).toBe('950 to 1,050');
  });
});

describe('a band', () => {
  it('is named by what it covers, rounded down', () => {
    expect(bandName(band)).toBe('95 % band of 40 seeds');
    expect(bandName({ ...band, seeds: 39, coverage: 38 / 40 })).toBe('95 % band of 39 seeds');
    expect(bandName({ ...band, seeds: 10, coverage: 9 / 11 })).toBe('81 % band of 10 seeds');
  });

  it('is said of what varies alone', () => {
    const queue = banded(predictedOutage).queues.emails!;
    expect(bandSentence(queue)).toEqual([
      '95 % band of 40 seeds: peak 270 to 310, catch-up 54.2 to 63 s, empty at 62.2 s to never, duplicate effects 4 to 5',
    ]);
    expect(bandSentence(predictedOutage.queues.emails!)).toEqual([]);
  });

  it('is a column beside the figures that vary, of a prediction and of a run', () => {
    for (const result of [predictedOutage, outage]) {
      const lines = plain(banded(result));
      expect(lines.some((line) => line.trimEnd().endsWith('95 % band'))).toBe(true);
      expect(lineOf(lines, 'emails  ')).toMatch(/of 40 seeds$/);
      expect(lineOf(lines, 'catch-up time')).toMatch(/ {2}54\.2 to 63\.0 s$/);
      expect(lineOf(lines, 'redeliveries')).not.toContain('to');
      const payments = lines.findIndex((line) => line.trim().startsWith('payments  '));
      expect(lines[payments]).not.toContain('seeds');
    }
  });

  it.each([80, 100, 120])('keeps within %i columns', (width) => {
    for (const result of [predictedOutage, outage]) {
      const lines = plain(banded(result, seeds), width);
      expect(lines.filter((line) => visibleWidth(line) > width || line !== line.trimEnd())).toEqual([]);
    }
  });

  it('is on the first screen', () => {
    const about = { server: null, speed: 1, realSeconds: null, directory: null };
    const text = renderFirstScreen(banded(predictedOutage, seeds), about, { color: false, width: 120 });
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      '95 % band of 40 seeds: peak 270 to 310, catch-up 54.2 to 63 s',
    );
    expect(text).toContain('\n  38 of 40 further seeds meet all expectations.\n');
    const bare = renderFirstScreen(predictedOutage, about, { color: false, width: 120 });
    expect(bare).not.toContain('seeds');
  });
});

describe('the seeds that meet the expectations', () => {
  it('are said behind the verdict', () => {
    const lines = plain(banded(predictedOutage, seeds));
    expect(lines[1]).toBe('38 of 40 further seeds meet all expectations.');
  });

  it('are told apart from those of which it can not be said', () => {
    expect(seedsSentence(banded(predictedOutage, { count: 40, pass: 30, fail: 2 }))).toEqual([
      "30 of 40 further seeds meet all expectations; of 8 it can't be said",
    ]);
    expect(seedsSentence(predictedOutage)).toEqual([]);
  });
});
