import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Child } from '../../../../../src/lab/child.js';
import type { FromChild, OrderServiceSetup } from '../../../../../src/lab/protocol.js';
import { temporaryDirectory } from '../../../../fixtures/runs.js';
import { tinyOrderService } from '../../../../fixtures/tiny.js';
import { brief, eventsIn, tinySetup, validOrder } from './serving.js';

/** Nobody listens there. */
const noRedis = 'redis://127.0.0.1:1';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function start(overrides: Partial<OrderServiceSetup> = {}) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const child = new Child('services/order-service/main', join(directory, 'output'));
  onTestFinished(async () => {
    child.signal('SIGKILL');
    await child.exited;
  });
  const queues = ['payments', 'emails'].map(
    (name) =>
      ({
        name,
        deduplication: { kind: 'job-id', keepCount: 1000, keepSeconds: null },
        deadLetter: null,
      }) as const,
  );
  const setup = tinySetup(directory, {
    driver: 'bullmq',
    url: noRedis,
    namespace: 'test',
    queues,
    port,
    ...overrides,
  });
  child.send({ type: 'setup', setup });
  const post = (id: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${setup.port}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-correlation-id': id },
      body: JSON.stringify(validOrder),
    });
  const opened = async (): Promise<void> => {
    if (!child.isReady) await child.next('ready');
    const armed = child.next('armed');
    child.send({ type: 'clock', zero: String(process.hrtime.bigint()) });
    await armed;
  };
  const busy = async (): Promise<number | undefined> => {
    const answer = child.next('busy');
    child.send({ type: 'busy?' });
    return (await answer)?.count;
  };
  const events = () => eventsIn(directory, setup.ledgerFile);
  return { child, post, opened, busy, events, setup, url: `http://127.0.0.1:${setup.port}` };
}

describe('the order service’s process', () => {
  it('starts without a broker, says so, and pretends nothing', async () => {
    const { child, post, opened, busy, events, url } = await start();
    await child.next('ready');
    // It comes before the clock, and waits for it.
    const early = post('orders/1');
    await opened();
    const answer = await early;
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ id: 'orders/1', done: [], unknown: [] });
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'degraded', redis: 'down' });
    expect(await busy()).toBe(0);
    child.signal('SIGTERM');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(events().map(brief)).toEqual([
      ...['received', 'attempted payments', 'attempted emails'],
      ...['refused payments', 'refused emails', 'responded 503'],
    ]);
  });

  it('attempts what it owes before it ends', async () => {
    const { child, post, opened, busy, events } = await start({
      service: tinyOrderService({ publishAfterAnswerSeconds: 1000 }),
    });
    await opened();
    expect((await post('orders/1')).status).toBe(202);
    expect(await busy()).toBe(1);
    expect(events().map(brief)).toEqual(['received', 'responded 202']);
    child.signal('SIGTERM');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(events().map(brief)).toContain('attempted emails');
  });

  it('finishes the orders in flight before it ends', async () => {
    // A provider that says nothing: the call ends with its time limit.
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const { steps } = tinySetup('none');
    const { child, post, opened, busy } = await start({
      mode: 'sync',
      service: tinyOrderService({ timeoutSeconds: 0.5 }),
      steps: steps.map((step) => ({
        ...step,
        provider: { name: 'silent', url: `http://127.0.0.1:${port}` },
      })),
    });
    await opened();
    const called = new Promise((resolve) => silent.once('connection', resolve));
    const answer = post('orders/1');
    await called;
    expect(await busy()).toBe(1);
    child.signal('SIGTERM');
    expect((await answer).status).toBe(504);
    expect(await child.exited).toEqual({ code: 0, signal: null });
  });

  it('says when its port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const { child } = await start({ port });
    const failed = (await child.next('failed')) as Extract<FromChild, { type: 'failed' }> | null;
    expect(failed?.message).toBe(`The order service can't listen: port ${port} is in use`);
    expect((await child.exited).code).toBe(1);
  });
});
