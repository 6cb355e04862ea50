import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { order, orderOf } from '../../../src/lab/producer/customers.js';
import type { AnsweredEvent, LedgerEvent, PostedEvent, UnansweredEvent } from '../../../src/ledger/events.js';
import { Clock, LedgerWriter } from '../../../src/ledger/write.js';
import { temporaryDirectory } from '../../fixtures/runs.js';
import { tinyPlan, tinyProducer } from '../../fixtures/tiny.js';

type Respond = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const accept: Respond = (_, response) => {
  response.writeHead(202).end('{}');
};

/** An order service that is none. @param port 0: a free one */
async function serve(respond: Respond, port = 0): Promise<{ url: string; port: number; server: Server }> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => respond(request, response, body));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => stop(server));
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, port: own, server };
}

/** The server is gone, with all its connections, as after its process was killed. */
async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

interface Start {
  readonly url: string;
  readonly perSecond: number;
  readonly forSeconds: number;
  readonly patienceSeconds?: number;
  readonly giveUpSeconds?: number | null;
  readonly speed?: number;
  /** How long ago the first order was due, in real seconds. */
  readonly lateSeconds?: number;
}

function start({ url, perSecond, forSeconds, speed = 1, lateSeconds = 0, ...producer }: Start) {
  const phases = [{ forSeconds, fromPerSecond: perSecond, toPerSecond: perSecond }];
  const plan = tinyPlan({ producers: [tinyProducer({ phases, via: 'http', ...producer })] });
  const directory = temporaryDirectory();
  const clock = new Clock(process.hrtime.bigint() - BigInt(lateSeconds * 1e9));
  const ledger = new LedgerWriter(directory, 'producer-orders', clock, { role: 'producer', name: 'orders' });
  const finish = new AbortController();
  const setup = { producer: plan.producers[0] as (typeof plan.producers)[number], seed: 1, speed };
  const done = order(setup, url, clock, ledger, finish.signal);
  const events = (): LedgerEvent[] =>
    readFileSync(join(directory, 'producer-orders.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as LedgerEvent);
  const posted = (): PostedEvent[] => events().filter((event) => event.e === 'posted');
  const answered = (): AnsweredEvent[] => events().filter((event) => event.e === 'answered');
  const unanswered = (): UnansweredEvent[] => events().filter((event) => event.e === 'unanswered');
  return { done, finish, events, posted, answered, unanswered };
}

describe('customers', () => {
  it('post each order at its time, whatever becomes of the others, and write down the answer', async () => {
    const bodies: unknown[] = [];
    const { url } = await serve((request, response, body) => {
      bodies.push([request.method, request.url, request.headers['x-correlation-id'], JSON.parse(body)]);
      response.writeHead(bodies.length === 2 ? 503 : 202).end('{"status":"accepted"}');
    });
    const { done, events, posted, answered } = start({ url, perSecond: 50, forSeconds: 1, speed: 10 });
    await done;
    expect(posted().map(({ m, due }) => [m, due])).toEqual(
      Array.from({ length: 50 }, (_, i) => [`orders/${i + 1}`, i * 2000]),
    );
    for (const { t, due } of posted()) expect(t).toBeGreaterThanOrEqual(due);
    expect(answered()).toHaveLength(50);
    expect(
      answered()
        .map(({ status }) => status)
        .filter((status) => status === 503),
    ).toHaveLength(1);
    expect(events()).toHaveLength(100);
    expect(bodies[0]).toEqual(['POST', '/orders', 'orders/1', orderOf('orders/1')]);
    expect(new Set(bodies.map((body) => (body as string[])[2])).size).toBe(50);
  });

  it('order the same each time, and each something valid', () => {
    expect(orderOf('orders/142')).toEqual(orderOf('orders/142'));
    expect(orderOf('orders/142')).toEqual({
      customer: 'customer-142',
      items: [{ sku: 'book-43', quantity: 2 }],
    });
  });

  it('don’t wait for each other’s answers', async () => {
    const held: ServerResponse[] = [];
    const { url } = await serve((_, response) => held.push(response));
    const { done, posted, answered } = start({ url, perSecond: 400, forSeconds: 0.5 });
    await vi.waitFor(() => expect(held).toHaveLength(200), { timeout: 5000 });
    expect(posted()).toHaveLength(200);
    expect(answered()).toEqual([]);
    for (const response of held) response.writeHead(201).end();
    await done;
    expect(answered()).toHaveLength(200);
  });

  it('leave when their patience is over, counted from when the order was due', async () => {
    const left: string[] = [];
    const { url } = await serve((request, response) => {
      response.on('close', () => left.push(String(request.headers['x-correlation-id'])));
    });
    const { done, unanswered } = start({
      url,
      perSecond: 10,
      forSeconds: 0.5,
      patienceSeconds: 4,
      speed: 10,
    });
    await done;
    expect(unanswered().map(({ m, kind }) => [m, kind])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [`orders/${n}`, 'timeout']),
    );
    for (const [i, { t }] of unanswered().entries()) {
      expect(t - i * 10_000).toBeGreaterThan(398_000);
      expect(t - i * 10_000).toBeLessThan(600_000);
    }
    await vi.waitFor(() => expect(left).toHaveLength(5));
  });

  it('are too late where their patience was over before their order could be sent', async () => {
    let asked = 0;
    const { url } = await serve((request, response, body) => {
      asked++;
      accept(request, response, body);
    });
    const run = start({ url, perSecond: 10, forSeconds: 1, patienceSeconds: 2, lateSeconds: 2.5 });
    await run.done;
    // The orders of the first half second are more than 2 s late.
    expect(run.posted()).toHaveLength(10);
    expect(run.unanswered().length).toBeGreaterThanOrEqual(5);
    expect(run.unanswered()[0]).toMatchObject({
      m: 'orders/1',
      kind: 'timeout',
      why: 'it was not sent: the patience of 2 s was over before',
    });
    expect(asked).toBe(run.answered().length);
    expect(run.answered().length + run.unanswered().length).toBe(10);
  });

  it('don’t post what the producer has given up', async () => {
    const { url } = await serve(accept);
    const { done, events } = start({ url, perSecond: 10, forSeconds: 1, giveUpSeconds: 1, lateSeconds: 3 });
    await done;
    expect(events()).toEqual([]);
  });

  it('know that nothing was sent where there was no connection', async () => {
    const { url, server } = await serve(accept);
    await stop(server);
    const { done, unanswered } = start({ url, perSecond: 20, forSeconds: 0.2 });
    await done;
    expect(unanswered().map(({ kind }) => kind)).toEqual([
      'unreached',
      'unreached',
      'unreached',
      'unreached',
    ]);
    expect(unanswered()[0]?.why).toContain('ECONNREFUSED');
  });

  it('don’t know what became of an order whose connection broke', async () => {
    const { url } = await serve((request, response) => {
      if (request.headers['x-correlation-id'] === 'orders/1') request.socket.destroy();
      // An answer that is cut off is none.
      else response.writeHead(202, { 'content-length': 100 }).write('{', () => request.socket.destroy());
    });
    const { done, unanswered } = start({ url, perSecond: 20, forSeconds: 0.1 });
    await done;
    expect(unanswered().map(({ kind }) => kind)).toEqual(['broken', 'broken']);
  });

  it('reach a service that came back, and are not taken in by connections to the one before', async () => {
    const first = await serve(accept);
    const { done, posted, answered, unanswered } = start({ url: first.url, perSecond: 500, forSeconds: 1 });
    let { server } = first;
    for (let i = 1; i <= 3; i++) {
      const before = answered().length;
      await vi.waitFor(() => expect(answered().length).toBeGreaterThan(before + 20), { timeout: 5000 });
      await stop(server);
      const down = unanswered().length;
      await vi.waitFor(() => expect(unanswered().length).toBeGreaterThan(down), { timeout: 5000 });
      ({ server } = await serve(accept, first.port));
    }
    await done;
    expect(posted()).toHaveLength(500);
    expect(answered().length + unanswered().length).toBe(500);
    expect(unanswered().filter(({ kind }) => kind !== 'unreached').length).toBeLessThanOrEqual(3);
  });

  it('are left alone at the end: no more orders, and no word of those in flight', async () => {
    const { url } = await serve(() => undefined);
    const { done, finish, events, posted } = start({ url, perSecond: 100, forSeconds: 10 });
    await vi.waitFor(() => expect(posted().length).toBeGreaterThan(5));
    finish.abort();
    await done;
    const left = posted().length;
    expect(events()).toHaveLength(left);
    expect(left).toBeLessThan(900);
  });
});
