import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadDriver } from '../../src/broker/index.js';
import type { Broker, OutgoingMessage, PublishOutcome } from '../../src/broker/types.js';
import { message, numbered, plainQueue, queue, soon } from './fixtures/messages.js';
import { FragileRedis } from './fixtures/redis.js';

const queues = [plainQueue];

describe('BullMQ and a Redis in trouble', () => {
  let redis: FragileRedis;
  let namespace: string;
  let open: Broker[];

  beforeEach(async () => {
    redis = await FragileRedis.start();
    namespace = `launchpad:${randomUUID()}`;
    open = [];
  });
  afterEach(async () => {
    for (const broker of open) await broker[Symbol.asyncDispose]();
    await redis.remove();
  });

  async function connect(role: 'producer' | 'consumer' | 'observer'): Promise<Broker> {
    const driver = await loadDriver('bullmq');
    const broker = await driver.connect({ url: redis.url, namespace, queues, role });
    open.push(broker);
    await broker.ready(5);
    return broker;
  }

  async function administer(...command: [string, ...string[]]): Promise<void> {
    const client = new Redis(redis.url);
    await client.call(...command);
    client.disconnect();
  }

  async function idsOnServer(): Promise<Set<string>> {
    return new Set((await (await connect('observer')).census(queue)).ready);
  }

  test('killed under a producer: acknowledged is there, refused is not, and nothing is sent again', async () => {
    const producer = await connect('producer');
    const messages = numbered(6_000);
    const outcomes: Promise<PublishOutcome[]>[] = [];
    // Some are confirmed, some are on their way when it dies, some come too late.
    for (let i = 0; i < messages.length; i += 500) {
      if (i === 3_000) await Promise.race(outcomes);
      if (i === 4_500) await redis.kill();
      outcomes.push(producer.publish(queue, messages.slice(i, i + 500)));
    }
    const byOutcome = sort(messages, (await Promise.all(outcomes)).flat());
    expect(byOutcome.acknowledged.length).toBeGreaterThan(0);
    expect(byOutcome.unknown.length + byOutcome.refused.length).toBeGreaterThanOrEqual(1_500);
    expect(byOutcome.refused.length).toBeGreaterThan(0);

    await redis.start();
    await producer.ready(5);
    await producer.publish(queue, [message('last')]);
    const there = await idsOnServer();
    expect(byOutcome.acknowledged.filter((id) => !there.has(id))).toEqual([]);
    expect(byOutcome.refused.filter((id) => there.has(id))).toEqual([]);
  });

  test('frozen under a producer: unknown after the time limit, and it lands all the same', async () => {
    const producer = await connect('producer');
    redis.freeze();
    const [outcome] = await producer.publish(queue, numbered(1));
    expect(outcome).toEqual({ outcome: 'unknown', reason: expect.stringContaining('timed out') });
    redis.thaw();
    await vi.waitFor(async () => expect(await idsOnServer()).toEqual(new Set(['orders/1'])), soon);
    expect(await producer.publish(queue, [message(2)])).toEqual([{ outcome: 'acknowledged' }]);
  }, 20_000);

  test('frozen under an observer: an error within the time limit', async () => {
    const observer = await connect('observer');
    redis.freeze();
    await expect(observer.depth(queue)).rejects.toMatchObject({ code: 'broker-unreachable' });
    redis.thaw();
    expect((await observer.depth(queue)).ready).toBe(0);
  });

  test('full under a producer: each message is refused, and says why', async () => {
    const producer = await connect('producer');
    await producer.publish(queue, numbered(1));
    await administer('CONFIG', 'SET', 'maxmemory', '1');
    const full = await producer.publish(queue, numbered(3).slice(1));
    expect(full).toEqual(Array(2).fill({ outcome: 'refused', reason: expect.stringMatching(/^OOM/) }));
    await administer('CONFIG', 'SET', 'maxmemory', '0');
    expect(await idsOnServer()).toEqual(new Set(['orders/1']));
    expect(await producer.publish(queue, numbered(3))).toEqual(Array(3).fill({ outcome: 'acknowledged' }));
  });

  test('a wrong password is an error at once, and is nowhere in it', async () => {
    await administer('CONFIG', 'SET', 'requirepass', 's3cret');
    const driver = await loadDriver('bullmq');
    for (const role of ['producer', 'consumer', 'observer'] as const) {
      const url = redis.url.replace('://', '://default:wr0ng@');
      const broker = await driver.connect({ url, namespace, queues, role });
      open.push(broker);
      const error: unknown = await broker.ready(5).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'broker-unreachable',
        message: expect.stringContaining('WRONGPASS'),
      });
      expect(inspect(error, { depth: 10 })).not.toContain('wr0ng');
    }
  });

  test('a server that may throw messages away is warned of', async () => {
    await administer('CONFIG', 'SET', 'maxmemory', '100mb');
    await administer('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    const { warnings } = await (await connect('observer')).server();
    expect(warnings).toEqual([expect.stringContaining('CONFIG SET maxmemory-policy noeviction')]);
  });

  test('a server that is not there yet: publishing is refused and does not wait for it', async () => {
    const driver = await loadDriver('bullmq');
    await redis.kill();
    const producer = await driver.connect({ url: redis.url, namespace, queues, role: 'producer' });
    open.push(producer);
    const [outcome] = await producer.publish(queue, numbered(1));
    expect(outcome?.outcome).toBe('refused');
    await expect(producer.ready(0.3)).rejects.toMatchObject({ code: 'broker-unreachable' });
    await redis.start();
    await producer.ready(5);
    expect(await producer.publish(queue, numbered(1))).toEqual([{ outcome: 'acknowledged' }]);
  });
});

function sort(messages: readonly OutgoingMessage[], outcomes: readonly PublishOutcome[]) {
  const sorted: Record<PublishOutcome['outcome'], string[]> = {
    acknowledged: [],
    merged: [],
    unknown: [],
    refused: [],
  };
  for (const [i, { id }] of messages.entries()) sorted[outcomes[i]!.outcome].push(id);
  return sorted;
}
