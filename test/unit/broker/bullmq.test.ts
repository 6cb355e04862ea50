import { Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { moveToLetters } from '../../../src/broker/drivers/bullmq/dead-letters.js';
import { Hands } from '../../../src/broker/drivers/bullmq/hands.js';
import { escapePattern } from '../../../src/broker/drivers/bullmq/observe.js';
import { HandleFailures, poll } from '../../../src/broker/drivers/bullmq/polling.js';
import { outcomeOf } from '../../../src/broker/drivers/bullmq/publish.js';
import { readServer } from '../../../src/broker/drivers/bullmq/server.js';
import type { ReportingWorker } from '../../../src/broker/drivers/bullmq/worker.js';

describe('the outcome of a failed publish', () => {
  test.each([
    ['Error', "Stream isn't writeable and enableOfflineQueue options is false", 'refused'],
    ['ReplyError', "OOM command not allowed when used memory > 'maxmemory'.", 'refused'],
    ['ReplyError', "READONLY You can't write against a read only replica.", 'refused'],
    ['ReplyError', 'NOAUTH Authentication required.', 'refused'],
    ['ReplyError', 'ERR user_script:12: something went wrong half-way', 'unknown'],
    ['Error', 'Command timed out', 'unknown'],
    ['Error', 'Connection is closed.', 'unknown'],
    ['MaxRetriesPerRequestError', 'Reached the max retries per request limit (which is 0).', 'unknown'],
    ['Error', 'OOM is not a reply here', 'unknown'],
  ])('%s: %s', (name, message, outcome) => {
    const error = Object.assign(new Error(message), { name });
    expect(outcomeOf(error)).toEqual({ outcome, reason: message });
  });
});

describe('the ends of what a worker holds', () => {
  const lockLost = Object.assign(new Error('Missing lock'), { code: -2 });

  function held(): { hands: Hands; job: Job; heard: string[] } {
    const heard: string[] = [];
    const hands = new Hands({
      settled: (id, outcome) => void heard.push(`${id} ${outcome}`),
      dead: (id, reason) => void heard.push(`${id} dead: ${reason}`),
    });
    const job: Job = Object.assign(Object.create(Job.prototype), { id: 'orders/1' });
    hands.take(job);
    return { hands, job, heard };
  }

  test('confirmed: ok, once', () => {
    const { hands, job, heard } = held();
    hands.telling(job);
    hands.told(job);
    hands.told(job);
    expect(heard).toEqual(['orders/1 ok']);
  });

  test("refused because it is no longer this worker's: lost, once, though BullMQ then tries to fail it", () => {
    const { hands, job, heard } = held();
    hands.telling(job);
    hands.notTold(job, lockLost);
    hands.telling(job);
    hands.notTold(job, lockLost);
    expect(heard).toEqual(['orders/1 lost']);
  });

  test('refused after the connection was lost meanwhile: unknown, it may have been obeyed before', () => {
    const { hands, job, heard } = held();
    hands.telling(job);
    hands.connectionLost();
    hands.notTold(job, lockLost);
    expect(heard).toEqual(['orders/1 unknown']);
  });

  test('refused, told for the first time after the connection was back: lost', () => {
    const { hands, job, heard } = held();
    hands.connectionLost();
    hands.telling(job);
    hands.notTold(job, lockLost);
    expect(heard).toEqual(['orders/1 lost']);
  });

  test('failed in any other way, or given up: unknown', () => {
    const failed = held();
    failed.hands.telling(failed.job);
    failed.hands.notTold(failed.job, new Error('Connection is closed.'));
    expect(failed.heard).toEqual(['orders/1 unknown']);
    const abandoned = held();
    abandoned.hands.telling(abandoned.job);
    abandoned.hands.giveUp();
    abandoned.hands.told(abandoned.job);
    expect(abandoned.heard).toEqual(['orders/1 unknown']);
  });

  test('a job that was never started has no settlement, but can be dead', () => {
    const { hands, heard } = held();
    const other: Job = Object.assign(Object.create(Job.prototype), { id: 'orders/2' });
    hands.telling(other);
    hands.dead(other, 'stalled');
    hands.told(other);
    expect(heard).toEqual(['orders/2 dead: stalled']);
  });

  test('are empty when every handle has returned', async () => {
    const { hands, heard } = held();
    let isEmpty = false;
    const empty = hands.empty().then(() => {
      isEmpty = true;
    });
    await Promise.resolve();
    expect(isEmpty).toBe(false);
    hands.finish();
    await empty;
    expect(hands.areEmpty).toBe(true);
    expect(heard).toEqual([]);
  });
});

describe('who answers', () => {
  test.each([
    ['redis_version:7.0.15', 'redis', '7.0.15'],
    ['redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1', 'valkey', '8.0.1'],
    ['redis_version:7.4.0\r\ndragonfly_version:df-v1.21.2', 'dragonfly', '1.21.2'],
    ['', 'redis', 'unknown'],
  ])('%j', (info, product, version) => {
    expect(readServer(`# Server\r\n${info}\r\n`)).toEqual({ product, version, warnings: [] });
  });

  test.each([
    ['maxmemory:0', 'allkeys-lru', []],
    ['maxmemory:100', 'noeviction', []],
    ['maxmemory:100', 'volatile-lru', [expect.stringContaining('volatile-lru')]],
  ])('%s, %s', (limit, policy, warnings) => {
    expect(readServer(`redis_version:7.0.0\r\n${limit}\r\nmaxmemory_policy:${policy}`).warnings).toEqual(
      warnings,
    );
  });

  test.each([
    ['5.0.14', 1],
    ['6.0.16', 1],
    ['6.2.0', 0],
    ['7.0.0', 0],
  ])('Redis %s', (version, warnings) => {
    expect(readServer(`redis_version:${version}`).warnings).toHaveLength(warnings);
  });
});

test('a pattern matches the name itself only', () => {
  expect(escapePattern('{launchpad:a*b?[c]}')).toBe('{launchpad:a\\*b\\?\\[c\\]}');
  expect(escapePattern('a^b-c\\')).toBe('a\\^b\\-c\\\\');
});

test('the polling loop takes nothing more once it is told to stop, also in the middle of a batch', async () => {
  const stop = new AbortController();
  const processed: string[] = [];
  let taken = 0;
  const worker = {
    id: 'worker',
    keepUp: async () => undefined,
    getNextJob: async () => {
      taken++;
      stop.abort();
      return { id: `orders/${taken}` };
    },
    processJob: async (job: Job) => void processed.push(String(job.id)),
  } as unknown as ReportingWorker;
  const polling = { batch: 5, sleepSeconds: 60, errorSleepSeconds: 60 };
  await poll(worker, polling, new HandleFailures(), stop.signal);
  expect(processed).toEqual(['orders/1']);
  expect(taken).toBe(1);
});

test.each([
  [[1, 1], true],
  [[1, 0], false],
  [[0], false],
])(
  'of several consumers that move the same death, one says so (answers of Redis: %j)',
  async (answers, isMoved) => {
    const left = [...answers];
    const client = { eval: async () => left.shift() } as unknown as Redis;
    const queue = { toKey: (key: string) => key, add: async () => undefined } as unknown as Queue;
    const letter = { id: 'orders/1', payload: {}, reason: 'no such address', attempts: 1, at: '2026-01-01' };
    expect(await moveToLetters(client, queue, queue, { id: 'orders/1', at: '1' }, letter)).toBe(isMoved);
    expect(left).toEqual([]);
  },
);
