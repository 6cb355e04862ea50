import { describe, expect, test } from 'vitest';
import { analysePlayed } from '../../../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../../../src/ledger/events.js';
import { simulateEvents } from '../../../../../src/model/events/index.js';
import type { Plan } from '../../../../../src/plan/types.js';
import type { OrderServiceSpec, ProviderSpec } from '../../../../../src/scenario/types.js';
import { tinyOrderService, tinyProvider } from '../../../../fixtures/tiny.js';
import { fault, play } from '../play.js';
import { emails, orders, story, syncPlan } from './plans.js';

const fixed = (delaySeconds: number) => ({
  kind: 'fixed' as const,
  delaySeconds,
  jitter: 0,
  maxSeconds: null,
});

/** One order, of two steps. */
const two = {
  producers: [orders(1, 1, { to: [{ queue: 'payments' }, { queue: 'emails' }] })],
  queues: [emails({ name: 'payments', provider: 'payment' }), emails()],
};

const both = (email: Partial<ProviderSpec> = {}) => [
  tinyProvider({ name: 'payment', latency: { kind: 'constant', meanSeconds: 0.2 } }),
  tinyProvider(email),
];

const service = (overrides: Partial<OrderServiceSpec> = {}) =>
  tinyOrderService({ onFailure: { payments: 'fail', emails: 'fail' }, ...overrides });

function resultOf(plan: Plan) {
  const info = { launchpad: '0', node: 'v20', drainLimitSeconds: null };
  return analysePlayed(plan, (visit) => simulateEvents(plan, visit), info);
}

describe('an order service that calls by itself', () => {
  test('is told as its ledger would tell it: one step after the other, while the customer waits', () => {
    const events: LedgerEvent[] = play(syncPlan({ ...two, providers: both(), orderService: service() }));
    const m = 'orders/1';
    const payment = { q: 'payments', m };
    const email = { q: 'emails', m };
    const pid = events.flatMap((event) =>
      event.e === 'opened' && event.role === 'order-service' ? event.pid : [],
    )[0];
    expect(events.filter((event) => 'm' in event)).toEqual([
      { t: 0, e: 'posted', m, due: 0 },
      { t: 0, e: 'received', m },
      { t: 0, e: 'attempted', ...payment, due: 0 },
      { t: 0, e: 'started', ...payment, n: 1 },
      { t: 0, e: 'called', s: 'payment', ...payment, waiting: 0, pid },
      { t: 200_000, e: 'effect', ...payment, s: 'payment', pid },
      { t: 200_000, e: 'acknowledged', ...payment },
      { t: 200_000, e: 'settled', ...payment },
      { t: 200_000, e: 'attempted', ...email, due: 200_000 },
      { t: 200_000, e: 'started', ...email, n: 1 },
      { t: 200_000, e: 'called', s: 'email', ...email, waiting: 0, pid },
      { t: 300_000, e: 'effect', ...email, s: 'email', pid },
      { t: 300_000, e: 'acknowledged', ...email },
      { t: 300_000, e: 'settled', ...email },
      { t: 300_000, e: 'responded', m, status: 201 },
      { t: 300_000, e: 'answered', m, status: 201 },
    ]);
    // Nothing comes to the queues on the broker, so nobody serves them.
    expect(story(events, 'ready')).toEqual(['0 ready order-service', '0 ready payment', '0 ready email']);
  });

  test('a call that timed out is unknown, and done all the same; the next one waits for it by its key', () => {
    const slow = both({ latency: { kind: 'constant', meanSeconds: 1 } });
    const orderService = service({ timeoutSeconds: 0.7 });
    const plan = syncPlan({ ...two, providers: slow, orderService });
    expect(story(play(plan), 'failed', 'unknown', 'answered', 'effect')).toEqual([
      '0.2 effect 1',
      '0.9 failed 1 for good',
      '0.9 unknown 1',
      '0.9 answered 1 504',
      '1.2 effect 1',
    ]);
    const result = resultOf(plan);
    expect(result.producers.orders?.orderBooks).toMatchObject({ failed: 1, doneUnaccepted: 1, halfDone: 0 });
    expect(result.queues.emails?.accounting).toMatchObject({ unknown: 1, recovered: 1, balanced: true });
    const retried = service({ timeoutSeconds: 0.7, retries: 1, backoff: fixed(0.1) });
    const again = play(syncPlan({ ...two, providers: slow, orderService: retried }));
    expect(story(again, 'failed', 'started', 'suppressed', 'answered').slice(2)).toEqual([
      '0.9 failed 1 again in 0.1',
      '1 started 1',
      '1.2 suppressed 1',
      '1.2 answered 1 201',
    ]);
  });

  test('what was turned away is refused, and tried again as often as it is set to', () => {
    const orderService = service({ retries: 2, backoff: fixed(0.3) });
    const plan = syncPlan({
      producers: [orders(20, 0.1)],
      providers: [tinyProvider({ capacity: { count: 1, perSeconds: 1 }, waitingRoom: 0 })],
      orderService,
    });
    const events = play(plan);
    expect(story(events, 'turned-away', 'failed', 'refused', 'answered')).toEqual([
      '0.05 turned-away 2',
      '0.05 failed 2 again in 0.3',
      '0.05 refused 2',
      '0.1 answered 1 201',
      '0.35 turned-away 2',
      '0.35 failed 2 again in 0.3',
      '0.35 refused 2',
      '0.65 turned-away 2',
      '0.65 failed 2 for good',
      '0.65 refused 2',
      '0.65 answered 2 503',
    ]);
    const responded = events.filter(({ e }) => e === 'responded');
    expect(responded[1]).toMatchObject({ why: 'emails: email answered 503: its waiting room is full' });
  });

  test('so many calls to a provider at once; beyond them a call fails without being made', () => {
    const events = play(
      syncPlan({ producers: [orders(30, 0.1)], orderService: service({ concurrency: 2 }) }),
    );
    expect(story(events, 'started', 'failed', 'refused', 'answered')).toEqual([
      '0 started 1',
      '0.033333 started 2',
      '0.066667 failed 3 for good',
      '0.066667 refused 3',
      '0.066667 answered 3 503',
      '0.1 answered 1 201',
      '0.3 answered 2 201',
    ]);
  });

  test('a breaker opens after so many failures in a row, lets one call try, and closes when that succeeds', () => {
    const plan = syncPlan({
      producers: [orders(2, 5)],
      orderService: service({
        circuitBreaker: { failures: 2, openSeconds: 1 },
        retries: 3,
        backoff: fixed(0),
      }),
      faults: [fault({ queue: 'email', atSeconds: 0.6, forSeconds: 2 })],
    });
    const events = play(plan);
    expect(story(events, 'breaker', 'answered')).toEqual([
      '0.1 answered 1 201',
      // The call that was under way broke, and the next found nobody; a third is not made.
      '0.6 breaker open',
      '0.6 answered 2 503',
      '1 answered 3 503',
      '1.5 answered 4 503',
      '2 breaker half-open',
      '2 breaker open',
      '2 answered 5 503',
      '2.5 answered 6 503',
      // At the very end of its second it is still open.
      '3 answered 7 503',
      '3.5 breaker half-open',
      '3.6 breaker closed',
      '3.6 answered 8 201',
      '4.1 answered 9 201',
      '4.6 answered 10 201',
    ]);
    expect(story(events, 'refused')).toHaveLength(8);
  });
});

describe('when a step has failed for good', () => {
  const down = [fault({ queue: 'email', atSeconds: 0 })];
  const plan = (onFailure: 'fail' | 'degrade' | 'queue') =>
    syncPlan({
      ...two,
      queues: [emails({ name: 'payments', provider: 'payment' }), emails({ attempts: 5, backoff: fixed(1) })],
      providers: both(),
      orderService: service({ onFailure: { payments: 'fail', emails: onFailure } }),
      faults: [...down, fault({ kind: 'restart', queue: 'email', atSeconds: 2 })],
    });

  test('fail: the order fails, and what was done stays done', () => {
    const { orderBooks } = resultOf(plan('fail')).producers.orders ?? {};
    expect(orderBooks).toMatchObject({ failed: 1, halfDone: 1, balanced: true });
    expect(story(play(plan('fail')), 'answered')).toEqual(['0.2 answered 1 502']);
  });

  test('degrade: it is accepted without the step', () => {
    const events = play(plan('degrade'));
    expect(events.find(({ e }) => e === 'responded')).toEqual({
      t: 200_000,
      e: 'responded',
      m: 'orders/1',
      status: 201,
      leftOut: ['emails'],
    });
    expect(resultOf(plan('degrade')).producers.orders?.orderBooks).toMatchObject({ accepted: 1, leftOut: 1 });
  });

  test('queue: the step is published, and its worker calls until it is done', () => {
    const events = play(plan('queue'));
    const ofEmails = events.filter((event) => 'q' in event && event.q === 'emails' && 'm' in event);
    expect(story(ofEmails).filter((line) => !line.includes('settled'))).toEqual([
      '0.2 attempted 1',
      '0.2 started 1',
      '0.2 failed 1 for good',
      '0.2 refused 1',
      '0.2 attempted 1',
      '0.2 acknowledged 1',
      '0.2 started 1',
      '0.2 failed 1 again in 1',
      '1.2 started 1',
      '1.2 failed 1 again in 1',
      '2.2 started 1',
      '2.2 called 1 behind 0',
      '2.3 effect 1',
    ]);
    const result = resultOf(plan('queue'));
    expect(result.producers.orders?.orderBooks).toMatchObject({ accepted: 1, done: 1, balanced: true });
    expect(result.queues.emails?.accounting).toMatchObject({ acknowledged: 1, effected: 1, balanced: true });
  });
});

describe('a fault on the order service', () => {
  const slow = both({ latency: { kind: 'constant', meanSeconds: 1 } });

  test('killed: its customers’ connections break, and its calls are done', () => {
    const faults = [fault({ queue: 'order-service', atSeconds: 0.5 })];
    const plan = syncPlan({ ...two, providers: slow, orderService: service(), faults });
    expect(story(play(plan), 'unanswered', 'effect', 'acknowledged')).toEqual([
      '0.2 effect 1',
      '0.2 acknowledged 1',
      '0.5 unanswered 1 broken',
      '1.2 effect 1',
    ]);
    const result = resultOf(plan);
    expect(result.producers.orders?.orderBooks).toMatchObject({
      broken: 1,
      doneUnaccepted: 1,
      balanced: true,
    });
    expect(result.faults[0]?.held?.messages).toBe(1);
  });

  test('stopped: it finishes what it is at', () => {
    const faults = [fault({ kind: 'stop', queue: 'order-service', atSeconds: 0.5 })];
    const events = play(syncPlan({ ...two, providers: slow, orderService: service(), faults }));
    expect(story(events, 'answered', 'exited').slice(0, 3)).toEqual([
      '1.2 answered 1 201',
      '1.2 exited order-service 0',
      '1.2 exited orders 0',
    ]);
  });

  test('frozen: at the thaw it hears of the answer first, whatever its limit', () => {
    const faults = [fault({ kind: 'freeze', queue: 'order-service', atSeconds: 0.5, forSeconds: 2 })];
    const orderService = service({ timeoutSeconds: 1.1 });
    const events = play(syncPlan({ ...two, providers: slow, orderService, faults }));
    expect(story(events, 'effect', 'answered')).toEqual([
      '0.2 effect 1',
      '1.2 effect 1',
      '2.5 answered 1 201',
    ]);
  });
});
