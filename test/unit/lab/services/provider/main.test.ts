import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Child } from '../../../../../src/lab/child.js';
import type { ProviderSetup } from '../../../../../src/lab/protocol.js';
import { type Call, ProviderCaller } from '../../../../../src/lab/services/call-provider.js';
import { recordRoute } from '../../../../../src/lab/services/http.js';
import type { LedgerEvent } from '../../../../../src/ledger/events.js';
import { readLedger } from '../../../../../src/ledger/read.js';
import type { ProviderSpec } from '../../../../../src/scenario/types.js';
import { temporaryDirectory } from '../../../../fixtures/runs.js';
import { tinyProvider } from '../../../../fixtures/tiny.js';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A run with one provider; `start` starts a process of it. */
async function run(overrides: Partial<ProviderSpec> = {}) {
  const directory = temporaryDirectory();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const zero = String(process.hrtime.bigint());
  const caller = new ProviderCaller({ name: 'email', url });
  onTestFinished(() => caller.close());
  const call = (message: string, more: Partial<Call> = {}) =>
    caller.call({
      queue: 'emails',
      message,
      correlation: message,
      key: null,
      timeoutMillis: 10_000,
      ...more,
    });
  let generation = 0;
  const launch = (): Child => {
    const child = new Child('services/provider/main', join(directory, 'log'));
    onTestFinished(async () => {
      child.signal('SIGKILL');
      await child.exited;
    });
    const setup: ProviderSetup = {
      role: 'provider',
      driver: 'none',
      url: '',
      namespace: '',
      queues: [],
      ledgerDirectory: join(directory, 'ledger'),
      ledgerFile: `provider-email-${++generation}`,
      storesDirectory: join(directory, 'stores'),
      seed: 1,
      speed: 1,
      provider: tinyProvider({ capacity: { count: 100, perSeconds: 1 }, ...overrides }),
      port,
      generation,
    };
    child.send({ type: 'setup', setup });
    return child;
  };
  const start = async (): Promise<Child> => {
    const child = launch();
    await child.next('ready');
    const armed = child.next('armed');
    child.send({ type: 'clock', zero });
    await armed;
    return child;
  };
  const busy = async (child: Child): Promise<number | undefined> => {
    const answer = child.next('busy');
    child.send({ type: 'busy?' });
    return (await answer)?.count;
  };
  const events = (): LedgerEvent[] => {
    const all: LedgerEvent[] = [];
    readLedger(join(directory, 'ledger'), (event) => all.push(event));
    return all;
  };
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { url, port, launch, start, call, busy, events, until };
}

describe('a provider’s process', () => {
  it('serves calls, is killed, and its successor knows what it did', async () => {
    const { start, call, events, url, busy, until } = await run({
      latency: { kind: 'constant', meanSeconds: 0.3 },
    });
    const first = await start();
    const key = 'emails:orders/1';
    await expect(call('orders/1', { key })).resolves.toEqual({ outcome: 'done', replayed: false });
    const cutOff = call('orders/2', { key: 'emails:orders/2' });
    await until(async () => (await busy(first)) === 1);
    first.signal('SIGKILL');
    await expect(cutOff).resolves.toMatchObject({ outcome: 'broken' });
    await first.exited;
    await expect(call('orders/3')).resolves.toMatchObject({ outcome: 'unreached' });

    const second = await start();
    await expect(call('orders/1', { key })).resolves.toEqual({ outcome: 'done', replayed: true });
    await expect(call('orders/2', { key: 'emails:orders/2' })).resolves.toEqual({
      outcome: 'done',
      replayed: false,
    });
    const record = await (await fetch(url + recordRoute('emails', 'orders/1'))).json();
    expect(record).toMatchObject({ effects: [{}], suppressed: [{}] });
    expect(await busy(second)).toBe(0);
    expect(events().map((event) => ('m' in event ? `${event.e} ${event.m}` : event.e))).toEqual([
      'opened',
      'called orders/1',
      'effect orders/1',
      'called orders/2',
      'opened',
      'suppressed orders/1',
      'called orders/2',
      'effect orders/2',
    ]);
    expect(events()[0]).toMatchObject({ role: 'provider', name: 'email', pid: first.pid });
  });

  it('that is told to stop finishes what is in service, and exits 0', async () => {
    const { start, call, until, busy } = await run({
      capacity: { count: 1, perSeconds: 60 },
      latency: { kind: 'constant', meanSeconds: 0.5 },
    });
    const child = await start();
    const served = call('orders/1');
    const waiting = call('orders/2');
    await until(async () => (await busy(child)) === 2);
    child.signal('SIGTERM');
    await expect(waiting).resolves.toEqual({
      outcome: 'turned-away',
      why: 'email answered 503: it is stopping',
    });
    await expect(served).resolves.toMatchObject({ outcome: 'done' });
    await expect(child.exited).resolves.toEqual({ code: 0, signal: null });
    await expect(call('orders/3')).resolves.toMatchObject({ outcome: 'unreached' });
  });

  it('that is told to stop before the clock exits 0', async () => {
    const { launch } = await run();
    const child = launch();
    await child.next('ready');
    child.signal('SIGTERM');
    await expect(child.exited).resolves.toEqual({ code: 0, signal: null });
  });

  it('falls over, and says so first', async () => {
    const { start, call, events } = await run({
      capacity: { count: 1, perSeconds: 60 },
      waitingRoom: 1,
      fallOver: { afterSeconds: 0.2, backSeconds: 1 },
      latency: { kind: 'constant', meanSeconds: 60 },
    });
    const child = await start();
    const calls = [call('orders/1'), call('orders/2')];
    await expect(child.exited).resolves.toEqual({ code: 1, signal: null });
    for (const one of calls) await expect(one).resolves.toMatchObject({ outcome: 'broken' });
    expect(events().at(-1)).toMatchObject({
      e: 'fell-over',
      s: 'email',
      why: 'its waiting room was full for 0.2 s',
    });
    expect(child.failure).toBeUndefined();
  });

  it('whose port is taken says so, and exits 1', async () => {
    const { launch, port } = await run();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const child = launch();
    await expect(child.exited).resolves.toMatchObject({ code: 1 });
    expect(child.failure).toBe(`email can't listen on 127.0.0.1:${port}: another process has that port`);
  });
});
