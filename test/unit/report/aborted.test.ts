import { describe, expect, it } from 'vitest';
import { renderFirstScreen } from '../../../src/report/first-screen.js';
import { renderReport } from '../../../src/report/terminal.js';
import type { ExpectationResult, Result } from '../../../src/result/types.js';
import { about } from '../../fixtures/expectations.js';
import { overload, predictedOutage } from '../../fixtures/results.js';
import { compareShops } from '../../fixtures/shop-results.js';

const look = { color: false, width: 100 };
const detail = "emails.backlog.peak <= 500 can't be met any more: it was 501 at 5.3 s";

const expectations: readonly ExpectationResult[] = about([
  { expression: 'emails.backlog.peak <= 500', abort: true, actual: 512, outcome: 'fail', reason: null },
  {
    expression: 'emails.catchUp within 5% of predicted',
    actual: null,
    outcome: 'unknown',
    reason: 'emails: never: still 512 waiting at the end (the run was aborted)',
  },
]);

const aborted: Result = {
  ...overload,
  run: {
    ...overload.run,
    durationSeconds: 5.42,
    ended: { reason: 'aborted', detail, signal: null, expectation: 'emails.backlog.peak <= 500' },
  },
  expectations,
  verdict: {
    outcome: 'fail',
    reasons: ['emails.backlog.peak <= 500 does not hold: it was 512', `the run was aborted: ${detail}`],
  },
};

describe('a run that was aborted', () => {
  it('says so first, and by which expectation', () => {
    const [verdict] = renderReport(aborted, look).split('\n\n');
    expect(verdict?.split('\n')).toEqual([
      'ABORTED at 5.42 s. This is what was known by then.',
      "FAIL. overload: of 2 expectations, 1 failed and 1 can't be decided.",
      '  - emails.backlog.peak <= 500 does not hold: it was 512.',
      `  - the run was aborted: ${detail}.`,
    ]);
  });

  it('does not repeat in the list of expectations what stands beside it', () => {
    const late = {
      expression: 'emails.drainedAt <= 5s',
      abort: true,
      actual: null,
      outcome: 'fail',
    } as const;
    const reason = "emails.drainedAt <= 5s can't be met any more: it was not drained at 5.2 s";
    const text = renderReport({ ...aborted, expectations: about([{ ...late, reason }]) }, look);
    expect(text).toMatch(
      /✗ {2}emails\.drainedAt <= 5s +– {2}can't be met any more: it was not drained at 5\.2 s\n/,
    );
  });

  it('is named among variants', () => {
    const text = renderReport(compareShops({ one: aborted, other: { ...aborted, expectations: [] } }), look);
    expect(text).toContain('one:');
    expect(text).toContain('aborted at 5.42 s');
  });
});

describe('what may end a run', () => {
  it('is said before it starts, once for all', () => {
    const ends = about([
      { expression: 'emails.backlog.peak <= 500', abort: true, actual: 290, outcome: 'pass', reason: null },
      { expression: 'lost == 0', actual: 0, outcome: 'pass', reason: null },
      { expression: 'duplicateEffects == 0', abort: true, actual: 5, outcome: 'fail', reason: null },
    ]);
    const facts = { server: null, speed: 1, realSeconds: 67, directory: null };
    const screen = renderFirstScreen({ ...predictedOutage, expectations: ends }, facts, look);
    expect(screen).toContain(
      "  ends early  as soon as emails.backlog.peak <= 500 or duplicateEffects == 0 can't be met any more\n",
    );
    expect(renderFirstScreen(predictedOutage, facts, look)).not.toContain('ends early');
  });
});

describe('an expectation against the prediction', () => {
  it.each([
    [{ actual: 58.7, outcome: 'pass', reason: 'predicted: 59 s' }, '✓', '58.7 s  predicted: 59 s'],
    [{ actual: null, outcome: 'fail', reason: 'never, predicted: 59 s' }, '✗', 'never  predicted: 59 s'],
    [{ actual: null, outcome: 'pass', reason: 'never, predicted: never' }, '✓', 'never  predicted: never'],
  ] as const)('is shown with both figures: %j', (came, mark, figures) => {
    const all = about([{ expression: 'emails.catchUp within 5% of predicted', ...came }]);
    const text = renderReport({ ...overload, expectations: all }, look);
    expect(text).toContain(`${mark}  emails.catchUp within 5% of predicted`);
    expect(text).toContain(figures);
  });
});
