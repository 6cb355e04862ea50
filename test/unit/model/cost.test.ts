import { describe, expect, it } from 'vitest';
import { costInWords, costOf, tooLargeToPlay } from '../../../src/model/cost.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';
import { fault, phase } from './fixtures.js';

const fast = tinyQueue({ rate: null, concurrency: 1000, work: { kind: 'constant', meanSeconds: 0.01 } });
const million = [tinyProducer({ phases: [phase(1000, 1000)] })];

describe('what playing a plan costs', () => {
  it('grows with the messages: seconds and 200 bytes for each', () => {
    const one = costOf(tinyPlan({ producers: million, queues: [fast] }));
    expect(one.messages).toBe(1_000_000);
    expect(one.seconds).toBeCloseTo(5, 2);
    expect(one.bytes).toBe(360e6);
    const ten = costOf(
      tinyPlan({ producers: [tinyProducer({ phases: [phase(10_000, 1000)] })], queues: [fast] }),
    );
    expect(ten.seconds / one.seconds).toBeCloseTo(10, 2);
    expect(ten.bytes - one.bytes).toBeCloseTo(1.8e9, -3);
  });

  it('counts what is published again, attempts that are expected, and both runs where there are faults', () => {
    const share = tinyFailure({ select: { kind: 'share', share: 0.5, per: 'attempt' } });
    const queues = [{ ...fast, failures: [share], attempts: 3 }];
    const producers = [tinyProducer({ phases: [phase(1000, 1000)], resubmitSeconds: [1] })];
    const plan = tinyPlan({ producers, queues });
    expect(costOf(plan).messages).toBe(2_000_000 * 1.75);
    const twice = tinyPlan({ producers, queues, faults: [fault(1, 'stop'), fault(2, 'restart')] });
    expect(costOf(twice).seconds).toBeCloseTo(2 * costOf(plan).seconds, 6);
  });

  it('counts the looks of workers with hardly anything to do', () => {
    const poll = { batch: 1, sleepSeconds: 0.01, errorSleepSeconds: 0.01 };
    const queues = [tinyQueue({ rate: null, polling: poll, work: { kind: 'constant', meanSeconds: 0 } })];
    const quiet = tinyPlan({ producers: [tinyProducer({ phases: [phase(604_800, 1 / 3600)] })], queues });
    expect(costOf(quiet).messages).toBe(168);
    expect(costOf(quiet).seconds).toBeGreaterThan(10);
  });

  it('is said in words, and in the refusal', () => {
    expect(costInWords({ seconds: 9000, bytes: 8.1e11 })).toBe('about 2.5 h and 810 GB');
    expect(costInWords({ seconds: 1.2, bytes: 2e8 })).toBe('about 1.2 s and 200 MB');
    expect(costInWords({ seconds: 5e6, bytes: 1.2e14 })).toBe('about 58 days and 120 TB');
    const plan = tinyPlan({
      producers: [tinyProducer({ phases: [phase(4000, 1_000_000)] })],
      queues: [fast],
    });
    expect(tooLargeToPlay(plan, 'emails has retries')).toMatchObject({
      code: 'plan-refused',
      exitCode: 2,
      message:
        'The prediction would take about 5.6 h and 800 GB: 4,000,000,000 messages have to be played one by one, because emails has retries',
      hint: 'Predict a shorter time or lower rates.',
    });
  });
});
