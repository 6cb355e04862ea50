import { describe, expect, it, vi } from 'vitest';
import { tinyOrderService } from '../../../../fixtures/tiny.js';
import { brief, post, serve, validOrder } from './serving.js';

describe('the order service in mode queue', () => {
  it('answers 202 when all steps are published, and the ledger has it in this order', async () => {
    const { app, of, broker } = serve();
    const answer = await post(app, validOrder, 'orders/142');
    expect(answer.statusCode).toBe(202);
    expect(answer.headers['x-correlation-id']).toBe('orders/142');
    const body = answer.json();
    expect(body).toEqual({
      id: 'orders/142',
      status: 'accepted',
      acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      correlationId: 'orders/142',
      links: { self: '/orders/orders/142' },
    });
    expect(of('orders/142').map(brief)).toEqual([
      'received',
      'attempted payments',
      'attempted emails',
      'acknowledged payments',
      'acknowledged emails',
      'responded 202',
    ]);
    expect(broker.batches.map(({ messages }) => messages[0]?.payload)).toEqual([
      { order: 142, correlation: 'orders/142' },
      { order: 142, correlation: 'orders/142' },
    ]);
  });

  it('takes the steps of the producer that the order is of', async () => {
    const { app, broker } = serve();
    await post(app, validOrder, 'renewals/1');
    expect(broker.published).toEqual(['payments renewals/1']);
  });

  it.each([
    ['no correlation id', undefined, null],
    ['one of its own', 'checkout-7f3a', 'checkout-7f3a'],
    ['a number below 1', 'orders/0', 'orders/0'],
    ['a step behind a queue', 'orders/1.payments', 'orders/1.payments'],
    ['another name', 'invoices/1', 'invoices/1'],
    ['one with a space in it', 'checkout 7', null],
    ['one that is too long', 'x'.repeat(129), null],
    ['an empty one', '', null],
  ])('takes whoever comes with %s as a guest', async (_what, sent, kept) => {
    const { app, broker, of } = serve({ setup: { generation: 3 } });
    const answer = await post(app, validOrder, sent);
    const id = 'guest/3000000001';
    expect(answer.json()).toMatchObject({ id, correlationId: kept ?? id });
    expect(answer.headers['x-correlation-id']).toBe(kept ?? id);
    expect(broker.published).toEqual([`payments ${id}`, `emails ${id}`]);
    expect(broker.batches[0]?.messages[0]?.payload).toEqual({ order: 3000000001, correlation: kept ?? id });
    const received = of(id)[0];
    expect(received).toMatchObject({ e: 'received', m: id });
    expect(received !== undefined && 'c' in received ? received.c : null).toBe(kept);
  });

  it('gives every guest a number of its own', async () => {
    const { app } = serve();
    const ids = await Promise.all([post(app), post(app), post(app)]);
    expect(new Set(ids.map((answer) => answer.json().id)).size).toBe(3);
  });

  it('publishes what comes together together, at most 200 at once', async () => {
    const { service, broker } = serve();
    const answers = await Promise.all(
      Array.from({ length: 450 }, (_, i) => service.place(`orders/${i + 1}`)),
    );
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(broker.batches.map(({ queue, messages }) => `${queue} ${messages.length}`)).toEqual([
      ...['payments 200', 'payments 200', 'payments 50'],
      ...['emails 200', 'emails 200', 'emails 50'],
    ]);
  });

  it('says nothing before the broker has confirmed', async () => {
    const { service, broker, of } = serve();
    let confirm: () => void = () => undefined;
    broker.gate = new Promise((resolve) => {
      confirm = resolve;
    });
    let isAnswered = false;
    const answer = service.place('orders/1').then((given) => {
      isAnswered = true;
      return given;
    });
    await vi.waitFor(() => expect(broker.batches).toHaveLength(2));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    expect(service.busy).toBe(1);
    expect(of('orders/1').map(brief)).toEqual(['received', 'attempted payments', 'attempted emails']);
    confirm();
    expect((await answer).status).toBe(202);
    expect(service.busy).toBe(0);
  });

  it('takes a merged message for published: it is the same order, posted again', async () => {
    const { app, broker } = serve();
    broker.outcomeOf = () => ({ outcome: 'merged' });
    expect((await post(app, validOrder, 'orders/1')).statusCode).toBe(202);
    expect((await post(app, validOrder, 'orders/1')).statusCode).toBe(202);
    expect(broker.published).toHaveLength(4);
  });

  it('of an order that is posted again knows what had been queued of it', async () => {
    const { app, broker } = serve();
    const refused = { outcome: 'refused', reason: 'away' } as const;
    broker.outcomeOf = (queue) => (queue === 'emails' ? refused : { outcome: 'acknowledged' });
    await post(app, validOrder, 'orders/1');
    broker.outcomeOf = () => refused;
    const answer = await post(app, validOrder, 'orders/1');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ done: ['payments'], notDone: ['emails'], unknown: [] });
    expect(answer.json().error).toContain('some of its steps may have been queued');
    const story = await app.inject('/orders/orders/1');
    expect(story.json().steps).toMatchObject([{ state: 'published' }, { state: 'refused' }]);
  });

  it('answers 503 when nothing could be queued', async () => {
    const { app, broker, of } = serve();
    broker.outcomeOf = () => ({ outcome: 'refused', reason: 'connect ECONNREFUSED' });
    const answer = await post(app, validOrder, 'orders/1');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.headers['x-correlation-id']).toBe('orders/1');
    expect(answer.json()).toEqual({
      error: 'The order was not accepted: nothing of it was queued',
      id: 'orders/1',
      correlationId: 'orders/1',
      reasons: [
        'payments was not queued: connect ECONNREFUSED',
        'emails was not queued: connect ECONNREFUSED',
      ],
      done: [],
      notDone: ['payments', 'emails'],
      unknown: [],
    });
    expect(of('orders/1').map(brief).slice(3)).toEqual([
      'refused payments',
      'refused emails',
      'responded 503',
    ]);
  });

  it.each(['unknown', 'refused'] as const)(
    'answers 503 when one step is %s, and owns up to the other',
    async (outcome) => {
      const { app, broker } = serve();
      broker.outcomeOf = (queue) =>
        queue === 'emails' ? { outcome, reason: 'cut off' } : { outcome: 'acknowledged' };
      const answer = await post(app, validOrder, 'orders/1');
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({
        error: expect.stringContaining('may have been queued'),
        done: ['payments'],
        notDone: outcome === 'refused' ? ['emails'] : [],
        unknown: outcome === 'unknown' ? ['emails'] : [],
      });
    },
  );

  it('takes a driver that fails for an outcome that nobody knows', async () => {
    const { app, broker, of } = serve();
    broker.outcomeOf = () => {
      throw new Error('the driver is broken');
    };
    expect((await post(app, validOrder, 'orders/1')).statusCode).toBe(503);
    expect(of('orders/1').map(brief)).toContain('unknown payments');
  });

  it('answers 500 and says so when it fails itself', async () => {
    const { app, broker, of, errors } = serve();
    // No outcome for a message is a driver's bug.
    broker.outcomeOf = () => undefined as never;
    const answer = await post(app, validOrder, 'orders/1');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ id: 'orders/1', unknown: ['payments', 'emails'] });
    expect(of('orders/1').map(brief).at(-1)).toBe('responded 500');
    expect(errors).toHaveLength(1);
  });
});

describe('an order service that answers first', () => {
  const answeringFirst = (publishAfterAnswerSeconds: number) => ({
    setup: { speed: 10, service: tinyOrderService({ publishAfterAnswerSeconds }) },
  });

  it('publishes that long after, and is busy until then', async () => {
    const { app, service, broker, of } = serve(answeringFirst(0.5));
    expect((await post(app, validOrder, 'orders/1')).statusCode).toBe(202);
    expect(broker.batches).toEqual([]);
    expect(service.busy).toBe(1);
    expect(of('orders/1').map(brief)).toEqual(['received', 'responded 202']);
    await vi.waitFor(() => expect(service.busy).toBe(0));
    expect(of('orders/1').map(brief)).toEqual([
      ...['received', 'responded 202', 'attempted payments', 'attempted emails'],
      ...['acknowledged payments', 'acknowledged emails'],
    ]);
    const [attempted, responded] = ['attempted', 'responded'].map(
      (kind) => of('orders/1').find((event) => event.e === kind)?.t ?? 0,
    );
    expect((attempted as number) - (responded as number)).toBeGreaterThan(45_000);
  });

  it('has answered 202 to what it can not publish then', async () => {
    const { app, service, broker, of } = serve(answeringFirst(0.01));
    broker.outcomeOf = () => ({ outcome: 'refused', reason: 'away' });
    expect((await post(app, validOrder, 'orders/1')).statusCode).toBe(202);
    await vi.waitFor(() => expect(service.busy).toBe(0));
    expect(of('orders/1').map(brief).slice(-2)).toEqual(['refused payments', 'refused emails']);
  });

  it('publishes what it owes when it ends', async () => {
    const { service, broker } = serve(answeringFirst(1000));
    await service.place('orders/1');
    await service.place('orders/2');
    await service.settle();
    expect(broker.published.sort()).toEqual([
      ...['emails orders/1', 'emails orders/2'],
      ...['payments orders/1', 'payments orders/2'],
    ]);
    await service.place('orders/3');
    await service.settle();
    expect(broker.published).toHaveLength(6);
    expect(service.busy).toBe(0);
  });
});
