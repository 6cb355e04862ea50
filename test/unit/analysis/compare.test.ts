import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/analysis/compare.js';
import type { QueueResult, Result } from '../../../src/result/types.js';
import { facts, idempotency, variant, variants } from '../../fixtures/comparisons.js';
import { about } from '../../fixtures/expectations.js';
import { books, outage, whole } from '../../fixtures/results.js';

/** The rows of the queue `emails` in which two variants differ, without what is expected. */
function rowsOf(one: Partial<QueueResult>, other: Partial<QueueResult>, more: Partial<Result> = {}) {
  const expectations = { expectations: [], ...more };
  const { differences } = compare(
    { a: variant('a', one, expectations), b: variant('b', other, expectations) },
    facts,
  );
  return differences.map(({ measure }) => measure);
}

const same: Partial<QueueResult> = {};

describe('what is compared', () => {
  it('are the expected measures first, whether they differ or not, and then what differs', () => {
    expect(idempotency.differences.map(({ measure, unit, values }) => [measure, unit, values])).toEqual([
      ['lost', 'count', { none: 0, 'log-before': 5, 'effect-key': 0 }],
      ['emails.duplicateEffects', 'count', { none: 5, 'log-before': 0, 'effect-key': 0 }],
      ['emails.catchUp', 'seconds', { none: 58.7, 'log-before': 58.7, 'effect-key': 58.7 }],
      ['orders.rate.achieved', 'perSecond', { none: 99.98, 'log-before': 99.98, 'effect-key': 99.98 }],
      ['emails.suppressed', 'count', { none: 0, 'log-before': 5, 'effect-key': 5 }],
      ['emails.effected', 'count', { none: 300, 'log-before': 295, 'effect-key': 300 }],
    ]);
  });

  it('is nothing where nothing differs and nothing is expected', () => {
    expect(rowsOf(same, same)).toEqual([]);
  });

  it('counts exactly', () => {
    expect(
      rowsOf({ accounting: books(300) }, { accounting: books(300, { lost: 1, effected: 299 }) }),
    ).toEqual(['emails.lost', 'emails.effected']);
  });

  it.each([
    ['half a second', 1, 1.5, false],
    ['less than a tenth', 58.7, 64, false],
    ['more than both', 58.7, 66, true],
    ['a time that is not known of one', 58.7, null, true],
  ])('takes times that differ by %s as it should', (_, one, other, isRow) => {
    const rows = rowsOf({ catchUpSeconds: one }, { catchUpSeconds: other });
    expect(rows.includes('emails.catchUp')).toBe(isRow);
  });

  it.each([
    [5, 4.8, false],
    [5, 3.85, true],
  ])('takes rates that differ by more than a twentieth: %d and %d', (one, other, isRow) => {
    const rate = { configuredPerSecond: null, busiestSecond: null };
    const rows = rowsOf(
      { rate: { ...rate, achievedPerSecond: one } },
      { rate: { ...rate, achievedPerSecond: other } },
    );
    expect(rows.includes('emails.rate.achieved')).toBe(isRow);
  });

  it.each([
    [290, 292, false],
    [3, 5, false],
    [290, 330, true],
  ])('takes peaks for what they are, chance of an instant: %d and %d', (one, other, isRow) => {
    const backlog = { peakAtSeconds: null, final: 0 };
    const rows = rowsOf({ backlog: { ...backlog, peak: one } }, { backlog: { ...backlog, peak: other } });
    expect(rows.includes('emails.backlog.peak')).toBe(isRow);
  });

  it('holds the books over several queues, and not where there is one queue alone', () => {
    const orders = outage.producers.orders!;
    const lossy = { producers: { orders: { ...orders, whole: whole(300, { lost: 1, completed: 299 }) } } };
    const of = (queues: Result['queues']) =>
      compare(
        {
          a: { ...outage, queues, expectations: [] },
          b: { ...outage, queues, expectations: [], ...lossy },
        },
        facts,
      ).differences.map(({ measure }) => measure);
    expect(of(outage.queues)).toEqual(['orders.whole.lost', 'orders.whole.completed']);
    expect(of({ emails: outage.queues.emails! })).toEqual([]);
  });

  it('is not known of a queue that a variant does not have', () => {
    const { payments: _, ...queues } = outage.queues;
    const expectations = about([
      { expression: 'payments.lost == 0', actual: 0, outcome: 'pass', reason: null },
    ]);
    const { differences } = compare(
      { with: { ...outage, expectations }, without: { ...outage, queues, expectations: [] } },
      facts,
    );
    expect(differences[0]).toEqual({
      measure: 'payments.lost',
      unit: 'count',
      values: { with: 0, without: null },
    });
  });

  it('ends after 25 rows, but for what is expected', () => {
    const all = books(300);
    const keys = Object.keys(all).filter((key) => key !== 'balanced');
    const accounting = { ...all, ...Object.fromEntries(keys.map((key) => [key, 7])) };
    const other = {
      accounting,
      failures: { failed: 1, retried: 1, timedOut: 1, messages: 1, recovered: 1, reasons: [] },
    };
    expect(rowsOf(same, other).length).toBe(25);
    const expectations = about(
      keys.map((key) => ({
        expression: `payments.${key} == 0`,
        actual: 0,
        outcome: 'pass' as const,
        reason: null,
      })),
    );
    expect(rowsOf(same, other, { expectations }).length).toBe(25);
    expect(rowsOf(same, same, { expectations }).length).toBe(keys.length);
  });

  it('never has a measure twice, whatever is expected', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('lost', 'emails.lost', 'emails.catchUp', 'emails.catchUpSeconds')),
        (names) => {
          const expectations = about(
            names.map((name) => ({
              expression: `${name} == 0`,
              actual: 0,
              outcome: 'pass' as const,
              reason: null,
            })),
          );
          const rows = rowsOf(same, { accounting: books(300, { lost: 1 }) }, { expectations });
          expect(new Set(rows).size).toBe(rows.length);
        },
      ),
    );
  });
});

describe('the verdict over all variants', () => {
  const judged = (outcomes: readonly Result['verdict']['outcome'][], notRun: readonly string[] = []) =>
    compare(
      Object.fromEntries(
        outcomes.map((outcome, at) => [
          `v${at}`,
          variant(`v${at}`, {}, { verdict: { outcome, reasons: ['so'] } }),
        ]),
      ),
      { ...facts, notRun },
    ).verdict;

  it.each([
    [['pass', 'pass'], [], 'pass', ['both variants pass']],
    [['pass'], [], 'pass', ['the one variant passes']],
    [['pass', 'inconclusive'], [], 'inconclusive', ['v1: so']],
    [['inconclusive', 'fail', 'pass'], [], 'fail', ['v1: so', 'v0: so']],
    [['pass'], ['late'], 'inconclusive', ['late was not run']],
    [['fail'], ['late'], 'fail', ['v0: so', 'late was not run']],
  ] as const)('of %j, not run %j, is %s', (outcomes, notRun, outcome, reasons) => {
    expect(judged(outcomes, notRun)).toEqual({ outcome, reasons });
  });
});

it('keeps the variants whole and in their order', () => {
  expect(Object.keys(idempotency.variants)).toEqual(['none', 'log-before', 'effect-key']);
  expect(idempotency.variants).toEqual(variants);
  expect(idempotency).toMatchObject({ schema: 'launchpad.result/1', origin: 'measured', notRun: [] });
});
