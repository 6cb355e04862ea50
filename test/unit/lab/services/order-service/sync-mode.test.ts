import { describe, expect, it } from 'vitest';
import { drawBackoff } from '../../../../../src/plan/draws.js';
import type { OrderServiceSpec } from '../../../../../src/scenario/types.js';
import { tinyOrderService } from '../../../../fixtures/tiny.js';
import { brief, broken, done, post, serve, timedOut, turnedAway, unreached, validOrder } from './serving.js';

function sync(service: Partial<OrderServiceSpec> = {}, speed = 1) {
  return serve({ setup: { mode: 'sync', speed, service: tinyOrderService(service) } });
}

describe('the order service in mode sync', () => {
  it('calls one provider after the other, and answers 201 when all is done', async () => {
    const { app, of, payment, email, broker } = sync({ timeoutSeconds: 3 }, 10);
    const answer = await post(app, validOrder, 'orders/7');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ id: 'orders/7', status: 'done', done: ['payments', 'emails'] });
    expect(answer.json()).not.toHaveProperty('leftOut');
    expect(payment.calls).toEqual([
      {
        queue: 'payments',
        message: 'orders/7',
        correlation: 'orders/7',
        key: 'payments:orders/7',
        timeoutMillis: 300,
      },
    ]);
    // That queue has no idempotency.
    expect(email.calls).toMatchObject([{ key: null }]);
    expect(of('orders/7').map(brief)).toEqual([
      'received',
      ...['attempted payments', 'started payments', 'acknowledged payments', 'settled payments'],
      ...['attempted emails', 'started emails', 'acknowledged emails', 'settled emails'],
      'responded 201',
    ]);
    expect(of('orders/7')[2]).toMatchObject({ n: 1 });
    expect(broker.batches).toEqual([]);
  });

  it('passes a guest’s correlation id on', async () => {
    const { app, payment } = sync();
    await post(app, validOrder, 'mine-1');
    expect(payment.calls).toMatchObject([{ message: 'guest/1000000001', correlation: 'mine-1' }]);
  });

  it.each([
    [turnedAway, 503, 'refused', 'error', []],
    [timedOut, 504, 'unknown', 'timeout', ['emails']],
    [unreached, 502, 'refused', 'error', []],
    [broken, 502, 'unknown', 'error', ['emails']],
  ] as const)(
    'answers a call that came to %o with %i, and says what was done',
    async (failure, status, outcome, kind, unknown) => {
      const { app, of, email } = sync();
      email.answer = () => failure;
      const answer = await post(app, validOrder, 'orders/1');
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['retry-after']).toBe(status === 503 ? '1' : undefined);
      expect(answer.json()).toMatchObject({
        error: 'The order failed at emails; payments stays done',
        reasons: [expect.stringContaining('emails: ')],
        done: ['payments'],
        notDone: unknown.length === 0 ? ['emails'] : [],
        unknown,
      });
      const own = of('orders/1').slice(5);
      expect(own.map(brief)).toEqual([
        ...['attempted emails', 'started emails', 'failed emails', `${outcome} emails`],
        `responded ${status}`,
      ]);
      const failed = own.find((event) => event.e === 'failed');
      expect(failed).toMatchObject({ kind, why: expect.any(String) });
      expect(failed).not.toHaveProperty('again');
    },
  );

  it('of an order that is posted again knows what had been done of it', async () => {
    const { app, payment, email } = sync();
    email.answer = () => turnedAway;
    await post(app, validOrder, 'orders/1');
    payment.answer = () => timedOut;
    const answer = await post(app, validOrder, 'orders/1');
    expect(answer.statusCode).toBe(504);
    expect(answer.json()).toMatchObject({ done: ['payments'], notDone: ['emails'], unknown: [] });
  });

  it('does not go on to the next step when one has failed', async () => {
    const { app, payment, email } = sync();
    payment.answer = () => turnedAway;
    const answer = await post(app);
    expect(answer.json()).toMatchObject({ done: [], notDone: ['payments', 'emails'] });
    expect(email.calls).toEqual([]);
  });

  it('calls again as often as it may, after the backoff that was drawn', async () => {
    const backoff = { kind: 'exponential', delaySeconds: 0.2, jitter: 0.5, maxSeconds: null } as const;
    const { app, of, payment } = sync({ retries: 2, backoff }, 10);
    payment.answer = (_call, n) => (n < 3 ? turnedAway : done);
    expect((await post(app, validOrder, 'orders/1')).statusCode).toBe(201);
    const own = of('orders/1');
    expect(own.map(brief).slice(1, 11)).toEqual([
      'attempted payments',
      ...['started payments', 'failed payments', 'refused payments'],
      ...['started payments', 'failed payments', 'refused payments'],
      ...['started payments', 'acknowledged payments', 'settled payments'],
    ]);
    const starts = own.filter((event) => event.e === 'started' && event.q === 'payments');
    expect(starts.map((event) => 'n' in event && event.n)).toEqual([1, 2, 3]);
    const failures = own.filter((event) => event.e === 'failed');
    for (const [i, failure] of failures.entries()) {
      const micros = Math.round(drawBackoff(backoff, 1, 'payments', 'orders/1', i + 1) * 1e5);
      expect(failure).toMatchObject({ again: micros });
      expect((starts[i + 1]?.t ?? 0) - failure.t).toBeGreaterThanOrEqual(micros - 2000);
    }
  });

  it('gives up after the last retry, with the last failure’s status', async () => {
    const { app, of, payment } = sync({ retries: 2 });
    payment.answer = (_call, n) => (n === 1 ? timedOut : turnedAway);
    const answer = await post(app, validOrder, 'orders/1');
    expect(answer.statusCode).toBe(503);
    // Of the first call nobody knows what it did.
    expect(answer.json()).toMatchObject({ unknown: ['payments'], notDone: ['emails'] });
    expect(payment.calls).toHaveLength(3);
    const failures = of('orders/1').filter((event) => event.e === 'failed');
    expect(failures.map((event) => 'again' in event)).toEqual([true, true, false]);
  });

  it('leaves a step out where it may', async () => {
    const { app, of, email } = sync({ onFailure: { payments: 'fail', emails: 'degrade' } });
    email.answer = () => timedOut;
    const answer = await post(app, validOrder, 'orders/1');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ status: 'done', done: ['payments'], leftOut: ['emails'] });
    expect(of('orders/1').at(-1)).toMatchObject({ e: 'responded', status: 201, leftOut: ['emails'] });
    const story = await app.inject('/orders/orders/1');
    expect(story.json()).toMatchObject({
      steps: [{ state: 'done' }, { queue: 'emails', state: 'left out' }],
    });
  });

  it('goes on behind a step that is left out', async () => {
    const { app, payment, email } = sync({ onFailure: { payments: 'degrade', emails: 'fail' } });
    payment.answer = () => turnedAway;
    expect((await post(app)).json()).toMatchObject({ done: ['emails'], leftOut: ['payments'] });
    expect(email.calls).toHaveLength(1);
  });

  it('queues a step where it may, and answers 202', async () => {
    const { app, of, email, broker } = sync({ onFailure: { payments: 'fail', emails: 'queue' } });
    email.answer = () => turnedAway;
    const answer = await post(app, validOrder, 'orders/1');
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'accepted', done: ['payments'], queued: ['emails'] });
    expect(broker.published).toEqual(['emails orders/1']);
    expect(of('orders/1').map(brief).slice(5)).toEqual([
      ...['attempted emails', 'started emails', 'failed emails', 'refused emails'],
      ...['attempted emails', 'acknowledged emails', 'responded 202'],
    ]);
  });

  it('answers 503 when it can not queue it either', async () => {
    const { app, email, broker } = sync({ onFailure: { payments: 'fail', emails: 'queue' } });
    email.answer = () => turnedAway;
    broker.outcomeOf = () => ({ outcome: 'unknown', reason: 'cut off' });
    const answer = await post(app);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      done: ['payments'],
      unknown: ['emails'],
      reasons: ['emails: it answered 503; and it could not be queued: cut off'],
    });
  });
});
