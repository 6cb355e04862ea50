import { Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  moveToLetters,
  readFailed,
  readFailedLetters,
} from '../../src/broker/drivers/bullmq/dead-letters.js';
import type { Settlement } from '../../src/broker/types.js';
import { type Bench, describeSuite, safe } from './fixtures/bench.js';
import { bullmq } from './fixtures/bullmq.js';
import { deadQueue, gate, message, numbered, queue, soon } from './fixtures/messages.js';

const reject: Settlement = { reject: { reason: 'no such address' } };
const longAgo = '2020-01-01T00:00:00.000Z';
const quick = { afterSeconds: 0.5, checkSeconds: 0.2, limit: 1 };

describeSuite('how BullMQ ends what fails', bullmq, (suite) => {
  /** The queue as anybody with BullMQ sees it. */
  function look(bench: Bench, name: string): Queue {
    const connection = new Redis(bench.url, { maxRetriesPerRequest: null });
    onTestFinished(() => connection.disconnect());
    return new Queue(name, { connection, prefix: `{${bench.namespace}}`, skipMetasUpdate: true });
  }

  /** Leaves message 1 in the failed set, as a worker that was killed before the move. */
  async function killBeforeMove(bench: Bench): Promise<void> {
    await (await bench.connectProducer()).publish(queue, [message(1)]);
    const victim = await bench.startProcess({}, { handle: 'reject', holdsDeadLetters: true });
    await vi.waitFor(() => expect(victim.heard.beforeDeadLetter).toHaveLength(1), soon);
    await victim.signal('SIGKILL');
  }

  test('a dead-letter queue is a queue of BullMQ, and its jobs carry what is known', async () => {
    const bench = suite.open({ deadLetter: safe });
    const producer = await bench.connectProducer();
    await producer.publish(queue, numbered(1));
    const consumer = await bench.consume({}, () => reject);
    await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(1), soon);
    const letters = look(bench, deadQueue);
    const jobs = await letters.getJobs(['waiting']);
    expect(jobs.map(({ id, data }) => ({ id, data }))).toEqual([
      {
        id: 'orders/1',
        data: { payload: { order: 1 }, reason: 'no such address', attempts: 1, at: expect.any(String) },
      },
    ]);
    expect(await Job.fromId(look(bench, queue), 'orders/1')).toBeUndefined();
  });

  test('killed between the letter and the removal: moved once, and said', async () => {
    const bench = suite.open({ deadLetter: safe });
    await killBeforeMove(bench);
    // What the killed one would have done next.
    const data = { payload: {}, reason: 'no such address', attempts: 1, at: longAgo };
    await look(bench, deadQueue).add('message', data, { jobId: 'orders/1' });
    const consumer = await bench.consume({}, () => 'done');
    await vi.waitFor(() => expect(consumer.deadLettered).toEqual(['orders/1']), soon);
    const observer = await bench.connect('observer');
    expect(await observer.depth(queue)).toMatchObject({ ready: 0, dead: 0 });
    const letters = await observer.deadLetters(queue);
    expect(letters).toMatchObject([{ id: 'orders/1', payload: { order: 1 } }]);
    // It is the letter of this death: a redrive that read an earlier one leaves it there.
    expect(letters[0]?.at).not.toBe(data.at);
  });

  test('a redrive leaves a letter of a later death than the one it read', async () => {
    const bench = suite.open({ deadLetter: safe });
    await killBeforeMove(bench);
    const consumer = await bench.consume({}, () => reject);
    await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(1), soon);
    await consumer.stop();
    const observer = await bench.connect('observer');
    const stale = (await observer.deadLetters(queue)).map((letter) => ({ ...letter, at: longAgo }));
    await observer.redrive(queue, stale, ({ payload }) => payload);
    expect((await observer.census(queue)).ready).toEqual(['orders/1']);
    expect((await observer.census(deadQueue)).ready).toEqual(['orders/1']);
  });

  test('a message that is put back in the middle of its move stays in its queue', async () => {
    const bench = suite.open({ deadLetter: safe });
    await killBeforeMove(bench);
    const observer = await bench.connect('observer');
    const [main, letters] = [look(bench, queue), look(bench, deadQueue)];
    const client = new Redis(bench.url);
    onTestFinished(() => client.disconnect());
    const [failed] = await readFailed(client, main);
    const [letter] = await readFailedLetters(client, main);
    const add = letters.add.bind(letters);
    letters.add = async (...args) => {
      const job = await add(...args);
      // Put back, its letter still there.
      await observer.redrive(queue, [{ ...letter!, at: longAgo }], () => ({ repaired: true }));
      return job;
    };
    await moveToLetters(client, main, letters, failed!, letter!);
    const consumer = await bench.consume({}, () => 'done');
    await vi.waitFor(
      () => expect(consumer.deliveries).toMatchObject([{ payload: { repaired: true } }]),
      soon,
    );
  });

  test('a move that was held back until another had made it, and the message was put back, does nothing', async () => {
    const bench = suite.open({ deadLetter: safe });
    const producer = await bench.connectProducer();
    const observer = await bench.connect('observer');
    const holding = gate();
    const beforeDeadLetter = async (): Promise<void> => void (await holding.done);
    const slow = await bench.consume({ beforeDeadLetter }, ({ payload }) =>
      (payload as { repaired?: boolean }).repaired ? 'done' : reject,
    );
    onTestFinished(holding.open);
    await producer.publish(queue, numbered(1));
    await vi.waitFor(() => expect(slow.beforeDeadLetter).toHaveLength(1), soon);
    const quicker = await bench.consume({}, () => 'done');
    await vi.waitFor(() => expect(quicker.deadLettered).toHaveLength(1), soon);
    await quicker.stop();
    await observer.redrive(queue, await observer.deadLetters(queue), () => ({ repaired: true }));
    await vi.waitFor(() => expect(slow.settled).toHaveLength(2), soon);
    holding.open();
    await slow.stop();
    expect(slow.deadLettered).toEqual([]);
    expect(await observer.depth(deadQueue)).toMatchObject({ ready: 0 });
  });

  test('a redrive that was broken off before it took the letter out can be done again', async () => {
    const bench = suite.open({ deadLetter: safe });
    const producer = await bench.connectProducer();
    const observer = await bench.connect('observer');
    const consumer = await bench.consume({}, () => reject);
    await producer.publish(queue, [message(1)]);
    await vi.waitFor(() => expect(consumer.deadLettered).toHaveLength(1), soon);
    await consumer.stop();
    const letters = await observer.deadLetters(queue);
    await look(bench, queue).add('message', { order: 1 }, { jobId: 'orders/1' });
    await observer.redrive(queue, letters, ({ payload }) => payload);
    expect((await observer.census(queue)).ready).toEqual(['orders/1']);
    expect((await observer.depth(deadQueue)).ready).toBe(0);
  });

  test.each([
    [0, 'killed under once: the broker gives up after 0 redeliveries'],
    [1, 'killed under 2 times: the broker gives up after 1 redelivery'],
  ])('killed under with a limit of %i: the reason says so, to everybody', async (limit, reason) => {
    const bench = suite.open();
    const producer = await bench.connectProducer();
    await producer.publish(queue, numbered(1));
    const redelivery = { ...quick, limit };
    for (let deaths = 0; deaths <= limit; deaths++) {
      const victim = await bench.startProcess({ redelivery });
      await vi.waitFor(() => expect(victim.heard.deliveries).toHaveLength(1), soon);
      await victim.signal('SIGKILL');
    }
    // A polling worker takes it in the same way.
    const polling = { batch: 5, sleepSeconds: 0.05, errorSleepSeconds: 60 };
    const consumer = await bench.consume({ redelivery, polling }, () => 'done');
    await vi.waitFor(() => expect(consumer.dead).toEqual([{ id: 'orders/1', reason }]), soon);
    expect(consumer.deliveries).toEqual([]);
    const [letter] = await (await bench.connect('observer')).deadLetters(queue);
    expect(letter).toMatchObject({ id: 'orders/1', reason, payload: { order: 1 } });
  });

  test('what was killed under too often and is put back may be killed under again as often', async () => {
    const bench = suite.open();
    const producer = await bench.connectProducer();
    const observer = await bench.connect('observer');
    const killOne = async (): Promise<void> => {
      const victim = await bench.startProcess({ redelivery: quick });
      await vi.waitFor(() => expect(victim.heard.deliveries).toHaveLength(1), soon);
      await victim.signal('SIGKILL');
    };
    await producer.publish(queue, numbered(1));
    await killOne();
    await killOne();
    const gravedigger = await bench.consume({ redelivery: quick }, () => 'done');
    await vi.waitFor(() => expect(gravedigger.dead).toHaveLength(1), soon);
    await gravedigger.stop();
    await observer.redrive(queue, await observer.deadLetters(queue), ({ payload }) => payload);
    await killOne();
    const consumer = await bench.consume({ redelivery: quick }, () => 'done');
    await vi.waitFor(() => expect(consumer.settled).toHaveLength(1), soon);
    expect(consumer.deliveries).toMatchObject([{ attempt: 2, redelivered: 'yes', failures: 0 }]);
  });

  test.each([undefined, 0.05])(
    'a message that is retried goes behind the backlog (after %s s)',
    async (afterSeconds) => {
      const bench = suite.open();
      const producer = await bench.connectProducer();
      await producer.publish(queue, numbered(4));
      const retry = { reason: 'busy', ...(afterSeconds === undefined ? {} : { afterSeconds }) };
      const consumer = await bench.consume({}, async ({ id, failures }) => {
        if (id === 'orders/1' && failures === 0) return { retry };
        // It is due long before the others are done.
        await new Promise((resolve) => setTimeout(resolve, 100));
        return 'done';
      });
      await vi.waitFor(() => expect(consumer.settled).toHaveLength(5), soon);
      expect(consumer.deliveries.map(({ id }) => id)).toEqual([1, 2, 3, 4, 1].map((n) => `orders/${n}`));
    },
  );

  test('the reason of a retry is with the job while it waits', async () => {
    const bench = suite.open();
    const producer = await bench.connectProducer();
    await producer.publish(queue, numbered(1));
    const consumer = await bench.consume({}, () => ({ retry: { afterSeconds: 60, reason: 'busy' } }));
    await vi.waitFor(() => expect(consumer.settled).toHaveLength(1), soon);
    expect(await Job.fromId(look(bench, queue), 'orders/1')).toMatchObject({
      failedReason: 'busy',
      attemptsMade: 1,
    });
  });
});
