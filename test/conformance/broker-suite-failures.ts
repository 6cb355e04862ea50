import { expect, onTestFinished, test, vi } from 'vitest';
import type { Settlement } from '../../src/broker/types.js';
import { describeSuite } from './fixtures/bench.js';
import { gate, numbered, queue, soon } from './fixtures/messages.js';
import type { DriverUnderTest } from './fixtures/under-test.js';

/** What every driver promises of work that fails, and of the polling loop. */
export function testFailures(name: string, under: DriverUnderTest): void {
  describeSuite(`${name} and failures`, under, (suite) => {
    test('tries a message again, at once or later, as the handle says', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(2));
      const settlements: Record<string, Settlement[]> = {
        'orders/1': [{ retry: { reason: 'busy' } }, { retry: { reason: 'busy' } }, 'done'],
        'orders/2': [{ retry: { afterSeconds: 0.2, reason: 'busy' } }, 'done'],
      };
      const times: Record<string, number[]> = { 'orders/1': [], 'orders/2': [] };
      const consumer = await bench.consume({}, ({ id }) => {
        times[id]?.push(performance.now());
        return settlements[id]?.shift() ?? 'done';
      });
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(5), soon);
      const retried = consumer.deliveries.filter(({ id }) => id === 'orders/1');
      expect(retried.map(({ attempt, failures, redelivered }) => [attempt, failures, redelivered])).toEqual([
        [1, 0, 'no'],
        [2, 1, 'no'],
        [3, 2, 'no'],
      ]);
      expect(consumer.settled.every(({ outcome }) => outcome === 'ok')).toBe(true);
      const [first = 0, second = 0] = times['orders/2'] ?? [];
      expect(second - first).toBeGreaterThanOrEqual(195);
      expect(consumer.dead).toEqual([]);
    });

    test('a rejected message is dead, with its reason, and its handle that throws too', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      await producer.publish(queue, numbered(3));
      const consumer = await bench.consume({}, ({ id }) => {
        if (id === 'orders/1') return { reject: { reason: 'no such address' } };
        if (id === 'orders/2') throw new Error('a bug');
        return 'done' as const;
      });
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(3), soon);
      expect(consumer.dead).toEqual([
        { id: 'orders/1', reason: 'no such address' },
        { id: 'orders/2', reason: 'a bug' },
      ]);
      expect(await observer.depth(queue)).toEqual({ ready: 0, inFlight: 0, delayed: 0, dead: 2 });
      expect([...(await observer.census(queue)).dead].sort()).toEqual(['orders/1', 'orders/2']);
    });

    test('keeps the reason and the attempts of the dead, and puts one back as new', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      const observer = await bench.connect('observer');
      const begin = Date.now();
      await producer.publish(queue, numbered(2));
      const repaired = new Set<unknown>();
      const consumer = await bench.consume({}, ({ id, payload, failures }) => {
        if ((payload as { repaired?: boolean }).repaired) repaired.add(failures);
        else if (failures === 0 && id === 'orders/1')
          return { retry: { afterSeconds: 0.05, reason: 'busy' } };
        else return { reject: { reason: 'no such address' } };
        return 'done' as const;
      });
      await vi.waitFor(() => expect(consumer.dead).toHaveLength(2), soon);
      const letters = await observer.deadLetters(queue);
      expect(letters).toEqual([
        {
          id: 'orders/2',
          payload: { order: 2 },
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
      for (const { at } of letters) expect(Date.parse(at) - begin).toBeLessThan(10_000);

      const back = letters.slice(1);
      const put = await observer.redrive(queue, back, () => ({ order: 1, repaired: true }));
      expect(put).toEqual([{ outcome: 'acknowledged' }]);
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(4), soon);
      expect([...repaired]).toEqual([0]);
      expect(consumer.deliveries.at(-1)).toMatchObject({ id: 'orders/1', attempt: 1, redelivered: 'no' });
      expect((await observer.census(queue)).dead).toEqual(['orders/2']);
      expect(await observer.deadLetters(queue)).toEqual(letters.slice(0, 1));
    });

    test('polls: takes up to a batch, has it handled at once, and sleeps', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(7));
      const polling = { batch: 5, sleepSeconds: 0.3, errorSleepSeconds: 60 };
      let inHand = 0;
      let most = 0;
      const times: number[] = [];
      const consumer = await bench.consume({ polling }, async () => {
        times.push(performance.now());
        most = Math.max(most, ++inHand);
        await new Promise((resolve) => setTimeout(resolve, 50));
        inHand--;
        return 'done' as const;
      });
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(7), soon);
      expect(most).toBe(5);
      const [, , , , fifth = 0, sixth = 0] = times;
      expect(sixth - fifth).toBeGreaterThanOrEqual(345);
      await producer.publish(queue, [{ id: 'orders/8', payload: null, copy: 1 }]);
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(8), soon);
      expect(consumer.settled.every(({ outcome }) => outcome === 'ok')).toBe(true);
    });

    test('polls: one failure makes it sleep at once, the others of its batch go on, and it polls again', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(5));
      const polling = { batch: 3, sleepSeconds: 60, errorSleepSeconds: 0.2 };
      const holding = gate();
      onTestFinished(holding.open);
      const consumer = await bench.consume({ polling }, ({ id, failures }) => {
        if (id === 'orders/1' && failures === 0) return { retry: { reason: 'busy' } };
        if (id === 'orders/4') return { reject: { reason: 'bad' } };
        return id === 'orders/2' || id === 'orders/3' ? holding.done : 'done';
      });
      await vi.waitFor(() => expect(consumer.deliveries).toHaveLength(6), soon);
      expect(consumer.deliveries.map(({ id }) => id).slice(0, 3)).toEqual([
        'orders/1',
        'orders/2',
        'orders/3',
      ]);
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(4), soon);
      expect(consumer.dead).toEqual([{ id: 'orders/4', reason: 'bad' }]);
      const stopped = consumer.stop();
      holding.open();
      await stopped;
      expect(consumer.settled.map(({ id }) => id).sort()).toEqual([
        'orders/1',
        'orders/1',
        'orders/2',
        'orders/3',
        'orders/4',
        'orders/5',
      ]);
    });

    test('polls: keeps what it holds for longer than a silent worker would', async () => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(2));
      const redelivery = { afterSeconds: 0.6, checkSeconds: 0.1, limit: 1 };
      const polling = { batch: 2, sleepSeconds: 0.01, errorSleepSeconds: 60 };
      const consumer = await bench.consume({ polling, redelivery }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        return 'done' as const;
      });
      const other = await bench.consume({ redelivery }, () => 'done');
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(2), soon);
      expect(consumer.settled.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
      expect(other.deliveries).toEqual([]);
    });
  });
}
