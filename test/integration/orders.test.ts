import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LedgerEvent } from '../../src/ledger/events.js';
import { readLedger } from '../../src/ledger/read.js';
import type { OrderBooks, OrderServiceResult, ProviderServiceResult } from '../../src/result/orders.js';
import type { Result } from '../../src/result/types.js';
import { FragileRedis } from '../conformance/fixtures/redis.js';
import {
  booksOf,
  expectPass,
  Launched,
  launch,
  readJson,
  resultsOf,
  simulate,
  simulateAll,
} from './launch.js';

const shop = fileURLToPath(new URL('../fixtures/scenarios/shop.yaml', import.meta.url));

function ordersOf(result: Result): OrderBooks {
  const books = result.producers.orders?.orderBooks;
  if (books === undefined) throw new Error('The producer has no order books');
  return books;
}

function provider(result: Result, name: string): ProviderServiceResult {
  const service = result.services?.[name];
  if (service?.kind !== 'provider') throw new Error(`There is no provider ${name}`);
  return service;
}

function orderService(result: Result): OrderServiceResult {
  const service = result.services?.['order-service'];
  if (service?.kind !== 'order-service') throw new Error('There is no order service');
  return service;
}

function eventsOf(result: Result): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  readLedger(join(result.run.directory as string, 'ledger'), (event) => events.push(event));
  return events;
}

/** The orders of which a customer has got that answer, straight from the ledger. */
function answeredWith(events: readonly LedgerEvent[], status: number): string[] {
  return events.flatMap((event) => (event.e === 'answered' && event.status === status ? event.m : []));
}

function effectsOn(events: readonly LedgerEvent[], queue: string): Set<string> {
  return new Set(events.flatMap((event) => (event.e === 'effect' && event.q === queue ? event.m : [])));
}

/** Where a running run's service listens, once it does. */
async function urlOf(run: Launched, name: string): Promise<string> {
  await run.event((event) => event.e === 'ready' && event.q === name);
  const file = join(run.runDirectory, 'run.json');
  const { services } = readJson(file) as { services: { name: string; url: string }[] };
  const url = services.find((service) => service.name === name)?.url;
  if (url === undefined) throw new Error(`run.json has no ${name}`);
  return url;
}

const order = JSON.stringify({ customer: 'c-1', items: [{ sku: 'book-1', quantity: 1 }] });

function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

describe('the same orders, called directly and through queues', () => {
  it('have exact books on both sides', async () => {
    const { outcome, code, stderr } = await simulateAll(['--scenario', 'sync-vs-queue', '--speed', '3']);
    expectPass(outcome, code, stderr);
    for (const [variant, result] of Object.entries(resultsOf(outcome))) {
      const books = ordersOf(result);
      expect(books, variant).toMatchObject({ posted: 300, balanced: true });
      const events = eventsOf(result);
      const answers = answeredWith(events, variant === 'queue' ? 202 : 201);
      expect(answers.length, variant).toBe(books.accepted);
      for (const [step, service] of [
        ['payments', 'payment'],
        ['emails', 'email'],
      ] as const) {
        const done = effectsOn(events, step);
        const { effected, duplicateEffects, balanced } = booksOf(result, step);
        expect(balanced, `${step} of ${variant}`).toBe(true);
        expect(effected).toBe(done.size);
        expect(books.steps[step]).toEqual({
          done: done.size,
          missing: 300 - done.size,
          duplicated: duplicateEffects,
        });
        expect(provider(result, service).effects).toBe(effected + duplicateEffects);
        // Whoever was told that all is done has it done.
        for (const id of answers) expect(done, `${id} of ${variant}`).toContain(id);
      }
    }
  }, 180_000);
});

describe('an order that was answered 202', () => {
  it('is not lost when the order service is killed under load', async () => {
    const args = ['--scenario', 'what-202-means', '--only', 'publish-first', '--rate', '400/s'];
    const { outcome } = await simulateAll(args);
    const result = Object.values(resultsOf(outcome))[0] as Result;
    const events = eventsOf(result);
    expect(result.faults).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'kill', target: 'order-service', workers: [1] }),
      ]),
    );
    const books = ordersOf(result);
    expect(books).toMatchObject({ balanced: true, lost: 0, pending: 0 });
    expect(books.unreached + books.broken).toBeGreaterThan(0);
    const kept = answeredWith(events, 202);
    expect(kept.length).toBe(books.accepted);
    expect(kept.length).toBeGreaterThan(500);
    for (const step of ['payments', 'emails']) {
      const done = effectsOn(events, step);
      expect(kept.filter((id) => !done.has(id))).toEqual([]);
    }
  }, 60_000);

  it('is not lost when Redis goes away; without it the answer is 503', async () => {
    const redis = await FragileRedis.start();
    onTestFinished(() => redis.remove());
    const run = new Launched(['simulate', '--scenario', shop, '--json', '--redis-url', redis.url]);
    await run.event((event) => event.e === 'answered' && event.status === 202);
    const url = await urlOf(run, 'order-service');
    await redis.kill();
    await vi.waitFor(async () => {
      const answer = await post(url, order);
      expect(answer.status).toBe(503);
      expect(((await answer.json()) as { error: string }).error).not.toBe('');
    });
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ redis: 'down' });
    await redis.start();
    await vi.waitFor(async () => expect((await post(url, order)).status).toBe(202), { timeout: 10_000 });
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const { stdout } = await run.ended;
    const result = JSON.parse(stdout) as Result;
    const books = ordersOf(result);
    expect(books).toMatchObject({ balanced: true, lost: 0, pending: 0, undetermined: 0 });
    expect(books.failed).toBeGreaterThan(0);
    const events = eventsOf(result);
    const kept = events.flatMap((event) => (event.e === 'responded' && event.status === 202 ? event.m : []));
    for (const step of ['payments', 'emails']) {
      const done = effectsOn(events, step);
      expect(kept.filter((id) => !done.has(id))).toEqual([]);
      expect(booksOf(result, step)).toMatchObject({ balanced: true, lost: 0 });
    }
  }, 90_000);
});

describe('a correlation id', () => {
  it('is followed through order service, queue, worker and provider', async () => {
    const run = new Launched(['simulate', '--scenario', shop, '--json']);
    const url = await urlOf(run, 'order-service');
    const mine = 'checkout-7f3a';
    const answer = await post(url, order, { 'x-correlation-id': mine });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('x-correlation-id')).toBe(mine);
    const { id } = (await answer.json()) as { id: string };
    expect(id).toMatch(/^guest\/\d+$/);
    const done = await vi.waitFor(
      async () => {
        const story = await (await fetch(`${url}/orders/${id}`)).text();
        for (const step of ['payments', 'emails']) expect(story).toContain(step);
        expect(story.match(/effects?"/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
        return story;
      },
      { timeout: 10_000 },
    );
    expect(done).toContain(mine);
    const { stdout } = await run.ended;
    const result = JSON.parse(stdout) as Result;
    const own = eventsOf(result).filter((event) => 'm' in event && event.m === id);
    expect(own.find((event) => event.e === 'received')).toMatchObject({ c: mine });
    for (const q of ['payments', 'emails']) {
      const life = own.filter((event) => 'q' in event && event.q === q).map(({ e }) => e);
      expect(life).toEqual([
        'attempted',
        expect.any(String),
        expect.any(String),
        'called',
        'effect',
        'settled',
      ]);
      expect(life.slice(1, 3).sort()).toEqual(['acknowledged', 'started']);
      expect(own.find((event) => event.e === 'effect' && event.q === q)).toMatchObject({ c: mine });
    }
    const told = await launch(['report', result.run.directory as string, '--trace', mine]);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain(id);
    for (const word of ['payment', 'email', '202']) expect(told.stdout).toContain(word);
    // Those of the scenario's own orders are the orders' ids.
    const first = await launch(['report', result.run.directory as string, '--trace', 'orders/1']);
    expect(first.stdout).toMatch(/email/);
  }, 60_000);
});

describe('a charge that is tried again because its answer came too late', () => {
  const slow = [
    ...['--scenario', shop, '--rate', '10/s', '--for', '1s'],
    ...['--set', 'providers.payment.latency=2s', '--set', 'queues.payments.timeout=1s'],
    ...['--set', 'queues.payments.backoff=1500ms'],
  ];

  it('happens twice without an idempotency key', async () => {
    const { result } = await simulate([...slow, '--set', 'queues.payments.idempotency=none']);
    const books = booksOf(result, 'payments');
    expect(books).toMatchObject({ effected: 10, balanced: true });
    expect(books.duplicateEffects).toBeGreaterThanOrEqual(10);
    expect(result.queues.payments?.duplicates[0]?.why).toMatch(/time limit|timed out|1 s/);
  }, 60_000);

  it('happens once with a key', async () => {
    const { result } = await simulate(slow);
    expect(booksOf(result, 'payments')).toMatchObject({ effected: 10, duplicateEffects: 0, balanced: true });
    expect(provider(result, 'payment')).toMatchObject({ effects: 10 });
    expect(provider(result, 'payment').calls).toBeGreaterThan(10);
    expect(ordersOf(result)).toMatchObject({ accepted: 10, done: 10, lost: 0 });
  }, 60_000);
});

describe('a provider that falls over', () => {
  it('exits, comes back, and falls again under the same load', async () => {
    const { outcome } = await simulateAll(['--scenario', 'falling-over', '--only', 'sync', '--speed', '2']);
    const result = Object.values(resultsOf(outcome))[0] as Result;
    const { fellOver, started, died } = provider(result, 'email');
    expect(fellOver).toBeGreaterThanOrEqual(2);
    expect(died).toBe(fellOver);
    expect(started).toBe(fellOver + 1);
    const course = eventsOf(result).flatMap((event) => {
      if (event.e === 'fell-over') return 'fell over';
      if (event.e === 'exited' && event.name === 'email' && !event.ordered) return 'exited';
      return event.e === 'supervised' && event.q === 'email' ? 'started' : [];
    });
    expect(course.slice(0, 6)).toEqual(['fell over', 'exited', 'started', 'fell over', 'exited', 'started']);
    expect(ordersOf(result).balanced).toBe(true);
  }, 60_000);
});

describe('the circuit breaker', () => {
  it('opens, tries, opens again, and closes when the service is back', async () => {
    const args = ['--scenario', 'sync-vs-queue-outage', '--only', 'breaker', '--speed', '3'];
    const { outcome } = await simulateAll(args);
    const result = Object.values(resultsOf(outcome))[0] as Result;
    const states = eventsOf(result).flatMap((event) => (event.e === 'breaker' ? event.state : []));
    expect(states.slice(0, 3)).toEqual(['open', 'half-open', 'open']);
    expect(states.slice(-2)).toEqual(['half-open', 'closed']);
    expect(states.filter((state) => state === 'open')).toHaveLength(provider(result, 'email').breakerOpened);
    // While it is open nobody calls: far fewer tries than orders.
    const refused = eventsOf(result).filter((event) => event.e === 'refused' && event.q === 'emails').length;
    const tried = eventsOf(result).filter((event) => event.e === 'failed' && event.q === 'emails').length;
    expect(refused).toBeGreaterThanOrEqual(tried > 0 ? 1 : 0);
    const starts = eventsOf(result).filter((event) => event.e === 'started' && event.q === 'emails').length;
    expect(starts).toBeLessThan(120 - 20);
  }, 60_000);
});

describe('what a client sends', () => {
  it('never ends a service', async () => {
    const run = new Launched(['simulate', '--scenario', shop, '--json']);
    const services = [await urlOf(run, 'order-service'), await urlOf(run, 'email')];
    await run.event((event) => event.e === 'answered');
    const deep = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
    for (const url of services) {
      const route = url === services[0] ? '/orders' : '/calls';
      const send = (body: string, type = 'application/json'): Promise<Response> =>
        fetch(`${url}${route}`, { method: 'POST', headers: { 'content-type': type }, body });
      const invalid = await send('{"items": [{"sku": "", "quantity": -1}], "customer": 7}');
      expect(invalid.status).toBe(400);
      expect((await send('{')).status).toBe(400);
      expect((await send(deep)).status).toBe(400);
      expect((await send('{"__proto__": {"customer": "x"}}')).status).toBe(400);
      expect((await send(JSON.stringify({ x: 'y'.repeat(2_000_000) }))).status).toBe(413);
      expect([400, 415]).toContain((await send(order, 'application/xml')).status);
      expect((await fetch(`${url}/no/such/thing`)).status).toBe(404);
      expect((await fetch(`${url}/orders/%2e%2e%2f%2e%2e%2fetc/passwd`)).status).toBe(404);
      for (const bytes of [
        '\0\x01\x02\r\n\r\n',
        `POST ${route} HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\n{"`,
        'GET / HTTP/9.9\r\n\r\n',
      ])
        await raw(url, bytes);
      expect([200, 503]).toContain((await fetch(`${url}/health`)).status);
    }
    const reasons = (await (await post(services[0] as string, '{"items": []}')).json()) as {
      reasons: string[];
    };
    expect(reasons.reasons.length).toBeGreaterThanOrEqual(2);
    const { code, stdout, stderr } = await run.ended;
    const result = JSON.parse(stdout) as Result;
    expectPass(result, code, stderr);
    for (const service of Object.values(result.services ?? {}))
      expect(service).toMatchObject({ started: 1, died: 0 });
    expect(Object.keys(orderService(result).rejections).sort()).toEqual(
      expect.arrayContaining(['400', '404', '413']),
    );
    // Nothing of it was queued.
    expect(booksOf(result, 'emails')).toMatchObject({ unexpected: 0, effected: 300 });
  }, 60_000);
});

/** Sends bytes and goes away, whatever is answered. */
async function raw(url: string, bytes: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.end(bytes);
  socket.resume();
  await once(socket, 'close');
}

describe('an independent client', () => {
  it('counts as many 202s as the books', async () => {
    const run = new Launched(['simulate', '--scenario', shop, '--json']);
    const url = await urlOf(run, 'order-service');
    await run.event((event) => event.e === 'answered');
    const load = await autocannon({
      url: `${url}/orders`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: order,
      connections: 4,
      amount: 600,
    });
    expect(load.errors + load.timeouts).toBe(0);
    const { stdout } = await run.ended;
    const result = JSON.parse(stdout) as Result;
    const { responses, guests } = orderService(result);
    expect(load['2xx']).toBe(600);
    expect(guests).toBe(load['2xx']);
    expect(responses['202']).toBe(ordersOf(result).accepted + load['2xx']);
    for (const queue of ['payments', 'emails'])
      expect(booksOf(result, queue)).toMatchObject({ effected: 900, lost: 0, balanced: true });
  }, 60_000);
});

describe('a port in use', () => {
  it('is said before anything starts', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const run = new Launched(['simulate', '--scenario', shop, '--set', `orderService.port=${port}`]);
    const { code, stderr, stdout } = await run.ended;
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(String(port));
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    expect(
      existsSync(join(run.directory, 'launchpad-runs'))
        ? readdirSync(join(run.directory, 'launchpad-runs'))
        : [],
    ).toEqual([]);
    await run.leavesNothing();
  });
});
