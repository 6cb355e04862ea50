import { type Job, UnrecoverableError } from 'bullmq';
import type { Delivery, Settlement } from '../../types.js';
import type { Hands } from './hands.js';
import { messageIdOf, wholeMillis } from './jobs.js';

/** BullMQ can't take a message away before its end is told. */
const neverAborted = new AbortController().signal;

/** Has a job handled, and puts its settlement in BullMQ's words: to return or to throw. */
export async function serve(
  job: Job,
  hands: Hands,
  handle: (delivery: Delivery) => Promise<Settlement>,
): Promise<void> {
  hands.take(job);
  let settlement: Settlement;
  try {
    settlement = await handle({
      id: messageIdOf(job.id),
      payload: job.data,
      attempt: job.attemptsStarted,
      redelivered: isRedelivered(job) ? 'yes' : 'no',
      failures: job.attemptsMade,
      signal: neverAborted,
    });
  } finally {
    hands.finish();
  }
  if (settlement === 'done') return;
  if ('reject' in settlement) throw traced(new UnrecoverableError(settlement.reject.reason), job);
  // BullMQ decides in the worker, by the job's options, whether and when a failed job is tried again.
  const { afterSeconds, reason } = settlement.retry;
  job.opts.attempts = job.attemptsMade + 2;
  job.opts.backoff = afterSeconds === undefined ? 0 : { type: 'fixed', delay: wholeMillis(afterSeconds) };
  throw traced(new Error(reason), job);
}

/**
 * Keeps with the failed job, in place of a stack that leads nowhere but here, at which start it failed. BullMQ counts a
 * job's stalls and failures, but doesn't say which was the latest.
 */
function traced<Failure extends Error>(failure: Failure, job: Job): Failure {
  failure.stack = `${failure.message}\n    at start ${job.attemptsStarted}`;
  job.opts.stackTraceLimit = 1;
  return failure;
}

/** Whether the start before this one had no end. A retry starts a job again too; that is not a redelivery. */
export function isRedelivered(job: Pick<Job, 'attemptsStarted' | 'stacktrace'>): boolean {
  const failedAt = /\n {4}at start (\d+)$/.exec(job.stacktrace?.at(-1) ?? '');
  return job.attemptsStarted > Number(failedAt?.[1] ?? 0) + 1;
}
