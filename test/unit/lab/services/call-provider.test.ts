import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Call, ProviderCaller } from '../../../../src/lab/services/call-provider.js';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A caller of `email`, which answers so; and what it was asked. */
async function caller(answer: Answer) {
  const asked: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { method, url, headers } = request;
      asked.push({ ...(method && { method }), ...(url && { url }), headers, body });
      answer(request, response, body);
    });
    // Of a request that was given up.
    request.on('error', () => undefined);
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const subject = new ProviderCaller({ name: 'email', url: `http://127.0.0.1:${port}` });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(async () => {
    await subject.close();
    await close();
  });
  return { subject, asked, sockets, close };
}

const call: Call = {
  queue: 'emails',
  message: 'orders/1',
  correlation: 'from-the-shop',
  key: null,
  timeoutMillis: 5000,
};

const json =
  (status: number, body: unknown): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

describe('a call to a provider', () => {
  it('asks for the work on a message, with what has to come with it', async () => {
    const { subject, asked } = await caller(json(200, { done: true, replayed: false }));
    await expect(subject.call(call)).resolves.toEqual({ outcome: 'done', replayed: false });
    await subject.call({ ...call, key: 'emails:orders/1' });
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url: '/calls',
        body: '{"queue":"emails","message":"orders/1"}',
        headers: { 'x-correlation-id': 'from-the-shop', 'x-caller-pid': `${process.pid}` },
      },
      { headers: { 'idempotency-key': 'emails:orders/1' } },
    ]);
    expect(asked[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  it('keeps its connection for the next, and has one for each that goes on beside it', async () => {
    const { subject, sockets } = await caller((request, response, body) =>
      setTimeout(() => json(200, { done: true, replayed: true })(request, response, body), 20),
    );
    for (let i = 0; i < 10; i++) await subject.call(call);
    // The one that has just answered is not free yet when the next call is made at once.
    expect(sockets.size).toBeLessThanOrEqual(2);
    const outcomes = await Promise.all(Array.from({ length: 300 }, () => subject.call(call)));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    expect(sockets.size).toBeLessThanOrEqual(302);
  });

  it.each<[number, unknown, string, string]>([
    [
      503,
      { message: 'its waiting room is full' },
      'turned-away',
      'email answered 503: its waiting room is full',
    ],
    [503, 'no json', 'turned-away', 'email answered 503'],
    [400, { message: 'no message' }, 'broken', 'email answered 400: no message'],
    [500, {}, 'broken', 'email answered 500'],
    [302, '', 'broken', 'email answered 302'],
    [200, { done: false }, 'broken', 'email answered 200 with something that is no answer to a call'],
    [200, '[]', 'broken', 'email answered 200 with something that is no answer to a call'],
  ])('that is answered %i, %j, is %s', async (status, body, outcome, why) => {
    const { subject } = await caller(json(status, body));
    await expect(subject.call(call)).resolves.toEqual({ outcome, why });
  });

  it('that is answered at length is not read to its end', async () => {
    const { subject } = await caller(json(503, { message: 'no', more: 'x'.repeat(1_000_000) }));
    await expect(subject.call(call)).resolves.toEqual({
      outcome: 'turned-away',
      why: 'email answered 503',
    });
  });

  it('to nobody is unreached', async () => {
    const { subject, close } = await caller(json(200, { done: true, replayed: false }));
    await close();
    await expect(subject.call(call)).resolves.toEqual({
      outcome: 'unreached',
      why: expect.stringMatching(/^email could not be reached: .*ECONNREFUSED/),
    });
  });

  it('on a kept connection to who has gone meanwhile is unreached, and done when there is somebody again', async () => {
    const { subject, close } = await caller(json(200, { done: true, replayed: false }));
    await subject.call(call);
    await close();
    await expect(subject.call(call)).resolves.toMatchObject({ outcome: 'unreached' });
    await expect(subject.call(call)).resolves.toMatchObject({ outcome: 'unreached' });
  });

  it('that can’t be sent is unreached', async () => {
    const { subject, asked } = await caller(json(200, { done: true, replayed: false }));
    const outcome = await subject.call({ ...call, correlation: 'two\nlines' });
    expect(outcome).toMatchObject({ outcome: 'unreached' });
    expect(asked).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['before the answer', (request) => request.socket.destroy()],
    ['before the answer, hard', (request) => request.socket.resetAndDestroy()],
    [
      'within the answer',
      (request, response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"done":', () => request.socket.destroy());
      },
    ],
  ])('whose connection breaks %s is broken', async (_, answer) => {
    const { subject } = await caller(answer);
    await expect(subject.call(call)).resolves.toEqual({
      outcome: 'broken',
      why: expect.stringMatching(/^the connection to email broke: /),
    });
  });

  it('that is answered by something else than HTTP is broken', async () => {
    const server = createNetServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('hello\r\n\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const subject = new ProviderCaller({ name: 'email', url: `http://127.0.0.1:${port}` });
    await expect(subject.call(call)).resolves.toMatchObject({ outcome: 'broken' });
    await subject.close();
    server.close();
  });

  it('ends at its time limit, and those after it go on', async () => {
    let silent = true;
    const { subject, asked } = await caller((request, response, body) => {
      if (!silent) json(200, { done: true, replayed: false })(request, response, body);
    });
    await expect(subject.call({ ...call, timeoutMillis: 50 })).resolves.toEqual({
      outcome: 'timeout',
      why: 'email gave no answer in time',
    });
    silent = false;
    await expect(subject.call({ ...call, timeoutMillis: Number.POSITIVE_INFINITY })).resolves.toMatchObject({
      outcome: 'done',
    });
    expect(asked).toHaveLength(2);
  });

  it('in flight when its caller closes is broken', async () => {
    const { subject, asked } = await caller(() => undefined);
    const outcome = subject.call({ ...call, timeoutMillis: Number.POSITIVE_INFINITY });
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await subject.close();
    await expect(outcome).resolves.toMatchObject({ outcome: 'broken' });
    await expect(subject.call(call)).resolves.toMatchObject({ outcome: 'unreached' });
  });
});
