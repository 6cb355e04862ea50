import { capacityOf } from '../plan/capacity.js';
import { endOf, sumOf } from '../plan/curve.js';
import { longestBackoff } from '../plan/draws.js';
import { shareLongerThan } from '../plan/longest.js';
import type { RateCurve } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { areaOf } from './chains.js';
import type { FluidInput } from './run.js';

/** Whether single attempts have to be looked at: some may fail, or are none of the messages that arrive. */
export function attemptsMatter({ queue, faults, copies = [] }: FluidInput): boolean {
  const { failures, timeoutSeconds, work } = queue;
  return (
    failures.length > 0 ||
    copies.length > 0 ||
    (timeoutSeconds !== null && shareLongerThan(work, timeoutSeconds) > 1e-9) ||
    faults.some(({ kind }) => kind === 'redrive')
  );
}

/** All that comes to a queue: messages, and further publishes of them. */
export function withCopies(arrivals: RateCurve, copies: RateCurve): RateCurve {
  return sumOf([arrivals, copies]);
}

/**
 * The step in which failing attempts are looked at, in seconds: as long as the soonest return takes, but no less than 200 to the
 * time that all this takes at least, and no more than 400.
 */
export function tickOf(queue: QueueSpec, load: RateCurve): number {
  const serving = areaOf(load) / Math.max(capacityOf(queue, Math.max(1, queue.workers)), 1e-9);
  const whole = Math.max(0.1, endOf(load), serving);
  const returns = queue.failures.flatMap(({ kind, afterSeconds }) =>
    kind === 'fail' && queue.attempts > 1
      ? [(afterSeconds ?? queue.work.meanSeconds) + longestBackoff(queue.backoff, 1)]
      : [],
  );
  return Math.max(whole / 400, Math.min(whole / 200, ...returns));
}
