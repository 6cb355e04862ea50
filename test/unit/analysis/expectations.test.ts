import { describe, expect, it } from 'vitest';
import { evaluate, type Measured } from '../../../src/analysis/expectations.js';
import type { ExpectationResult, QueueResult, RunEnd } from '../../../src/result/types.js';
import type { ExpectationSpec, Operator } from '../../../src/scenario/types.js';
import { parts } from '../../fixtures/parts.js';
import { deadLetters, noFailures, whole } from '../../fixtures/results.js';

function spec(
  measure: string,
  operator: Operator,
  value: number,
  scope: string | null = null,
): ExpectationSpec {
  return { expression: `${scope ?? ''} ${measure} ${operator} ${value}`, scope, measure, operator, value };
}

function one(of: ExpectationSpec, measured: Measured = parts(), rateHeld = true): ExpectationResult {
  return evaluate([of], measured, rateHeld)[0]!;
}

const end = (reason: RunEnd['reason']): RunEnd => ({ reason, detail: `it was ${reason}`, signal: null });
const never = { catchUpSeconds: null, catchUpReason: 'never: 100/s arrive, 5/s leave, +95/s' };

describe('an expectation', () => {
  it.each<[Operator, number, 'pass' | 'fail']>([
    ['<=', 59, 'pass'],
    ['<=', 58.9, 'fail'],
    ['<', 59.1, 'pass'],
    ['<', 59, 'fail'],
    ['>=', 59, 'pass'],
    ['>=', 59.1, 'fail'],
    ['>', 58.9, 'pass'],
    ['>', 59, 'fail'],
    ['==', 59, 'pass'],
    ['==', 60, 'fail'],
    ['!=', 60, 'pass'],
    ['!=', 59, 'fail'],
  ])('of 59 %s %d is a %s', (operator, value, outcome) => {
    expect(one(spec('catchUpSeconds', operator, value, 'emails'))).toMatchObject({
      actual: 59,
      outcome,
      reason: null,
    });
  });

  it('about a producer finds it', () => {
    expect(one(spec('rate.achievedPerSecond', '>=', 99, 'orders'))).toMatchObject({
      actual: 100,
      outcome: 'pass',
    });
    expect(one(spec('rate.achievedPerSecond', '>=', 99, 'emails'))).toMatchObject({
      actual: 5,
      outcome: 'fail',
    });
    expect(one(spec('lagSeconds.p99', '<', 1))).toMatchObject({ actual: 0.001, outcome: 'pass' });
  });

  it('without a name sums counts, and takes the worst of times and rates', () => {
    expect(one(spec('accounting.duplicateEffects', '==', 6)).outcome).toBe('pass');
    expect(one(spec('catchUpSeconds', '==', 59)).outcome).toBe('pass');
    expect(one(spec('rate.achievedPerSecond', '==', 5)).outcome).toBe('pass');
    expect(one(spec('backlog.peak', '==', 295)).outcome).toBe('pass');
  });

  it('that it is caught up fails where it never is, and passes where that was expected', () => {
    const measured = parts({ emails: never });
    for (const scope of ['emails', null]) {
      expect(one(spec('catchUpSeconds', '<=', 1e9, scope), measured)).toMatchObject({
        actual: null,
        outcome: 'fail',
        reason: 'never',
      });
      expect(one(spec('catchUpSeconds', '>', 100, scope), measured)).toMatchObject({
        actual: null,
        outcome: 'pass',
      });
    }
    expect(one(spec('catchUpSeconds', '<=', 70, 'payments'), measured).outcome).toBe('pass');
  });

  it.each(['interrupted', 'broker-lost', 'disk-full', 'unknown'] as const)(
    'that it is caught up is unknown where the run was cut short: %s',
    (reason) => {
      const result = one(
        spec('catchUpSeconds', '<=', 70, 'emails'),
        parts({ emails: never, ended: end(reason) }),
      );
      expect(result).toMatchObject({ actual: null, outcome: 'unknown' });
      expect(result.reason).toContain(`it was ${reason}`);
    },
  );

  it('of a prediction never caught up or drained counts as infinite', () => {
    const predicted = {
      ...parts({ emails: { ...never, drainedAtSeconds: null }, ended: null }),
      origin: 'predicted' as const,
    };
    expect(one(spec('catchUpSeconds', '<=', 70, 'emails'), predicted).outcome).toBe('fail');
    expect(one(spec('drainedAtSeconds', '<=', 70, 'emails'), predicted).outcome).toBe('fail');
  });

  it.each(['drained', 'drain-limit', 'nobody-left'] as const)(
    'that it is drained fails where messages were left in a run that ended by itself: %s',
    (reason) => {
      const measured = parts({ emails: { drainedAtSeconds: null }, ended: end(reason) });
      for (const scope of ['emails', null]) {
        expect(one(spec('drainedAtSeconds', '<=', 1e9, scope), measured)).toMatchObject({
          actual: null,
          outcome: 'fail',
          reason: 'never',
        });
        expect(one(spec('drainedAtSeconds', '>', 60, scope), measured).outcome).toBe('pass');
      }
      expect(one(spec('drainedAtSeconds', '<=', 33, 'payments'), measured).outcome).toBe('pass');
    },
  );

  // The run lasted 67 s.
  it.each<[Operator, number, ExpectationResult['outcome']]>([
    ['<=', 66, 'fail'],
    ['<', 66, 'fail'],
    ['==', 66, 'fail'],
    ['<=', 67, 'unknown'],
    ['<', 68, 'unknown'],
    ['>', 66, 'unknown'],
    ['>', 68, 'unknown'],
  ])('that it is drained %s %d s is a %s where the run was cut short before', (operator, value, outcome) => {
    for (const reason of ['interrupted', 'broker-lost', 'disk-full'] as const) {
      const measured = parts({ emails: { drainedAtSeconds: null }, ended: end(reason) });
      for (const scope of ['emails', null]) {
        const result = one(spec('drainedAtSeconds', operator, value, scope), measured);
        expect(result).toMatchObject({ actual: null, outcome });
        expect(result.reason).toContain(outcome === 'fail' ? 'the run ended at 67 s' : 'were left');
      }
      expect(one(spec('drainedAtSeconds', operator, value, 'emails'), measured, false).outcome).toBe(
        'unknown',
      );
    }
  });

  it('that it is drained fails in a run that was cut short after it was drained too late', () => {
    const measured = parts({ ended: end('interrupted') });
    expect(one(spec('drainedAtSeconds', '<=', 60, 'emails'), measured)).toMatchObject({
      actual: 67,
      outcome: 'fail',
    });
    expect(one(spec('drainedAtSeconds', '>=', 70, 'emails'), measured).outcome).toBe('unknown');
  });

  it.each<[string, Partial<QueueResult>, string]>([
    ['accounting.lost', { accounting: { ...parts().queues.emails!.accounting, lost: null } }, 'census'],
    [
      'drainedAtSeconds',
      {
        drainedAtSeconds: null,
        accounting: { ...parts().queues.emails!.accounting, lost: null, undetermined: 7 },
      },
      '7 messages are undetermined',
    ],
    [
      'waitSeconds.p99',
      { waitSeconds: { p50: null, p95: null, p99: null, max: null } },
      'nothing to measure',
    ],
    [
      'rate.configuredPerSecond',
      { rate: { configuredPerSecond: null, achievedPerSecond: 5, busiestSecond: 5 } },
      'no limit',
    ],
    ['deadLetters.stranded', { deadLetters: deadLetters({ stranded: null }) }, 'census'],
    ['deadLetters.depth.peak', {}, 'it has no dead-letter queue'],
    [
      'deadLetters.depth.final',
      {
        deadLetters: deadLetters({
          queue: 'emails-dead',
          depth: { peak: null, peakAtSeconds: null, final: null },
        }),
      },
      'the depth of emails-dead was never sampled',
    ],
  ])('on %s is unknown, with the reason, where that is not known', (measure, emails, reason) => {
    for (const scope of ['emails', null]) {
      const result = one(spec(measure, '==', 0, scope), parts({ emails }));
      expect(result).toMatchObject({ actual: null, outcome: 'unknown' });
      expect(result.reason).toContain('emails');
      expect(result.reason).toContain(reason);
    }
  });

  it('of a prediction on what the model does not say is unknown for that reason', () => {
    const predicted = {
      ...parts({
        emails: {
          deadLetters: deadLetters({
            queue: 'emails-dead',
            stranded: null,
            depth: { peak: null, peakAtSeconds: null, final: null },
          }),
        },
        ended: null,
      }),
      origin: 'predicted' as const,
    };
    const reason = 'emails: the model does not predict it';
    for (const measure of ['deadLetters.stranded', 'deadLetters.depth.peak']) {
      expect(one(spec(measure, '==', 0, 'emails'), predicted)).toMatchObject({ outcome: 'unknown', reason });
    }
  });

  it('on what became of the messages of a producer as a whole', () => {
    const measured = parts({ orders: { whole: whole(300, { completed: 290, deadLettered: 10 }) } });
    expect(one(spec('whole.completed', '==', 290, 'orders'), measured).outcome).toBe('pass');
    expect(one(spec('whole.deadLettered', '==', 0), measured)).toMatchObject({ actual: 10, outcome: 'fail' });
    expect(one(spec('whole.lost', '==', 0), measured).outcome).toBe('pass');
    const unsure = parts({ orders: { whole: whole(300, { completed: 290, undetermined: 10 }) } });
    expect(one(spec('whole.lost', '==', 0), unsure)).toMatchObject({
      actual: null,
      outcome: 'unknown',
      reason: 'orders: there is no complete census',
    });
    expect(one(spec('whole.undetermined', '==', 10), unsure).outcome).toBe('pass');
  });

  it.each([
    ['accounting.dropped', 'unknown'],
    ['accounting.unknown', 'unknown'],
    ['accounting.refused', 'unknown'],
    ['deadLetters.final', 'unknown'],
    ['deadLetters.stranded', 'unknown'],
    ['deadLetters.given', 'fail'],
    ['failures.failed', 'fail'],
  ] as const)('on %s in a run that was cut short may still come to hold, or not: %s', (measure, outcome) => {
    const measured = parts({
      emails: {
        accounting: { ...parts().queues.emails!.accounting, dropped: 3, unknown: 3, refused: 3 },
        deadLetters: deadLetters({ given: 3, final: 3, stranded: 3 }),
        failures: { ...noFailures, failed: 3 },
      },
      ended: end('interrupted'),
    });
    expect(one(spec(measure, '==', 0, 'emails'), measured).outcome).toBe(outcome);
  });

  it('on times and rates is unknown where the rate was not held; counts stand', () => {
    expect(one(spec('catchUpSeconds', '<=', 1, 'emails'), parts(), false)).toMatchObject({
      actual: 59,
      outcome: 'unknown',
    });
    expect(one(spec('rate.achievedPerSecond', '>=', 1, 'emails'), parts(), false).outcome).toBe('unknown');
    expect(one(spec('accounting.lost', '==', 0), parts(), false).outcome).toBe('pass');
    expect(one(spec('accounting.duplicateEffects', '==', 5), parts(), false).outcome).toBe('fail');
    expect(one(spec('backlog.peak', '<', 300), parts(), false).outcome).toBe('pass');
  });

  it('about what is not there is an internal error', () => {
    for (const of of [spec('accounting.luck', '==', 0), spec('accounting.lost', '==', 0, 'nobody')]) {
      expect(() => one(of)).toThrowError(expect.objectContaining({ code: 'internal' }));
    }
  });
});
