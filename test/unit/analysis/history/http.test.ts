import { describe, expect, it } from 'vitest';
import { deadListOf, momentOf, traceOf } from '../../../../src/analysis/history/index.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { Trace } from '../../../../src/result/history.js';
import { directLedger, httpPlan, opened, other, queuedLedger } from '../../../fixtures/http-history.js';
import { at, ended, runDirectory } from '../../../fixtures/runs.js';

const queued = (order: string): Trace => traceOf(runDirectory(httpPlan('queue'), queuedLedger()), order);
const direct = (order: string): Trace =>
  traceOf(runDirectory(httpPlan('sync', { retries: 1 }), directLedger()), order);

/** `0.003 order-service: received` */
function told({ lines }: Trace, where?: string): string[] {
  return lines
    .filter(({ queue }) => where === undefined || queue === where)
    .map(({ atSeconds, queue, what }) => `${atSeconds.toFixed(3)} ${queue}: ${what}`);
}

const ends = ({ ends: all }: Trace): string[] =>
  all.map(({ queue, ended: how, text }) => `${queue} ${how}: ${text}`);

describe('the story of an order by HTTP, in queue mode', () => {
  it('goes over all hops: customer, order service, queue, worker, provider, and back', () => {
    const trace = queued('orders/1');
    expect(told(trace).filter((line) => !line.includes(' payments: '))).toEqual([
      '0.001 orders: posted by a customer',
      '0.003 order-service: received',
      '0.005 emails: published by the order service',
      '0.006 emails: acknowledged: the broker has it',
      '0.008 emails: started by worker 1 (pid 41), delivery 1',
      '0.009 emails: called at email',
      '0.010 order-service: answers 202',
      '0.012 orders: the customer has the answer: 202, 12 ms after it was due',
      '0.110 emails: effect at email, 0.10 s after the start, for worker 1 (pid 41)',
      '0.112 emails: settled: the broker knows that it is done',
    ]);
    expect(trace.whole).toEqual({
      ended: 'completed',
      text: 'orders/1 is completed: each of its 2 effects has happened once; its customer was answered 202',
    });
    expect(trace).not.toHaveProperty('correlation');
  });

  it("is found by the correlation id of a client from elsewhere, and by the guest's own id", () => {
    const trace = queued('basket-77');
    expect(trace).toMatchObject({ order: 'guest/1000000001', correlation: 'basket-77' });
    expect(told(trace, 'order-service')).toEqual([
      '0.503 order-service: received, with the correlation id basket-77',
      '0.510 order-service: answers 202',
    ]);
    expect(trace.whole.text).toBe(
      'guest/1000000001 is completed: each of its 2 effects has happened once; the answer was 202',
    );
    expect(queued('guest/1000000001').lines).toEqual(trace.lines);
  });

  it('of one that reached nobody says so', () => {
    const trace = queued('2');
    expect(told(trace)).toEqual([
      '1.001 orders: posted by a customer',
      '1.003 orders: the customer did not reach the order service (connect ECONNREFUSED), 3 ms after it was due',
    ]);
    expect(ends(trace)).toEqual(['payments unattempted: never begun', 'emails unattempted: never begun']);
    expect(trace.whole).toEqual({
      ended: 'unpublished',
      text: 'orders/2 did not get to payments and emails; its customer did not reach the order service (connect ECONNREFUSED)',
    });
  });

  it.each([
    ['orders/3', /orders\/3 was never attempted/],
    ['orders/5', /There is no orders\/5/],
    ['guest/2000000001', /guest\/2000000001 was never received/],
    ['basket-78', /basket-78 is not a message's id, and no order came with it as its correlation id/],
  ])('%s has none', (order, message) => {
    expect(() => queued(order)).toThrow(message);
  });

  it('of several with the same correlation id asks for one', () => {
    const files = queuedLedger();
    const again = other(20, 'received', { m: 'guest/1000000002', c: 'basket-77' });
    const directory = runDirectory(httpPlan('queue'), {
      ...files,
      'order-service': [...(files['order-service'] as LedgerEvent[]), again],
    });
    expect(() => traceOf(directory, 'basket-77')).toThrow('2 orders came with the correlation id basket-77');
  });

  it('of one that was accepted and never published says that it is lost', () => {
    const trace = traceOf(
      runDirectory(httpPlan('queue', { publishAfterAnswerSeconds: 1 }), {
        lab: [
          ...opened.lab,
          ended(25),
          ...['payments', 'emails'].map((q) => other(26, 'census-complete', { q })),
        ],
        producer: [
          ...opened.producer,
          other(0, 'posted', { m: 'orders/1', due: 0 }),
          other(0.01, 'answered', { m: 'orders/1', status: 202 }),
        ],
        'order-service': [
          ...opened.orderService,
          other(0.002, 'received', { m: 'orders/1' }),
          other(0.004, 'responded', { m: 'orders/1', status: 202 }),
        ],
      }),
      'orders/1',
    );
    expect(trace.whole).toEqual({
      ended: 'lost',
      text: 'orders/1 is lost: accepted, and nobody has payments and emails to do any more; its customer was answered 202',
    });
  });
});

describe('the story of an order that is called directly', () => {
  it('tells the calls, what they came to, and that it is half-done', () => {
    const trace = direct('orders/1');
    expect(told(trace, 'emails')).toEqual([
      '0.200 emails: begun: the order service calls its provider itself',
      '0.201 emails: called by order-service (pid 5), call 1',
      '0.205 emails: turned away by email: its waiting room is full',
      '0.210 emails: the call failed: email turned it away (503); the next in 0.10 s (call 1 of 2)',
      '0.211 emails: nothing was done by it',
      '0.310 emails: called by order-service (pid 5), call 2',
      '0.315 emails: turned away by email: its waiting room is full',
      '0.410 emails: the call failed: email turned it away (503) (call 2 of 2)',
      '0.411 emails: nothing was done by it',
    ]);
    expect(ends(trace)).toEqual([
      'payments effected: its effect happened once, at 0.100 s',
      'emails refused: not done: email turned it away (503)',
    ]);
    expect(trace.whole).toEqual({
      ended: 'unpublished',
      text: 'orders/1 is half-done: payments happened, emails did not; its customer was answered 503',
    });
  });

  it("tells of a provider's death over its call, and what the caller made of that", () => {
    expect(told(direct('orders/2'), 'emails').slice(2, 5)).toEqual([
      '1.210 emails: called at email, where 2 calls wait before it',
      '1.300 emails: email (pid 7) was killed (SIGKILL), with the call in it',
      '1.302 emails: the call failed: the connection broke; the next in 0.10 s (call 1 of 2)',
    ]);
  });

  it("tells of the order service's death once, and of the effect that came all the same", () => {
    const trace = direct('orders/3');
    expect(told(trace).slice(-3)).toEqual([
      '2.060 order-service: order-service (pid 5) was killed (SIGKILL), before it had answered',
      '2.070 orders: the customer lost the connection before the answer (socket hang up), 70 ms after it was due',
      '2.100 payments: effect at payment, of a call that had ended before, for order-service (pid 5)',
    ]);
  });

  /** orders/1 alone, with what the order service and the provider of emails wrote. */
  function story(
    plan: Plan,
    service: readonly LedgerEvent[],
    email: readonly LedgerEvent[] = [],
    lab: readonly LedgerEvent[] = [],
  ): Trace {
    const directory = runDirectory(plan, {
      lab: [...opened.lab, ...lab, ended(25)],
      'order-service': [...opened.orderService, other(0.002, 'received', { m: 'orders/1' }), ...service],
      email: [...opened.email, ...email],
    });
    return traceOf(directory, 'orders/1');
  }
  const m = 'orders/1';

  it("tells no more of the order service's deaths once it has gone over the order", () => {
    const gone = { role: 'order-service', name: 'order-service', worker: 1, up: 0 } as const;
    const back = { q: 'order-service', kind: 'restart', index: 0, workers: [1], pids: [8], up: 1 } as const;
    const trace = story(
      httpPlan('sync'),
      [],
      [],
      [
        other(2, 'exited', { ...gone, pid: 5, code: null, signal: 'SIGKILL', ordered: false }),
        other(3, 'fault', back),
        other(9, 'exited', { ...gone, pid: 8, code: 0, signal: null, ordered: true }),
      ],
    );
    expect(told(trace)).toEqual([
      '0.002 order-service: received',
      '2.000 order-service: order-service (pid 5) died (SIGKILL), ordered by no fault, before it had answered',
      '3.000 order-service: order-service (pid 8) was started again',
    ]);
  });

  it('of a step that was left out says that the customer knows', () => {
    const trace = story(httpPlan('sync', { onFailure: { payments: 'fail', emails: 'degrade' } }), [
      at(0.01, 'attempted', m),
      at(0.011, 'refused', m, { why: 'the circuit breaker for email is open' }),
      other(0.012, 'responded', { m, status: 201, leftOut: ['payments', 'emails'] }),
    ]);
    expect(told(trace)).toContain(
      '0.011 emails: nothing was done by it: the circuit breaker for email is open',
    );
    expect(told(trace).at(-1)).toBe('0.012 order-service: answers 201, without payments and emails');
    expect(trace.whole.text).toBe('orders/1 was accepted without payments and emails; the answer was 201');
  });

  it('of a step that is queued where it fails goes on in the queue', () => {
    const trace = story(httpPlan('sync', { onFailure: { payments: 'fail', emails: 'queue' } }), [
      at(0.01, 'attempted', m),
      at(0.011, 'started', m, { n: 1 }),
      at(0.02, 'failed', m, { why: 'no answer within 3 s', kind: 'timeout' }),
      at(0.021, 'unknown', m, { why: 'no answer within 3 s' }),
      at(0.03, 'attempted', m),
      at(0.031, 'acknowledged', m),
      at(0.04, 'failed', m, { why: 'connect ECONNREFUSED', kind: 'error', again: 0 }),
    ]);
    expect(told(trace, 'emails').slice(2)).toEqual([
      '0.020 emails: the call failed: no answer within 3 s',
      '0.021 emails: nobody knows whether it was done',
      '0.030 emails: published to its queue by the order service',
      '0.031 emails: acknowledged: the broker has it',
      '0.040 emails: failed: connect ECONNREFUSED; to be tried again at once (attempt 1 of 2)',
    ]);
  });

  it('of a call that was not made says so', () => {
    const why = 'its circuit breaker is open';
    const trace = story(httpPlan('sync'), [
      at(0.01, 'attempted', m),
      at(0.011, 'failed', m, { why, kind: 'error' }),
      at(0.012, 'refused', m, { why }),
    ]);
    expect(told(trace, 'emails').slice(1)).toEqual([
      `0.011 emails: failed without a call: ${why}`,
      '0.012 emails: nothing was done by it',
    ]);
    expect(ends(trace)[1]).toBe(`emails refused: not done: ${why}`);
  });

  it('of a provider that fell over and came back says both', () => {
    const trace = story(
      httpPlan('sync'),
      [at(0.01, 'attempted', m), at(0.011, 'started', m, { n: 1 })],
      [
        other(0.012, 'called', { q: 'emails', m, s: 'email', pid: 5, waiting: 1 }),
        other(2, 'fell-over', { s: 'email', why: 'full for 2 s' }),
      ],
      [
        other(2.01, 'exited', {
          role: 'provider',
          name: 'email',
          worker: 1,
          pid: 7,
          code: 1,
          signal: null,
          ordered: false,
        }),
        other(4, 'supervised', { q: 'email', worker: 1, pid: 8, up: 1 }),
      ],
    );
    expect(told(trace).slice(-2)).toEqual([
      '2.000 emails: email fell over (full for 2 s), with the call in it',
      '4.000 email: email (pid 8) was started again',
    ]);
  });

  it('of a key that its provider has seen says who refused it, and for whom', () => {
    const trace = story(
      httpPlan('sync'),
      [at(0.01, 'attempted', m), at(0.011, 'started', m, { n: 1 })],
      [other(0.02, 'suppressed', { q: 'emails', m, by: 'provider', s: 'email', pid: 5 })],
    );
    expect(told(trace).at(-1)).toBe(
      '0.020 emails: suppressed: email has seen its key, and does not do it again, for order-service (pid 5)',
    );
  });
});

describe('the state of a run by HTTP', () => {
  const inQueues = (seconds: number) => momentOf(runDirectory(httpPlan('queue'), queuedLedger()), seconds);
  const called = (seconds: number) =>
    momentOf(runDirectory(httpPlan('sync', { retries: 1 }), directLedger()), seconds);

  it("has what customers, order service and providers are at, and the provider's effect in its worker's hands", () => {
    const moment = inQueues(0.111);
    expect(moment.producers.orders?.customers).toEqual({
      posted: 1,
      accepted: 1,
      notAccepted: 0,
      waiting: 0,
    });
    expect(moment.queues.emails).toMatchObject({ attempted: 1, inHand: 1, waiting: 0, effected: 1 });
    expect(moment.queues.emails?.held[0]).toMatchObject({
      message: 'orders/1',
      worker: 1,
      pid: 41,
      stage: 'effected',
    });
    expect(moment.queues.emails).not.toHaveProperty('isDirect');
    expect(moment.services).toMatchObject({
      'order-service': { process: { pid: 5, state: 'up' }, orders: { received: 1, inFlight: 0 } },
      payment: { calls: { effects: 1, waiting: 0, turnedAway: 0 } },
      email: { process: { pid: 7, state: 'up' }, calls: { effects: 1, waiting: 0 } },
    });
    expect(moment.nextFault?.what).toBe('kill order-service (pid 5)');
  });

  it('of what is called directly knows the calls that go on, and has nothing on the broker', () => {
    const moment = called(1.25);
    expect(moment.queues.emails).toMatchObject({
      isDirect: true,
      attempted: 2,
      inHand: 1,
      waiting: 0,
      failed: 2,
    });
    expect(moment.queues.emails?.held).toEqual([
      expect.objectContaining({ message: 'orders/2', service: 'order-service', pid: 5, stage: 'working' }),
    ]);
    expect(moment.queues.payments).toMatchObject({ attempted: 2, effected: 2, inHand: 0, waiting: 0 });
    expect(moment.services?.['order-service']?.orders).toEqual({ received: 2, inFlight: 1 });
    expect(moment.services?.email?.calls).toEqual({ effects: 0, turnedAway: 2, waiting: 1, breaker: null });
    expect(called(0.25).queues.emails).toMatchObject({ inHand: 0, waitingForRetry: 1 });
  });

  it('leaves nothing in the hands of services that are gone', () => {
    const moment = called(2.08);
    expect(moment.services).toMatchObject({
      'order-service': { process: { state: 'down' }, orders: { inFlight: 0 } },
      email: { process: { state: 'down' }, calls: { waiting: 0 } },
    });
    expect(moment.queues.payments).toMatchObject({ attempted: 3, inHand: 0, waiting: 0 });
    expect(moment.lastFault?.what).toBe('kill order-service (pid 5)');
  });

  it('says of a provider that fell over only that', () => {
    const files = directLedger();
    const fell = other(5, 'fell-over', { s: 'payment', why: 'full for 2 s' });
    const exit = other(5.01, 'exited', {
      role: 'provider',
      name: 'payment',
      worker: 1,
      pid: 6,
      code: 1,
      signal: null,
      ordered: false,
    });
    const directory = runDirectory(httpPlan('sync'), {
      ...files,
      payment: [...(files.payment as LedgerEvent[]), fell],
      other: [exit],
    });
    expect(momentOf(directory, 6).lastFault?.what).toBe('payment fell over: full for 2 s');
  });
});

describe('the dead of a run by HTTP', () => {
  it('are listed as ever', () => {
    const { queues } = deadListOf(runDirectory(httpPlan('queue'), queuedLedger()));
    expect(Object.keys(queues)).toEqual(['payments', 'emails']);
  });
});
