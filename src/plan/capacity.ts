import type { QueueSpec, Rate } from '../scenario/types.js';
import { longestWork } from './longest.js';

/** Seconds that a message occupies a hand, on average: from start until the broker is told. */
export function handSeconds(queue: QueueSpec): number {
  return queue.work.meanSeconds + queue.acknowledgeSeconds;
}

/** Messages in hand at once, per worker: a polling worker takes a batch. */
export function handsOf(queue: QueueSpec): number {
  return queue.polling?.batch ?? queue.concurrency;
}

/** Seconds from one batch of a polling worker to the next: its longest work, the acknowledgement, and the sleep; null: it doesn't poll. */
export function roundSeconds(queue: QueueSpec): number | null {
  const { polling, work, acknowledgeSeconds } = queue;
  return polling && longestWork(work, polling.batch) + acknowledgeSeconds + polling.sleepSeconds;
}

/**
 * What the hands of so many workers can serve, per second; Infinity where the work takes no time. Polling workers serve
 * full batches: workers × batch / round.
 */
export function handsPerSecond(queue: QueueSpec, workersUp: number): number {
  if (workersUp === 0) return 0;
  const seconds = roundSeconds(queue) ?? handSeconds(queue);
  return seconds === 0 ? Number.POSITIVE_INFINITY : (workersUp * handsOf(queue)) / seconds;
}

/** A rate as a number per second, whatever its window. */
export function ratePerSecond({ count, perSeconds }: Rate): number {
  return count / perSeconds;
}

/** The queue's limit per second; Infinity without one. */
export function limitPerSecond(queue: QueueSpec): number {
  return queue.rate === null ? Number.POSITIVE_INFINITY : ratePerSecond(queue.rate);
}

/**
 * The rate at which a queue can be served while so many of its workers are up, per second:
 * min(limit, workers × concurrency / (work + acknowledge)), or of polling ones workers × batch / round; 0 while all are
 * down. Where the limit is counted in
 * windows, the hands' share is also bounded by what they finish of a window's burst: that is the same rate on average.
 * @param rateScope `worker`: each worker holds its share of the limit, and capacity falls with each that is down.
 */
export function capacityOf(
  queue: QueueSpec,
  workersUp: number,
  rateScope: 'queue' | 'worker' = 'queue',
): number {
  if (workersUp === 0) return 0;
  const share = rateScope === 'queue' || queue.workers === 0 ? 1 : workersUp / queue.workers;
  return Math.min(limitPerSecond(queue) * share, handsPerSecond(queue, workersUp));
}
