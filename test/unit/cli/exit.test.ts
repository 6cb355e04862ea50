import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/analysis/compare.js';
import { exitCodeOf, exitCodeOfSignal } from '../../../src/cli/exit.js';
import type { Result, RunEnd, Verdict } from '../../../src/result/types.js';
import { facts } from '../../fixtures/comparisons.js';
import { outage, whole } from '../../fixtures/results.js';

function result(
  outcome: Verdict['outcome'],
  balanced: boolean,
  reason: RunEnd['reason'] | null,
  signal: string | null,
): Result {
  const { emails, ...others } = outage.queues;
  if (emails === undefined) throw new Error('the fixture has no emails');
  return {
    ...outage,
    run: { ...outage.run, ended: reason === null ? null : { reason, detail: '', signal } },
    verdict: { outcome, reasons: [] },
    queues: { ...others, emails: { ...emails, accounting: { ...emails.accounting, balanced } } },
  };
}

describe('the exit code', () => {
  it.each([
    ['pass', true, 'drained', null, 0],
    ['pass', true, 'nobody-left', null, 0],
    ['pass', true, 'drain-limit', null, 0],
    // A prediction has no end.
    ['pass', true, null, null, 0],
    ['fail', true, 'drained', null, 99],
    ['fail', true, null, null, 99],
    ['inconclusive', true, 'broker-lost', null, 3],
    ['inconclusive', true, 'disk-full', null, 3],
    ['inconclusive', true, 'unknown', null, 3],
    // Books that don't balance are our own error, whatever was expected.
    ['pass', false, 'drained', null, 1],
    ['fail', false, 'drained', null, 1],
    ['inconclusive', false, 'broker-lost', null, 1],
    // An interruption comes before all.
    ['inconclusive', true, 'interrupted', 'SIGINT', 130],
    ['inconclusive', true, 'interrupted', 'SIGTERM', 143],
    ['inconclusive', true, 'interrupted', 'SIGHUP', 129],
    ['inconclusive', true, 'interrupted', null, 130],
    ['fail', false, 'interrupted', 'SIGTERM', 143],
  ] as const)('%s, balanced %s, ended %s by %s: %i', (outcome, balanced, reason, signal, code) => {
    expect(exitCodeOf(result(outcome, balanced, reason, signal))).toBe(code);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('of %s is %i', (signal, code) => {
    expect(exitCodeOfSignal(signal)).toBe(code);
  });

  it('of books over several queues that do not balance is our own error too', () => {
    const orders = outage.producers.orders!;
    const producers = { orders: { ...orders, whole: whole(300, { balanced: false }) } };
    expect(exitCodeOf({ ...outage, producers })).toBe(1);
  });
});

describe('the exit code of a comparison', () => {
  const passed = result('pass', true, 'drained', null);
  const failed = result('fail', true, 'drained', null);
  const open = result('inconclusive', true, 'broker-lost', null);
  const wrong = result('pass', false, 'drained', null);
  const cut = result('inconclusive', true, 'interrupted', 'SIGTERM');

  it.each([
    ['all pass', [passed, passed], [], 0],
    ['one is inconclusive', [open, passed], [], 3],
    ['one was not run', [passed], ['late'], 3],
    ['one fails, whatever else', [open, failed, passed], ['late'], 99],
    ['one has books that do not balance', [failed, wrong], ['late'], 1],
    ['one was interrupted', [failed, wrong, cut], ['late'], 143],
  ])('where %s', (_, results, notRun, code) => {
    const variants = Object.fromEntries(results.map((each, at) => [`v${at}`, each]));
    expect(exitCodeOf(compare(variants, { ...facts, notRun }))).toBe(code);
  });
});
