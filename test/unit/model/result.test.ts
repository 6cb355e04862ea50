import { describe, expect, it } from 'vitest';
import { predict, predictedResult } from '../../../src/model/index.js';
import { emails, fault, outage, phase, plain, planOf, type Setting } from './fixtures.js';

const info = { launchpad: '1.2.3', node: 'v20.0.0' };

function resultOf(setting: Setting) {
  const plan = planOf(setting);
  const result = predictedResult(plan, predict(plan), info);
  const queue = result.queues.emails;
  if (queue === undefined) throw new Error('The result has no emails');
  return { result, queue };
}

describe('predictedResult', () => {
  const { result, queue } = resultOf(outage);

  it('says that it was predicted, and by what', () => {
    expect(result).toMatchObject({
      schema: 'launchpad.result/1',
      origin: 'predicted',
      scenario: { name: 'test', producingSeconds: 3, drainLimitSeconds: 149 },
      run: { id: null, broker: null, durationSeconds: 67.5, ended: { reason: 'drained' }, ...info },
    });
  });

  it('balances', () => {
    const { accounting } = queue;
    expect(accounting).toMatchObject({
      scheduled: 300,
      attempted: 300,
      acknowledged: 300,
      effected: 300,
      pending: 0,
      lost: 0,
      duplicateDeliveries: 5,
      duplicateEffects: 5,
      balanced: true,
    });
    expect(result.producers.orders).toMatchObject({
      scheduled: 300,
      rate: { configuredPerSecond: 100, achievedPerSecond: 100, held: true },
    });
  });

  it('has its own figures as the prediction, and nothing to differ', () => {
    expect(queue.predicted).toEqual({
      peakBacklog: 290,
      catchUpSeconds: 59.3,
      catchUpReason: null,
      drainedAtSeconds: 67.3,
      maxWaitSeconds: 64,
      redeliveries: 5,
      duplicateEffects: 5,
      withoutFaults: {
        peakBacklog: 286.5,
        catchUpSeconds: 57.3,
        catchUpReason: null,
        drainedAtSeconds: 60.3,
        maxWaitSeconds: 57,
        redeliveries: 0,
        duplicateEffects: 0,
      },
    });
    expect(queue).toMatchObject({
      difference: [],
      backlog: { peak: 290, peakAtSeconds: 3, final: 0 },
      catchUpSeconds: 59.3,
      rate: { configuredPerSecond: 5, achievedPerSecond: 5 },
      waitSeconds: { max: 64 },
      workSeconds: { p50: 0.3, max: 0.3 },
      endToEndSeconds: { max: 64.3 },
      oldestAgeSeconds: { peak: 64.3 },
      redeliveries: { count: 5, neverStarted: 0 },
      workers: { started: 2 },
    });
  });

  it('says what each fault hits', () => {
    expect(result.faults).toMatchObject([
      {
        atSeconds: 1,
        doneAtSeconds: 1.3,
        kind: 'kill',
        target: 'emails',
        held: { messages: 5, withEffect: 5 },
      },
      { atSeconds: 8, doneAtSeconds: 8, kind: 'restart', held: null },
    ]);
  });

  it('draws a curve of few points that keeps the peak', () => {
    const { atSeconds, backlog, predicted, predictedWithoutFaults } = queue.curve;
    expect(atSeconds.length).toBeLessThanOrEqual(240);
    expect(backlog).toHaveLength(atSeconds.length);
    expect(predictedWithoutFaults).toHaveLength(atSeconds.length);
    expect(predicted).toEqual(backlog);
    expect(Math.max(...backlog)).toBe(290);
    expect(Math.max(...(predictedWithoutFaults ?? []))).toBe(286.5);
    expect([atSeconds[0], atSeconds.at(-1)]).toEqual([0, 67.5]);
    expect([...atSeconds].sort((a, b) => a - b)).toEqual(atSeconds);
  });

  it('keeps every peak of a curve with hundreds of turns', () => {
    const phases = Array.from({ length: 400 }, (_, i) =>
      i % 2 === 0 ? phase(10, i === 202 ? 40 : 8) : phase(30, 1),
    );
    const { queue: busy } = resultOf({ phases, queue: plain(5) });
    expect(busy.curve.atSeconds.length).toBeLessThanOrEqual(240);
    expect(Math.max(...busy.curve.backlog)).toBe(busy.backlog.peak);
    expect(busy.troubles.length).toBeGreaterThan(100);
  });

  it('counts as pending what nobody is left to do', () => {
    const { result: left, queue: abandoned } = resultOf({
      ...outage,
      faults: [fault(1, 'kill', { when: 'after-effect' })],
    });
    expect(abandoned.accounting).toMatchObject({
      effected: 10,
      pending: 290,
      redeliveryPending: 5,
      duplicateEffects: 0,
    });
    expect(abandoned).toMatchObject({
      catchUpSeconds: null,
      catchUpReason: 'never: no worker of emails came back, 290 waiting at the end',
      drainedAtSeconds: null,
      // The eleventh came at 0.1 s; the last at 2.99 s.
      oldestAgeSeconds: { peak: 2.9 },
      depth: { final: 295 },
    });
    expect(left.run.ended).toEqual({
      reason: 'nobody-left',
      detail: 'nobody left to serve emails',
      signal: null,
    });
  });

  it('ends at the limit of the drain', () => {
    const { result: cut, queue: rest } = resultOf({ ...outage, drainSeconds: 10 });
    expect(cut.run).toMatchObject({ durationSeconds: 18, ended: { reason: 'drain-limit' } });
    expect(rest.accounting).toMatchObject({ pending: 247, effected: 53 });
  });

  it('takes the number of random messages from the plan', () => {
    const { queue: random } = resultOf({ phases: [phase(100, 4)], queue: emails(5), arrivals: 'poisson' });
    expect(random.accounting.effected).toBe(random.accounting.scheduled);
  });
});
