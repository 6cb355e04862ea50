import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Broker, Driver } from '../../src/broker/types.js';
import { startConsumer } from './fixtures/consumer.js';
import { gate, message, numbered, plainQueue, queue, soon } from './fixtures/messages.js';
import type { DriverUnderTest, FragileServer } from './fixtures/under-test.js';

/** What every driver promises while its server is away, and afterwards. */
export function testDriverAway(name: string, under: DriverUnderTest): void {
  describe(`${name} while its server is away`, () => {
    let driver: Driver;
    let fragile: FragileServer;
    let namespace: string;

    beforeAll(async () => {
      driver = await under.load();
      fragile = await under.startFragileServer();
    });
    afterAll(() => fragile.remove());

    beforeEach(() => {
      namespace = `launchpad:${randomUUID()}`;
    });

    async function open(role: 'producer' | 'consumer' | 'observer', url = fragile.url): Promise<Broker> {
      const broker = await driver.connect({ url, namespace, role, queues: [plainQueue] });
      onTestFinished(() => broker[Symbol.asyncDispose]());
      return broker;
    }

    async function connect(role: 'producer' | 'consumer' | 'observer'): Promise<Broker> {
      const broker = await open(role);
      await broker.ready(5);
      return broker;
    }

    test('a publish is refused or unknown, at once, and works again afterwards', async () => {
      const producer = await connect('producer');
      expect(await producer.publish(queue, numbered(1))).toEqual([{ outcome: 'acknowledged' }]);
      await fragile.kill();
      for (let n = 2; n <= 6; n++) {
        const begin = performance.now();
        const [{ outcome } = { outcome: 'none' }] = await producer.publish(queue, [message(n)]);
        expect(['refused', 'unknown']).toContain(outcome);
        expect(performance.now() - begin).toBeLessThan(1_000);
      }
      await fragile.start();
      await producer.ready(5);
      expect(await producer.publish(queue, [message(7)])).toEqual([{ outcome: 'acknowledged' }]);
      // Nothing was buffered, to land later.
      const census = await (await connect('observer')).census(queue);
      expect([...census.ready].sort()).toEqual(['orders/1', 'orders/7']);
    });

    test('a consumer says so, waits, and goes on', async () => {
      const producer = await connect('producer');
      const broker = await connect('consumer');
      const consumer = await startConsumer(broker, queue, {}, () => 'done');
      onTestFinished(consumer.stop);
      await fragile.kill();
      await vi.waitFor(() => expect(consumer.link).toEqual([expect.stringMatching(/^disconnected: /)]), soon);
      await fragile.start();
      await vi.waitFor(() => expect(consumer.link.at(-1)).toBe('connected'), soon);
      await producer.ready(5);
      await producer.publish(queue, numbered(2));
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(2), soon);
    });

    test('a consumer that is stopped ends, and what it could not settle is unknown', async () => {
      const producer = await connect('producer');
      await producer.publish(queue, numbered(1));
      const holding = gate();
      const broker = await connect('consumer');
      const consumer = await startConsumer(broker, queue, {}, () => holding.done);
      await vi.waitFor(() => expect(consumer.deliveries).toHaveLength(1), soon);
      await fragile.kill();
      const stopped = consumer.stop();
      holding.open();
      const begin = performance.now();
      await stopped;
      expect(performance.now() - begin).toBeLessThan(3_000);
      expect(consumer.settled).toEqual([{ id: 'orders/1', outcome: 'unknown' }]);
      await fragile.start();
    });

    test('an observer gets an error with a time limit, and not a password', async () => {
      await fragile.kill();
      const url = fragile.url.replace('://', '://somebody:s3cret@');
      const observer = await open('observer', url);
      const begin = performance.now();
      const failures = await Promise.all(
        [
          observer.depth(queue),
          observer.census(queue),
          observer.deadLetters(queue),
          observer.redrive(queue, [], () => null),
          observer.server(),
          observer.remove(),
          observer.ready(1),
        ].map((answer) => answer.then(() => null).catch((error: unknown) => error)),
      );
      expect(performance.now() - begin).toBeLessThan(4_000);
      for (const failure of failures) {
        expect(failure).toMatchObject({ name: 'LaunchpadError', code: 'broker-unreachable' });
        expect(String(failure)).not.toContain('s3cret');
      }
      await fragile.start();
    });
  });
}
