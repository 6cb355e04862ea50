import { describe, expect, it } from 'vitest';
import { repeatOf } from '../../../src/analysis/compare-runs/index.js';
import { renderRepeat } from '../../../src/report/repeat.js';
import type { Repeat } from '../../../src/result/repeat.js';
import type { Result } from '../../../src/result/types.js';
import { facts } from '../../fixtures/comparisons.js';
import { outage } from '../../fixtures/results.js';
import { caughtUpIn } from '../analysis/compare-runs/sides.js';

function repeat(results: readonly Result[], times = results.length): Repeat {
  const rounds = results.map((result, at) => ({ round: at + 1, directory: String(at + 1), result }));
  return repeatOf([{ variant: null, rounds, drawn: ['the work of emails'] }], { ...facts, times });
}

function text(given: Repeat, width = 100): string {
  return renderRepeat(given, { color: false, width });
}

describe('the report of repeated runs', () => {
  it('has medians and spread of what is not everywhere the same', () => {
    const report = text(repeat([50, 60, 90].map(caughtUpIn)));
    expect(report).toMatch(/^PASS\. idempotency, 3 times: all 3 runs pass\./);
    expect(report).toMatch(/Measure +median +lowest +highest +IQR/);
    expect(report).toMatch(/emails\.catchUp +60\.0 s +50\.0 s +90\.0 s +20\.0 s/);
    expect(report).toContain('The same in all 3 runs');
    expect(report).toMatch(/emails\.effected 300/);
    expect(report.replace(/\s+/g, ' ')).toContain(
      'what other draws would do (the work of emails) is not in the spread',
    );
  });

  it('has never, and no range of it', () => {
    expect(text(repeat([50, null, null].map(caughtUpIn)))).toMatch(
      /emails\.catchUp +never +50\.0 s +never +–/,
    );
  });

  it('says how many pass, what the others failed by, and where they are', () => {
    const failed: Result = {
      ...outage,
      verdict: { outcome: 'fail', reasons: ['lost == 0 does not hold: it was 1'] },
    };
    const report = text(repeat([outage, failed], 3));
    expect(report).toMatch(/^FAIL\. idempotency, 3 times: 1 of 3 runs passes, 1 fails, 1 is not there\./);
    expect(report).toContain('- run 2: lost == 0 does not hold: it was 1.');
    expect(report).toMatch(/ 2 +fail +all count +2/);
  });

  it.each([60, 80, 120])('keeps to %i columns, but for the directory', (width) => {
    const lines = text(repeat([50, 60].map(caughtUpIn)), width).split('\n');
    for (const line of lines.filter((each) => !/director/i.test(each)))
      expect(line.length).toBeLessThanOrEqual(width);
  });
});
