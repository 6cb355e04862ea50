import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodeOfSignal } from '../../../src/cli/exit.js';
import type { Result, RunEnd, Verdict } from '../../../src/result/types.js';
import { outage } from '../../fixtures/results.js';

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
});
