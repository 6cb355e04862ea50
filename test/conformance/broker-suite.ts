import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { describeDriver } from '../../src/broker/index.js';
import type { Broker, Driver, Settlement } from '../../src/broker/types.js';
import { ConsumerProcess, startConsumer } from './fixtures/consumer.js';
import type { Settings } from './fixtures/consumer-core.js';
import { byId, gate, numbered, queue, soon } from './fixtures/messages.js';
import type { DriverUnderTest, ServerUnderTest } from './fixtures/under-test.js';

/** Quick, and long enough for a busy machine to renew in time. */
const quick = { afterSeconds: 1, checkSeconds: 0.25 };

/** What every driver promises, on a real server. */
export function testDriver(name: string, under: DriverUnderTest): void {
  const capabilities = describeDriver(name);
  describe(`${name} as a broker`, () => {
    let driver: Driver;
    let server: ServerUnderTest;
    let namespace: string;

    beforeAll(async () => {
      driver = await under.load();
      server = await under.startServer();
    });
    afterAll(() => server.stop());

    async function connect(role: 'producer' | 'consumer' | 'observer'): Promise<Broker> {
      const broker = await driver.connect({ url: server.url, namespace, role });
      onTestFinished(() => broker[Symbol.asyncDispose]());
      return broker;
    }

    async function connectProducer(): Promise<Broker> {
      namespace = `launchpad:${randomUUID()}`;
      const producer = await connect('producer');
      await producer.ready(5);
      await producer.create([queue]);
      return producer;
    }

    async function consume(settings: Settings, handle: Parameters<typeof startConsumer>[3]) {
      const consumer = await startConsumer(await connect('consumer'), queue, settings, handle);
      onTestFinished(consumer.stop);
      return consumer;
    }

    async function startProcess(settings: Settings): Promise<ConsumerProcess> {
      const setup = { driver: name, url: server.url, namespace, queue, settings };
      const consumer = await ConsumerProcess.start(setup);
      onTestFinished(() => void consumer.child.kill('SIGKILL'));
      return consumer;
    }

    test('says what it can do', () => {
      expect(driver.describe()).toEqual(capabilities);
      expect(capabilities.driver).toBe(name);
      expect(capabilities.largestBatch).toBeGreaterThan(0);
      expect(capabilities.redelivery.defaults.afterSeconds).toBeGreaterThan(0);
    });

    test('says which server answers', async () => {
      namespace = `launchpad:${randomUUID()}`;
      const answered = await (await connect('observer')).server();
      expect(answered.product).not.toBe('');
      expect(answered.version).toMatch(/^\d+\.\d+/);
      expect(answered.warnings).toEqual([]);
    });

    test('delivers every message once, with its id and payload, and confirms its end', async () => {
      const producer = await connectProducer();
      const messages = numbered(120);
      const [first] = messages.slice(0, 1);
      const single = await producer.publish(queue, [first!]);
      const batch = await producer.publish(queue, messages.slice(1));
      expect([...single, ...batch]).toEqual(messages.map(() => ({ outcome: 'acknowledged' })));

      const consumer = await consume({ concurrency: 20 }, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(120), soon);

      expect(byId(consumer.deliveries).map(({ id, payload }) => ({ id, payload }))).toEqual(byId(messages));
      expect(consumer.deliveries.filter(({ attempt }) => attempt !== 1)).toEqual([]);
      expect(consumer.deliveries.filter(({ redelivered }) => redelivered !== 'no')).toEqual([]);
      expect(byId(consumer.settled)).toEqual(byId(messages.map(({ id }) => ({ id, outcome: 'ok' }))));
      expect(consumer.dead).toEqual([]);
    });

    test('a second publish of a known id creates nothing, neither before nor after its end', async () => {
      const producer = await connectProducer();
      const observer = await connect('observer');
      const messages = numbered(3);
      await producer.publish(queue, messages);
      const again = await producer.publish(queue, messages);
      expect(again.every(({ outcome }) => outcome === 'acknowledged' || outcome === 'merged')).toBe(true);
      expect((await observer.depth(queue)).ready).toBe(3);

      const consumer = await consume({ concurrency: 3 }, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(3), soon);
      await producer.publish(queue, [...messages, { id: 'orders/last', payload: null }]);
      await vi.waitFor(() => expect(consumer.deliveries.at(-1)?.id).toBe('orders/last'), soon);
      expect(consumer.deliveries).toHaveLength(4);
    });

    test('never exceeds the concurrency, and uses it', async () => {
      const producer = await connectProducer();
      await producer.publish(queue, numbered(30));
      let inHand = 0;
      let most = 0;
      const consumer = await consume({ concurrency: 4 }, async () => {
        inHand++;
        most = Math.max(most, inHand);
        await sleep(10);
        inHand--;
        return 'done' as const;
      });
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(30), soon);
      expect(most).toBe(4);
    });

    test.runIf(capabilities.rateScope === 'queue')(
      'holds a limit over the whole queue, however many consumers there are',
      async () => {
        const producer = await connectProducer();
        await producer.publish(queue, numbered(60));
        const rate = { count: 5, perSeconds: 0.1 };
        const begin = performance.now();
        const consumers = [await consume({ concurrency: 5, rate }, () => 'done')];
        consumers.push(await consume({ concurrency: 5, rate }, () => 'done'));
        const count = (): number => consumers.reduce((sum, { settled }) => sum + settled.length, 0);
        await vi.waitFor(() => expect(count()).toBe(60), soon);
        const seconds = (performance.now() - begin) / 1000;
        // Twelve windows of 0.1 s, the first at once. Twice the limit would be 0.5 s.
        expect(seconds).toBeGreaterThan(1.05);
        expect(seconds).toBeLessThan(2.5);
        expect(Math.min(...consumers.map(({ settled }) => settled.length))).toBeGreaterThan(0);
      },
    );

    test('tries a message again, at once or later, as the handle says', async () => {
      const producer = await connectProducer();
      await producer.publish(queue, numbered(2));
      const settlements: Record<string, Settlement[]> = {
        'orders/1': [{ retry: {} }, 'done'],
        'orders/2': [{ retry: { afterSeconds: 0.2 } }, 'done'],
      };
      const times: Record<string, number[]> = { 'orders/1': [], 'orders/2': [] };
      const consumer = await consume({}, ({ id }) => {
        times[id]?.push(performance.now());
        return settlements[id]?.shift() ?? 'done';
      });
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(4), soon);
      expect(consumer.deliveries.filter(({ id }) => id === 'orders/1').map(({ attempt }) => attempt)).toEqual(
        [1, 2],
      );
      const [first = 0, second = 0] = times['orders/2'] ?? [];
      expect(second - first).toBeGreaterThanOrEqual(195);
      expect(consumer.dead).toEqual([]);
    });

    test('a rejected message is dead, with its reason, and its handle that throws too', async () => {
      const producer = await connectProducer();
      const observer = await connect('observer');
      await producer.publish(queue, numbered(3));
      const consumer = await consume({}, ({ id }) => {
        if (id === 'orders/1') return { reject: { reason: 'no such address' } };
        if (id === 'orders/2') throw new Error('a bug');
        return 'done';
      });
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(3), soon);
      expect(consumer.dead).toEqual([
        { id: 'orders/1', reason: 'no such address' },
        { id: 'orders/2', reason: 'a bug' },
      ]);
      expect(await observer.depth(queue)).toEqual({ ready: 0, inFlight: 0, delayed: 0, dead: 2 });
      expect([...(await observer.census(queue)).dead].sort()).toEqual(['orders/1', 'orders/2']);
    });

    test('says what is in the queue, in numbers and by id', async () => {
      const producer = await connectProducer();
      const observer = await connect('observer');
      expect(await observer.depth(queue)).toEqual({ ready: 0, inFlight: 0, delayed: 0, dead: 0 });
      await producer.publish(queue, numbered(6));
      const holding = gate();
      const handles: Record<string, Settlement> = {
        'orders/1': { reject: { reason: 'bad' } },
        'orders/2': { retry: { afterSeconds: 60 } },
      };
      await consume({ concurrency: 2 }, async ({ id }) => handles[id] ?? (await holding.done));
      onTestFinished(holding.open);
      await vi.waitFor(
        async () =>
          expect(await observer.depth(queue)).toEqual({ ready: 2, inFlight: 2, delayed: 1, dead: 1 }),
        soon,
      );
      const census = await observer.census(queue);
      expect([...census.ready].sort()).toEqual(['orders/5', 'orders/6']);
      expect([...census.inFlight].sort()).toEqual(['orders/3', 'orders/4']);
      expect(census.delayed).toEqual(['orders/2']);
      expect(census.dead).toEqual(['orders/1']);
    });

    test('stops with empty hands: takes nothing more, and finishes what it holds', async () => {
      const producer = await connectProducer();
      const observer = await connect('observer');
      await producer.publish(queue, numbered(5));
      const holding = gate();
      const consumer = await consume({ concurrency: 2 }, () => holding.done);
      await vi.waitFor(() => expect(consumer.deliveries).toHaveLength(2), soon);
      const stopped = consumer.stop();
      let hasEnded = false;
      void stopped.then(() => {
        hasEnded = true;
      });
      await observer.depth(queue);
      expect(hasEnded).toBe(false);
      holding.open();
      await stopped;
      expect(consumer.settled.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
      expect(await observer.depth(queue)).toEqual({ ready: 3, inFlight: 0, delayed: 0, dead: 0 });
    });

    test('an idle consumer stops at once', async () => {
      await connectProducer();
      const consumer = await consume({}, () => 'done');
      const begin = performance.now();
      await consumer.stop();
      expect(performance.now() - begin).toBeLessThan(1_000);
    });

    test('redelivers what a killed process held, flagged, and nothing else', async () => {
      const producer = await connectProducer();
      const settings = { concurrency: 3, redelivery: quick };
      const killed = await startProcess(settings);
      await producer.publish(queue, numbered(5));
      await vi.waitFor(() => expect(killed.heard.deliveries).toHaveLength(3), soon);
      await killed.signal('SIGKILL');

      const consumer = await consume(settings, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(5), soon);
      const held = killed.heard.deliveries.map(({ id }) => id).sort();
      const flagged = byId(consumer.deliveries.filter(({ redelivered }) => redelivered === 'yes'));
      expect(flagged.map(({ id }) => id)).toEqual(held);
      expect(flagged.map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
    });

    test.runIf(capabilities.redelivery.on === 'lock-expiry')(
      'a frozen process that wakes up learns that its message was given away',
      async () => {
        const producer = await connectProducer();
        const frozen = await startProcess({ redelivery: quick });
        await producer.publish(queue, numbered(1));
        await vi.waitFor(() => expect(frozen.heard.deliveries).toHaveLength(1), soon);
        await frozen.signal('SIGSTOP');

        const consumer = await consume({ redelivery: quick }, () => 'done');
        await vi.waitFor(() => expect(consumer.settled).toEqual([{ id: 'orders/1', outcome: 'ok' }]), soon);
        frozen.finish();
        await frozen.signal('SIGCONT');
        await vi.waitFor(
          () => expect(frozen.heard.settled).toEqual([{ id: 'orders/1', outcome: 'lost' }]),
          soon,
        );
        expect(frozen.child.exitCode).toBeNull();
        // It goes on to work.
        await consumer.stop();
        await producer.publish(queue, [{ id: 'orders/2', payload: null }]);
        await vi.waitFor(
          () => expect(frozen.heard.settled.at(-1)).toEqual({ id: 'orders/2', outcome: 'ok' }),
          soon,
        );
      },
    );

    test("removes its run's queues, and nothing else", async () => {
      const producer = await connectProducer();
      const foreign = await server.putForeign(namespace, queue);
      await producer.publish(queue, numbered(10));
      const killed = await startProcess({ concurrency: 2 });
      await vi.waitFor(() => expect(killed.heard.deliveries).toHaveLength(2), soon);
      await killed.signal('SIGKILL');
      const consumer = await consume({}, ({ id }) =>
        id === 'orders/4' ? { reject: { reason: 'bad' } } : 'done',
      );
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(8), soon);
      await consumer.stop();
      const mine = async (): Promise<string[]> =>
        (await server.names()).filter((name) => name.includes(namespace) || foreign.includes(name));
      expect((await mine()).length).toBeGreaterThan(foreign.length);

      await (await connect('observer')).remove([queue]);
      expect((await mine()).sort()).toEqual([...foreign].sort());
    });
  });
}
