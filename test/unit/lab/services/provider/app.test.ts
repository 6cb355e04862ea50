import { connect } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { callRoute, headers, recordRoute } from '../../../../../src/lab/services/http.js';
import { providerApp } from '../../../../../src/lab/services/provider/app.js';
import type { Provider } from '../../../../../src/lab/services/provider/provider.js';
import type { ProviderSpec } from '../../../../../src/scenario/types.js';
import { temporaryDirectory } from '../../../../fixtures/runs.js';
import { providerIn } from './in-process-provider.js';

const quick: Partial<ProviderSpec> = {
  capacity: { count: 1000, perSeconds: 1 },
  latency: { kind: 'constant', meanSeconds: 0.005 },
};

/** The provider `email`, listening. */
async function listening(overrides: Partial<ProviderSpec> = {}, withClock?: (open: () => void) => void) {
  const inside = providerIn(temporaryDirectory(), { ...quick, ...overrides });
  const onError = vi.fn();
  const opened = new Promise<Provider>((resolve) => {
    const open = (): void => resolve(inside.provider);
    if (withClock === undefined) open();
    else withClock(open);
  });
  const app = providerApp({ opened, onError });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  const post = (body: unknown, more: Record<string, string> = {}): Promise<Response> =>
    fetch(url + callRoute, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...more },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...inside, app, url, onError, post };
}

const body = { queue: 'emails', message: 'orders/1' };

describe('a provider over HTTP', () => {
  it('does what it is called for, and says so', async () => {
    const { post, url, events } = await listening();
    const sent = {
      [headers.idempotencyKey]: 'emails:orders/1',
      [headers.correlation]: 'from-the-shop',
      [headers.callerPid]: '42',
    };
    const first = await post(body, sent);
    expect([first.status, await first.json()]).toEqual([200, { done: true, replayed: false }]);
    const second = await post(body, sent);
    expect([second.status, await second.json()]).toEqual([200, { done: true, replayed: true }]);
    expect(events()).toMatchObject(
      ['called', 'effect', 'suppressed'].map((e) => ({ e, m: 'orders/1', pid: 42, c: 'from-the-shop' })),
    );
    const record = await fetch(url + recordRoute('emails', 'orders/1'));
    expect(await record.json()).toEqual({
      queue: 'emails',
      message: 'orders/1',
      effects: [{ atSeconds: expect.any(Number) }],
      suppressed: [{ atSeconds: expect.any(Number) }],
    });
    expect((await fetch(url + recordRoute('emails', 'orders/2'))).status).toBe(404);
  });

  it('answers 503 and when to come again, where its waiting room is full', async () => {
    const { post, url, provider } = await listening({
      capacity: { count: 1, perSeconds: 600 },
      latency: { kind: 'constant', meanSeconds: 600 },
      waitingRoom: 1,
    });
    const unanswered = [post(body), post(body)];
    await vi.waitFor(() => expect(provider.waiting).toBe(1));
    const answer = await post(body);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(590);
    expect(await answer.json()).toEqual({ statusCode: 503, message: 'its waiting room is full' });
    const health = await fetch(`${url}/health`);
    expect(await health.json()).toEqual({ status: 'ok', waiting: 1, inService: 1 });
    void provider.stop();
    await Promise.any(unanswered).then((sentAway) =>
      expect(sentAway.headers.get('connection')).toBe('close'),
    );
    for (const one of unanswered) one.catch(() => undefined);
  });

  it('lets calls wait that come before the clock', async () => {
    let open: () => void = () => undefined;
    const { post, url, events } = await listening({}, (start) => {
      open = start;
    });
    const answer = post(body);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'starting' });
    expect(events()).toEqual([]);
    open();
    expect((await answer).status).toBe(200);
  });

  it('serves a call whose client has gone away', async () => {
    const { url, events } = await listening({ latency: { kind: 'constant', meanSeconds: 0.1 } });
    const gone = new AbortController();
    const call = fetch(url + callRoute, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: gone.signal,
    });
    await vi.waitFor(() => expect(events()).toHaveLength(1));
    gone.abort();
    await expect(call).rejects.toThrow();
    await vi.waitFor(() => expect(events()).toMatchObject([{ e: 'called' }, { e: 'effect' }]));
  });

  it('tells its process of what goes wrong within', async () => {
    const { post, provider, onError } = await listening();
    const trouble = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    vi.spyOn(provider, 'call').mockRejectedValue(trouble);
    expect((await post(body)).status).toBe(500);
    expect(onError).toHaveBeenCalledWith(trouble);
  });
});

describe('a client that does it wrong', () => {
  it.each<[string, unknown, Record<string, string>, number]>([
    ['no JSON', '{"queue":', {}, 400],
    ['nothing', '', {}, 400],
    ['no object', [body], {}, 400],
    ['null', 'null', {}, 400],
    ['no message', { queue: 'emails' }, {}, 400],
    ['no queue’s name', { ...body, queue: 'e"mails' }, {}, 400],
    ['a number for a name', { ...body, queue: 7 }, {}, 400],
    ['no message’s id', { ...body, message: 'orders/../1' }, {}, 400],
    ['more than is asked for', { ...body, amount: 3 }, {}, 400],
    ['a prototype', '{"queue":"emails","message":"orders/1","__proto__":{"x":1}}', {}, 400],
    ['a key with blanks', body, { [headers.idempotencyKey]: 'a b' }, 400],
    ['a key that is too long', body, { [headers.idempotencyKey]: 'a'.repeat(3000) }, 400],
    ['too much', { ...body, message: `orders/${'1'.repeat(20_000)}` }, {}, 413],
    ['another type', 'queue=emails', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['text', '\u0000\u0001', { 'content-type': 'text/plain' }, 415],
  ])('sends %s', async (_, sent, more, status) => {
    const { post, url, onError, events } = await listening();
    const answer = await post(sent, more);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('application/json'),
    ]);
    expect(await answer.json()).toEqual({ statusCode: status, message: expect.stringMatching(/\w/) });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(onError).not.toHaveBeenCalled();
    expect(events()).toEqual([]);
  });

  it('is told all that is wrong', async () => {
    const { post } = await listening();
    const { message } = (await (await post({ queue: 'E', message: '1' })).json()) as { message: string };
    expect(message).toMatch(/queue.*message/);
  });

  it.each(['/', '/calls', '/calls/emails', '/calls/%zz/1', '/calls/emails/%2e%2e%2f%2e%2e', '/CALLS/x/y'])(
    'looks for %s',
    async (path) => {
      const { url, onError } = await listening();
      const answer = await fetch(url + path);
      expect([400, 404]).toContain(answer.status);
      expect(await answer.json()).toHaveProperty('message');
      expect(onError).not.toHaveBeenCalled();
    },
  );

  it.each([
    'GARBAGE\r\n\r\n',
    'POST /calls HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n',
    `GET /health HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
    'POST /calls HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    'POST /calls HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  ])('speaks no HTTP', async (bytes) => {
    const { url, onError, post } = await listening();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(bytes);
    socket.end();
    await new Promise((resolve) => socket.on('close', resolve).resume());
    expect((await post(body)).status).toBe(200);
    expect(onError).not.toHaveBeenCalled();
  });

  it('sends an odd correlation id or pid, and is served without them', async () => {
    const { post, events } = await listening();
    const answer = await post(body, { [headers.correlation]: 'a b', [headers.callerPid]: '-1' });
    expect(answer.status).toBe(200);
    expect(Object.keys(events()[0] ?? {})).toEqual(['t', 'e', 's', 'q', 'm', 'waiting']);
  });
});
