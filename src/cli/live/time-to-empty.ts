import { specOf } from '../../plan/build.js';
import { capacityOf } from '../../plan/capacity.js';
import { cumulativeAt } from '../../plan/curve.js';
import type { Plan, PlannedFault, PlannedQueue, RateCurve } from '../../plan/types.js';

/** When a queue will be empty, from now, in scenario seconds; or how fast it grows, where it never will be. */
export type TimeToEmpty =
  | { readonly seconds: number }
  | { readonly never: true; readonly growthPerSecond: number };

/**
 * The fluid estimate from what is known now: the rest of the plan's arrivals and faults, and the capacity of the
 * workers that are up. The backlog changes by arrivals − capacity, integrated from one change to the next.
 */
export function timeToEmpty(
  plan: Plan,
  queue: PlannedQueue,
  atSeconds: number,
  backlog: number,
  up: number,
): TimeToEmpty {
  const spec = specOf(plan, queue.name);
  const faults = plan.faults.filter((fault) => fault.queue === queue.name && fault.atSeconds > atSeconds);
  const changes = [
    ...queue.arrivals.flatMap((segment) => [segment.startSeconds, segment.endSeconds]),
    ...faults.map((fault) => fault.atSeconds),
  ];
  const times = [...new Set(changes.filter((time) => time > atSeconds))].sort((a, b) => a - b);
  let waiting = backlog;
  let from = atSeconds;
  let workers = up;
  for (const to of [...times, Number.POSITIVE_INFINITY]) {
    const capacity = capacityOf(spec, workers, plan.capabilities.rateScope);
    const arrivals = to === Number.POSITIVE_INFINITY ? 0 : meanRate(queue.arrivals, from, to);
    const growth = arrivals - capacity;
    if (waiting === 0 && growth <= 0 && arrivals === 0) return { seconds: from - atSeconds };
    if (growth < 0 && waiting / -growth <= to - from) {
      const emptyAt = from + waiting / -growth;
      return { seconds: emptyAt - atSeconds };
    }
    if (to === Number.POSITIVE_INFINITY) return { never: true, growthPerSecond: growth };
    waiting = Math.max(0, waiting + growth * (to - from));
    for (const fault of faults)
      if (fault.atSeconds === to) workers = workersAfter(fault, workers, spec.workers);
    from = to;
  }
  return { never: true, growthPerSecond: 0 };
}

function meanRate(curve: RateCurve, from: number, to: number): number {
  return (cumulativeAt(curve, to) - cumulativeAt(curve, from)) / (to - from);
}

function workersAfter(fault: PlannedFault, up: number, configured: number): number {
  const hit = fault.workers === 'all' ? Math.max(up, configured) : fault.workers;
  if (fault.kind === 'scale') return hit;
  if (fault.kind === 'restart' || fault.kind === 'thaw') return fault.workers === 'all' ? hit : up + hit;
  return Math.max(0, up - hit);
}
