import { describe, expect, it } from 'vitest';
import { evaluate, type Measured } from '../../../src/analysis/expectations.js';
import type {
  ExpectationResult,
  PredictedFigures,
  PredictedQueue,
  QueueResult,
  RunEnd,
} from '../../../src/result/types.js';
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

  it('says whose and which measure it is about, in which unit, and what was expected', () => {
    expect(one(spec('catchUpSeconds', '<=', 70, 'emails'))).toMatchObject({
      measure: 'catchUpSeconds',
      scope: 'emails',
      unit: 'seconds',
      expected: 'at most 70 s',
    });
    expect(one(spec('accounting.lost', '==', 0))).toMatchObject({
      measure: 'accounting.lost',
      scope: null,
      unit: 'count',
      expected: 'none',
    });
    expect(one(spec('accounting.lost', '==', 0))).not.toHaveProperty('abort');
  });
});

describe('an expectation within a range', () => {
  const within = (from: number, to: number): ExpectationSpec => ({
    expression: `emails.catchUp in ${from}s..${to}s`,
    scope: 'emails',
    measure: 'catchUpSeconds',
    operator: 'in',
    from,
    to,
  });

  it('has both ends in it', () => {
    expect(one(within(59, 70)).outcome).toBe('pass');
    expect(one(within(50, 59)).outcome).toBe('pass');
    expect(one(within(60, 70))).toMatchObject({ actual: 59, outcome: 'fail', expected: '60 s to 70 s' });
    expect(one(within(50, 70), parts({ emails: never }))).toMatchObject({ outcome: 'fail', reason: 'never' });
  });

  it('of a run that was cut short fails only above it', () => {
    const peak = (from: number, to: number) => ({ ...within(from, to), measure: 'backlog.peak' });
    const cut = parts({ ended: end('interrupted') });
    expect(one(peak(200, 290), cut).outcome).toBe('fail');
    expect(one(peak(300, 310), cut).outcome).toBe('unknown');
  });
});

describe('an expectation against the prediction', () => {
  const figures: PredictedFigures = {
    peakBacklog: 290,
    catchUpSeconds: 58,
    catchUpReason: null,
    drainedAtSeconds: 66,
    maxWaitSeconds: null,
    redeliveries: 5,
    duplicateEffects: 5,
  };
  const predicted = (overrides: Partial<PredictedFigures> = {}): PredictedQueue => ({
    ...figures,
    ...overrides,
    withoutFaults: figures,
  });
  const near = (measure: string, tolerance: number, scope: string | null = 'emails'): ExpectationSpec => ({
    expression: `${measure} within ${tolerance} of predicted`,
    scope,
    measure,
    operator: 'within',
    tolerance,
    isShare: false,
  });
  const run = (emails: Partial<PredictedFigures> = {}, measured: Partial<QueueResult> = {}): Measured =>
    parts({ emails: { predicted: predicted(emails), ...measured }, payments: { predicted: predicted() } });

  it('says what was predicted, whether it holds or not', () => {
    expect(one(near('catchUpSeconds', 1), run())).toMatchObject({
      actual: 59,
      outcome: 'pass',
      expected: '57 s to 59 s (within 1 s of the predicted 58 s)',
      reason: 'predicted: 58 s',
    });
    expect(one(near('catchUpSeconds', 0.5), run())).toMatchObject({ actual: 59, outcome: 'fail' });
    expect(one(near('backlog.peak', 5), run())).toMatchObject({ actual: 295, outcome: 'pass' });
    expect(one(near('accounting.duplicateEffects', 0), run()).outcome).toBe('pass');
  });

  it('agrees with a prediction of never only where it is never', () => {
    const ever = { catchUpSeconds: null, catchUpReason: 'never' };
    expect(one(near('catchUpSeconds', 1), run(ever, never))).toMatchObject({
      actual: null,
      outcome: 'pass',
      reason: 'never, predicted: never',
    });
    expect(one(near('catchUpSeconds', 1), run(ever))).toMatchObject({
      actual: 59,
      outcome: 'fail',
      reason: 'predicted: never',
    });
    expect(one(near('catchUpSeconds', 1), run({}, never))).toMatchObject({
      outcome: 'fail',
      reason: 'never, predicted: 58 s',
    });
  });

  it('without a name is over all queues, and so is the prediction', () => {
    // Six effects too many, and ten predicted.
    expect(one(near('accounting.duplicateEffects', 4, null), run())).toMatchObject({
      actual: 6,
      outcome: 'pass',
      reason: 'predicted: 10',
    });
    expect(one(near('drainedAtSeconds', 1, null), run())).toMatchObject({ actual: 67, outcome: 'pass' });
  });

  it('is unknown where nothing was predicted', () => {
    expect(one(near('catchUpSeconds', 1), parts())).toMatchObject({
      actual: 59,
      outcome: 'unknown',
      reason: 'emails: there is no prediction to hold it against',
    });
    expect(one(near('waitSeconds.max', 1), run())).toMatchObject({
      outcome: 'unknown',
      reason: 'emails: no wait is predicted',
    });
  });

  it('holds of the prediction itself', () => {
    const prediction = { ...parts(), origin: 'predicted' as const };
    expect(one(near('catchUpSeconds', 0), prediction)).toMatchObject({
      actual: 59,
      outcome: 'pass',
      reason: 'this is the prediction',
    });
    const ever = { ...parts({ emails: never }), origin: 'predicted' as const };
    expect(one(near('catchUpSeconds', 0), ever)).toMatchObject({
      actual: null,
      outcome: 'pass',
      reason: 'never, this is the prediction',
    });
  });
});

describe('an expectation that ended the run', () => {
  const aborting = (measure: string, value: number): ExpectationSpec => ({
    ...spec(measure, '<=', value, 'emails'),
    abort: true,
  });
  const aborted = (by: ExpectationSpec, emails: Partial<QueueResult> = {}): Measured => {
    const ended: RunEnd = {
      reason: 'aborted',
      detail: `${by.expression} can't be met any more: so it is`,
      signal: null,
      expectation: by.expression,
    };
    return parts({ emails, ended });
  };

  it('fails', () => {
    const by = aborting('backlog.peak', 200);
    expect(one(by, aborted(by))).toMatchObject({ actual: 295, outcome: 'fail', abort: true });
  });

  it('fails where what it is about has no value yet', () => {
    const by = aborting('catchUpSeconds', 40);
    expect(one(by, aborted(by, never))).toMatchObject({
      actual: null,
      outcome: 'fail',
      reason: `${by.expression} can't be met any more: so it is`,
    });
    expect(one(by, aborted(by, never), false).outcome).toBe('unknown');
  });

  it('is unknown where the books say otherwise', () => {
    const by = aborting('backlog.peak', 300);
    const result = one(by, aborted(by));
    expect(result).toMatchObject({ actual: 295, outcome: 'unknown' });
    expect(result.reason).toContain('the books say otherwise');
  });

  it('leaves the others as open as any cut does', () => {
    const measured = aborted(aborting('backlog.peak', 200), never);
    expect(one(aborting('catchUpSeconds', 40), measured)).toMatchObject({
      outcome: 'unknown',
      reason: 'emails: never: 100/s arrive, 5/s leave, +95/s (the run was aborted)',
    });
    expect(one(spec('accounting.duplicateEffects', '>=', 9, 'emails'), measured)).toMatchObject({
      outcome: 'unknown',
      reason: 'it might have come to hold: the run was aborted',
    });
    expect(one(spec('accounting.duplicateEffects', '<=', 4, 'emails'), measured).outcome).toBe('fail');
    expect(
      one(
        spec('waitSeconds.max', '<=', 4, 'emails'),
        aborted(aborting('backlog.peak', 1), { waitSeconds: { p50: 1, p95: 2, p99: 3, max: 5 } }),
      ).outcome,
    ).toBe('fail');
  });

  it('ends nothing in a prediction', () => {
    const prediction = { ...parts({ ended: null }), origin: 'predicted' as const };
    expect(one(aborting('backlog.peak', 200), prediction)).toMatchObject({ actual: 295, outcome: 'fail' });
    expect(one(aborting('backlog.peak', 300), prediction).outcome).toBe('pass');
  });
});
