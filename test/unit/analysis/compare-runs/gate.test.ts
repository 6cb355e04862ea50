import { describe, expect, it } from 'vitest';
import { type GateRule, judgeRules, withGates } from '../../../../src/analysis/compare-runs/index.js';
import type { GateResult } from '../../../../src/result/compare.js';
import { books, outage } from '../../../fixtures/results.js';
import { caughtUpIn, emails, repeated, single } from './sides.js';

const plusTenPercent: GateRule = {
  rule: 'emails.catchUp +10%',
  measure: 'emails.catchUp',
  unit: 'seconds',
  allows: 'at most',
  by: { share: 0.1 },
};

function judged(rule: GateRule, before: number | null, now: number | null): GateResult | undefined {
  return judgeRules([rule], single(caughtUpIn(before)), single(caughtUpIn(now)))[0];
}

describe('a rule', () => {
  it.each([
    [50, 55, 'pass'],
    [50, 55.001, 'fail'],
    [50, 40, 'pass'],
    [50, null, 'fail'],
    [null, null, 'pass'],
    [null, 10, 'pass'],
    [0, 0, 'pass'],
    [0, 0.001, 'fail'],
  ] as const)('of at most a tenth more: %d before, %d now: %s', (before, now, outcome) => {
    expect(judged(plusTenPercent, before, now)?.outcome).toBe(outcome);
  });

  it.each([
    [50, 45, 'pass'],
    [50, 44.9, 'fail'],
    [50, null, 'pass'],
    [null, 45, 'fail'],
  ] as const)('of at most a tenth less: %d before, %d now: %s', (before, now, outcome) => {
    expect(judged({ ...plusTenPercent, allows: 'at least' }, before, now)?.outcome).toBe(outcome);
  });

  it('of an amount says what was expected, what was measured, and why', () => {
    const rule = { ...plusTenPercent, rule: 'emails.catchUp +5s', by: { amount: 5 } };
    expect(judged(rule, 50, 70)).toEqual({
      rule: 'emails.catchUp +5s',
      measure: 'emails.catchUp',
      unit: 'seconds',
      baseline: 50,
      limit: 55,
      allows: 'at most',
      actual: 70,
      outcome: 'fail',
      reason: 'more than in the baseline by more than the rule allows',
      noise: { verdict: 'beyond', why: expect.any(String) },
    });
  });

  it('is broken within the noise too, and says so', () => {
    const found = judged({ ...plusTenPercent, by: { amount: 0 } }, 50, 50.5);
    expect(found).toMatchObject({ outcome: 'fail', noise: { verdict: 'within' } });
    expect(found?.reason).toMatch(/may be noise/);
  });

  it('is about the medians of repeated runs', () => {
    const [before, now] = [[50, 51, 52].map(caughtUpIn), [50, 54, 90].map(caughtUpIn)];
    expect(judgeRules([plusTenPercent], repeated(before), repeated(now))[0]).toMatchObject({
      baseline: 51,
      actual: 54,
      outcome: 'pass',
    });
  });

  it('on what is not known of one side is unknown', () => {
    const { emails: _, ...queues } = outage.queues;
    const without = single({ ...outage, queues });
    expect(judgeRules([plusTenPercent], without, single(outage))[0]).toMatchObject({
      outcome: 'unknown',
      limit: null,
      reason: 'it is not known of the baseline: not known of one side',
    });
    expect(judgeRules([plusTenPercent], single(outage), without)[0]).toMatchObject({
      outcome: 'unknown',
      actual: null,
      reason: expect.stringMatching(/^it is not known of this run/),
    });
  });

  it('on a time is unknown where a rate was not held; on a count it is not', () => {
    const producers = Object.fromEntries(
      Object.entries(outage.producers).map(([name, each]) => [
        name,
        { ...each, rate: { ...each.rate, held: false } },
      ]),
    );
    const late = single({ ...outage, producers });
    const counts: GateRule = {
      ...plusTenPercent,
      measure: 'lost',
      unit: 'count',
      by: { amount: 0 },
    };
    const found = judgeRules([plusTenPercent, counts], single(outage), late);
    expect(found.map(({ outcome }) => outcome)).toEqual(['unknown', 'pass']);
  });

  it('over all queues counts all of them', () => {
    const rule: GateRule = { ...plusTenPercent, measure: 'lost', unit: 'count', by: { amount: 0 } };
    const lossy = single(emails({ accounting: books(300, { lost: 3 }) }));
    expect(judgeRules([rule], single(outage), lossy)[0]).toMatchObject({
      baseline: 0,
      limit: 0,
      actual: 3,
      outcome: 'fail',
    });
  });
});

describe('a verdict with rules', () => {
  const gates = (...seconds: number[]) => ({
    baseline: 'base.json',
    settings: [],
    rules: seconds.flatMap((now) => judged(plusTenPercent, 50, now) ?? []),
  });

  it('fails by a broken one, which is its first reason', () => {
    expect(withGates(outage, gates(50, 70)).verdict).toEqual({
      outcome: 'fail',
      reasons: ['emails.catchUp +10% is broken: more than in the baseline by more than 10 %'],
    });
  });

  it('passes by those that hold', () => {
    const { outcome, reasons } = withGates(outage, gates(50)).verdict;
    expect(outcome).toBe('pass');
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/, and the rule of the gate holds$/);
  });

  it('stays failed where the expectations failed', () => {
    const failed = { ...outage, verdict: { outcome: 'fail', reasons: ['lost == 0 does not hold'] } } as const;
    expect(withGates(failed, gates(50)).verdict).toEqual(failed.verdict);
  });

  it('is inconclusive where one is unknown', () => {
    const { emails: _, ...queues } = outage.queues;
    const rules = judgeRules([plusTenPercent], single({ ...outage, queues }), single(outage));
    const { verdict } = withGates(outage, { baseline: 'base.json', settings: [], rules });
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.reasons[0]).toMatch(/^emails.catchUp \+10% is unknown: it is not known of the baseline/);
  });
});
