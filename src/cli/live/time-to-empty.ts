import { capacityOf } from '../../plan/capacity.js';
import { cumulativeAt } from '../../plan/curve.js';
import { modelledSpec } from '../../plan/modelled.js';
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
  const spec = modelledSpec(plan, queue.name);
  const faults = changesOfWorkers(plan, queue.name, atSeconds, up);
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
    for (const fault of faults) if (fault.atSeconds === to) workers = fault.after(workers);
    from = to;
  }
  return { never: true, growthPerSecond: 0 };
}

function meanRate(curve: RateCurve, from: number, to: number): number {
  return (cumulativeAt(curve, to) - cumulativeAt(curve, from)) / (to - from);
}

/** A moment at which the number of workers changes. */
interface Change {
  readonly atSeconds: number;
  readonly after: (up: number) => number;
}

/** The faults to come, and what a supervisor does about those and about workers that are down already. */
function changesOfWorkers(plan: Plan, queue: string, now: number, up: number): Change[] {
  const { workers: configured, superviseSeconds } = modelledSpec(plan, queue);
  const restored = (atSeconds: number): Change => ({
    atSeconds,
    after: (alive) => Math.max(alive, configured),
  });
  const faults = plan.faults.filter((fault) => fault.queue === queue && fault.atSeconds > now);
  const changes = faults.flatMap((fault): Change[] => {
    const change = {
      atSeconds: fault.atSeconds,
      after: (alive: number) => workersAfter(fault, alive, configured),
    };
    return superviseSeconds !== null && fault.kind === 'kill'
      ? [change, restored(fault.atSeconds + superviseSeconds)]
      : [change];
  });
  return superviseSeconds !== null && up < configured
    ? [...changes, restored(now + superviseSeconds)]
    : changes;
}

function workersAfter(fault: PlannedFault, up: number, configured: number): number {
  const hit = fault.workers === 'all' ? Math.max(up, configured) : fault.workers;
  switch (fault.kind) {
    case 'redrive':
      return up;
    case 'scale':
      return hit;
    case 'restart':
    case 'thaw':
      return fault.workers === 'all' ? hit : up + hit;
    default:
      return Math.max(0, up - hit);
  }
}
