import { type Job, UnrecoverableError } from 'bullmq';
import { LaunchpadError, messageOf } from '../../../errors.js';
import type { ConsumeOptions, ConsumerEvents, Delivery, Settlement } from '../../types.js';
import type { Connection } from './connection.js';
import { Hands } from './hands.js';
import { watchConnection } from './watch.js';
import { ReportingWorker } from './worker.js';

/** How many completed jobs are kept, so that a second publish of the same id creates nothing. */
const completedKept = 10_000;

/** How long Redis may take to confirm the last ends once the hands are empty, in milliseconds of real time. */
const closeLimitMillis = 1_000;

/** BullMQ can't take a message away before its end is told. */
const neverAborted = new AbortController().signal;

/** Serves a queue with BullMQ's own worker, limiter, locks and stalled check. See Broker.consume. */
export async function consume(
  connection: Connection,
  prefix: string,
  queue: string,
  options: ConsumeOptions,
  handle: (delivery: Delivery) => Promise<Settlement>,
  on: ConsumerEvents,
): Promise<void> {
  const hands = new Hands(on);
  const worker = new ReportingWorker(queue, (job) => serve(job, hands, handle), {
    connection: connection.client,
    prefix,
    autorun: false,
    concurrency: options.concurrency,
    lockDuration: wholeMillis(options.redelivery.afterSeconds),
    stalledInterval: wholeMillis(options.redelivery.checkSeconds),
    removeOnComplete: { count: completedKept },
    ...(options.rate === null
      ? {}
      : { limiter: { max: options.rate.count, duration: wholeMillis(options.rate.perSeconds) } }),
  });
  worker.ends = hands;
  const stopWatching = watchConnection(connection, worker, hands, on);
  const aborted = untilAborted(options.signal);
  try {
    const started = await Promise.race([worker.waitUntilReady().then(() => true), aborted]);
    if (!started) return await close(worker, hands);
    options.ready();
    const running = worker.run();
    // It ends by itself only by an error.
    await Promise.race([running, aborted]);
    await close(worker, hands);
  } catch (error) {
    // Without the cause: a client's error holds the command, which for a login is the password.
    throw new LaunchpadError('broker-lost', `The BullMQ worker of ${queue} ended: ${messageOf(error)}`);
  } finally {
    stopWatching();
  }
}

async function serve(
  job: Job,
  hands: Hands,
  handle: (delivery: Delivery) => Promise<Settlement>,
): Promise<void> {
  hands.take(job);
  let settlement: Settlement;
  try {
    settlement = await handle({
      id: job.id ?? '',
      payload: job.data,
      attempt: job.attemptsStarted,
      redelivered: isRedelivered(job) ? 'yes' : 'no',
      signal: neverAborted,
    });
  } finally {
    hands.finish();
  }
  if (settlement === 'done') return;
  if ('reject' in settlement) throw new UnrecoverableError(settlement.reject.reason);
  // BullMQ decides in the worker, by the job's options, whether and when a failed job is tried again.
  const { afterSeconds } = settlement.retry;
  job.opts.attempts = job.attemptsMade + 2;
  job.opts.backoff = afterSeconds === undefined ? 0 : { type: 'fixed', delay: wholeMillis(afterSeconds) };
  throw new Error('to be tried again');
}

/** A retry starts a job again too; that is not a redelivery. */
function isRedelivered(job: Job): boolean {
  return job.stalledCounter > 0 || job.attemptsStarted > job.attemptsMade + 1;
}

/** BullMQ and Redis take whole milliseconds, at least one. */
function wholeMillis(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1000));
}

/**
 * Lets the hands get empty, and then ends within the time limit whatever Redis does: BullMQ's own close waits for a
 * server that is gone.
 */
async function close(worker: ReportingWorker, hands: Hands): Promise<void> {
  const closed = worker.close().then(() => true);
  for (;;) {
    if (await Promise.race([closed, hands.empty().then(() => false)])) break;
    if (await within(closed, closeLimitMillis)) break;
    if (!hands.areEmpty) continue;
    worker.ends = null;
    break;
  }
  hands.giveUp();
}

/** Whether the promise resolved in time. */
async function within(promise: Promise<unknown>, millis: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), millis);
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

function untilAborted(signal: AbortSignal): Promise<false> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }));
}
