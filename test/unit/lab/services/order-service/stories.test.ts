import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Identities } from '../../../../../src/lab/services/order-service/identity.js';
import { KnownOrders } from '../../../../../src/lab/services/order-service/known-orders.js';
import { askProvider } from '../../../../../src/lab/services/order-service/story.js';
import { temporaryDirectory, writeLedger } from '../../../../fixtures/runs.js';
import { tinyOrderService } from '../../../../fixtures/tiny.js';
import { post, serve, tinySetup, validOrder } from './serving.js';

describe('an order’s story', () => {
  it('tells what became of each step, and what its provider says that it did', async () => {
    const lookUp = vi.fn(async (_provider: unknown, queue: string, message: string) =>
      queue === 'payments'
        ? { queue, message, effects: [{ atSeconds: 1.5 }], suppressed: [] }
        : 'email gave no answer within 500 ms',
    );
    const { app, broker } = serve({ lookUp, setup: { speed: 10 } });
    broker.outcomeOf = (queue) =>
      queue === 'emails' ? { outcome: 'refused', reason: 'away' } : { outcome: 'acknowledged' };
    await post(app, validOrder, 'orders/142');
    const answer = await app.inject('/orders/orders/142');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      id: 'orders/142',
      correlationId: 'orders/142',
      receivedAtSeconds: expect.any(Number),
      answered: { status: 503, atSeconds: expect.any(Number) },
      steps: [
        {
          queue: 'payments',
          provider: 'payment',
          state: 'published',
          atSeconds: expect.any(Number),
          calls: 0,
          why: null,
          effects: [{ atSeconds: 1.5 }],
          suppressed: [],
          effectsUnknown: null,
        },
        {
          queue: 'emails',
          provider: 'email',
          state: 'refused',
          atSeconds: expect.any(Number),
          calls: 0,
          why: 'away',
          effects: null,
          suppressed: null,
          effectsUnknown: 'email gave no answer within 500 ms',
        },
      ],
    });
    expect(lookUp).toHaveBeenCalledWith(
      { name: 'payment', url: 'http://127.0.0.1:1' },
      'payments',
      'orders/142',
    );
  });

  it.each([
    ['a number', 'orders/143'],
    ['a way out of its folder', '%2e%2e%2f%2e%2e%2fetc/passwd'],
    ['nothing', ''],
    ['a very long one', 'x'.repeat(8000)],
    ['a member of every object', '__proto__'],
  ])('is 404 for %s that is no order', async (_what, id) => {
    const { app, events } = serve();
    const answer = await app.inject(`/orders/${id}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ error: expect.stringContaining('No order') });
    expect(answer.body.length).toBeLessThan(500);
    expect(events()).toMatchObject([{ e: 'rejected', status: 404 }]);
  });

  it('counts the calls of mode sync, and says that nobody knows what a late one did', async () => {
    const { app, email } = serve({ setup: { mode: 'sync', service: tinyOrderService({ retries: 1 }) } });
    email.answer = (_call, n) =>
      n === 1 ? { outcome: 'timeout', why: 'late' } : { outcome: 'turned-away', why: 'full' };
    await post(app, validOrder, 'orders/1');
    expect((await app.inject('/orders/orders/1')).json()).toMatchObject({
      answered: { status: 503 },
      steps: [
        { state: 'done', calls: 1 },
        { state: 'unknown', calls: 2, why: 'full' },
      ],
    });
  });
});

describe('what a provider says that it did', () => {
  async function provider(status: number, body: string): Promise<{ name: string; url: string }> {
    const server = createServer((request, response) => {
      expect(request.url).toBe('/calls/emails/orders/1');
      if (status === 0) return;
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { name: 'email', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  it('is its record', async () => {
    const record = { queue: 'emails', message: 'orders/1', effects: [{ atSeconds: 2 }], suppressed: [] };
    expect(await askProvider(await provider(200, JSON.stringify(record)), 'emails', 'orders/1')).toEqual(
      record,
    );
  });

  it.each([
    [200, '{}', 'email answered 200'],
    [500, '{"error": "x"}', 'email answered 500'],
    [200, 'no JSON', /^email: /],
    [0, '', 'email gave no answer within 500 ms'],
  ])('is not to be learnt from %i %s', async (status, body, why) => {
    expect(await askProvider(await provider(status, body), 'emails', 'orders/1')).toMatch(why);
  });

  it('is not to be learnt from one that is down', async () => {
    const down = { name: 'email', url: 'http://127.0.0.1:1' };
    expect(await askProvider(down, 'emails', 'orders/1')).toMatch(/^email: .*ECONNREFUSED/);
  });
});

describe('the list of orders', () => {
  it('has the latest first, 100 unless it is told otherwise', async () => {
    const { app, service } = serve();
    for (let i = 1; i <= 150; i++) void service.place(`orders/${i}`);
    await vi.waitFor(() => expect(service.busy).toBe(0));
    const list = async (query: string) => {
      const { orders, known } = (await app.inject(`/orders${query}`)).json() as {
        orders: { id: string }[];
        known: number;
      };
      return { known, ids: orders.map(({ id }) => id) };
    };
    const usual = await list('');
    expect(usual.known).toBe(150);
    expect(usual.ids).toHaveLength(100);
    expect(usual.ids.slice(0, 2)).toEqual(['orders/150', 'orders/149']);
    expect((await list('?limit=1')).ids).toEqual(['orders/150']);
    expect((await list('?limit=1000')).ids).toHaveLength(150);
  });

  it.each(['0', '1001', '-1', '1.5', 'all', '', '1&limit=2', '1e2'])(
    'refuses a limit of %s',
    async (limit) => {
      const { app, events } = serve();
      const answer = await app.inject(`/orders?limit=${limit}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ reasons: ['limit must be a whole number from 1 to 1000'] });
      expect(events()).toMatchObject([{ e: 'rejected', status: 400 }]);
    },
  );
});

describe('the orders that are known', () => {
  const identity = (n: number) => ({ id: `orders/${n}`, correlation: `orders/${n}`, steps: [] });

  it('are the latest so many', () => {
    const known = new KnownOrders(3);
    for (let n = 1; n <= 7; n++) known.take(identity(n), n);
    expect(known.latest(10).map(({ id }) => id)).toEqual(['orders/7', 'orders/6', 'orders/5']);
    expect(known.latest(2).map(({ id }) => id)).toEqual(['orders/7', 'orders/6']);
    expect(known.get('orders/4')).toBeUndefined();
    expect(known.get('orders/5')).toBeDefined();
    expect(known.count).toBe(3);
  });

  it('are one where the same came twice', () => {
    const known = new KnownOrders(3);
    const first = known.take(identity(1), 1);
    expect(known.take(identity(1), 2)).toBe(first);
    expect(known.count).toBe(1);
    expect(known.latest(5)).toEqual([first]);
  });

  it('are gone through in bounded time for each', () => {
    const known = new KnownOrders(1000);
    for (let n = 1; n <= 200_000; n++) known.take(identity(n), n);
    expect(known.count).toBe(1000);
  });

  it('are those of the processes before, too', async () => {
    const directory = temporaryDirectory();
    const opened = { e: 'opened', role: 'order-service', pid: 1 } as const;
    writeLedger(directory, {
      // The second process: read after the first, whatever the names say.
      'order-service': [
        { t: 1000, ...opened },
        { t: 1100, e: 'received', m: 'orders/1' },
        { t: 1200, e: 'attempted', q: 'payments', m: 'orders/1', due: 1200 },
        { t: 1300, e: 'refused', q: 'payments', m: 'orders/1', why: 'away' },
        { t: 1400, e: 'responded', m: 'orders/1', status: 503 },
      ],
      'order-service-0': `${[
        { t: 0, ...opened },
        { t: 10, e: 'received', m: 'guest/1000000001', c: 'mine' },
        { t: 20, e: 'attempted', q: 'payments', m: 'guest/1000000001', due: 20 },
        { t: 25, e: 'attempted', q: 'emails', m: 'guest/1000000001', due: 25 },
        { t: 30, e: 'acknowledged', q: 'payments', m: 'guest/1000000001' },
        { t: 40, e: 'received', m: 'orders/1' },
        { t: 41, e: 'responded', m: 'orders/1', status: 201, leftOut: ['emails'] },
      ]
        .map((event) => JSON.stringify(event))
        .join('\n')}\nthis was no line\n{"t":50,"e":"acknowl`,
      'worker-emails-1': [{ t: 5, e: 'received', m: 'orders/99' }],
    });
    const { app } = serve({ directory, setup: { ledgerFile: 'order-service-2', generation: 3 } });
    expect((await app.inject('/orders')).json()).toMatchObject({ known: 2 });
    expect((await app.inject('/orders/guest/1000000001')).json()).toMatchObject({
      correlationId: 'mine',
      receivedAtSeconds: 0.00001,
      answered: null,
      steps: [
        { queue: 'payments', state: 'published', atSeconds: 0.00003 },
        { queue: 'emails', state: 'attempted' },
      ],
    });
    expect((await app.inject('/orders/orders/1')).json()).toMatchObject({
      answered: { status: 503 },
      steps: [{ state: 'refused', why: 'away' }, { state: 'left out' }],
    });
  });

  it.each([
    ['a call', ['attempted', 'started', 'refused', 'started'], 'unknown'],
    ['a publish', ['attempted'], 'unknown'],
    ['none', ['attempted', 'started', 'refused'], 'refused'],
  ] as const)('of which a process died over %s, and that are refused later', (_, before, state) => {
    const { steps } = new Identities(tinySetup('none')).identify('orders/1');
    const order = new KnownOrders().take({ ...identity(1), steps }, 1);
    for (const kind of [...before, 'attempted', 'started', 'refused'] as const)
      order.advance('payments', kind, 2);
    expect(order.steps.map((step) => step.state)).toEqual([state, 'not attempted']);
  });

  it('beyond those that the producer has are guests', () => {
    const identities = new Identities(tinySetup('none'));
    expect(identities.identify('orders/1000').id).toBe('orders/1000');
    expect(identities.identify('orders/1001')).toMatchObject({
      id: 'guest/1000000001',
      correlation: 'orders/1001',
    });
  });

  it('have no steps where nobody has such a producer any more', () => {
    const identities = new Identities(tinySetup('none'));
    expect(identities.stepsFor('orders/1')).toHaveLength(2);
    expect(identities.stepsFor('renewals/1')).toHaveLength(1);
    expect(identities.stepsFor('guest/1')).toHaveLength(2);
    expect(identities.stepsFor('invoices/1')).toEqual([]);
    expect(identities.stepsFor('nonsense')).toEqual([]);
  });
});

describe('the order service’s health', () => {
  it('is ok while the broker answers', async () => {
    const { app } = serve();
    const answer = await app.inject('/health');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ status: 'ok', mode: 'queue', redis: 'up', inFlight: 0 });
  });

  it('is degraded while it doesn’t', async () => {
    const probe = () => Promise.reject(new Error('connect ECONNREFUSED'));
    const { app } = serve({ probe, setup: { mode: 'sync' } });
    const answer = await app.inject('/health');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      status: 'degraded',
      mode: 'sync',
      redis: 'down',
      inFlight: 0,
      why: 'connect ECONNREFUSED',
    });
  });

  it('does not wait for ever for a broker that hangs, and asks it once for all who ask', async () => {
    const probe = vi.fn(() => new Promise(() => undefined));
    const { app } = serve({ probe });
    const answers = await Promise.all([app.inject('/health'), app.inject('/health')]);
    for (const answer of answers) {
      expect(answer.statusCode).toBe(503);
      expect(answer.json()).toMatchObject({ redis: 'down', why: 'no answer within 1 s' });
    }
    expect(probe).toHaveBeenCalledTimes(1);
  });
});
