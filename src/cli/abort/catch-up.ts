import { MeasuredBacklog } from '../../analysis/backlog.js';
import { capacityFrom, servedSpec } from '../../analysis/capacity.js';
import type { Story } from '../../analysis/story.js';
import { scenarioSeconds } from '../../analysis/time.js';
import { findTroubles, stillnessOf, withStandstills } from '../../model/index.js';
import { modelledPlan } from '../../plan/modelled.js';
import { specOf } from '../../plan/spec.js';
import type { Plan, RateCurve } from '../../plan/types.js';
import type { QueueSpec } from '../../scenario/types.js';
import type { WatchedQueue } from './queue.js';

/**
 * How long a queue took to catch up, as far as that can be said while its run goes on: by the rules of the analysis, held against what
 * has happened so far. A trouble that goes on counts only once nothing is planned any more that could move its recovery point.
 */
export class CatchUpWatch {
  private readonly spec: QueueSpec;
  private readonly arrivals: RateCurve;
  private readonly seconds: (micros: number) => number;
  /** Whether the scenario has workers or the provider die, nobody knows when. */
  private readonly mayCrash: boolean;

  constructor(
    private readonly plan: Plan,
    private readonly queue: WatchedQueue,
    private readonly story: Story,
  ) {
    this.spec = servedSpec(plan, queue.name);
    this.arrivals = modelledPlan(plan).queues.find(({ name }) => name === queue.name)?.arrivals ?? [];
    this.seconds = scenarioSeconds(plan.speed);
    const { failures, provider } = specOf(plan, queue.name);
    const falls = plan.scenario.providers.some(
      ({ name, fallOver }) => name === provider && fallOver !== null,
    );
    this.mayCrash = falls || failures.some(({ kind }) => kind === 'crash');
  }

  /** The longest, or how long it has been going on for; 0: nothing can be said. @param now microseconds, up to which all events are known */
  longest(now: number): number {
    const { spec, seconds } = this;
    const { name } = this.queue;
    const nowSeconds = seconds(now);
    const measured = capacityFrom(this.story, this.plan, name, seconds);
    const capacity = withStandstills(spec, measured.steps, measured.takings);
    const stillnessSeconds = stillnessOf(spec);
    const { arrivals, ends } = this.queue.stays();
    for (const times of [arrivals, ends])
      for (let i = 0; i < times.length; i++) times[i] = seconds(times[i] as number);
    const troubles = findTroubles({
      name,
      arrivals: this.arrivals,
      ...capacity,
      stillnessSeconds,
      endSeconds: nowSeconds,
      backlog: MeasuredBacklog.of(arrivals, ends, nowSeconds),
    });
    const isQuiet = this.isQuiet(nowSeconds, capacity.capacity);
    const times = troubles.map(({ catchUpSeconds, caughtUpAtSeconds, recoveryPointSeconds }) => {
      if (caughtUpAtSeconds === null)
        return isQuiet && recoveryPointSeconds !== null ? nowSeconds - recoveryPointSeconds : 0;
      // Until it has been still for long enough, more may come.
      const isOver = this.queue.isOverForGood && caughtUpAtSeconds + stillnessSeconds <= nowSeconds;
      return isOver ? (catchUpSeconds ?? 0) : 0;
    });
    return Math.max(0, ...times);
  }

  /** Whether nothing is planned that could begin a further trouble: no crash, no fault, no fall of capacity, no rate above it. */
  private isQuiet(
    nowSeconds: number,
    capacity: readonly { readonly atSeconds: number; readonly perSecond: number }[],
  ): boolean {
    if (this.mayCrash) return false;
    const concerned = [this.queue.name, ...(this.spec.provider === null ? [] : [this.spec.provider])];
    const done = new Set(this.story.faults.map(({ index }) => index));
    if (this.plan.faults.some(({ queue, index }) => concerned.includes(queue) && !done.has(index)))
      return false;
    const last = capacity.at(-1);
    if (last === undefined || last.atSeconds > nowSeconds) return false;
    const toCome = this.arrivals.filter(({ endSeconds }) => endSeconds > nowSeconds);
    return toCome.every(
      ({ fromPerSecond, toPerSecond }) => Math.max(fromPerSecond, toPerSecond) <= last.perSecond,
    );
  }
}
