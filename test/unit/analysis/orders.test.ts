import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { at, micros } from '../../fixtures/runs.js';
import {
  answered,
  booksOf,
  effect,
  ids,
  opened,
  orderBooksOf,
  pids,
  queued,
  received,
  responded,
  shop,
  shopResult,
  unanswered,
  type Written,
  worked,
} from './fixtures.js';

/** What is written of orders that went well by way of the queues: answered at once, done 1.2 s after they were due. */
function wentWell(orders: readonly number[]): Required<Omit<Written, 'lab' | 'more'>> {
  const each = (of: (due: number, m: string) => readonly LedgerEvent[]) =>
    orders.flatMap((n) => of(n - 1, `orders/${n}`));
  return {
    customers: each((due, m) => answered(due, m)),
    service: each((due, m) => queued(due + 0.05, m)),
    emails: each((due, m) => worked(due + 1, m, 'emails')),
    payments: each((due, m) => worked(due + 1, m, 'payments')),
    email: each((due, m) => [effect(due + 1.2, m, 'emails')]),
    payment: each((due, m) => [effect(due + 1.2, m, 'payments')]),
  };
}

/** The same with more beside it. */
function beside(orders: readonly number[], more: Written): Written {
  const well = wentWell(orders);
  const both = (key: keyof typeof well) => [...well[key], ...(more[key] ?? [])];
  return {
    ...more,
    customers: both('customers'),
    service: both('service'),
    emails: both('emails'),
    payments: both('payments'),
    email: both('email'),
    payment: both('payment'),
  };
}

describe('orders that are queued', () => {
  it('that go well are accepted at once, and done later', () => {
    const result = shopResult(shop(), wentWell([1, 2, 3, 4]));
    const books = orderBooksOf(result);
    expect(books).toMatchObject({
      posted: 4,
      accepted: 4,
      notAccepted: 0,
      done: 4,
      lost: 0,
      halfDone: 0,
      halves: [],
      doneUnaccepted: 0,
      steps: {
        emails: { done: 4, missing: 0, duplicated: 0 },
        payments: { done: 4, missing: 0, duplicated: 0 },
      },
      wellAgainAtSeconds: 0,
      wellAgainReason: null,
      balanced: true,
    });
    expect(books.responseSeconds.max).toBeCloseTo(0.1, 6);
    expect(books.acceptedSeconds.p50).toBeCloseTo(0.1, 6);
    expect(books.unfinishedSeconds.p99).toBeCloseTo(1.1, 6);
    for (const queue of ['emails', 'payments']) {
      expect(booksOf(result, queue)).toEqual({
        scheduled: 4,
        attempted: 4,
        acknowledged: 4,
        delivered: 4,
        effected: 4,
      });
    }
    expect(result.producers.orders).toMatchObject({ scheduled: 4, attempted: 4, dropped: 0 });
    expect(result.producers.orders?.rate).toEqual({
      configuredPerSecond: 1,
      achievedPerSecond: 1,
      held: true,
    });
    expect(result.producers.orders?.whole).toMatchObject({ completed: 4, balanced: true });
    expect(result.scenario.mode).toBe('queue');
    expect(result.verdict.outcome).toBe('pass');
    expect(result.warnings).toEqual(shop().warnings);
  });

  it('have the work of their delivery in the hands of the worker that called', () => {
    const { emails } = shopResult(shop(), wentWell([1, 2, 3, 4])).queues;
    expect(emails?.workSeconds.max).toBeCloseTo(0.2, 6);
    expect(emails?.waitSeconds.max).toBeCloseTo(0.94, 6);
  });

  it('are classed by what the customer learnt', () => {
    const { customers } = wentWell([1]);
    const books = orderBooksOf(
      shopResult(
        shop({ ...shopOf(6) }),
        beside([1], {
          customers: [
            ...answered(1, 'orders/2', 400),
            ...answered(2, 'orders/3', 503),
            ...unanswered(3, 'orders/4', 'timeout', 11),
            ...unanswered(4, 'orders/5', 'unreached'),
            { t: micros(5), e: 'posted', m: 'orders/6', due: micros(5) },
          ],
        }),
      ),
    );
    expect(customers).toHaveLength(2);
    expect(books).toMatchObject({
      posted: 6,
      accepted: 1,
      rejected: 1,
      failed: 1,
      timedOut: 1,
      unreached: 1,
      broken: 1,
      notAccepted: 5,
      done: 1,
      balanced: true,
    });
    // Those who lost their patience waited no longer than that; who was never answered is not in it.
    expect(books.responseSeconds.max).toBe(10);
    expect(books.responseSeconds.p50).toBeCloseTo(0.1, 6);
  });

  it('that the order service never received are not scheduled on any queue', () => {
    const result = shopResult(
      shop(),
      beside([1, 2, 3], { customers: unanswered(3, 'orders/4', 'unreached') }),
    );
    expect(booksOf(result, 'emails')).toMatchObject({ scheduled: 3, attempted: 3 });
    expect(result.producers.orders?.whole).toMatchObject({ unpublished: 1, completed: 3, balanced: true });
    expect(result.producers.orders).toMatchObject({ attempted: 4, dropped: 0 });
    expect(orderBooksOf(result)).toMatchObject({ unreached: 1, notAccepted: 1, halfDone: 0 });
    expect(orderBooksOf(result).steps.emails).toEqual({ done: 3, missing: 1, duplicated: 0 });
  });

  it('that were accepted and never published are lost', () => {
    const result = shopResult(
      shop(),
      beside([1, 2, 3], {
        customers: answered(3, 'orders/4'),
        service: [received(3.01, 'orders/4'), responded(3.02, 'orders/4')],
      }),
    );
    expect(booksOf(result, 'payments')).toMatchObject({ scheduled: 4, attempted: 3, dropped: 1 });
    expect(orderBooksOf(result)).toMatchObject({
      accepted: 4,
      done: 3,
      lost: 1,
      halfDone: 0,
      balanced: true,
    });
  });

  it('that are half published and refused are half-done, if that half is done', () => {
    const result = shopResult(
      shop(),
      beside([1, 2, 3], {
        customers: answered(3, 'orders/4', 503),
        service: [
          received(3.01, 'orders/4'),
          at(3.02, 'attempted', 'orders/4', { q: 'emails' }),
          at(3.02, 'attempted', 'orders/4', { q: 'payments' }),
          at(3.03, 'refused', 'orders/4', { q: 'emails', why: 'gone' }),
          at(3.03, 'unknown', 'orders/4', { q: 'payments', why: 'gone' }),
          responded(3.04, 'orders/4', 503),
        ],
        payments: worked(4, 'orders/4', 'payments'),
        payment: [effect(4.2, 'orders/4', 'payments')],
      }),
    );
    expect(orderBooksOf(result)).toMatchObject({
      failed: 1,
      halfDone: 1,
      halves: [{ done: ['payments'], missing: ['emails'], orders: 1, accepted: 0 }],
      balanced: true,
    });
    expect(booksOf(result, 'payments')).toMatchObject({ unknown: 1, recovered: 1, effected: 4 });
  });

  it('that were done although the customer was told otherwise, or nothing', () => {
    const { customers: _, ...well } = wentWell([1, 2, 3, 4]);
    const result = shopResult(shop(), {
      ...well,
      customers: [
        ...ids.slice(0, 3).flatMap((m, i) => answered(i, m)),
        ...unanswered(3, 'orders/4', 'broken'),
      ],
    });
    expect(orderBooksOf(result)).toMatchObject({ accepted: 3, broken: 1, doneUnaccepted: 1, balanced: true });
  });

  it('that are still waiting, or were given up, are neither done nor lost', () => {
    const result = shopResult(
      shop(),
      beside([1, 2], {
        customers: [...answered(2, 'orders/3'), ...answered(3, 'orders/4')],
        service: [...queued(2.01, 'orders/3'), ...queued(3.01, 'orders/4')],
        emails: [at(5, 'dead-lettered', 'orders/3', { why: 'gave up' })],
        payments: worked(5, 'orders/3', 'payments'),
        payment: [effect(5.2, 'orders/3', 'payments'), effect(6.2, 'orders/4', 'payments')],
        more: {
          found: [
            {
              t: micros(61),
              e: 'census',
              q: 'emails',
              state: 'ready',
              m: ['orders/4'],
            },
          ],
        },
      }),
    );
    expect(orderBooksOf(result)).toMatchObject({
      accepted: 4,
      done: 2,
      pending: 1,
      deadLettered: 1,
      lost: 0,
      halfDone: 0,
      balanced: true,
    });
  });

  it('without a complete census are undetermined, unless they were done', () => {
    const plan = shop();
    const written = beside([1, 2, 3], {
      customers: answered(3, 'orders/4'),
      service: queued(3.01, 'orders/4'),
    });
    const files = shopResult(
      { ...plan, queues: plan.queues.map((queue) => ({ ...queue, isServed: true })) },
      {
        ...written,
        more: {
          lab: [
            opened('lab', pids.lab),
            { t: micros(60), e: 'ended', reason: 'broker-lost', detail: 'gone' },
          ],
        },
      },
    );
    expect(orderBooksOf(files)).toMatchObject({
      done: 3,
      lost: null,
      undetermined: 1,
      balanced: true,
    });
  });

  it('are out of balance where the order service does not know of what a customer was told', () => {
    const result = shopResult(shop(), beside([1, 2, 3], { customers: answered(3, 'orders/4') }));
    expect(orderBooksOf(result).balanced).toBe(false);
    expect(result.verdict.reasons).toContain(
      'the books of orders do not balance: this is an error in Launchpad',
    );
  });

  it('of guests are on the queues as well, and in no books of orders', () => {
    const guest = 'guest/1000000001';
    const result = shopResult(
      shop(),
      beside([1, 2, 3, 4], {
        service: queued(2.5, guest),
        emails: worked(3.5, guest, 'emails'),
        payments: worked(3.5, guest, 'payments'),
        email: [effect(3.7, guest, 'emails')],
        payment: [effect(3.7, guest, 'payments')],
      }),
    );
    expect(booksOf(result, 'emails')).toEqual({
      scheduled: 5,
      attempted: 5,
      acknowledged: 5,
      delivered: 5,
      effected: 5,
    });
    expect(orderBooksOf(result)).toMatchObject({ posted: 4, done: 4, balanced: true });
    expect(result.services?.['order-service']).toMatchObject({ received: 5, guests: 1 });
  });

  it('that were not posted in time have not held their rate', () => {
    const { customers, ...well } = wentWell([1, 2, 3, 4]);
    const late = customers.map((event) => ({ ...event, t: event.t + micros(0.2) }));
    const { rate, lagSeconds, confirmSeconds } = shopResult(shop(), { ...well, customers: late }).producers
      .orders!;
    expect(rate.held).toBe(false);
    expect(lagSeconds.max).toBeCloseTo(0.2, 6);
    expect(confirmSeconds.max).toBeCloseTo(0.3, 6);
    const missing = shopResult(shop(), { ...well, customers: customers.slice(0, -2) }).producers.orders;
    expect(missing).toMatchObject({ attempted: 3, dropped: 1, rate: { held: false } });
  });
});

/** As many orders, one a second. */
function shopOf(orders: number) {
  const [producer] = shop().scenario.producers;
  const phases = [{ forSeconds: orders, fromPerSecond: 1, toPerSecond: 1 }];
  return { producers: producer === undefined ? [] : [{ ...producer, phases }] };
}
