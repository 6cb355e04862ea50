import { describe, expect, test } from 'vitest';
import type { Measurements, QueueMeasurements } from '../../../../src/model/events/index.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { fault, play, told } from './play.js';

const ofQueue = (emails: QueueMeasurements): { readonly measured: Measurements } => ({
  measured: { queues: { emails } },
});

/** Four orders, one each second; each is done before the next comes. */
const calm = tinyPlan({ queues: [tinyQueue({ rate: null })] });

describe('what was measured of a run', () => {
  test('producers publish late, or not at all; further copies are published when they are due', () => {
    const producers = [tinyProducer({ resubmitSeconds: [0.5] })];
    const plan = tinyPlan({ producers, queues: [tinyQueue({ rate: null })] });
    const measured = { lagSeconds: { orders: [0.1, null, 0.2] } };
    expect(told(play(plan, { measured }), 'attempted')).toEqual([
      '0.1 attempted orders/1',
      '0.5 attempted orders/1',
      '1.5 attempted orders/2',
      '2.2 attempted orders/3',
      '2.5 attempted orders/3',
      '3 attempted orders/4',
      '3.5 attempted orders/4',
    ]);
  });

  test('a message that was attempted later than the next one does not hold the clock back', () => {
    const measured = { lagSeconds: { orders: [1.5, 0, 0, 0] } };
    expect(told(play(calm, { measured }), 'attempted').slice(0, 2)).toEqual([
      '1.5 attempted orders/1',
      '1.5 attempted orders/2',
    ]);
  });

  test('faults are done late', () => {
    const faults = [fault({ atSeconds: 0.5, forSeconds: 1 })];
    const measured = { faultSeconds: new Map([[1, 1.75]]) };
    expect(told(play(tinyPlan({ faults }), { measured }), 'fault')).toEqual([
      '0.5 fault emails',
      '1.75 fault emails',
    ]);
  });

  test('each worker takes its own time to start; those that there is none for take the mean', () => {
    const faults = [0.5, 1.5, 2.5].map((atSeconds) => fault({ atSeconds, forSeconds: 0.25 }));
    const events = play(tinyPlan({ faults }), ofQueue({ workerStartSeconds: [0.1, 0.3] }));
    expect(told(events, 'ready')).toEqual([
      '0 ready emails',
      '0.85 ready emails',
      '2.05 ready emails',
      '2.95 ready emails',
    ]);
  });

  test('workers that are ready before the zero look for stalled messages from then on', () => {
    const faults = [fault({ atSeconds: 0.1, forSeconds: 0.4 })];
    const redelivery = { afterSeconds: 0.2, checkSeconds: 1, limit: 1 };
    const plan = tinyPlan({ faults, queues: [tinyQueue({ rate: null, redelivery })] });
    const redelivered = (options: Parameters<typeof play>[1]): string[] =>
      told(play(plan, options), 'started').filter((line) => line.includes('again'));
    // The first look of the restarted worker is too early after the one at the zero; looks at 1.5 and 2.5 s.
    expect(redelivered({})).toEqual(['2.5 started orders/1 again, 2']);
    // It counts, a second after the one before it; the next is at 1.5 s.
    expect(redelivered(ofQueue({ readyAtSeconds: [-0.5] }))).toEqual(['1.5 started orders/1 again, 2']);
    expect(told(play(plan, ofQueue({ readyAtSeconds: [-0.5] })), 'ready')[0]).toBe('-0.5 ready emails');
  });

  test('a hand is free later than the plan has it', () => {
    const events = play(calm, ofQueue({ workExtraSeconds: 0.01, settleSeconds: 0.002, handSeconds: 0.003 }));
    expect(told(events, 'started', 'effect', 'settled').slice(0, 3)).toEqual([
      '0 started orders/1',
      '0.31 effect orders/1',
      '0.315 settled orders/1',
    ]);
  });

  test('work may take less than is drawn, and never less than nothing', () => {
    const effects = (workExtraSeconds: number): string =>
      told(play(calm, ofQueue({ workExtraSeconds })), 'effect')[0] as string;
    expect(effects(-0.1)).toBe('0.2 effect orders/1');
    expect(effects(-1)).toBe('0 effect orders/1');
  });

  test('the end of an attempt that failed takes its time, too; and what is due again is noticed late', () => {
    const failures = [tinyFailure({ select: { kind: 'messages', messages: [1] }, times: 1 })];
    const backoff = { kind: 'fixed', delaySeconds: 0.2, maxSeconds: null, jitter: 0 } as const;
    const plan = tinyPlan({ queues: [tinyQueue({ rate: null, attempts: 2, failures, backoff })] });
    const events = play(plan, ofQueue({ settleSeconds: 0.01, dueExtraSeconds: 0.04 }));
    expect(told(events, 'started', 'failed').slice(0, 3)).toEqual([
      '0 started orders/1',
      '0.31 failed orders/1',
      '0.55 started orders/1',
    ]);
  });

  test('each publish takes its own time, and none overtakes another', () => {
    const producers = [tinyProducer({ phases: [{ forSeconds: 0.4, fromPerSecond: 10, toPerSecond: 10 }] })];
    const plan = tinyPlan({ producers, queues: [tinyQueue({ rate: null, concurrency: 9 })] });
    const events = play(plan, ofQueue({ publishSeconds: 0.01, publishSecondsOf: [0.25, 0.02, null] }));
    expect(told(events, 'acknowledged')).toEqual([
      '0.25 acknowledged orders/1',
      '0.25 acknowledged orders/2',
      '0.25 acknowledged orders/3',
      '0.31 acknowledged orders/4',
    ]);
  });
});
