import { describe, expect, it } from 'vitest';
import { lagLimitRealSeconds, producerResult } from '../../../src/analysis/producers.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { ProducerResult } from '../../../src/result/types.js';
import type { Scenario } from '../../../src/scenario/types.js';
import { at, collected, micros } from '../../fixtures/runs.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

/** 100 orders at 10/s, the nth attempted so many real seconds late, acknowledged 5 ms later; null: never attempted. */
function orders(
  late: (n: number) => number | null,
  overrides: Partial<Scenario> = {},
): Omit<ProducerResult, 'whole'> {
  const phases = [{ forSeconds: 10, fromPerSecond: 10, toPerSecond: 10 }];
  const plan = tinyPlan({
    producers: [tinyProducer({ phases })],
    queues: [tinyQueue({ rate: null })],
    ...overrides,
  });
  const producer = plan.producers[0]!;
  const events = Array.from({ length: 100 }, (_, i): LedgerEvent[] => {
    const lag = late(i + 1);
    if (lag === null) return [];
    const due = micros(i / 10 / plan.speed);
    const t = due / 1e6 + lag;
    return producer.to.flatMap((q) => [
      at(t, 'attempted', `orders/${i + 1}`, { q, due }),
      at(t + 0.005, 'acknowledged', `orders/${i + 1}`, { q }),
    ]);
  });
  const { queues } = collected({ producer: events.flat() }, plan);
  const tables = producer.to.map((queue) => queues.get(queue)!.table);
  return producerResult(plan, producer, tables);
}

describe('a producer', () => {
  it('that is on time has held its rate', () => {
    const result = orders(() => 0.001);
    expect(result).toMatchObject({ scheduled: 100, attempted: 100, dropped: 0 });
    expect(result.rate).toEqual({ configuredPerSecond: 10, achievedPerSecond: 10, held: true });
    expect(result.lagSeconds).toEqual({ p50: 0.001, p99: 0.001, max: 0.001 });
    expect(result.confirmSeconds).toEqual({ p50: 0.006, p99: 0.006, max: 0.006 });
  });

  it('has its times in scenario seconds and in real ones', () => {
    const result = orders(() => 0.002, { speed: 10 });
    expect(result.lagSeconds.max).toBeCloseTo(0.02, 9);
    expect(result.lagRealSeconds.max).toBeCloseTo(0.002, 9);
    expect(result.confirmSeconds.p99).toBeCloseTo(0.07, 9);
    expect(result.confirmRealSeconds.p50).toBeCloseTo(0.007, 9);
  });

  it('has not held its rate where a message was dropped', () => {
    const result = orders((n) => (n === 100 ? null : 0));
    expect(result).toMatchObject({ attempted: 99, dropped: 1, rate: { held: false } });
  });

  it('has not held its rate where more than one in a hundred is more than 50 ms late', () => {
    expect(orders((n) => (n <= 1 ? 0.06 : 0)).rate.held).toBe(true);
    expect(orders((n) => (n <= 2 ? 0.06 : 0)).rate.held).toBe(false);
  });

  it('may be as late as 5 % of the shortest limiter window, if that is more', () => {
    const queues = [tinyQueue({ rate: { count: 10, perSeconds: 2 } })];
    expect(orders(() => 0.09, { queues }).rate.held).toBe(true);
    expect(orders(() => 0.11, { queues }).rate.held).toBe(false);
    expect(lagLimitRealSeconds(tinyPlan({ queues, speed: 10 }))).toBe(0.05);
  });

  it('has not held its rate where less than 99 % was attempted in the producing time', () => {
    // Falls behind steadily, by 0.4 s of 10 s: within the lag that a window of 20 s allows.
    const queues = [tinyQueue({ rate: { count: 10, perSeconds: 20 } })];
    const result = orders((n) => n * 0.004, { queues });
    expect(result.lagRealSeconds.p99).toBeLessThan(1);
    expect(result.rate.achievedPerSecond).toBe(9.7);
    expect(result.rate.held).toBe(false);
  });

  it('of two queues has attempted what it attempted on both', () => {
    const phases = [{ forSeconds: 2, fromPerSecond: 1, toPerSecond: 1 }];
    const to = [{ queue: 'emails' }, { queue: 'payments' }];
    const plan = tinyPlan({
      producers: [tinyProducer({ phases, to })],
      queues: [tinyQueue(), tinyQueue({ name: 'payments' })],
    });
    const { queues } = collected(
      {
        producer: [
          at(0, 'attempted', 'orders/1'),
          at(0, 'attempted', 'orders/1', { q: 'payments' }),
          at(1, 'attempted', 'orders/2'),
        ],
      },
      plan,
    );
    const tables = ['emails', 'payments'].map((name) => queues.get(name)!.table);
    const result = producerResult(plan, plan.producers[0]!, tables);
    expect(result).toMatchObject({ scheduled: 2, attempted: 1, dropped: 1 });
    expect(result.confirmSeconds).toEqual({ p50: null, p99: null, max: null });
  });

  it('counts the time to confirmation from the due time, over all attempts', () => {
    const plan = tinyPlan();
    const due = 0;
    const { queues } = collected({
      producer: [
        at(0.01, 'attempted', 'orders/1', { due }),
        at(0.02, 'refused', 'orders/1'),
        at(0.5, 'attempted', 'orders/1', { due }),
        at(0.6, 'acknowledged', 'orders/1'),
        at(0.7, 'attempted', 'orders/1', { due }),
        at(0.9, 'acknowledged', 'orders/1'),
      ],
    });
    const result = producerResult(plan, plan.producers[0]!, [queues.get('emails')!.table]);
    expect(result.lagSeconds.max).toBeCloseTo(0.01, 9);
    expect(result.confirmSeconds.max).toBeCloseTo(0.6, 6);
  });

  it('of a run that was aborted has held its rate where all that was due until then was attempted in time', () => {
    const plan = tinyPlan();
    const { queues } = collected({
      producer: [at(0.001, 'attempted', 'orders/1'), at(1.001, 'attempted', 'orders/2')],
    });
    const tables = [queues.get('emails')!.table];
    const abortedAt = (seconds: number) => producerResult(plan, plan.producers[0]!, tables, micros(seconds));
    // One is due each second.
    expect(abortedAt(1.9)).toMatchObject({ scheduled: 4, attempted: 2, dropped: 2, rate: { held: true } });
    expect(abortedAt(2.01).rate.held).toBe(true);
    expect(abortedAt(2.1).rate.held).toBe(false);
    expect(producerResult(plan, plan.producers[0]!, tables).rate.held).toBe(false);
  });
});
