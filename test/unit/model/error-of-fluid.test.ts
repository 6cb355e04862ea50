import { describe, expect, it } from 'vitest';
import { fluidError } from '../../../src/model/error-of-fluid.js';
import { fifoResult } from '../../../src/model/fifo/result.js';
import { predict } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import type { Plan } from '../../../src/plan/types.js';
import type { Scenario } from '../../../src/scenario/types.js';
import { tinyProducer, tinyQueue, tinyScenario } from '../../fixtures/tiny.js';
import { capabilities, emails, fault, phase } from './fixtures.js';

function planned(scenario: Partial<Scenario>): Plan {
  return buildPlan(tinyScenario(scenario), capabilities);
}

const errors = (plan: Plan): string[] => fluidError(plan, predict(plan));

/** Two hours away in a week of 1,000,000/s. */
const week = (arrivals: 'constant' | 'poisson'): Plan =>
  planned({
    producers: [tinyProducer({ phases: [phase(604_800, 1_000_000)], arrivals })],
    queues: [
      tinyQueue({
        rate: null,
        workers: 64,
        concurrency: 1000,
        work: { kind: 'constant', meanSeconds: 0.0512 },
      }),
    ],
    faults: [fault(86_400, 'stop'), fault(93_600, 'restart')],
  });

/** 100/s for 100 s into two hands that do 80/s, and then none. */
const small = (seed: number): Plan =>
  planned({
    seed,
    producers: [tinyProducer({ phases: [phase(100, 100), phase(100, 0)], arrivals: 'poisson' })],
    queues: [tinyQueue({ rate: null, concurrency: 2, work: { kind: 'exponential', meanSeconds: 0.025 } })],
  });

describe('the error of the fluid', () => {
  it('is a window of the limiter', () => {
    const plan = planned({ producers: [tinyProducer({ phases: [phase(10, 100)] })], queues: [emails(20)] });
    expect(errors(plan)).toEqual([
      'emails is worked out as a fluid, and not message by message: its backlog is right to a window of its limiter, 20 messages, and its times are to 1 s.',
    ]);
  });

  it('is a round of the hands where these are what limits', () => {
    expect(errors(week('constant'))).toEqual([
      'emails is worked out as a fluid, and not message by message: its backlog is right to a round of its 64,000 hands, and its times are to 0.0512 s.',
    ]);
  });

  it('has 1.96 · √n of the arrivals of a busy period at its peak, and that over μ − λ for the catch-up', () => {
    // 7.2e9 in the two hours: 1.96 · √7.2e9 = 166,311.5. Until 28,800 s later 3.6e10: 1.96 · √3.6e10 / 250,000 = 1.49 s.
    expect(errors(week('poisson'))[0]).toContain(
      'random arrivals move the peak by ±166,312 (0.0023 %) and the catch-up by ±1.49 s, 95 % of the time, and the catch-up by more where chance lifts the backlog above its baseline again within 10 s',
    );
  });

  it('holds for 95 of 100 seeds', () => {
    const [sentence = ''] = errors(small(1));
    const [, peak = '', catchUp = ''] =
      /the peak by ±([\d.]+).*the catch-up by ±([\d.]+) s/.exec(sentence) ?? [];
    const [forecast] = predict(small(1)).queues;
    expect(sentence).toContain('random arrivals and random work move');
    let [peaks, catchUps] = [0, 0];
    const seeds = 300;
    for (let seed = 1; seed <= seeds; seed++) {
      const played = fifoResult(small(seed), { launchpad: '0', node: 'v20' }).queues.emails;
      if (Math.abs((played?.backlog.peak ?? 0) - (forecast?.peakBacklog ?? 0)) <= Number(peak)) peaks++;
      const late = Math.abs((played?.catchUpSeconds ?? 0) - (forecast?.catchUpSeconds ?? 0));
      if (late <= Number(catchUp)) catchUps++;
    }
    // Four standard deviations of the share of 300 that 95 % are.
    for (const share of [peaks / seeds, catchUps / seeds]) {
      expect(share).toBeGreaterThan(0.95 - 0.05);
      expect(share).toBeLessThan(0.95 + 0.05);
    }
  });

  it('says of a queue that is never behind that chance makes waits that it does not see', () => {
    const plan = planned({
      producers: [tinyProducer({ phases: [phase(10, 10)], arrivals: 'poisson' })],
      queues: [tinyQueue({ rate: null, concurrency: 5, work: { kind: 'constant', meanSeconds: 0.2 } })],
    });
    expect(errors(plan)[0]).toContain("random arrivals make waits that it doesn't see");
  });
});
