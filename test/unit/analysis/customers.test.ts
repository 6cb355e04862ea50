import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/analysis/compare.js';
import { evaluate, type Measured } from '../../../src/analysis/expectations.js';
import type { OrderBooks, OrderServiceResult, ProviderServiceResult } from '../../../src/result/orders.js';
import type { ExpectationResult, Result } from '../../../src/result/types.js';
import { facts } from '../../fixtures/comparisons.js';
import { about } from '../../fixtures/expectations.js';
import { parts } from '../../fixtures/parts.js';
import { outage } from '../../fixtures/results.js';

const quantiles = { p50: 0.1, p95: 0.2, p99: 0.3, max: 0.4 };

/** A hundred orders, all accepted and done, but for what is said otherwise. */
function orderBooks(other: Partial<OrderBooks> = {}): OrderBooks {
  return {
    posted: 100,
    accepted: 100,
    rejected: 0,
    failed: 0,
    timedOut: 0,
    unreached: 0,
    broken: 0,
    notAccepted: 0,
    done: 100,
    pending: 0,
    deadLettered: 0,
    leftOut: 0,
    lost: 0,
    undetermined: 0,
    doneUnaccepted: 0,
    halfDone: 0,
    halves: [],
    steps: {},
    responseSeconds: quantiles,
    acceptedSeconds: quantiles,
    unfinishedSeconds: quantiles,
    wellAgainAtSeconds: 12,
    wellAgainReason: null,
    balanced: true,
    ...other,
  };
}

function provider(other: Partial<ProviderServiceResult> = {}): ProviderServiceResult {
  return {
    kind: 'provider',
    capacityPerSecond: 5,
    started: 1,
    died: 0,
    calls: 100,
    turnedAway: 0,
    effects: 100,
    replayed: 0,
    peakWaiting: 0,
    fellOver: 0,
    breakerOpened: 0,
    troubles: [],
    ...other,
  };
}

const orderService: OrderServiceResult = {
  kind: 'order-service',
  mode: 'queue',
  started: 2,
  died: 1,
  received: 101,
  guests: 1,
  responses: { 202: 101 },
  rejections: {},
};

/** `orders` come by HTTP, `returns` do not. */
function measured(books: Partial<OrderBooks> = {}, other: Partial<Measured> = {}): Measured {
  const plain = parts();
  const { orders } = plain.producers;
  if (orders === undefined) throw new Error('the fixture has no orders');
  return {
    ...plain,
    producers: { orders: { ...orders, orderBooks: orderBooks(books) }, returns: orders },
    services: {
      'order-service': orderService,
      email: provider({ turnedAway: 7, peakWaiting: 3 }),
      payment: provider({ turnedAway: 2, peakWaiting: 5 }),
    },
    ...other,
  };
}

/** Whether it equals that. */
function equals(
  scope: string | null,
  measure: string,
  value: number,
  of: Measured = measured(),
): ExpectationResult {
  const expression = `${scope}.${measure}`;
  return evaluate([{ expression, scope, measure, operator: '==', value }], of, true)[0]!;
}

describe('an expectation of a service', () => {
  it.each<[string | null, string, number]>([
    ['email', 'turnedAway', 7],
    ['order-service', 'received', 101],
    ['order-service', 'started', 2],
    [null, 'turnedAway', 9],
    [null, 'received', 101],
    [null, 'started', 4],
    [null, 'peakWaiting', 5],
  ])('%s: %s is %d', (scope, measure, value) => {
    expect(equals(scope, measure, value)).toMatchObject({ actual: value, outcome: 'pass' });
  });

  it('that has no such thing is unknown', () => {
    expect(equals('email', 'received', 0)).toMatchObject({
      expression: 'email.received',
      actual: null,
      outcome: 'unknown',
      reason: 'email is no service that has received',
    });
    expect(equals(null, 'turnedAway', 0, measured({}, { services: {} }))).toMatchObject({
      outcome: 'unknown',
      reason: 'there is no service that has turnedAway',
    });
  });

  it('is not predicted', () => {
    const predicted = { ...parts(), origin: 'predicted' as const };
    for (const [scope, measure] of [
      ['email', 'turnedAway'],
      [null, 'received'],
      ['orders', 'orderBooks.accepted'],
    ] as const) {
      expect(equals(scope, measure, 0, predicted)).toMatchObject({
        outcome: 'unknown',
        reason: 'the model does not predict it',
      });
    }
  });
});

describe('an expectation of a queue that is not predicted', () => {
  it('is unknown, whatever it is about', () => {
    const nothing = { peak: null, peakAtSeconds: null, final: null };
    const why = 'mode: sync has no queue to predict';
    const plain = parts({ emails: { backlog: nothing, catchUpSeconds: null, catchUpReason: why } });
    const predicted = { ...plain, origin: 'predicted' as const };
    for (const measure of ['catchUpSeconds', 'drainedAtSeconds', 'accounting.duplicateEffects']) {
      expect(equals('emails', measure, 0, predicted)).toMatchObject({
        outcome: 'unknown',
        reason: `emails: ${why}`,
      });
    }
  });
});

describe('an expectation of orders', () => {
  it('is about the books of the customers', () => {
    expect(equals('orders', 'orderBooks.accepted', 100).outcome).toBe('pass');
    expect(equals(null, 'orderBooks.done', 100).outcome).toBe('pass');
    expect(equals('orders', 'orderBooks.responseSeconds.p99', 0.3).outcome).toBe('pass');
    expect(equals('orders', 'orderBooks.wellAgainAtSeconds', 12).outcome).toBe('pass');
  });

  it('is unknown of a producer that does not come by HTTP', () => {
    expect(equals('returns', 'orderBooks.accepted', 100)).toMatchObject({
      outcome: 'unknown',
      reason: 'returns is no producer by HTTP',
    });
  });

  it('that all is well again fails where it never is, and is unknown where the run was cut short', () => {
    const never = { wellAgainAtSeconds: null, wellAgainReason: 'the last order was not accepted' };
    expect(equals('orders', 'orderBooks.wellAgainAtSeconds', 12, measured(never))).toMatchObject({
      actual: null,
      outcome: 'fail',
      reason: 'never',
    });
    const { run } = parts({ ended: { reason: 'interrupted', detail: 'ended by SIGINT', signal: 'SIGINT' } });
    expect(equals('orders', 'orderBooks.wellAgainAtSeconds', 12, measured(never, { run }))).toMatchObject({
      outcome: 'unknown',
      reason: 'orders: the last order was not accepted (ended by SIGINT)',
    });
  });

  it.each(['lost', 'halfDone', 'pending'])('is unknown without a complete census: %s', (name) => {
    const books = { lost: null, undetermined: 1, done: 99 };
    expect(equals('orders', `orderBooks.${name}`, 0, measured(books))).toMatchObject({
      outcome: 'unknown',
      reason: 'orders: there is no complete census',
    });
  });
});

describe('what is compared of orders', () => {
  const result = (books: Partial<OrderBooks> | null, services: Result['services']): Result => {
    const { orders } = outage.producers;
    if (orders === undefined) throw new Error('the fixture has no orders');
    const producer = books === null ? orders : { ...orders, orderBooks: orderBooks(books) };
    return {
      ...outage,
      expectations: [],
      producers: { orders: producer },
      ...(services === undefined ? {} : { services }),
    };
  };
  const rows = (variants: Record<string, Result>) =>
    compare(variants, facts).differences.map(({ values }, i, all) => [
      all[i]?.measure,
      Object.values(values),
    ]);

  it('comes first, and is what the customers saw, how far it spread, and what the services did', () => {
    const sync = result(
      {
        accepted: 40,
        notAccepted: 60,
        done: 40,
        halfDone: 9,
        responseSeconds: { ...quantiles, p99: 3 },
        unfinishedSeconds: { ...quantiles, max: 0 },
        wellAgainAtSeconds: null,
        wellAgainReason: 'never',
      },
      { 'order-service': orderService, email: provider({ turnedAway: 300, breakerOpened: 2 }) },
    );
    const queue = result(
      { unfinishedSeconds: { ...quantiles, max: 60 } },
      { 'order-service': orderService, email: provider() },
    );
    expect(rows({ sync, queue })).toEqual([
      ['orders.accepted', [40, 100]],
      ['orders.notAccepted', [60, 0]],
      ['orders.done', [40, 100]],
      ['orders.halfDone', [9, 0]],
      ['orders.response.p99', [3, 0.3]],
      ['orders.unfinished.max', [0, 60]],
      ['orders.wellAgainAt', [null, 12]],
      ['email.turnedAway', [300, 0]],
      ['email.breakerOpened', [2, 0]],
    ]);
  });

  it('is not known of a variant that has no such service, or whose orders do not come by HTTP', () => {
    const withServices = result({}, { email: provider({ turnedAway: 3 }) });
    const without = result(null, undefined);
    expect(rows({ with: withServices, without }).slice(0, 2)).toEqual([
      ['orders.accepted', [100, null]],
      ['orders.notAccepted', [0, null]],
    ]);
    expect(rows({ with: withServices, without })).toContainEqual(['email.turnedAway', [3, null]]);
  });

  it('are the expected measures of services, too', () => {
    const expectations = about([
      { expression: 'email.turnedAway == 0', actual: 0, outcome: 'pass', reason: null },
    ]);
    const one = { ...result({}, { email: provider() }), expectations };
    expect(rows({ one, other: one })).toEqual([['email.turnedAway', [0, 0]]]);
  });
});
