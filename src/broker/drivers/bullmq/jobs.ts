import type { JobsOptions } from 'bullmq';
import type { Deduplication, OutgoingMessage } from '../../types.js';

/** The name that every job has. BullMQ wants one; it means nothing here. */
export const jobName = 'message';

/** Between a message's id and what tells its jobs apart; in no message's id. */
const mark = '~';

/** The message that a job is for. */
export function messageIdOf(jobId: string | undefined): string {
  if (jobId === undefined) return '';
  const end = jobId.indexOf(mark);
  return end < 0 ? jobId : jobId.slice(0, end);
}

/** The options with which a message is added, so that BullMQ deduplicates it as the queue says. */
export function jobOptions(
  deduplication: Deduplication,
  { id, copy }: Pick<OutgoingMessage, 'id' | 'copy'>,
): JobsOptions & { readonly jobId: string } {
  if (deduplication.kind === 'job-id') return { jobId: id };
  // A known job id is refused whatever the options say.
  const jobId = copy === 1 ? id : `${id}${mark}${copy}`;
  switch (deduplication.kind) {
    case 'none':
      return { jobId };
    case 'until-finished':
      return { jobId, deduplication: { id } };
    case 'throttle':
      return { jobId, deduplication: { id, ttl: wholeMillis(deduplication.seconds) } };
    case 'extend':
      return { jobId, deduplication: { id, ttl: wholeMillis(deduplication.seconds), extend: true } };
    case 'reschedule':
      return { jobId, deduplication: { id, reschedule: true }, delay: wholeMillis(deduplication.seconds) };
    case 'keep-last':
      return { jobId, deduplication: { id, keepLastIfActive: true } };
    case 'debounce': {
      const ttl = wholeMillis(deduplication.seconds);
      return { jobId, deduplication: { id, ttl, extend: true, replace: true }, delay: ttl };
    }
  }
}

/**
 * The options with which a dead message is added again. A key that is held for a time doesn't stand in its way: it was put
 * back on purpose. Where job ids are not the message's, the time of its death makes one, so that the same redrive, done
 * twice because it was broken off, adds one job.
 */
export function redriveOptions(
  { kind }: Deduplication,
  { id, at }: { readonly id: string; readonly at: string },
): JobsOptions & { readonly jobId: string } {
  if (kind === 'job-id') return { jobId: id };
  const jobId = `${id}${mark}${Date.parse(at).toString(36)}`;
  if (kind === 'keep-last') return { jobId, deduplication: { id, keepLastIfActive: true } };
  return kind === 'until-finished' || kind === 'reschedule' ? { jobId, deduplication: { id } } : { jobId };
}

/** BullMQ and Redis take whole milliseconds, at least one. */
export function wholeMillis(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1000));
}
