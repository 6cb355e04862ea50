import { expect, test, vi } from 'vitest';
import type { Deduplication, PublishOutcome } from '../../src/broker/types.js';
import { describeSuite } from './fixtures/bench.js';
import { message, numbered, queue, soon } from './fixtures/messages.js';
import type { DriverUnderTest } from './fixtures/under-test.js';

const keptForGood: Deduplication = { kind: 'job-id', keepCount: null, keepSeconds: null };

/** What every driver promises of a message that is published again. */
export function testDeduplication(name: string, under: DriverUnderTest): void {
  describeSuite(`${name} and deduplication`, under, (suite) => {
    test('a second publish of a known id creates nothing, neither before nor after its end', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const messages = numbered(3);
      await producer.publish(queue, messages);
      const again = await producer.publish(queue, messages);
      expect(again.every(({ outcome }) => outcome === 'acknowledged' || outcome === 'merged')).toBe(true);
      expect((await observer.depth(queue)).ready).toBe(3);

      const consumer = await bench.consume({ concurrency: 3 }, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(3), soon);
      await producer.publish(queue, [...messages, message('last')]);
      await vi.waitFor(() => expect(consumer.deliveries.at(-1)?.id).toBe('orders/last'), soon);
      expect(consumer.deliveries).toHaveLength(4);
    });

    test("none: each publish is a delivery, under the message's own id", async () => {
      const bench = suite.open({ deduplication: { kind: 'none' } });
      const producer = await bench.connectProducer();
      const outcomes: PublishOutcome[] = [];
      for (const copy of [1, 2, 3]) outcomes.push(...(await producer.publish(queue, [message(1, copy)])));
      expect(outcomes).toEqual(Array(3).fill({ outcome: 'acknowledged' }));
      const census = await (await bench.connect('observer')).census(queue);
      expect(census.ready).toEqual(Array(3).fill('orders/1'));
      const consumer = await bench.consume({}, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(3), soon);
      expect(consumer.deliveries.map(({ id }) => id)).toEqual(Array(3).fill('orders/1'));
      expect(consumer.settled.map(({ id }) => id)).toEqual(Array(3).fill('orders/1'));
      expect(consumer.deliveries.map(({ redelivered }) => redelivered)).toEqual(Array(3).fill('no'));
    });

    test('job-id: holds as long as the finished message is kept', async () => {
      const kept = suite.open({ deduplication: keptForGood });
      const gone = suite.open({ deduplication: { kind: 'job-id', keepCount: 0, keepSeconds: null } });
      for (const [bench, deliveries] of [
        [kept, 1],
        [gone, 2],
      ] as const) {
        const producer = await bench.connectProducer();
        const consumer = await bench.consume({}, () => 'done');
        await producer.publish(queue, [message(1)]);
        await vi.waitFor(() => expect(consumer.settled).toHaveLength(1), soon);
        await producer.publish(queue, [message(1, 2), message('last')]);
        await vi.waitFor(() => expect(consumer.settled.at(-1)?.id).toBe('orders/last'), soon);
        expect(consumer.deliveries.filter(({ id }) => id === 'orders/1')).toHaveLength(deliveries);
      }
    });

    test.each<Deduplication>([{ kind: 'until-finished' }, { kind: 'throttle', seconds: 60 }])(
      '$kind: a second publish is merged while the first waits, is retried or is in hand',
      async (deduplication) => {
        const bench = suite.open({ deduplication });
        const producer = await bench.connectProducer();
        expect(await producer.publish(queue, numbered(2))).toEqual(
          Array(2).fill({ outcome: 'acknowledged' }),
        );
        expect(await producer.publish(queue, [message(1, 2), message(3)])).toEqual([
          { outcome: 'merged' },
          { outcome: 'acknowledged' },
        ]);
        const inHand: PublishOutcome[] = [];
        const consumer = await bench.consume({}, async ({ id, failures }) => {
          if (id !== 'orders/1') return 'done';
          inHand.push(...(await producer.publish(queue, [message(1, inHand.length + 3)])));
          return failures === 0 ? { retry: { reason: 'busy' } } : 'done';
        });
        await vi.waitFor(() => expect(consumer.settled).toHaveLength(4), soon);
        expect(inHand).toEqual(Array(2).fill({ outcome: 'merged' }));

        // Afterwards they differ.
        const isOver = deduplication.kind === 'until-finished';
        const [after] = await producer.publish(queue, [message(1, 5)]);
        expect(after?.outcome).toBe(isOver ? 'acknowledged' : 'merged');
      },
    );

    test('until-finished: holds no longer than until the message is dead', async () => {
      const bench = suite.open({ deduplication: { kind: 'until-finished' } });
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(1));
      const consumer = await bench.consume({}, () => ({ reject: { reason: 'bad' } }));
      await vi.waitFor(() => expect(consumer.dead).toHaveLength(1), soon);
      expect(await producer.publish(queue, [message(1, 2)])).toEqual([{ outcome: 'acknowledged' }]);
    });

    test('debounce: the latest publish takes the place of those before, and waits its time', async () => {
      const bench = suite.open({ deduplication: { kind: 'debounce', seconds: 0.5 } });
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const consumer = await bench.consume({}, () => 'done');
      let latest = 0;
      for (const copy of [1, 2, 3]) {
        latest = performance.now();
        const { id, payload } = message(1);
        const outcomes = await producer.publish(queue, [
          { id, payload: { ...(payload as object), copy }, copy },
        ]);
        expect(outcomes).toEqual([{ outcome: 'acknowledged' }]);
        expect(await observer.census(queue)).toMatchObject({ ready: [], delayed: ['orders/1'] });
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(1), soon);
      expect(performance.now() - latest).toBeGreaterThanOrEqual(490);
      expect(consumer.deliveries).toMatchObject([{ id: 'orders/1', payload: { copy: 3 } }]);
      expect((await observer.census(queue)).delayed).toEqual([]);
    });
  });
}
