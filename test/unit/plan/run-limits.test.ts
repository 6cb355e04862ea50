import { describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import { refuseRun } from '../../../src/plan/run-limits.js';
import type { ProducerSpec } from '../../../src/scenario/types.js';
import { tinyPlan, tinyProducer } from '../../fixtures/tiny.js';

const flat = (perSecond: number, forSeconds: number): Pick<ProducerSpec, 'phases'> => ({
  phases: [{ forSeconds, fromPerSecond: perSecond, toPerSecond: perSecond }],
});

/** What a run of one producer is refused with; null: it is not. */
function refusal(producer: Partial<ProducerSpec>, speed = 1): LaunchpadError | null {
  try {
    refuseRun(tinyPlan({ producers: [tinyProducer(producer)], speed }));
    return null;
  } catch (error) {
    if (error instanceof LaunchpadError) return error;
    throw error;
  }
}

describe('what can be predicted and not run', () => {
  it('is too many publishes a second, resubmits among them, and the highest good speed is named', () => {
    expect(refusal(flat(30_000, 1))).toBeNull();
    const refused = refusal({ ...flat(30_000, 1), resubmitSeconds: [0.5] });
    expect(refused).toMatchObject({ code: 'plan-refused', exitCode: 2, hint: 'Use --speed 0.8 or less.' });
    expect(refused?.message).toContain('60,000 publishes per second of real time would be due');
  });

  it('is more messages than can be kept account of, resubmits among them, with its path', () => {
    expect(refusal(flat(1000, 100_000))).toBeNull();
    const refused = refusal({ ...flat(1000, 60_000), resubmitSeconds: [1] });
    const message = 'orders publishes 120,000,000 messages, more than a run can keep account of';
    expect(refused).toMatchObject({
      code: 'scenario-invalid',
      exitCode: 2,
      message: `producers.orders: ${message}`,
      hint: 'at most 100,000,000: write a lower rate, a shorter time or fewer resubmits',
      problems: [{ path: 'producers.orders', message }],
    });
  });

  it('is planned all the same, with a warning that says so and has the numbers', () => {
    const warnings = (producer: Partial<ProducerSpec>): readonly string[] =>
      tinyPlan({ producers: [tinyProducer(producer)] }).warnings;
    expect(warnings(flat(1000, 100))).toEqual([]);
    expect(warnings(flat(1_000_000, 604_800))).toEqual([
      "It is predicted, and such a run can't be made for real: orders publishes 604,800,000,000 messages, more than a run can keep account of (100,000,000 is the most); 1,000,000 publishes per second of real time would be due (50,000 is the most).",
    ]);
  });
});
