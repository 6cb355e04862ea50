import { describe, expect, it } from 'vitest';
import { type DrawnRun, renderRunComparison } from '../../../src/report/compare.js';
import type { ComparedFigure, MeasureDifference, RunComparison } from '../../../src/result/compare.js';
import { outage } from '../../fixtures/results.js';

const one = (value: ComparedFigure['value']): ComparedFigure => ({
  value,
  lowest: value,
  highest: value,
  runs: 1,
});

const catchUp: MeasureDifference = {
  measure: 'emails.catchUp',
  unit: 'seconds',
  reference: one(50),
  compared: one(60),
  difference: 10,
  ratio: 1.2,
  noise: { verdict: 'beyond', why: 'by more than 2 %' },
};
const never: MeasureDifference = {
  ...catchUp,
  measure: 'payments.catchUp',
  compared: one('never'),
  difference: null,
  ratio: null,
};
const noisy: MeasureDifference = {
  measure: 'emails.duplicateEffects',
  unit: 'count',
  reference: one(5),
  compared: one(4.5),
  difference: -0.5,
  ratio: 0.9,
  noise: { verdict: 'within', why: 'rank-sum test of 4 and 4 runs, p = 0.31', p: 0.3142857 },
};
const untold: MeasureDifference = {
  ...catchUp,
  measure: 'emails.oldestAge',
  noise: { verdict: 'untold', why: 'the work of emails is drawn' },
};

const run = (label: string, name: string): RunComparison['runs'][number] => ({
  label,
  name,
  source: `/runs/${name}`,
  scenario: 'outage',
  variant: null,
  origin: 'measured',
  runs: 1,
  startedAt: '2025-03-14T09:26:53.589Z',
  verdict: 'pass',
  doubts: label === 'B' ? ['it was cut short'] : [],
});

const comparison: RunComparison = {
  schema: 'launchpad.compare/1',
  runs: [run('A', 'before'), run('B', 'after')],
  settings: [{ setting: 'queues.emails.rate', values: { A: '5/s', B: null }, isUnlike: false }],
  settingsFrom: 'plan',
  comparisons: [{ run: 'B', against: 'A', differences: [catchUp, never, noisy, untold], same: 90 }],
  verdict: null,
};
const drawn: DrawnRun[] = ['A', 'B'].map((label) => ({ label, queues: outage.queues }));

function text(given: RunComparison = comparison, width = 100): string {
  return renderRunComparison(given, drawn, { color: false, width });
}

describe('a comparison of runs', () => {
  it('says first what is compared and which settings differ', () => {
    const lines = text().split('\n');
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    expect(at(/A {2}before \(the reference\) +outage +1 +2025-03-14 09:26 +pass/)).toBeGreaterThan(-1);
    expect(at(/queues\.emails\.rate +5\/s +–/)).toBeGreaterThan(at(/the reference/));
    expect(at(/emails\.catchUp/)).toBeGreaterThan(at(/queues\.emails\.rate/));
    expect(text()).toContain('! B: it was cut short.');
  });

  it('has each difference with its ratio, and whether it is noise', () => {
    expect(text()).toMatch(/emails\.catchUp +50\.0 s +60\.0 s +\+10\.0 s +×1\.20 +more/);
    expect(text()).toMatch(/payments\.catchUp +50\.0 s +never +– +– +more/);
    expect(text()).toMatch(/emails\.duplicateEffects +5 +4\.5 +−0\.5 +×0\.90 +noise, p 0\.31/);
    expect(text()).toMatch(/emails\.oldestAge .*can't tell/);
    expect(text()).toContain('emails.oldestAge: the work of emails is drawn.');
    expect(text()).toContain('of 94 measures, 90 are the same; 2 by more than noise,');
  });

  it('says what differs in nothing', () => {
    const same = {
      ...comparison,
      settings: [],
      comparisons: [{ run: 'B', against: 'A', differences: [], same: 94 }],
    };
    expect(text(same)).toContain('No setting differs.');
    expect(text(same)).toContain('B against A: the same in all 94 measures.');
  });

  it('begins with the verdict of the rules', () => {
    const rule = {
      rule: 'emails.catchUp +10%',
      measure: 'emails.catchUp',
      unit: 'seconds',
      baseline: 50,
      limit: 55,
      allows: 'at most',
      actual: 60,
      outcome: 'fail',
      reason: 'more than in the baseline by more than 10 %',
      noise: catchUp.noise,
    } as const;
    const gates = { baseline: 'base.json', settings: ['speed was 1, and is 10'], rules: [rule] };
    const [first] = comparison.comparisons;
    if (first === undefined) throw new Error('there is no comparison');
    const given: RunComparison = {
      ...comparison,
      comparisons: [{ ...first, gates }],
      verdict: { outcome: 'fail', reasons: ['B: emails.catchUp +10% is broken: more'] },
    };
    expect(text(given)).toMatch(/^FAIL\. B: emails\.catchUp \+10% is broken: more\./);
    expect(text(given)).toMatch(/✗ {2}emails\.catchUp \+10% +50\.0 s +at most 55\.0 s +60\.0 s/);
    expect(text(given)).toContain('Held against base.json; otherwise than there: speed was 1, and is 10.');
  });

  it('draws the backlogs of all over each other', () => {
    expect(text()).toContain('emails: backlog over time   A, B; * several');
  });

  it.each([60, 80, 120])('keeps to %i columns', (width) => {
    for (const line of text(comparison, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });

  it('lets no control sequence through', () => {
    const hostile = {
      ...comparison,
      runs: [run('A', '\u001b[31mred\u0007'), run('B', 'x\u202ey')],
      settings: [{ setting: 'a\u001b[2J', values: { A: '\u009b31m', B: 'ok' }, isUnlike: true }],
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
    expect(text(hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
