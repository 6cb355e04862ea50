import type { EndedEvent } from '../ledger/events.js';
import type { Clock } from '../ledger/write.js';
import { aborted } from './interruption.js';
import type { Sampler } from './sampler.js';
import type { WorkerPool } from './workers.js';

/** Why a drain ended. */
export type DrainEnd = Pick<EndedEvent, 'reason' | 'detail' | 'signal'>;

/**
 * Waits until nothing is ready, in flight or delayed on any queue.
 * @param limitMicros when it ends all the same, on the run's clock
 * @param signal aborted when the run ended for another reason
 * @returns why it ended: `drained`, `drain-limit`, or `nobody-left` where only queues that nobody serves hold messages
 */
export async function drain(
  sampler: Sampler,
  pools: ReadonlyMap<string, WorkerPool>,
  clock: Clock,
  limitMicros: number,
  signal: AbortSignal,
): Promise<DrainEnd> {
  const over = aborted(signal);
  for (;;) {
    await Promise.race([sampler.fresh(), over]);
    if (signal.aborted) return { reason: 'interrupted', detail: 'the run ended before the drain did' };
    const holding = [...sampler.latest].filter(
      ([, depth]) => depth.ready + depth.inFlight + depth.delayed > 0,
    );
    if (holding.length === 0) return { reason: 'drained', detail: 'nothing was left' };
    const left = holding
      .map(([queue, depth]) => `${queue} ${depth.ready + depth.inFlight + depth.delayed}`)
      .join(', ');
    const served = holding.filter(([queue]) => isServed(pools.get(queue)));
    if (served.length === 0) {
      const names = holding.map(([queue]) => queue).join(' and ');
      return { reason: 'nobody-left', detail: `nobody left to serve ${names}; still there: ${left}` };
    }
    if (clock.now() >= limitMicros) return { reason: 'drain-limit', detail: `still there: ${left}` };
  }
}

/** Whether any process may still work on the queue; frozen ones don't. */
function isServed(pool: WorkerPool | undefined): boolean {
  return pool !== undefined && (pool.up > 0 || pool.running > pool.numbers('frozen').length);
}
