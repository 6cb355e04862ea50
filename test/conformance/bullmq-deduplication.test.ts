import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import type { Broker, PublishOutcome } from '../../src/broker/types.js';
import { type Bench, describeSuite } from './fixtures/bench.js';
import { bullmq } from './fixtures/bullmq.js';
import { message, queue, soon } from './fixtures/messages.js';

/** How long BullMQ's kinds of deduplication protect, and what ends it. Times are real. */
describeSuite('how long BullMQ deduplicates', bullmq, (suite) => {
  /** Publishes message 1 again and again until it is taken; the seconds since `begin`. */
  async function secondsUntilTaken(producer: Broker, begin: number): Promise<number> {
    for (let copy = 2; ; copy++) {
      const [answer] = await producer.publish(queue, [message(1, copy)]);
      if (answer?.outcome === 'acknowledged') return (performance.now() - begin) / 1000;
      await sleep(10);
    }
  }

  async function keysOf(bench: Bench): Promise<string[]> {
    const client = new Redis(bench.url);
    const keys = await client.keys('*');
    client.disconnect();
    return keys.filter((key) => key.includes(bench.namespace)).map((key) => key.split(`${queue}:`)[1] ?? key);
  }

  test.each([true, false])(
    'throttle: its time from the first publish, finished or not (served: %s)',
    async (isServed) => {
      const bench = suite.open({ deduplication: { kind: 'throttle', seconds: 0.5 } });
      const producer = await bench.connectProducer();
      const consumer = isServed ? await bench.consume({}, () => 'done') : null;
      const begin = performance.now();
      await producer.publish(queue, [message(1)]);
      if (consumer !== null) await vi.waitFor(() => expect(consumer.settled).toHaveLength(1), soon);
      const seconds = await secondsUntilTaken(producer, begin);
      expect(seconds).toBeGreaterThan(0.49);
      expect(seconds).toBeLessThan(0.8);
      // Waiting or not: the message is there a second time.
      const { ready } = await (await bench.connect('observer')).census(queue);
      if (!isServed) expect(ready).toEqual(['orders/1', 'orders/1']);
    },
  );

  test('job-id with an age: until the first message that is finished after that age', async () => {
    const bench = suite.open({ deduplication: { kind: 'job-id', keepCount: null, keepSeconds: 0.2 } });
    const producer = await bench.connectProducer();
    const consumer = await bench.consume({}, () => 'done');
    const run = async (n: number): Promise<string[]> => {
      const before = consumer.deliveries.length;
      await producer.publish(queue, [message(1), message(`end-${n}`)]);
      await vi.waitFor(() => expect(consumer.settled.at(-1)?.id).toBe(`orders/end-${n}`), soon);
      return consumer.deliveries.slice(before).map(({ id }) => id);
    };
    expect(await run(1)).toEqual(['orders/1', 'orders/end-1']);
    await sleep(400);
    // Twice its age is over, and nothing was finished since.
    expect(await run(2)).toEqual(['orders/end-2']);
    expect(await run(3)).toEqual(['orders/1', 'orders/end-3']);
  });

  test('job-id with a count: until so many others are finished', async () => {
    const bench = suite.open({ deduplication: { kind: 'job-id', keepCount: 2, keepSeconds: null } });
    const producer = await bench.connectProducer();
    const consumer = await bench.consume({}, () => 'done');
    for (const [n, isKnown] of [
      [2, true],
      [3, false],
    ] as const) {
      await producer.publish(queue, [message(1)]);
      await vi.waitFor(() => expect(consumer.settled.at(-1)?.id).toBe('orders/1'), soon);
      const before = consumer.deliveries.length;
      for (let other = 1; other < n; other++) {
        await producer.publish(queue, [message(`${n}-${other}`)]);
        await vi.waitFor(() => expect(consumer.settled.at(-1)?.id).toBe(`orders/${n}-${other}`), soon);
      }
      await producer.publish(queue, [message(1), message(`end-${n}`)]);
      await vi.waitFor(() => expect(consumer.settled.at(-1)?.id).toBe(`orders/end-${n}`), soon);
      const again = consumer.deliveries.slice(before).filter(({ id }) => id === 'orders/1');
      expect(again).toHaveLength(isKnown ? 0 : 1);
    }
  });

  test('extend: its time from the latest publish', async () => {
    const bench = suite.open({ deduplication: { kind: 'extend', seconds: 0.5 } });
    const producer = await bench.connectProducer();
    await producer.publish(queue, [message(1)]);
    for (const copy of [2, 3, 4]) {
      await sleep(300);
      expect(await producer.publish(queue, [message(1, copy)])).toEqual([{ outcome: 'merged' }]);
    }
    await sleep(700);
    expect(await producer.publish(queue, [message(1, 5)])).toEqual([{ outcome: 'acknowledged' }]);
  });

  test('reschedule: served after the latest publish, once; held until it has ended', async () => {
    const bench = suite.open({ deduplication: { kind: 'reschedule', seconds: 0.4 } });
    const producer = await bench.connectProducer();
    const inHand: PublishOutcome[] = [];
    const began: number[] = [];
    const consumer = await bench.consume({}, async () => {
      began.push(performance.now());
      inHand.push(...(await producer.publish(queue, [message(1, 3)])));
      return 'done' as const;
    });
    await producer.publish(queue, [message(1)]);
    await sleep(200);
    const latest = performance.now();
    expect(await producer.publish(queue, [message(1, 2)])).toEqual([{ outcome: 'merged' }]);
    await vi.waitFor(() => expect(consumer.settled).toHaveLength(1), soon);
    expect((began[0] as number) - latest).toBeGreaterThan(390);
    expect(inHand).toEqual([{ outcome: 'merged' }]);
    expect(await producer.publish(queue, [message(1, 4)])).toEqual([{ outcome: 'acknowledged' }]);
  });

  test('keep-last: what comes while it is in hand is served once more, the latest of it', async () => {
    const bench = suite.open({ deduplication: { kind: 'keep-last' } });
    const producer = await bench.connectProducer();
    const inHand: PublishOutcome[] = [];
    const consumer = await bench.consume({}, async () => {
      if (inHand.length === 0) {
        inHand.push(...(await producer.publish(queue, [message(1, 3)])));
        inHand.push(...(await producer.publish(queue, [message(1, 4)])));
      }
      return 'done' as const;
    });
    await producer.publish(queue, [message(1)]);
    await vi.waitFor(() => expect(consumer.settled).toHaveLength(2), soon);
    expect(inHand).toEqual([{ outcome: 'merged' }, { outcome: 'merged' }]);
    expect(consumer.deliveries.map(({ id }) => id)).toEqual(['orders/1', 'orders/1']);
    expect(await producer.publish(queue, [message(1, 5)])).toEqual([{ outcome: 'acknowledged' }]);
  });

  test('debounce: the job that is replaced is gone', async () => {
    const bench = suite.open({ deduplication: { kind: 'debounce', seconds: 60 } });
    const producer = await bench.connectProducer();
    for (const copy of [1, 2, 3]) await producer.publish(queue, [message(1, copy)]);
    const jobs = (await keysOf(bench)).filter((key) => key.startsWith('orders/'));
    expect(jobs).toEqual(['orders/1~3']);
  });

  test('debounce: it ends when the message is due: one that comes while it is in hand is another', async () => {
    const bench = suite.open({ deduplication: { kind: 'debounce', seconds: 0.2 } });
    const producer = await bench.connectProducer();
    const inHand: PublishOutcome[] = [];
    let copy = 2;
    const consumer = await bench.consume({}, async () => {
      await sleep(50);
      if (inHand.length === 0) inHand.push(...(await producer.publish(queue, [message(1, copy++)])));
      return 'done' as const;
    });
    await producer.publish(queue, [message(1)]);
    await vi.waitFor(() => expect(consumer.settled).toHaveLength(2), soon);
    expect(inHand).toEqual([{ outcome: 'acknowledged' }]);
    expect(consumer.deliveries.map(({ id }) => id)).toEqual(['orders/1', 'orders/1']);
  });

  test('debounce: one that comes when it is due, and nobody has served it yet, is another', async () => {
    const bench = suite.open({ deduplication: { kind: 'debounce', seconds: 0.2 } });
    const producer = await bench.connectProducer();
    await producer.publish(queue, [message(1)]);
    await sleep(250);
    expect(await producer.publish(queue, [message(1, 2)])).toEqual([{ outcome: 'acknowledged' }]);
    const { delayed } = await (await bench.connect('observer')).census(queue);
    expect(delayed).toEqual(['orders/1', 'orders/1']);
  });

  test('a killed worker does not free the key of what it held', async () => {
    const bench = suite.open({ deduplication: { kind: 'until-finished' } });
    const producer = await bench.connectProducer();
    const victim = await bench.startProcess({});
    await producer.publish(queue, [message(1)]);
    await vi.waitFor(() => expect(victim.heard.deliveries).toHaveLength(1), soon);
    await victim.signal('SIGKILL');
    expect(await producer.publish(queue, [message(1, 2)])).toEqual([{ outcome: 'merged' }]);
  });

  test('job-id: what is in the dead-letter queue is not known any more', async () => {
    const bench = suite.open({ deadLetter: { queue: 'emails-dead', move: 'safe' } });
    const producer = await bench.connectProducer();
    const consumer = await bench.consume({}, () => ({ reject: { reason: 'bad' } }));
    await producer.publish(queue, [message(1)]);
    await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(1), soon);
    await producer.publish(queue, [message(1)]);
    await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(2), soon);
    const observer = await bench.connect('observer');
    expect((await observer.census('emails-dead')).ready).toEqual(['orders/1']);
  });
});
