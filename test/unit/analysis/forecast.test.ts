import { describe, expect, it } from 'vitest';
import { forecast } from '../../../src/analysis/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { Plan } from '../../../src/plan/types.js';
import type { Scenario } from '../../../src/scenario/types.js';
import {
  tinyCapabilities,
  tinyFailure,
  tinyPlan,
  tinyProducer,
  tinyQueue,
  tinyScenario,
} from '../../fixtures/tiny.js';

const program = { launchpad: '1', node: '20' };
const week = 604_800;
const queue = (name: string, more = {}) =>
  tinyQueue({ name, rate: null, workers: 10, concurrency: 50_000, ...more });
const both = tinyProducer({
  phases: [{ forSeconds: week, fromPerSecond: 1e6, toPerSecond: 1e6 }],
  to: [{ queue: 'emails' }, { queue: 'payments' }],
});
/** A million a second for a week, to two queues, which is more than the fast path knows. */
const huge = (scenario: Partial<Scenario> = {}): Plan =>
  tinyPlan({ producers: [both], queues: [queue('emails'), queue('payments')], ...scenario });

describe('how a plan is predicted', () => {
  it('is message by message where there are few', () => {
    expect(forecast(tinyPlan(), program).by).toBe('events');
  });

  it('is as a fluid where there are too many, with its error said', () => {
    const { by, result } = forecast(huge(), program);
    expect(by).toBe('fluid');
    expect(result.queues.payments?.accounting).toMatchObject({ scheduled: week * 1e6, effected: week * 1e6 });
    expect(result.warnings.join('\n')).toMatch(/emails is worked out as a fluid, and not message by message/);
  });

  it('is none where only the engine could tell and it would take days: the reason is said, and what it would take', () => {
    const failing = [queue('emails', { failures: [tinyFailure()] }), queue('payments')];
    expect(() => forecast(huge({ queues: failing }), program)).toThrow(
      /would take about \d+ days and .*B: [\d,]+ messages have to be played one by one, because the work of emails may fail/,
    );
  });

  it('is none where neither can tell', () => {
    const capabilities = { ...tinyCapabilities, rateScope: 'worker' as const };
    const scenario = tinyScenario({ queues: [tinyQueue({ failures: [tinyFailure()] })] });
    expect(() => forecast(buildPlan(scenario, capabilities), program)).toThrow(
      "The plan can't be predicted: its broker limits each worker by itself, and the work of emails may fail",
    );
  });
});
