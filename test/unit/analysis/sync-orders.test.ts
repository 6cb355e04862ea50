import { describe, expect, it } from 'vitest';
import { at, fault, micros } from '../../fixtures/runs.js';
import { tinyOrderService } from '../../fixtures/tiny.js';
import {
  answered,
  booksOf,
  called,
  callFailed,
  effect,
  exited,
  ids,
  orderBooksOf,
  pids,
  received,
  responded,
  shop,
  shopResult,
  unanswered,
  type Written,
  worked,
} from './fixtures.js';

describe('orders whose providers are called while the customer waits', () => {
  const sync = shop({ mode: 'sync' });
  const one = 'orders/1';
  const well = (n: number): Written => {
    const m = `orders/${n}`;
    return {
      customers: answered(n - 1, m, 201, 0.5),
      service: [
        received(n - 0.99, m),
        ...called(n - 0.98, m, 'emails'),
        ...called(n - 0.78, m, 'payments'),
        responded(n - 0.55, m, 201),
      ],
      email: [effect(n - 0.8, m, 'emails', pids.orderService)],
      payment: [effect(n - 0.6, m, 'payments', pids.orderService)],
    };
  };
  /** The first order, and three that went well. */
  const with234 = (written: Written): Written => {
    const all = [written, well(2), well(3), well(4)];
    const keys = ['customers', 'service', 'emails', 'payments', 'email', 'payment'] as const;
    const joined = keys.map((key) => [key, all.flatMap((each) => each[key] ?? [])]);
    return { ...written, ...Object.fromEntries(joined) };
  };

  it('keep the books of a queue', () => {
    const result = shopResult(sync, with234(well(1)));
    expect(booksOf(result, 'emails')).toEqual({
      scheduled: 4,
      attempted: 4,
      acknowledged: 4,
      delivered: 4,
      effected: 4,
    });
    const { emails } = result.queues;
    expect(emails?.workSeconds.max).toBeCloseTo(0.18, 6);
    expect(emails?.waitSeconds.max).toBe(0);
    expect(emails?.redeliveries.count).toBe(0);
    expect(emails?.littlesLaw).toBeNull();
    expect(emails?.troubles).toEqual([]);
    expect(orderBooksOf(result)).toMatchObject({
      accepted: 4,
      done: 4,
      wellAgainAtSeconds: 0,
      balanced: true,
    });
    expect(orderBooksOf(result).unfinishedSeconds.max).toBe(0);
    expect(result.scenario.mode).toBe('sync');
    expect(result.verdict.outcome).toBe('pass');
  });

  it('that a provider turned away did nothing there, and nothing behind that', () => {
    const result = shopResult(
      sync,
      with234({
        customers: answered(0, one, 503),
        service: [
          received(0.01, one),
          ...callFailed(0.02, one, 'emails', 'refused'),
          responded(0.03, one, 503),
        ],
      }),
    );
    expect(booksOf(result, 'emails')).toEqual({
      scheduled: 4,
      attempted: 4,
      acknowledged: 3,
      refused: 1,
      delivered: 4,
      effected: 3,
    });
    expect(booksOf(result, 'payments')).toMatchObject({
      scheduled: 4,
      attempted: 3,
      dropped: 1,
      effected: 3,
    });
    expect(result.queues.emails?.failures).toMatchObject({
      failed: 1,
      timedOut: 0,
      messages: 1,
      recovered: 0,
    });
    expect(orderBooksOf(result)).toMatchObject({ failed: 1, accepted: 3, halfDone: 0, balanced: true });
    expect(result.producers.orders?.whole).toMatchObject({ unpublished: 1, completed: 3, balanced: true });
  });

  it('that timed out are unknown: recovered if the provider did it after all', () => {
    const timedOut = [
      received(0.01, one),
      ...callFailed(0.02, one, 'emails', 'unknown'),
      responded(3.03, one, 504),
    ];
    const customers = answered(0, one, 504, 3.05);
    const never = shopResult(sync, with234({ customers, service: timedOut }));
    expect(booksOf(never, 'emails')).toEqual({
      scheduled: 4,
      attempted: 4,
      acknowledged: 3,
      unknown: 1,
      delivered: 4,
      effected: 3,
    });
    expect(never.producers.orders?.whole.balanced).toBe(true);
    const later = shopResult(
      sync,
      with234({ customers, service: timedOut, email: [effect(5, one, 'emails', pids.orderService)] }),
    );
    expect(booksOf(later, 'emails')).toMatchObject({ unknown: 1, recovered: 1, effected: 4 });
    expect(later.queues.emails?.workSeconds.max).toBeCloseTo(4.98, 6);
    expect(orderBooksOf(later)).toMatchObject({
      failed: 1,
      halfDone: 1,
      halves: [{ done: ['emails'], missing: ['payments'], orders: 1, accepted: 0 }],
    });
  });

  it('that were refused first and done by a retry count as acknowledged, once', () => {
    const result = shopResult(
      sync,
      with234({
        ...well(1),
        service: [
          received(0.01, one),
          ...callFailed(0.02, one, 'emails', 'refused', { again: micros(0.1) }),
          ...called(0.12, one, 'emails', 2),
          ...called(0.33, one, 'payments'),
          responded(0.6, one, 201),
        ],
        email: [effect(0.3, one, 'emails', pids.orderService)],
      }),
    );
    expect(booksOf(result, 'emails')).toEqual({
      scheduled: 4,
      attempted: 4,
      acknowledged: 4,
      delivered: 4,
      effected: 4,
      duplicateDeliveries: 1,
    });
    expect(result.queues.emails?.redeliveries).toMatchObject({ count: 0, neverStarted: 0 });
    expect(result.queues.emails?.failures).toMatchObject({ failed: 1, retried: 1, recovered: 1 });
  });

  it('that timed out and were called again without a key were done twice', () => {
    const result = shopResult(
      sync,
      with234({
        ...well(1),
        service: [
          received(0.01, one),
          ...callFailed(0.02, one, 'emails', 'unknown', { again: micros(0.1) }),
          ...called(3.12, one, 'emails', 2),
          ...called(3.33, one, 'payments'),
          responded(3.6, one, 201),
        ],
        customers: answered(0, one, 201, 3.7),
        email: [effect(3.2, one, 'emails', pids.orderService), effect(3.3, one, 'emails', pids.orderService)],
        payment: [effect(3.4, one, 'payments', pids.orderService)],
      }),
    );
    expect(booksOf(result, 'emails')).toMatchObject({ acknowledged: 4, effected: 4, duplicateEffects: 1 });
    expect(result.queues.emails?.duplicates[0]?.why).toBe(
      'the call of the order service (pid 20) to email ran into its time limit, which cancelled nothing: email went on, and had the effect 3.28 s after the call',
    );
    expect(orderBooksOf(result).steps.emails).toEqual({ done: 4, missing: 0, duplicated: 1 });
  });

  it('that broke after the effect and were called again without a key were done twice', () => {
    const result = shopResult(
      sync,
      with234({
        ...well(1),
        service: [
          received(0.01, one),
          at(0.02, 'attempted', one),
          at(0.02, 'started', one, { n: 1 }),
          at(0.25, 'failed', one, { why: 'the connection broke', kind: 'error', again: 0 }),
          at(0.25, 'unknown', one),
          ...called(0.3, one, 'emails', 2),
          ...called(0.55, one, 'payments'),
          responded(0.8, one, 201),
        ],
        customers: answered(0, one, 201, 0.9),
        email: [
          effect(0.2, one, 'emails', pids.orderService),
          effect(0.45, one, 'emails', pids.orderService),
        ],
        payment: [effect(0.7, one, 'payments', pids.orderService)],
      }),
    );
    expect(result.queues.emails?.duplicates[0]?.why).toBe(
      'the call of the order service (pid 20) to email failed 0.05 s after the effect (the connection broke), and was made again',
    );
  });

  it('that a killed order service was at are unknown, and held by it', () => {
    const killed = fault(0.1, 'kill', [pids.orderService], 0, { q: 'order-service' });
    const plan = shop({
      mode: 'sync',
      faults: [
        {
          atSeconds: 0.1,
          kind: 'kill',
          queue: 'order-service',
          workers: 'all',
          forSeconds: null,
          when: 'now',
          repaired: false,
        },
      ],
    });
    const result = shopResult(plan, {
      lab: [killed, exited(0.11, 'order-service', pids.orderService, { ordered: true, signal: 'SIGKILL' })],
      customers: [
        ...unanswered(0, one, 'broken'),
        ...ids.slice(1).flatMap((m, i) => unanswered(i + 1, m, 'unreached')),
      ],
      service: [received(0.01, one), at(0.02, 'attempted', one), at(0.02, 'started', one, { n: 1 })],
      email: [effect(0.2, one, 'emails', pids.orderService)],
    });
    expect(booksOf(result, 'emails')).toEqual({
      scheduled: 1,
      attempted: 1,
      unknown: 1,
      recovered: 1,
      delivered: 1,
      effected: 1,
    });
    expect(result.faults[0]).toMatchObject({ kind: 'kill', held: { messages: 1, withEffect: 1 } });
    expect(result.queues.emails?.workSeconds.max).toBeCloseTo(0.18, 6);
    expect(orderBooksOf(result)).toMatchObject({
      broken: 1,
      unreached: 3,
      halfDone: 1,
      wellAgainAtSeconds: null,
      wellAgainReason: 'the last 4 orders of orders were not accepted',
    });
  });

  it('that accept an order without a step that failed say so', () => {
    const plan = shop({
      mode: 'sync',
      orderService: tinyOrderService({ onFailure: { emails: 'degrade', payments: 'fail' } }),
    });
    const result = shopResult(
      plan,
      with234({
        ...well(1),
        service: [
          received(0.01, one),
          ...callFailed(0.02, one, 'emails', 'refused'),
          ...called(0.03, one, 'payments'),
          responded(0.3, one, 201, ['emails']),
        ],
        email: [],
        payment: [effect(0.2, one, 'payments', pids.orderService)],
      }),
    );
    expect(orderBooksOf(result)).toMatchObject({
      accepted: 4,
      done: 3,
      leftOut: 1,
      lost: 0,
      halfDone: 1,
      halves: [{ done: ['payments'], missing: ['emails'], orders: 1, accepted: 1 }],
      balanced: true,
    });
  });

  it('that queue a step that failed wait for it from its publish', () => {
    const plan = shop({
      mode: 'sync',
      orderService: tinyOrderService({ onFailure: { emails: 'queue', payments: 'fail' } }),
    });
    const result = shopResult(
      plan,
      with234({
        ...well(1),
        service: [
          received(0.01, one),
          ...callFailed(0.02, one, 'emails', 'refused'),
          at(0.03, 'attempted', one),
          at(0.04, 'acknowledged', one),
          ...called(0.05, one, 'payments'),
          responded(0.3, one, 202),
        ],
        customers: answered(0, one, 202, 0.5),
        emails: worked(2, one, 'emails'),
        email: [effect(2.2, one, 'emails')],
        payment: [effect(0.2, one, 'payments', pids.orderService)],
      }),
    );
    expect(booksOf(result, 'emails')).toEqual({
      scheduled: 4,
      attempted: 4,
      acknowledged: 4,
      delivered: 4,
      effected: 4,
      duplicateDeliveries: 1,
      republished: 1,
    });
    const { emails } = result.queues;
    expect(emails?.waitSeconds.max).toBeCloseTo(1.97, 6);
    expect(emails?.workSeconds.max).toBeCloseTo(0.2, 6);
    expect(emails?.redeliveries).toMatchObject({ count: 0 });
    expect(orderBooksOf(result)).toMatchObject({ accepted: 4, done: 4, lost: 0, balanced: true });
    expect(orderBooksOf(result).unfinishedSeconds.max).toBeCloseTo(1.7, 6);
  });
});
