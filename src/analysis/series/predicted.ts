import { cumulativeAt } from '../../plan/curve.js';
import type { Plan } from '../../plan/types.js';
import type { QueueSeries, Series } from '../../result/series.js';
import type { QueueResult, Result } from '../../result/types.js';
import { lineOf } from './recorder.js';
import { toNano } from './thinner.js';

/** A played plan's series, with what its queues would be without the faults. */
export function besideFaults(series: Series, calm: Pick<Result, 'queues'>): Series {
  const queues = Object.entries(series.queues).map(([name, queue]): [string, QueueSeries] => {
    const curve = calm.queues[name]?.curve;
    if (curve === undefined) return [name, queue];
    return [name, { ...queue, predictedWithoutFaults: lineOf(curve.atSeconds, curve.backlog) }];
  });
  return { ...series, queues: Object.fromEntries(queues) };
}

/** What a fluid says of a plan: backlogs, and where nothing comes from other queues, what arrived and departed. No messages, no processes. */
export function seriesOfFluid(plan: Plan, { run, queues }: Result): Series {
  return {
    schema: 'launchpad.series/1',
    endSeconds: run.durationSeconds ?? plan.lastMomentSeconds,
    queues: Object.fromEntries(
      Object.entries(queues).map(([name, queue]) => [name, queueSeries(plan, name, queue)]),
    ),
    processes: [],
  };
}

const nothing = { atSeconds: [], values: [] };

function queueSeries(plan: Plan, name: string, { curve, rate }: QueueResult): QueueSeries {
  const { atSeconds } = curve;
  const planned = plan.queues.find((queue) => queue.name === name);
  const isKnown =
    planned !== undefined &&
    planned.feeders.length === 0 &&
    plan.producers.every(({ to, resubmitSeconds }) => !to.includes(name) || resubmitSeconds.length === 0);
  const arrived = isKnown ? atSeconds.map((at) => toNano(cumulativeAt(planned.arrivals, at))) : [];
  const departed = arrived.map((count, i) => toNano(count - (curve.backlog[i] as number)));
  return {
    backlog: lineOf(atSeconds, curve.backlog),
    predictedBacklog: null,
    predictedWithoutFaults:
      plan.faults.length === 0 || curve.predictedWithoutFaults === null
        ? null
        : lineOf(atSeconds, curve.predictedWithoutFaults),
    depth: { atSeconds: [], ready: [], inFlight: [], delayed: [], dead: [] },
    arrived: isKnown ? { atSeconds, values: arrived } : nothing,
    departed: isKnown ? { atSeconds, values: departed } : nothing,
    rates: {
      atSeconds: [],
      spanSeconds: 0,
      inPerSecond: [],
      outPerSecond: [],
      limitPerSecond: rate.configuredPerSecond,
    },
    oldestAge: nothing,
    waits: { fromSeconds: [], toSeconds: [], messages: [] },
  };
}
