import { specOf } from '../../plan/build.js';
import type { Plan } from '../../plan/types.js';
import type { Curve, Lifeline, QueueSeries, Series } from '../../result/series.js';
import type { BacklogCurve } from '../../result/types.js';
import type { MeasuredBacklog } from '../backlog.js';
import type { Collected } from '../collect.js';
import type { QueueTable } from '../tables.js';
import { scenarioSeconds } from '../time.js';
import { flowCurves, oldestAgeCurve } from './backlog-curves.js';
import { depthSeries } from './depth.js';
import { lifelines } from './lifelines.js';
import { ratesOf, waitsOf } from './spans.js';
import { toNano } from './thinner.js';

/** What a queue's table is turned into while its result is worked out. */
export interface MeasuredQueue {
  readonly backlog: MeasuredBacklog;
  /** Times of all starts, in rising order, in scenario seconds. */
  readonly starts: Float64Array;
  /** See QueueRate. */
  readonly limitPerSecond: number | null;
}

/** Hears of each queue once. */
export type WatchQueue = (queue: string, measured: MeasuredQueue) => void;

/**
 * Gathers a run's series at the moments at which what they are made of is there: made once the ledger was read and before the result is worked out,
 * told of each queue while that is done.
 */
export class SeriesRecorder {
  private readonly endSeconds: number;
  private readonly processes: readonly Lifeline[];
  private readonly early = new Map<string, Pick<QueueSeries, 'depth' | 'waits'>>();
  private readonly queues = new Map<string, QueueSeries>();

  /** @param predicted by queue; absent: nothing was predicted of it */
  constructor(
    private readonly plan: Plan,
    collected: Collected,
    private readonly predicted: Readonly<Record<string, BacklogCurve | undefined>>,
  ) {
    const seconds = scenarioSeconds(plan.speed);
    const { story, queues } = collected;
    const endSeconds = toNano(Math.max(0, seconds(lastMoment(collected))));
    this.endSeconds = endSeconds;
    this.processes = lifelines(plan, collected, seconds, endSeconds);
    for (const [name, { table }] of queues) {
      this.early.set(name, {
        depth: depthSeries(story.depthOf(name), seconds, endSeconds),
        waits: waitsOf(waitsIn(table, seconds)),
      });
    }
  }

  readonly watch: WatchQueue = (name, { backlog, starts, limitPerSecond }) => {
    const early = this.early.get(name);
    if (early === undefined) return;
    const { endSeconds } = this;
    const window = limitPerSecond === null ? null : (specOf(this.plan, name).rate?.perSeconds ?? null);
    const curve = this.predicted[name];
    this.queues.set(name, {
      ...flowCurves(backlog, endSeconds),
      predictedBacklog: curve === undefined ? null : lineOf(curve.atSeconds, curve.backlog),
      predictedWithoutFaults:
        curve?.predictedWithoutFaults == null ? null : lineOf(curve.atSeconds, curve.predictedWithoutFaults),
      depth: early.depth,
      rates: { ...ratesOf(backlog.arrivals, starts, endSeconds, window), limitPerSecond },
      oldestAge: oldestAgeCurve(backlog, endSeconds),
      waits: early.waits,
    });
  };

  /** To be asked when the result is there. */
  series(): Series {
    const { endSeconds, queues, processes } = this;
    return { schema: 'launchpad.series/1', endSeconds, queues: Object.fromEntries(queues), processes };
  }
}

/** A curve's points, without what was made of a time twice. */
export function lineOf(atSeconds: readonly number[], values: readonly number[]): Curve {
  return { atSeconds: atSeconds.map(toNano), values: values.map(toNano) };
}

/** The end of the drain, or the last arrival, start, effect or other end of a message, in microseconds. */
function lastMoment({ story, queues }: Collected): number {
  let last = story.endAt;
  for (const { table } of queues.values()) {
    for (const column of [table.arrival, table.done, table.starts.times()]) {
      // NaN is no later than anything.
      for (let i = 0; i < column.length; i++) if ((column[i] as number) > last) last = column[i] as number;
    }
  }
  return last;
}

/** In scenario seconds; NaN: it was not started, or nobody knows when it arrived. */
function waitsIn(
  { size, arrival, firstStart }: QueueTable,
  seconds: (micros: number) => number,
): Float64Array {
  const waits = new Float64Array(size);
  for (let slot = 0; slot < size; slot++) {
    waits[slot] = seconds((firstStart[slot] as number) - (arrival[slot] as number));
  }
  return waits;
}
