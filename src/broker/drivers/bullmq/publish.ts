import type { JobsOptions, Queue } from 'bullmq';
import { messageOf } from '../../../errors.js';
import type { Deduplication, OutgoingMessage, PublishOutcome } from '../../types.js';
import type { Connection } from './connection.js';
import { jobName, jobOptions } from './jobs.js';

/** What ioredis says of a command that it did not write: the offline queue is off. */
const neverWritten = /Stream isn't writeable/;

/** Error replies that Redis gives before it executes anything. */
const notExecuted =
  /^(OOM|NOAUTH|NOPERM|WRONGPASS|READONLY|LOADING|MISCONF|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|CROSSSLOT|NOSCRIPT)\b/;

/**
 * Adds each message as a job, deduplicated as its queue says. One `add` for each and not `addBulk`: that is a pipeline
 * too, not faster, and reports only its first error, not what became of each message.
 */
export function publish(
  connection: Connection,
  queue: Queue,
  deduplication: Deduplication,
  messages: readonly OutgoingMessage[],
): Promise<PublishOutcome[]> {
  if (!connection.isUp) {
    const refused: PublishOutcome = { outcome: 'refused', reason: connection.trouble };
    return Promise.resolve(messages.map(() => refused));
  }
  return Promise.all(
    messages.map((message) => addJob(queue, message.payload, jobOptions(deduplication, message))),
  );
}

const acknowledged: PublishOutcome = { outcome: 'acknowledged' };
const merged: PublishOutcome = { outcome: 'merged' };

/**
 * Adds one job. Where its deduplication key is held, BullMQ answers with the holder's id. A job id that is known it answers
 * with that id, as if it had added the job, so that can't be told.
 */
export async function addJob(
  queue: Queue,
  data: unknown,
  options: JobsOptions & { readonly jobId: string },
): Promise<PublishOutcome> {
  try {
    const { id } = await queue.add(jobName, data, options);
    return id === options.jobId ? acknowledged : merged;
  } catch (error) {
    return outcomeOf(error);
  }
}

/** What a failed publish means: refused where it is certain that it had no effect, else unknown. */
export function outcomeOf(error: unknown): PublishOutcome {
  const reason = messageOf(error);
  const isReply = error instanceof Error && error.name === 'ReplyError';
  const hadNoEffect = isReply ? notExecuted.test(reason) : neverWritten.test(reason);
  return { outcome: hadNoEffect ? 'refused' : 'unknown', reason };
}
