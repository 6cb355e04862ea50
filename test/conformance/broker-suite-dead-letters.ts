import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { Delivery, Settlement } from '../../src/broker/types.js';
import { describeSuite, safe } from './fixtures/bench.js';
import { deadQueue, gate, message, numbered, queue, soon } from './fixtures/messages.js';
import type { DriverUnderTest } from './fixtures/under-test.js';

const onFailed = { queue: deadQueue, move: 'on-failed' } as const;

const empty = { ready: 0, inFlight: 0, delayed: 0, dead: 0 };

/** Fails what was not repaired. */
function unlessRepaired({ payload }: Delivery): Settlement {
  const isRepaired = (payload as { repaired?: boolean } | null)?.repaired === true;
  return isRepaired ? 'done' : { reject: { reason: 'no such address' } };
}

/** What every driver promises of dead-letter queues. */
export function testDeadLetters(name: string, under: DriverUnderTest): void {
  describeSuite(`${name} and dead letters`, under, (suite) => {
    test('a dead message is in the dead-letter queue, with what is known of it, and nowhere else', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const begin = Date.now();
      await producer.publish(queue, numbered(3));
      const consumer = await bench.consume({}, ({ id, failures }) => {
        if (id === 'orders/2') return 'done';
        return failures === 0 && id === 'orders/1'
          ? { retry: { reason: 'busy' } }
          : { reject: { reason: 'no such address' } };
      });
      await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(2), soon);
      const letters = await observer.deadLetters(queue);
      expect(letters).toEqual([
        {
          id: 'orders/3',
          payload: { order: 3 },
          reason: 'no such address',
          attempts: 1,
          at: expect.any(String),
        },
        {
          id: 'orders/1',
          payload: { order: 1 },
          reason: 'no such address',
          attempts: 2,
          at: expect.any(String),
        },
      ]);
      for (const { at } of letters) {
        expect(at).toBe(new Date(at).toISOString());
        expect(Date.parse(at)).toBeGreaterThanOrEqual(begin);
      }
      await vi.waitFor(async () => expect(await observer.depth(queue)).toEqual(empty), soon);
      expect(await observer.depth(deadQueue)).toEqual({ ...empty, ready: 2 });
      expect(await observer.census(deadQueue)).toMatchObject({
        ready: expect.arrayContaining(['orders/1', 'orders/3']),
      });
      expect((await observer.census(queue)).dead).toEqual([]);
    });

    test('says the end of a dead message in order: settled, dead, about to be moved, moved', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(1));
      const consumer = await bench.consume({}, unlessRepaired);
      await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(1), soon);
      expect(consumer.story).toEqual(
        ['settled', 'dead', 'before', 'dead-lettered'].map((what) => `${what} orders/1`),
      );
    });

    test('moves nothing before it may, and stops only when what it holds back is moved', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(2));
      const holding = gate();
      const beforeDeadLetter = async (id: string): Promise<void> => {
        if (id === 'orders/1') await holding.done;
      };
      const consumer = await bench.consume({ beforeDeadLetter }, unlessRepaired);
      await vi.waitFor(() => expect(consumer.deadLettered).toEqual(['orders/2']), soon);
      expect((await observer.census(queue)).dead).toEqual(['orders/1']);
      const stopped = consumer.stop();
      // Longer than it waits for a server.
      await sleep(1_200);
      holding.open();
      await stopped;
      expect(consumer.deadLettered).toEqual(['orders/2', 'orders/1']);
      expect(await observer.depth(queue)).toEqual(empty);
    });

    test('several consumers that look after the dead lose none', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const settings = { concurrency: 5, redelivery: { afterSeconds: 30, checkSeconds: 0.005, limit: 1 } };
      const consumers = [
        await bench.consume(settings, unlessRepaired),
        await bench.consume(settings, unlessRepaired),
        await bench.consume(settings, unlessRepaired),
      ];
      const ids = numbered(300).map(({ id }) => id);
      await producer.publish(queue, numbered(300));
      await vi.waitFor(async () => expect((await observer.depth(deadQueue)).ready).toBe(300), soon);
      await vi.waitFor(async () => expect(await observer.depth(queue)).toEqual(empty), soon);
      for (const consumer of consumers) await consumer.stop();
      expect([...(await observer.census(deadQueue)).ready].sort()).toEqual([...ids].sort());
      const told = new Set(consumers.flatMap(({ deadLettered }) => deadLettered));
      expect([...told].sort()).toEqual(ids.sort());
    });

    test('puts messages back, in order, and takes them out of the dead-letter queue', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(30));
      const first = await bench.consume({}, unlessRepaired);
      await vi.waitFor(() => expect(first.deadLettered).toHaveLength(30), soon);
      await first.stop();
      const letters = await observer.deadLetters(queue);
      expect(letters.map(({ id }) => id)).toEqual(numbered(30).map(({ id }) => id));
      const outcomes = await observer.redrive(queue, letters, ({ payload }) => ({
        ...(payload as object),
        repaired: true,
      }));
      expect(outcomes).toEqual(letters.map(() => ({ outcome: 'acknowledged' })));
      expect(await observer.deadLetters(queue)).toEqual([]);
      expect(await observer.depth(deadQueue)).toEqual(empty);
      expect(await observer.depth(queue)).toEqual({ ...empty, ready: 30 });

      const consumer = await bench.consume({}, unlessRepaired);
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(30), soon);
      expect(consumer.deliveries.map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
      expect(consumer.deliveries[4]).toMatchObject({
        payload: { order: 5, repaired: true },
        attempt: 1,
        failures: 0,
        redelivered: 'no',
      });
      expect(consumer.dead).toEqual([]);
    });

    test.each([
      ['job-id', { kind: 'job-id', keepCount: null, keepSeconds: null }],
      ['none', { kind: 'none' }],
      ['until-finished', { kind: 'until-finished' }],
      ['throttle', { kind: 'throttle', seconds: 60 }],
    ] as const)(
      'a redriven message that fails again is dead again, as often as one likes: %s',
      async (_, deduplication) => {
        const bench = suite.open({ deadLetter: safe, deduplication });
        const producer = await bench.connectProducer();
        const observer = await bench.connect('observer');
        await producer.publish(queue, [message(1)]);
        const consumer = await bench.consume({}, unlessRepaired);
        for (const times of [1, 2, 3]) {
          await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(times), soon);
          await vi.waitFor(async () => expect(await observer.depth(queue)).toEqual(empty), soon);
          const letters = await observer.deadLetters(queue);
          expect(letters).toMatchObject([{ id: 'orders/1', attempts: 1 }]);
          const outcomes = await observer.redrive(queue, letters, () => ({
            order: 1,
            repaired: times === 3,
          }));
          expect(outcomes).toEqual([{ outcome: 'acknowledged' }]);
          await vi.waitFor(() => expect(consumer.settled).toHaveLength(times + 1), soon);
        }
        expect(consumer.dead).toHaveLength(3);
        await consumer.stop();
        expect(await observer.depth(queue)).toEqual(empty);
        expect(await observer.depth(deadQueue)).toEqual(empty);
      },
    );

    test('what is redriven while it fails all the time is never lost', async () => {
      const bench = suite.open({ deadLetter: safe });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const settings = { concurrency: 5, redelivery: { afterSeconds: 30, checkSeconds: 0.005, limit: 1 } };
      await bench.consume(settings, unlessRepaired);
      await bench.consume(settings, unlessRepaired);
      await producer.publish(queue, numbered(40));
      const ids = numbered(40).map(({ id }) => id);
      for (let round = 0; round < 40; round++) {
        await observer.redrive(queue, await observer.deadLetters(queue), ({ payload }) => payload);
      }
      await vi.waitFor(async () => expect(await observer.depth(queue)).toEqual(empty), soon);
      expect([...(await observer.census(deadQueue)).ready].sort()).toEqual(ids.sort());
    });

    test('what was put back already is not put back twice', async () => {
      const bench = suite.open({ deadLetter: safe, deduplication: { kind: 'none' } });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(1));
      const consumer = await bench.consume({}, unlessRepaired);
      await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(1), soon);
      await consumer.stop();
      const letters = await observer.deadLetters(queue);
      await observer.redrive(queue, letters, ({ payload }) => payload);
      expect(await observer.redrive(queue, letters, ({ payload }) => payload)).toEqual([
        { outcome: 'merged' },
      ]);
      expect(await observer.depth(queue)).toEqual({ ...empty, ready: 1 });
    });

    test('moved only by the one that sees the failure: it is in both, and a redrive takes it from both', async () => {
      const bench = suite.open({ deadLetter: onFailed });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(1));
      const consumer = await bench.consume({}, unlessRepaired);
      await vi.waitFor(() => expect(consumer.deadLettered).toEqual(['orders/1']), soon);
      expect(consumer.story).toEqual(
        ['settled', 'dead', 'before', 'dead-lettered'].map((what) => `${what} orders/1`),
      );
      expect((await observer.census(queue)).dead).toEqual(['orders/1']);
      expect((await observer.census(deadQueue)).ready).toEqual(['orders/1']);
      const letters = await observer.deadLetters(queue);
      expect(letters).toMatchObject([{ id: 'orders/1', reason: 'no such address', attempts: 1 }]);
      await observer.redrive(queue, letters, () => ({ repaired: true }));
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(2), soon);
      expect(await observer.depth(queue)).toEqual(empty);
      expect(await observer.depth(deadQueue)).toEqual(empty);
    });
  });
}
