import { Job, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { DeadLetter } from '../../types.js';
import { jobName, messageIdOf } from './jobs.js';

/** What a job of a dead-letter queue carries. Its id is the message's. */
type LetterData = Omit<DeadLetter, 'id'>;

/** Jobs read in one go. */
const chunk = 500;

/** A failed job: its id and, as a failed job that is added again keeps its id, when it failed (BullMQ's milliseconds). */
export interface FailedJob {
  readonly id: string;
  readonly at: string;
}

/** Everything in the failed set, the oldest first. */
export async function readFailed(client: Redis, queue: Queue): Promise<FailedJob[]> {
  const flat = await client.zrange(queue.toKey('failed'), 0, '-1', 'WITHSCORES');
  const failed: FailedJob[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) failed.push({ id: flat[i] ?? '', at: flat[i + 1] ?? '' });
  return failed;
}

/** A failed job as a dead letter. */
export function letterOf(job: Job): DeadLetter {
  return {
    id: messageIdOf(job.id),
    payload: job.data,
    reason: job.failedReason,
    attempts: job.attemptsMade,
    at: new Date(job.finishedOn ?? 0).toISOString(),
  };
}

/** The letters in a dead-letter queue, the longest dead first. */
export async function readLetters(letters: Queue<LetterData>): Promise<DeadLetter[]> {
  // A list's latest comes first, whatever order is asked for.
  const [ids = []]: readonly (readonly string[])[] = await letters.getBackend().getRanges(['wait'], 0, -1);
  const found: DeadLetter[] = [];
  for (const job of await readJobs<LetterData>(letters, [...ids].reverse())) {
    const { payload, reason, attempts, at } = job.data;
    found.push({ id: job.id ?? '', payload, reason, attempts, at });
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** What BullMQ itself keeps of the dead, the longest dead first. */
export async function readFailedLetters(client: Redis, queue: Queue): Promise<DeadLetter[]> {
  const failed = await readFailed(client, queue);
  const ids = failed.map(({ id }) => id);
  return (await readJobs(queue, ids)).map(letterOf);
}

/** Jobs by id, without those that are gone. */
export async function readJobs<Data>(queue: Queue<Data>, ids: readonly string[]): Promise<Job<Data>[]> {
  const jobs: Job<Data>[] = [];
  for (let i = 0; i < ids.length; i += chunk) {
    const some = await Promise.all(ids.slice(i, i + chunk).map((id) => Job.fromId<Data>(queue, id)));
    for (const job of some) if (job !== undefined) jobs.push(job);
  }
  return jobs;
}

/**
 * The last look before a letter is added. Not there any more: another consumer has moved it. A letter that lies there from
 * an earlier death of the message (a redrive is about to take it out) is made this one's: `takeOut` then leaves it.
 */
const refreshScript = `
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('HSET', KEYS[2], 'data', ARGV[3]) end
return 1`;

/**
 * Takes a job from the failed set, if it is still the same death, and if its letter is there. BullMQ's own removal looks at
 * neither: it would take a message that was redriven meanwhile.
 */
const forgetScript = `
if redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
return 1`;

/**
 * Moves a failed job to the dead-letter queue: adds the letter, and then takes the job from the failed set. Broken off
 * anywhere, it can be done again.
 *
 * @returns whether it was this call that did so: of several consumers that move the same death, one
 */
export async function moveToLetters(
  client: Redis,
  queue: Queue,
  letters: Queue<LetterData>,
  { id, at }: FailedJob,
  letter: DeadLetter,
): Promise<boolean> {
  const [failed, job, letterKey] = [queue.toKey('failed'), queue.toKey(id), letters.toKey(letter.id)];
  const data = JSON.stringify(dataOf(letter));
  if ((await client.eval(refreshScript, 2, failed, letterKey, id, at, data)) === 0) return false;
  await addLetter(letters, letter);
  return (await client.eval(forgetScript, 3, failed, job, letterKey, id, at)) === 1;
}

/** Adds a letter; one that lies there already stays as it is. */
export async function addLetter(letters: Queue<LetterData>, letter: DeadLetter): Promise<void> {
  await letters.add(jobName, dataOf(letter), { jobId: letter.id });
}

function dataOf({ payload, reason, attempts, at }: DeadLetter): LetterData {
  return { payload, reason, attempts, at };
}
