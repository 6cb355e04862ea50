import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { describeDriver } from '../../src/broker/index.js';
import type { Settlement } from '../../src/broker/types.js';
import { describeSuite, safe } from './fixtures/bench.js';
import { byId, gate, numbered, queue, soon } from './fixtures/messages.js';
import type { DriverUnderTest } from './fixtures/under-test.js';

/** What every driver promises, on a real server. */
export function testDriver(name: string, under: DriverUnderTest): void {
  const capabilities = describeDriver(name);
  describeSuite(`${name} as a broker`, under, (suite) => {
    test('says what it can do', async () => {
      expect((await under.load()).describe()).toEqual(capabilities);
      expect(capabilities.driver).toBe(name);
      expect(capabilities.largestBatch).toBeGreaterThan(0);
      expect(capabilities.redelivery.defaults.afterSeconds).toBeGreaterThan(0);
    });

    test('says which server answers', async () => {
      const bench = suite.open();
      const answered = await (await bench.connect('observer')).server();
      expect(answered.product).not.toBe('');
      expect(answered.version).toMatch(/^\d+\.\d+/);
      expect(answered.warnings).toEqual([]);
    });

    test('delivers every message once, with its id and payload, and confirms its end', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      const messages = numbered(120);
      const [first] = messages.slice(0, 1);
      const single = await producer.publish(queue, [first!]);
      const batch = await producer.publish(queue, messages.slice(1));
      expect([...single, ...batch]).toEqual(messages.map(() => ({ outcome: 'acknowledged' })));

      const consumer = await bench.consume({ concurrency: 20 }, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(120), soon);

      expect(byId(consumer.deliveries).map(({ id, payload }) => ({ id, payload }))).toEqual(
        byId(messages.map(({ copy: _, ...message }) => message)),
      );
      expect(consumer.deliveries.filter(({ attempt }) => attempt !== 1)).toEqual([]);
      expect(consumer.deliveries.filter(({ redelivered }) => redelivered !== 'no')).toEqual([]);
      expect(byId(consumer.settled)).toEqual(byId(messages.map(({ id }) => ({ id, outcome: 'ok' }))));
      expect(consumer.dead).toEqual([]);
    });

    test('never exceeds the concurrency, and uses it', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(30));
      let inHand = 0;
      let most = 0;
      const consumer = await bench.consume({ concurrency: 4 }, async () => {
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
        const bench = suite.open();
        const producer = await bench.connectProducer();
        await producer.publish(queue, numbered(60));
        const rate = { count: 5, perSeconds: 0.1 };
        const begin = performance.now();
        const consumers = [await bench.consume({ concurrency: 5, rate }, () => 'done')];
        consumers.push(await bench.consume({ concurrency: 5, rate }, () => 'done'));
        const count = (): number => consumers.reduce((sum, { settled }) => sum + settled.length, 0);
        await vi.waitFor(() => expect(count()).toBe(60), soon);
        const seconds = (performance.now() - begin) / 1000;
        // Twelve windows of 0.1 s, the first at once. Twice the limit would be 0.5 s.
        expect(seconds).toBeGreaterThan(1.05);
        expect(seconds).toBeLessThan(2.5);
        expect(Math.min(...consumers.map(({ settled }) => settled.length))).toBeGreaterThan(0);
      },
    );

    test('says what is in the queue, in numbers and by id', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      expect(await observer.depth(queue)).toEqual({ ready: 0, inFlight: 0, delayed: 0, dead: 0 });
      await producer.publish(queue, numbered(6));
      const holding = gate();
      const handles: Record<string, Settlement> = {
        'orders/1': { reject: { reason: 'bad' } },
        'orders/2': { retry: { afterSeconds: 60, reason: 'busy' } },
      };
      await bench.consume({ concurrency: 2 }, async ({ id }) => handles[id] ?? (await holding.done));
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
      const bench = suite.open();
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(5));
      const holding = gate();
      const consumer = await bench.consume({ concurrency: 2 }, () => holding.done);
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
      const bench = suite.open();
      await bench.connectProducer();
      const consumer = await bench.consume({}, () => 'done');
      const begin = performance.now();
      await consumer.stop();
      expect(performance.now() - begin).toBeLessThan(1_000);
    });

    test("removes its run's queues, and nothing else", async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const foreign = await suite.server.putForeign(bench.namespace, queue);
      await producer.publish(queue, numbered(10));
      const killed = await bench.startProcess({ concurrency: 2 });
      await vi.waitFor(() => expect(killed.heard.deliveries).toHaveLength(2), soon);
      await killed.signal('SIGKILL');
      const consumer = await bench.consume({}, ({ id }) =>
        id === 'orders/4' ? { reject: { reason: 'bad' } } : 'done',
      );
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(8), soon);
      await vi.waitFor(() => expect(consumer.deadLettered).toEqual(['orders/4']), soon);
      await consumer.stop();
      const mine = async (): Promise<string[]> =>
        (await suite.server.names()).filter(
          (name) => name.includes(bench.namespace) || foreign.includes(name),
        );
      expect((await mine()).length).toBeGreaterThan(foreign.length);

      await (await bench.connect('observer')).remove();
      expect((await mine()).sort()).toEqual([...foreign].sort());
    });
  });
}
