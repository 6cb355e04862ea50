import { describe, expect, it } from 'vitest';
import { inWords } from '../../../../src/cli/compare/setting-words.js';
import { type Configured, settingDifferences } from '../../../../src/cli/compare/settings.js';
import { outagePlan } from '../../../fixtures/outage.js';
import { outage, overload, predictedOutage } from '../../../fixtures/results.js';
import { tinyPlan, tinyQueue } from '../../../fixtures/tiny.js';

function configured(change: Partial<Configured> = {}): Configured {
  return { result: outage, plan: outagePlan(), schema: 'launchpad.result/1', ...change };
}

describe('settings', () => {
  it('that are the same are not said', () => {
    expect(settingDifferences({ A: configured(), B: configured() })).toEqual([]);
  });

  it('of plans are told as a scenario file has them', () => {
    const one = tinyPlan({ queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 } })] });
    const other = tinyPlan({
      queues: [
        tinyQueue({ rate: { count: 10, perSeconds: 1 }, work: { kind: 'exponential', meanSeconds: 0.3 } }),
      ],
    });
    const found = settingDifferences({ A: configured({ plan: one }), B: configured({ plan: other }) });
    expect(found).toEqual([
      { setting: 'queues.emails.rate', values: { A: '5/s', B: '10/s' }, isUnlike: false },
      {
        setting: 'queues.emails.work',
        values: { A: expect.any(String), B: 'exponential 300ms' },
        isUnlike: false,
      },
    ]);
  });

  it('of results are what is left where one has no plan', () => {
    const emails = outage.queues.emails;
    if (emails === undefined) throw new Error('the fixture has no emails');
    const faster = {
      ...outage,
      queues: { ...outage.queues, emails: { ...emails, rate: { ...emails.rate, configuredPerSecond: 10 } } },
    };
    const all = { A: configured(), B: configured({ plan: null, result: faster }) };
    expect(settingDifferences(all)).toEqual([
      { setting: 'queues.emails.rate', values: { A: '5/s', B: '10/s' }, isUnlike: false },
    ]);
  });

  it('that make runs unlike come first', () => {
    const all = {
      A: configured({ plan: null }),
      B: configured({ plan: null, result: { ...overload, run: { ...overload.run, speed: 10, seed: 7 } } }),
    };
    const found = settingDifferences(all);
    expect(found[0]).toMatchObject({ setting: 'scenario', isUnlike: true });
    expect(found.filter(({ isUnlike }) => isUnlike)).toHaveLength(1);
    expect(found.map(({ setting }) => setting)).toEqual(expect.arrayContaining(['speed', 'seed']));
    const predicted = settingDifferences({
      A: configured({ plan: null }),
      B: configured({ plan: null, result: predictedOutage }),
    });
    expect(predicted[0]).toEqual({
      setting: 'origin',
      values: { A: 'measured', B: 'predicted' },
      isUnlike: true,
    });
  });
});

describe('a setting in words', () => {
  it.each([
    [{ count: 1, perSeconds: 0.2 }, 'rate', '1/200ms'],
    [0.3, 'acknowledgeSeconds', '300ms'],
    [null, 'backoff', 'none'],
    [[], 'failures', 'none'],
    [5, 'concurrency', '5'],
    [{ kind: 'constant', meanSeconds: 0.05 }, 'work', '50ms'],
    [{ kind: 'lognormal', meanSeconds: 1, cv: 2 }, 'work', 'lognormal 1s, cv 2'],
    [[{ forSeconds: 3, fromPerSecond: 4, toPerSecond: 100 }], 'phases', '4/s to 100/s for 3s'],
    [[{ queue: 'a' }, { queue: 'b' }], 'to', 'a, b'],
    [{ mode: 'none' }, 'idempotency', 'none'],
    [Array.from({ length: 9000 }, (_, at) => at), 'times', '9000 times, from a trace'],
    [
      [
        {
          kind: 'kill',
          queue: 'emails',
          atSeconds: 1,
          workers: 'all',
          forSeconds: null,
          when: 'after-effect',
        },
      ],
      'faults',
      'kill emails at 1s, after-effect',
    ],
  ])('%j', (value, key, words) => {
    expect(inWords(value, key)).toBe(words);
  });
});
