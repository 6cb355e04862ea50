import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Census, Depth } from '../../types.js';
import { messageIdOf } from './jobs.js';

/** BullMQ's states, in the order in which they are asked for. */
const states = ['waiting', 'prioritized', 'active', 'delayed', 'failed'] as const;

/** Keys looked at in one step, and removed in one. */
const scanStep = 1_000;

/** What is in the queue: one script, so one moment. */
export async function readDepth(queue: Queue): Promise<Depth> {
  const [waiting = 0, prioritized = 0, inFlight = 0, delayed = 0, dead = 0] = await queue
    .getBackend()
    .getCounts([...states]);
  return { ready: waiting + prioritized, inFlight, delayed, dead };
}

/** The messages of all that is in the queue: one script, so one moment. A message that is in it twice is listed twice. */
export async function readCensus(queue: Queue): Promise<Census> {
  const ranges: readonly (readonly string[])[] = await queue.getBackend().getRanges([...states], 0, -1);
  const [waiting = [], prioritized = [], inFlight = [], delayed = [], dead = []] = ranges.map((ids) =>
    ids.map(messageIdOf),
  );
  return { ready: [...waiting, ...prioritized], inFlight, delayed, dead };
}

/**
 * Removes every key of these queues, in small steps that don't hold up the server's other users. By name and not with
 * BullMQ's obliterate, which leaves keys that it does not know of (a killed worker's locks).
 */
export async function removeQueues(client: Redis, prefix: string, queues: readonly string[]): Promise<void> {
  const beginnings = queues.map((queue) => `${prefix}:${queue}:`);
  let cursor = '0';
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', `${escapePattern(prefix)}:*`, 'COUNT', scanStep);
    const keys = found.filter((key) => beginnings.some((beginning) => key.startsWith(beginning)));
    if (keys.length > 0) await client.unlink(keys);
    cursor = next;
  } while (cursor !== '0');
}

/** Takes the meaning from the characters that a Redis pattern gives one. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}
