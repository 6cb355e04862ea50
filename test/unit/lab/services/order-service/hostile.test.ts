import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { brief, post, type Start, serve, validOrder } from './serving.js';

const body = JSON.stringify(validOrder);

async function listening(start: Start = {}) {
  const served = serve(start);
  await served.app.listen({ host: '127.0.0.1', port: 0 });
  const address = served.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('It does not listen');
  return { ...served, port: address.port };
}

/** What came back until the connection was closed. */
function received(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    // A connection that is reset is a refusal, too.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

/** Sends bytes, and waits until the service closes the connection. */
async function send(port: number, bytes: string | Buffer, end = true): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const answer = received(socket);
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  if (end) socket.end();
  return answer;
}

function request(content: string | Buffer, extra: readonly string[] = [], length?: number): Buffer {
  const bytes = Buffer.from(content);
  const head = [
    'POST /orders HTTP/1.1',
    'host: shop',
    'content-type: application/json',
    `content-length: ${length ?? bytes.length}`,
    'connection: close',
    ...extra,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

describe('invalid orders', () => {
  it('are refused with all reasons at once, and nothing is published', async () => {
    const { app, broker, events } = serve();
    const answer = await post(
      app,
      {
        customer: '',
        items: [{ sku: 'a', quantity: 0 }, { sku: 7, quantity: 1.5, price: 1 }, {}],
      },
      'orders/9',
    );
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['x-correlation-id']).toBe('orders/9');
    const { error, reasons } = answer.json() as { error: string; reasons: string[] };
    expect(error).toBe('This is no valid order');
    expect(reasons.sort()).toEqual(
      [
        'customer must NOT have fewer than 1 characters',
        'items[0].quantity must be >= 1',
        'items[1] must NOT have additional properties: "price"',
        'items[1].quantity must be integer',
        'items[1].sku must be string',
        "items[2] must have required property 'quantity'",
        "items[2] must have required property 'sku'",
      ].sort(),
    );
    expect(events()).toEqual([
      {
        t: expect.any(Number),
        e: 'rejected',
        status: 400,
        why: expect.stringContaining('items[0].quantity'),
      },
    ]);
    expect(broker.batches).toEqual([]);
  });

  it.each([
    ['a number', '7'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['half of one', body.slice(0, -1)],
    ['a string in place of a number', body.replace('2', '"2"')],
    ['a number with no end', body.replace('2', '1e999')],
    ['no items', '{"customer":"c","items":[]}'],
    ['too many items', JSON.stringify({ customer: 'c', items: Array(101).fill(validOrder.items[0]) })],
    ['another __proto__', '{"customer":"c","items":[{"sku":"a","quantity":1}],"__proto__":{"x":1}}'],
    ['another constructor', '{"customer":"c","items":[],"constructor":{"prototype":{"x":1}}}'],
    ['control characters', JSON.stringify({ ...validOrder, customer: 'c\u0000\r\n17' })],
    ['half a character', '{"customer":"\\ud800","items":[{"sku":"a","quantity":1}]}'],
    ['a very long name', JSON.stringify({ ...validOrder, customer: 'c'.repeat(65) })],
    ['a deep nest of lists', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['a deep nest of objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('%s is one', async (_what, payload) => {
    const { app, broker, events } = serve();
    const answer = await post(app, payload);
    expect(answer.statusCode).toBe(400);
    expect((answer.json() as { reasons: string[] }).reasons.length).toBeGreaterThan(0);
    expect(events().map(brief)).toEqual(['rejected 400']);
    expect(broker.batches).toEqual([]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('have their reasons bounded, however many there are', async () => {
    const { app, events } = serve();
    const answer = await post(app, `{"customer":"c","items":[${Array(20_000).fill('{}').join(',')}]}`);
    expect(answer.statusCode).toBe(400);
    const { reasons } = answer.json() as { reasons: string[] };
    expect(reasons).toHaveLength(101);
    expect(reasons.at(-1)).toMatch(/^and \d+ more$/);
    const why = events().flatMap((event) => (event.e === 'rejected' ? event.why : []));
    expect(why[0]?.length).toBeLessThanOrEqual(300);
  });
});

describe('requests that are no orders', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nope'],
    ['PUT', '/orders'],
    ['DELETE', '/orders/orders/1'],
    ['PATCH', '/health'],
    ['POST', '/orders/orders/1'],
    ['POST', '/health'],
    ['OPTIONS', '/orders'],
    ['GET', '/orders%'],
    ['GET', '/orders/%ff'],
    ['GET', '//orders'],
  ])('%s %s is 404', async (method, url) => {
    const { app, events } = serve();
    const answer = await app.inject({
      method: method as 'GET',
      url,
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'text/xml' }, payload: '<a/>' }),
    });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toEqual({ error: expect.any(String) });
    expect(events().map(brief)).toEqual(['rejected 404']);
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'nonsense',
    'a/b; c=\u00ff',
  ])('a body of type %s is 415', async (type) => {
    const { app, events } = serve();
    const answer = await app.inject({
      method: 'POST',
      url: '/orders',
      headers: { 'content-type': type },
      payload: body,
    });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toEqual({ error: expect.stringContaining('application/json') });
    expect(events().map(brief)).toEqual(['rejected 415']);
  });

  it('a charset in the type is fine', async () => {
    const { app } = serve();
    const answer = await app.inject({
      method: 'POST',
      url: '/orders',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      payload: body,
    });
    expect(answer.statusCode).toBe(202);
  });
});

describe('what a client sends over a connection', () => {
  const crashes: unknown[] = [];
  const crashed = (error: unknown): void => void crashes.push(error);

  beforeEach(() => {
    crashes.length = 0;
    process.on('uncaughtException', crashed).on('unhandledRejection', crashed);
  });
  afterEach(() => {
    process.off('uncaughtException', crashed).off('unhandledRejection', crashed);
    expect(crashes).toEqual([]);
  });

  it.each<[string, string | Buffer, readonly number[]]>([
    ['no HTTP', '\0\u0001\u0002\r\n\r\n', [400]],
    ['a TLS hello', Buffer.from('16030100a5010000a10303', 'hex'), [400]],
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n', [400]],
    ['an unknown method', 'STEAL /orders HTTP/1.1\r\nhost: a\r\n\r\n', [400]],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', [400]],
    ['huge headers', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, [431, 0]],
    ['many headers', `GET / HTTP/1.1\r\nhost: a\r\n${'x: y\r\n'.repeat(5000)}\r\n`, [404]],
    ['a header that is none', 'GET / HTTP/1.1\r\nhost: a\r\nnonsense\r\n\r\n', [400]],
    ['a control character in a header', request(body, ['x-correlation-id: a\u0001b']), [400]],
    ['a header that is folded', request(body, ['x-correlation-id: a\r\n set-cookie: b']), [400]],
    ['a length that is no number', 'POST /orders HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n', [400]],
    ['a negative length', 'POST /orders HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n', [400]],
    ['two lengths', request(body, ['content-length: 3']), [400]],
    ['a length and chunks', request('0\r\n\r\n', ['transfer-encoding: chunked']), [400]],
    [
      'chunks, twice encoded',
      'POST /orders HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n',
      [400],
    ],
    [
      'chunked nonsense',
      'POST /orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n',
      [400],
    ],
    [
      'a chunk that is too long to be true',
      'POST /orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n',
      [400],
    ],
    ['a body that ends early', request('{"', [], 50), [400, 0]],
    ['bad UTF-8', request(Buffer.from(body.replace('c-17', '\xff\xfe'), 'latin1')), [400]],
    ['an expectation', request(body, ['expect: miracles']), [417]],
    ['a tunnel', 'CONNECT shop:443 HTTP/1.1\r\nhost: a\r\n\r\n', [0]],
    [
      'another protocol',
      'GET /nope HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
      [404],
    ],
  ])('%s is refused, and the service lives', async (_what, bytes, expected) => {
    const { port, broker, events, app } = await listening();
    const answer = await send(port, bytes);
    expect(expected).toContain(statusOf(answer));
    const refusals = events().flatMap((event) => (event.e === 'rejected' ? event.status : []));
    if (statusOf(answer) === 0) expect(refusals.length).toBeLessThanOrEqual(1);
    else {
      expect(bodyOf(answer)).toMatchObject({ error: expect.any(String) });
      expect(refusals).toEqual([statusOf(answer)]);
    }
    expect(broker.batches).toEqual([]);
    expect((await app.inject('/health')).statusCode).toBe(200);
  });

  it('a body that is too large is answered 413, even while it is still being sent', async () => {
    const { port, events } = await listening();
    const large = JSON.stringify({ x: 'y'.repeat(2_000_000) });
    for (let i = 0; i < 5; i++) {
      const answer = await fetch(`http://127.0.0.1:${port}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: large,
      });
      expect(answer.status).toBe(413);
      expect(await answer.json()).toEqual({ error: 'The body is larger than 65536 bytes' });
    }
    expect(events().map(brief)).toEqual(Array(5).fill('rejected 413'));
  });

  it('a body in chunks that grows too large is answered 413', async () => {
    const { port, events } = await listening();
    const head =
      'POST /orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
    const answer = await send(port, `${head}${chunk.repeat(4)}0\r\n\r\n`);
    expect(statusOf(answer)).toBe(413);
    expect(events().map(brief)).toEqual(['rejected 413']);
  });

  it('one who goes away in the middle is nobody to be answered', async () => {
    const { port, app, events, broker } = await listening();
    const socket = connect(port, '127.0.0.1');
    const closed = received(socket);
    const begun = once(app.server, 'request') as Promise<[IncomingMessage]>;
    socket.write(request('{"customer":', [], 500));
    const [unfinished] = await begun;
    const ended = new Promise((resolve) => unfinished.once('close', resolve));
    socket.resetAndDestroy();
    await Promise.all([closed, ended]);
    expect((await app.inject('/health')).statusCode).toBe(200);
    expect(broker.batches).toEqual([]);
    expect(events()).toEqual([]);
  });

  it('one who goes away before the answer has his order', async () => {
    const { port, of, service } = await listening();
    const socket = connect(port, '127.0.0.1');
    const closed = received(socket);
    socket.write(request(body, ['x-correlation-id: orders/1']));
    await vi.waitFor(() => expect(service.busy + of('orders/1').length).toBeGreaterThan(0));
    socket.destroy();
    await closed;
    await vi.waitFor(() => expect(of('orders/1').map(brief)).toContain('responded 202'));
  });

  it('one who sends it too slowly is told so', async () => {
    const { port, events } = await listening({ app: { requestMillis: 200 } });
    const answer = await send(port, request('{"customer":', [], 500), false);
    expect(statusOf(answer)).toBe(408);
    expect(bodyOf(answer)).toMatchObject({ error: 'Request Timeout' });
    expect(events().map(brief)).toEqual(['rejected 408']);
  });

  it('nonsense behind a valid order is not answered in its place', async () => {
    const { port, broker, of, events } = await listening();
    let confirm: () => void = () => undefined;
    broker.gate = new Promise((resolve) => {
      confirm = resolve;
    });
    const socket = connect(port, '127.0.0.1');
    const answer = received(socket);
    const keptOpen = request(body, ['x-correlation-id: orders/1'])
      .toString('latin1')
      .replace('connection: close\r\n', '');
    socket.write(keptOpen);
    await vi.waitFor(() => expect(broker.batches).toHaveLength(2));
    socket.write('\0nonsense\r\n\r\n');
    expect(await answer).toBe('');
    confirm();
    await vi.waitFor(() => expect(of('orders/1').map(brief)).toContain('responded 202'));
    expect(events().map(brief)).toContain('rejected 400');
  });

  it('many orders in one go by one connection are all answered, in their order', async () => {
    const { port } = await listening();
    const keptOpen = (n: number): string =>
      request(body, [`x-correlation-id: orders/${n}`])
        .toString('latin1')
        .replace('connection: close\r\n', '');
    const all = Array.from({ length: 50 }, (_, i) => keptOpen(i + 1)).join('');
    const answer = await send(port, all + request(body, ['x-correlation-id: orders/51']).toString('latin1'));
    const ids = [...answer.matchAll(/x-correlation-id: (\S+)/g)].map(([, id]) => id);
    expect(ids).toEqual(Array.from({ length: 51 }, (_, i) => `orders/${i + 1}`));
    expect(answer.match(/HTTP\/1\.1 202/g)).toHaveLength(51);
  });

  it('bytes at random never end it', async () => {
    const { port, app, broker } = await listening({ app: { requestMillis: 300 } });
    // A generator of its own, so that a failure can be had again (Numerical Recipes' constants).
    let seed = 42;
    const next = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed;
    };
    const valid = request(body);
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const bytes = Buffer.from(valid);
        for (let i = next() % 12; i >= 0; i--) bytes[next() % bytes.length] = next() >>> 24;
        await send(port, bytes.subarray(0, (next() % bytes.length) + 1));
      }),
    );
    for (const { messages } of broker.batches)
      for (const { id } of messages) expect(id).toMatch(/^guest\/\d+$/);
    expect((await app.inject('/health')).statusCode).toBe(200);
  });
});
