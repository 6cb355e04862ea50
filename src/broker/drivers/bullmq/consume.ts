import type { Job, KeepJobs, Queue } from 'bullmq';
import { LaunchpadError, messageOf } from '../../../errors.js';
import type { BrokerQueue, ConsumeOptions, ConsumerEvents, Delivery, Settlement } from '../../types.js';
import type { Connection } from './connection.js';
import { Hands } from './hands.js';
import { wholeMillis } from './jobs.js';
import { HandleFailures, poll } from './polling.js';
import { addOnFailed, Relay } from './relay.js';
import { serve } from './serve.js';
import { watchConnection } from './watch.js';
import { ReportingWorker } from './worker.js';

/** How long Redis may take to confirm the last ends once the hands are empty, in milliseconds of real time. */
const closeLimitMillis = 1_000;

/** How many completed jobs are kept where their ids refuse nothing. */
const completedKept = 10_000;

/** A queue that is to be served, as the driver has it. */
export interface Served {
  readonly spec: BrokerQueue;
  readonly prefix: string;
  readonly queue: Queue;
  /** Its dead-letter queue. */
  readonly letters: Queue | null;
}

/** Serves a queue with BullMQ's own worker, limiter, locks and stalled check. See Broker.consume. */
export async function consume(
  connection: Connection,
  served: Served,
  options: ConsumeOptions,
  handle: (delivery: Delivery) => Promise<Settlement>,
  on: ConsumerEvents,
): Promise<void> {
  const { spec, prefix } = served;
  const { polling, redelivery } = options;
  const failures = new HandleFailures();
  let buried = (_job: Job): void => undefined;
  const hands = new Hands(on, (job) => buried(job));
  const worker = new ReportingWorker(spec.name, (job) => failures.watch(job, serve(job, hands, handle)), {
    connection: connection.client,
    prefix,
    autorun: false,
    concurrency: options.concurrency,
    lockDuration: wholeMillis(redelivery.afterSeconds),
    stalledInterval: wholeMillis(redelivery.checkSeconds),
    maxStalledCount: redelivery.limit,
    removeOnComplete: keepOf(spec),
    ...(options.rate === null
      ? {}
      : { limiter: { max: options.rate.count, duration: wholeMillis(options.rate.perSeconds) } }),
  });
  worker.ends = hands;
  const stopWatching = watchConnection(connection, worker, hands, on);
  const burial = buryingIn(connection, served, options, on, (error) => worker.emit('error', asError(error)));
  buried = burial.bury;
  const aborted = untilAborted(options.signal);
  try {
    const started = await Promise.race([worker.waitUntilReady().then(() => true), aborted]);
    if (!started) return await close(worker, hands, Promise.resolve());
    options.ready();
    burial.relay?.start(wholeMillis(redelivery.checkSeconds));
    const running = polling === null ? worker.run() : poll(worker, polling, failures, options.signal);
    // It ends by itself only by an error.
    await Promise.race([running, aborted]);
    // BullMQ's close waits for its own loop, and for no other.
    await close(worker, hands, polling === null ? Promise.resolve() : running);
    if (burial.relay !== null) await finish(burial.relay, connection);
  } catch (error) {
    // Without the cause: a client's error holds the command, which for a login is the password.
    throw new LaunchpadError('broker-lost', `The BullMQ worker of ${spec.name} ended: ${messageOf(error)}`);
  } finally {
    burial.relay?.stop();
    stopWatching();
  }
}

/** What is done with a queue's dead. */
interface Burial {
  readonly bury: (job: Job) => void;
  /** What has to be started and ended. */
  readonly relay: Relay | null;
}

function buryingIn(
  connection: Connection,
  { spec, queue, letters }: Served,
  { beforeDeadLetter }: ConsumeOptions,
  on: ConsumerEvents,
  failed: (error: unknown) => void,
): Burial {
  if (letters === null || spec.deadLetter === null) return { bury: () => undefined, relay: null };
  const setup = { client: connection.client, queue, letters, beforeDeadLetter, on, failed };
  if (spec.deadLetter.move === 'on-failed') {
    // Nothing waits for it: that is what is wrong with it.
    return { bury: (job) => void addOnFailed(job, setup), relay: null };
  }
  const relay = new Relay(setup);
  return { bury: (job) => relay.own(job), relay };
}

/** Which completed jobs BullMQ keeps: their ids are known, so that a second publish adds nothing. */
function keepOf({ deduplication }: BrokerQueue): KeepJobs {
  if (deduplication.kind !== 'job-id') return { count: completedKept };
  const { keepCount: count, keepSeconds: age } = deduplication;
  if (count !== null) return age === null ? { count } : { count, age };
  return age === null ? { count: -1 } : { age };
}

/**
 * Lets the hands get empty, and then ends within the time limit whatever Redis does: BullMQ's own close waits for a
 * server that is gone.
 *
 * @param loop a loop that the worker doesn't know of
 */
async function close(worker: ReportingWorker, hands: Hands, loop: Promise<void>): Promise<void> {
  const closed = loop.then(() => worker.close()).then(() => true);
  for (;;) {
    if (await Promise.race([closed, hands.empty().then(() => false)])) break;
    if (await within(closed, closeLimitMillis)) break;
    if (!hands.areEmpty) continue;
    worker.ends = null;
    // So that it tries nothing again; it can't be waited for.
    void worker.close();
    break;
  }
  hands.giveUp();
}

/** Looks through the dead a last time, and moves them; what Redis doesn't answer to is left to other consumers. */
async function finish(relay: Relay, connection: Connection): Promise<void> {
  relay.stop();
  if (!connection.isUp || !(await within(relay.sweep('all'), closeLimitMillis))) return;
  while (!(await within(relay.idle(), closeLimitMillis)) && relay.isHeldBack);
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

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
