import type { QueueSpec } from '../scenario/types.js';

/** Seconds that a message occupies a hand, on average: from start until the broker is told. */
export function handSeconds(queue: QueueSpec): number {
  return queue.work.meanSeconds + queue.acknowledgeSeconds;
}

/** What the hands of so many workers can serve, per second; Infinity where the work takes no time. */
export function handsPerSecond(queue: QueueSpec, workersUp: number): number {
  if (workersUp === 0) return 0;
  const seconds = handSeconds(queue);
  return seconds === 0 ? Number.POSITIVE_INFINITY : (workersUp * queue.concurrency) / seconds;
}

/** The queue's limit per second; Infinity without one. */
export function limitPerSecond(queue: QueueSpec): number {
  return queue.rate === null ? Number.POSITIVE_INFINITY : queue.rate.count / queue.rate.perSeconds;
}

/**
 * The rate at which a queue can be served while so many of its workers are up, per second:
 * min(limit, workers × concurrency / (work + acknowledge)), 0 while all are down. Where the limit is counted in
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
