import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/analysis/index.js';
import type { FaultResult, PredictedQueue, QueueResult, Result, RunEnd } from '../../../src/result/types.js';
import type { ExpectationSpec } from '../../../src/scenario/types.js';
import { type PartsOverrides, parts } from '../../fixtures/parts.js';
import { books, whole } from '../../fixtures/results.js';
import { tinyPlan } from '../../fixtures/tiny.js';

const holds: ExpectationSpec = {
  expression: 'emails.catchUp <= 70s',
  scope: 'emails',
  measure: 'catchUpSeconds',
  operator: '<=',
  value: 70,
};
const fails: ExpectationSpec = {
  expression: 'duplicateEffects == 0',
  scope: null,
  measure: 'accounting.duplicateEffects',
  operator: '==',
  value: 0,
};

function judged(
  overrides: PartsOverrides & { faults?: FaultResult[]; origin?: Result['origin'] } = {},
  expect: ExpectationSpec[] = [holds],
): Result {
  const plan = tinyPlan({ expect });
  const scenario = { ...plan.scenario, producingSeconds: 4, drainLimitSeconds: 100 };
  const { faults = [], origin = 'measured', ...rest } = overrides;
  return judge(
    { schema: 'launchpad.result/1', scenario, faults, warnings: [], ...parts(rest), origin },
    plan,
  );
}

const end = (reason: RunEnd['reason']): RunEnd => ({ reason, detail: 'the detail', signal: null });

const predicted = (drainedAtSeconds: number | null): PredictedQueue => {
  const figures = {
    peakBacklog: 295,
    catchUpSeconds: 59,
    catchUpReason: null,
    drainedAtSeconds,
    maxWaitSeconds: 64,
    redeliveries: 5,
    duplicateEffects: 5,
  };
  return { ...figures, withoutFaults: figures };
};

const left = (drainedAtSeconds: number | null): PartsOverrides => ({
  ended: end('drain-limit'),
  emails: { drainedAtSeconds: null, predicted: predicted(drainedAtSeconds) } as Partial<QueueResult>,
});

const brokerLost: FaultResult = {
  atSeconds: 5,
  doneAtSeconds: 5,
  kind: 'lost',
  target: 'broker',
  workers: [],
  pids: [],
  ordered: false,
  detail: 'no answer',
  held: null,
};

describe('the verdict', () => {
  it('is pass where all expectations hold, and where there are none', () => {
    expect(judged().verdict).toEqual({ outcome: 'pass', reasons: ['the expectation holds'] });
    expect(judged({}, []).verdict).toEqual({ outcome: 'pass', reasons: ['nothing was expected'] });
  });

  it('is fail where one does not hold, whatever else is in doubt', () => {
    const { verdict, expectations } = judged({ ended: end('interrupted') }, [holds, fails]);
    expect(verdict.outcome).toBe('fail');
    expect(verdict.reasons).toEqual([
      'duplicateEffects == 0 does not hold: it was 6',
      'the run was interrupted: the detail',
    ]);
    expect(expectations.map(({ outcome }) => outcome)).toEqual(['pass', 'fail']);
  });

  it.each<[string, Parameters<typeof judged>[0], string]>([
    ['an expectation is unknown', { emails: { catchUpSeconds: null } }, 'emails.catchUp <= 70s is unknown'],
    ['the broker was lost', { ended: end('broker-lost') }, 'the broker was lost: the detail'],
    [
      'the broker was away for a while',
      { faults: [brokerLost] },
      'the broker was lost at 5 s for a while: no answer',
    ],
    ['it was interrupted', { ended: end('interrupted') }, 'the run was interrupted: the detail'],
    ['the disk was full', { ended: end('disk-full') }, 'the ledger could not be written: the detail'],
    ['its end is not known', { ended: end('unknown') }, 'how the run ended is not known: the detail'],
    [
      'the whole books of a producer do not balance',
      { orders: { whole: whole(300, { balanced: false }) } },
      'the books of orders do not balance: this is an error in Launchpad',
    ],
    [
      'messages were dropped',
      { orders: { dropped: 3, rate: { configuredPerSecond: 100, achievedPerSecond: 99, held: false } } },
      'orders did not hold its rate: 3 of 300 messages were dropped',
    ],
    [
      'the producer was late',
      {
        orders: {
          lagRealSeconds: { p50: 0.01, p99: 0.08, max: 0.1 },
          rate: { configuredPerSecond: 100, achievedPerSecond: 100, held: false },
        },
      },
      'orders did not hold its rate: 1 in 100 attempts was more than 80 ms late (allowed: 50 ms)',
    ],
    [
      'the producer was slow',
      { orders: { rate: { configuredPerSecond: 100, achievedPerSecond: 98.5, held: false } } },
      'orders did not hold its rate: 98.5/s of 100/s were attempted in time',
    ],
    [
      'the drain limit came first, though it was predicted to do',
      left(67),
      'emails was not drained within the limit',
    ],
    [
      'the books do not balance',
      { emails: { accounting: books(300, { balanced: false }) } },
      'the books of emails do not balance',
    ],
  ])('is inconclusive where %s', (_, overrides, reason) => {
    const { verdict } = judged(overrides);
    expect(verdict.outcome).toBe('inconclusive');
    expect(verdict.reasons.join('\n')).toContain(reason);
  });

  it.each<[string, PartsOverrides]>([
    ['nobody was left', { ended: end('nobody-left') }],
    ['the drain limit was too short by the prediction', left(105)],
    ['it was predicted never to drain', left(null)],
  ])('is not in doubt where %s', (_, overrides) => {
    expect(judged(overrides).verdict.outcome).toBe('pass');
  });

  it('of a prediction needs no end of a run', () => {
    expect(judged({ origin: 'predicted', ended: null }).verdict.outcome).toBe('pass');
    expect(judged({ ended: null }).verdict.outcome).toBe('inconclusive');
  });
});

describe('a run that was aborted', () => {
  const aborting: ExpectationSpec = { ...holds, expression: 'emails.catchUp <= 40s', value: 40, abort: true };
  const detail = "emails.catchUp <= 40s can't be met any more: catching up had taken 40.2 s by 48.2 s";
  const ended: RunEnd = { reason: 'aborted', detail, signal: null, expectation: aborting.expression };

  it('fails, and says once why', () => {
    const never = { catchUpSeconds: null, catchUpReason: 'never' };
    const { verdict } = judged({ ended, emails: never }, [aborting]);
    expect(verdict).toEqual({ outcome: 'fail', reasons: [detail, 'the run was aborted'] });
  });

  it('says beside what was measured what was seen when', () => {
    const { verdict } = judged({ ended }, [aborting]);
    expect(verdict).toEqual({
      outcome: 'fail',
      reasons: ['emails.catchUp <= 40s does not hold: it was 59 s', `the run was aborted: ${detail}`],
    });
  });

  it('is inconclusive where the books say otherwise', () => {
    expect(judged({ ended, emails: { catchUpSeconds: 39 } }, [aborting]).verdict.outcome).toBe(
      'inconclusive',
    );
  });
});
