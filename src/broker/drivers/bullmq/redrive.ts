import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { DeadLetter, Deduplication, PublishOutcome } from '../../types.js';
import { readFailed, readJobs } from './dead-letters.js';
import { messageIdOf, redriveOptions } from './jobs.js';
import { addJob, outcomeOf } from './publish.js';

/** Messages put back in one go: so many can be in both places if it is broken off. */
const chunk = 500;

/** Somebody else put it back. */
const merged: PublishOutcome = { outcome: 'merged' };

/** Where the dead of a queue are put back. */
export interface Redrive {
  readonly client: Redis;
  readonly queue: Queue;
  /** Null: the failed set keeps the dead. */
  readonly letters: Queue | null;
  readonly deduplication: Deduplication;
}

/** See Broker.redrive. */
export async function redrive(
  { client, queue, letters, deduplication }: Redrive,
  messages: readonly DeadLetter[],
  payload: (message: DeadLetter) => unknown,
): Promise<PublishOutcome[]> {
  const failed = await failedByMessage(client, queue);
  const outcomes: PublishOutcome[] = [];
  for (let i = 0; i < messages.length; i += chunk) {
    const some = messages.slice(i, i + chunk);
    outcomes.push(
      ...(letters === null
        ? await retry(client, queue, failed, some, payload)
        : await putBack({ client, queue, letters, deduplication }, failed, some, payload)),
    );
  }
  return outcomes;
}

/** The jobs of each message in the failed set, the longest dead first. */
async function failedByMessage(client: Redis, queue: Queue): Promise<Map<string, string[]>> {
  const byMessage = new Map<string, string[]>();
  for (const { id } of await readFailed(client, queue)) {
    const message = messageIdOf(id);
    const jobs = byMessage.get(message);
    if (jobs === undefined) byMessage.set(message, [id]);
    else jobs.push(id);
  }
  return byMessage;
}

/**
 * Takes what is left of a message's jobs in the failed and the completed set, so that its id is not known, as long as its
 * letter is there. A job that waits or is in hand stays: the message is back then.
 */
const clearScript = `
if redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
for i, id in ipairs(ARGV) do
  if redis.call('ZREM', KEYS[1], id) + redis.call('ZREM', KEYS[2], id) > 0 then redis.call('DEL', KEYS[i + 3]) end
end
return 1`;

/** Takes a letter out, unless the message has died again since it was read. */
const takeOutScript = `
local data = redis.call('HGET', KEYS[2], 'data')
if not data or cjson.decode(data).at ~= ARGV[2] then return 0 end
if redis.call('LREM', KEYS[1], -1, ARGV[1]) == 0 then return 0 end
redis.call('DEL', KEYS[2])
return 1`;

/** From the dead-letter queue: out of the way, in again, and then out of the dead-letter queue. */
async function putBack(
  { client, queue, letters, deduplication }: Redrive & { readonly letters: Queue },
  failed: ReadonlyMap<string, readonly string[]>,
  messages: readonly DeadLetter[],
  payload: (message: DeadLetter) => unknown,
): Promise<PublishOutcome[]> {
  const isThere = await Promise.all(
    messages.map(async (message) => {
      const left = [
        ...new Set([redriveOptions(deduplication, message).jobId, ...(failed.get(message.id) ?? [])]),
      ];
      const keys = [queue.toKey('failed'), queue.toKey('completed'), letters.toKey(message.id)];
      const jobs = left.map((id) => queue.toKey(id));
      return (await client.eval(clearScript, 3 + jobs.length, ...keys, ...jobs, ...left)) === 1;
    }),
  );
  return Promise.all(
    messages.map(async (message, i) => {
      if (!isThere[i]) return merged;
      const outcome = await addJob(queue, payload(message), redriveOptions(deduplication, message));
      if (outcome.outcome === 'unknown' || outcome.outcome === 'refused') return outcome;
      const keys = [letters.toKey('wait'), letters.toKey(message.id)];
      await client.eval(takeOutScript, 2, ...keys, message.id, message.at);
      return outcome;
    }),
  );
}

/** Makes a failed job a new one, while it still is in the failed set; BullMQ's own retry leaves the stalls counted. */
const renewScript = `
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('HSET', KEYS[2], 'data', ARGV[2])
redis.call('HDEL', KEYS[2], 'stc', 'stacktrace')
return 1`;

/** From the failed set, by BullMQ's retry, which moves a job in one step. */
async function retry(
  client: Redis,
  queue: Queue,
  failed: ReadonlyMap<string, string[]>,
  messages: readonly DeadLetter[],
  payload: (message: DeadLetter) => unknown,
): Promise<PublishOutcome[]> {
  return Promise.all(
    messages.map(async (message) => {
      const id = failed.get(message.id)?.shift();
      if (id === undefined) return merged;
      const data = JSON.stringify(payload(message) ?? {});
      const isThere = await client.eval(renewScript, 2, queue.toKey('failed'), queue.toKey(id), id, data);
      const [job] = isThere === 1 ? await readJobs(queue, [id]) : [];
      if (job === undefined) return merged;
      try {
        await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
        return { outcome: 'acknowledged' } as const;
      } catch (error) {
        return outcomeOf(error);
      }
    }),
  );
}
