import { expect, onTestFinished, test, vi } from 'vitest';
import { describeDriver } from '../../src/broker/index.js';
import { describeSuite, safe } from './fixtures/bench.js';
import { byId, deadQueue, gate, message, numbered, queue, soon } from './fixtures/messages.js';
import type { DriverUnderTest } from './fixtures/under-test.js';

/** Quick, and long enough for a busy machine to renew in time. */
const quick = { afterSeconds: 1, checkSeconds: 0.25, limit: 1 };

/** What every driver promises when consumers die or freeze: real processes, real signals. */
export function testDeaths(name: string, under: DriverUnderTest): void {
  const capabilities = describeDriver(name);
  describeSuite(`${name} when consumers die`, under, (suite) => {
    test('redelivers what a killed process held, flagged, and nothing else', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      const settings = { concurrency: 3, redelivery: quick };
      const killed = await bench.startProcess(settings);
      await producer.publish(queue, numbered(5));
      await vi.waitFor(() => expect(killed.heard.deliveries).toHaveLength(3), soon);
      await killed.signal('SIGKILL');

      const consumer = await bench.consume(settings, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(5), soon);
      const held = killed.heard.deliveries.map(({ id }) => id).sort();
      const flagged = byId(consumer.deliveries.filter(({ redelivered }) => redelivered === 'yes'));
      expect(flagged.map(({ id }) => id)).toEqual(held);
      expect(flagged.map(({ attempt }) => attempt)).toEqual([2, 2, 2]);
    });

    test.runIf(capabilities.redelivery.on === 'lock-expiry')(
      'a frozen process that wakes up learns that its message was given away',
      async () => {
        const bench = suite.open();
        const producer = await bench.connectProducer();
        const frozen = await bench.startProcess({ redelivery: quick });
        await producer.publish(queue, numbered(1));
        await vi.waitFor(() => expect(frozen.heard.deliveries).toHaveLength(1), soon);
        await frozen.signal('SIGSTOP');

        const consumer = await bench.consume({ redelivery: quick }, () => 'done');
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
        await producer.publish(queue, [message(2)]);
        await vi.waitFor(
          () => expect(frozen.heard.settled.at(-1)).toEqual({ id: 'orders/2', outcome: 'ok' }),
          soon,
        );
      },
    );

    test('a redelivery counts no failure, and a retry after it is no redelivery', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(1));
      const killed = await bench.startProcess({ redelivery: quick });
      await vi.waitFor(() => expect(killed.heard.deliveries).toHaveLength(1), soon);
      await killed.signal('SIGKILL');
      let starts = 0;
      const consumer = await bench.consume({ redelivery: quick }, () =>
        ++starts < 3 ? { retry: { reason: 'busy' } } : 'done',
      );
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(3), soon);
      const seen = consumer.deliveries.map(({ attempt, redelivered, failures }) => [
        attempt,
        redelivered,
        failures,
      ]);
      expect(seen).toEqual([
        [2, 'yes', 0],
        [3, 'no', 1],
        [4, 'no', 2],
      ]);
    });

    test.runIf(capabilities.deliveryLimit !== 'absent').each([0, 2])(
      'gives a message up that was killed under more often than %i times, says so once, and moves it',
      async (limit) => {
        const bench = suite.open({ deadLetter: safe });
        const producer = await bench.connectProducer();
        const observer = await bench.connect('observer');
        await producer.publish(queue, numbered(1));
        const settings = { redelivery: { afterSeconds: 0.5, checkSeconds: 0.2, limit } };
        for (let attempt = 1; attempt <= limit + 1; attempt++) {
          const victim = await bench.startProcess(settings);
          await vi.waitFor(
            () => expect(victim.heard.deliveries.map((it) => it.attempt)).toEqual([attempt]),
            soon,
          );
          await victim.signal('SIGKILL');
        }
        const consumer = await bench.consume(settings, () => 'done');
        await vi.waitFor(() => expect(consumer.deadLettered).toEqual(['orders/1']), soon);
        expect(consumer.dead).toEqual([{ id: 'orders/1', reason: expect.stringContaining('killed under') }]);
        expect(consumer.deliveries).toEqual([]);
        expect(consumer.settled).toEqual([]);
        expect((await observer.census(deadQueue)).ready).toEqual(['orders/1']);
        expect((await observer.depth(queue)).dead).toBe(0);
      },
    );

    test('a message that is given up is in the dead-letter queue, whenever its consumer is killed', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const settings = { concurrency: 5, redelivery: { ...quick, limit: 100 } };
      const ids = numbered(400).map(({ id }) => id);
      await producer.publish(queue, numbered(400));
      for (const enough of [1, 20, 50]) {
        const victim = await bench.startProcess(settings, { handle: 'reject' });
        await vi.waitFor(() => expect(victim.heard.deadLettered.length).toBeGreaterThanOrEqual(enough), soon);
        await victim.signal('SIGKILL');
      }
      const consumer = await bench.consume(settings, () => ({ reject: { reason: 'no such address' } }));
      await vi.waitFor(
        async () => expect(await observer.depth(deadQueue)).toMatchObject({ ready: 400 }),
        soon,
      );
      await consumer.stop();
      expect(await observer.depth(queue)).toEqual({ ready: 0, inFlight: 0, delayed: 0, dead: 0 });
      expect([...(await observer.census(deadQueue)).ready].sort()).toEqual(ids.sort());
    });

    test('killed between the failure and the move: another consumer moves it, and a held move holds up no other', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(3));
      const victim = await bench.startProcess({}, { handle: 'reject', holdsDeadLetters: true });
      await vi.waitFor(() => expect(victim.heard.beforeDeadLetter).toHaveLength(3), soon);
      expect(victim.heard.deadLettered).toEqual([]);
      await victim.signal('SIGKILL');
      expect((await observer.depth(deadQueue)).ready).toBe(0);

      const consumer = await bench.consume({}, () => 'done');
      await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(3), soon);
      expect([...consumer.beforeDeadLetter].sort()).toEqual(['orders/1', 'orders/2', 'orders/3']);
      expect(await observer.deadLetters(queue)).toMatchObject(
        numbered(3).map(({ id, payload }) => ({ id, payload, reason: 'no such address', attempts: 1 })),
      );
      expect((await observer.depth(queue)).dead).toBe(0);
    });

    test.each([
      ['in passing', 0.1],
      ['at its end', 30],
    ])('killed before the move: a consumer that is there already moves it %s', async (when, checkSeconds) => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const holding = gate();
      await producer.publish(queue, [message(1)]);
      const redelivery = { ...quick, checkSeconds };
      const other = await bench.consume({ redelivery }, () => holding.done);
      onTestFinished(holding.open);
      await vi.waitFor(() => expect(other.deliveries).toHaveLength(1), soon);
      const victim = await bench.startProcess({ redelivery }, { handle: 'reject', holdsDeadLetters: true });
      await producer.publish(queue, [message(2)]);
      await vi.waitFor(() => expect(victim.heard.beforeDeadLetter).toEqual(['orders/2']), soon);
      await victim.signal('SIGKILL');
      if (when === 'at its end') {
        holding.open();
        await other.stop();
      }
      await vi.waitFor(() => expect(other.deadLettered).toEqual(['orders/2']), soon);
      expect((await observer.census(deadQueue)).ready).toEqual(['orders/2']);
      expect((await observer.depth(queue)).dead).toBe(0);
    });

    test('moved by the one that only puts it there when it sees the failure: killed before, it stays out', async () => {
      const bench = suite.open({ deadLetter: { queue: deadQueue, move: 'on-failed' } });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(1));
      const victim = await bench.startProcess({}, { handle: 'reject', holdsDeadLetters: true });
      await vi.waitFor(() => expect(victim.heard.beforeDeadLetter).toHaveLength(1), soon);
      await victim.signal('SIGKILL');
      const consumer = await bench.consume({ redelivery: { ...quick, checkSeconds: 0.05 } }, () => ({
        reject: { reason: 'no such address' },
      }));
      await producer.publish(queue, [message(2)]);
      await vi.waitFor(() => expect(consumer.deadLettered).toEqual(['orders/2']), soon);
      await consumer.stop();
      expect((await observer.census(deadQueue)).ready).toEqual(['orders/2']);
      expect((await observer.census(queue)).dead).toContain('orders/1');
    });
  });
}
