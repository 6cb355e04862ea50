import type { Queue } from 'bullmq';
import { messageOf } from '../../../errors.js';
import type { OutgoingMessage, PublishOutcome } from '../../types.js';
import type { Connection } from './connection.js';

/**
 * The name that every job has. BullMQ wants one; it means nothing here.
 */
const jobName = 'message';

/** What ioredis says of a command that it did not write: the offline queue is off. */
const neverWritten = /Stream isn't writeable/;

/** Error replies that Redis gives before it executes anything. */
const notExecuted =
  /^(OOM|NOAUTH|NOPERM|WRONGPASS|READONLY|LOADING|MISCONF|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|CROSSSLOT|NOSCRIPT)\b/;

/**
 * Adds each message as a job with the message's id, so that Redis refuses a second copy. One `add` for each and not
 * `addBulk`: that is a pipeline too, not faster, and reports only its first error, not what became of each message.
 */
export function publish(
  connection: Connection,
  queue: Queue,
  messages: readonly OutgoingMessage[],
): Promise<PublishOutcome[]> {
  if (!connection.isUp) {
    const refused: PublishOutcome = { outcome: 'refused', reason: connection.trouble };
    return Promise.resolve(messages.map(() => refused));
  }
  return Promise.all(messages.map((message) => publishOne(queue, message)));
}

const acknowledged: PublishOutcome = { outcome: 'acknowledged' };

async function publishOne(queue: Queue, { id, payload }: OutgoingMessage): Promise<PublishOutcome> {
  try {
    await queue.add(jobName, payload, { jobId: id });
    return acknowledged;
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
