import { ExactSum, nanosPerSecond } from './exact.js';
import { Histogram } from './histogram.js';
import { Troubles } from './troubles.js';
import type { FifoOutage, FifoRun, Quantiles } from './types.js';

/** Durations: their sum and their distribution. Nanoseconds. */
export class Durations {
  private readonly sum = new ExactSum();
  private readonly counts = new Histogram();

  add(nanos: number): void {
    this.sum.add(nanos);
    this.counts.add(nanos);
  }

  get total(): bigint {
    return this.sum.value;
  }

  quantiles(): Quantiles {
    const { counts } = this;
    const { total } = counts;
    const seconds = (share: number): number | null => {
      const nanos = counts.quantile(share);
      return nanos === null ? null : nanos / nanosPerSecond;
    };
    return {
      mean: total === 0 ? null : Number(this.sum.value) / total / nanosPerSecond,
      p50: seconds(0.5),
      p95: seconds(0.95),
      p99: seconds(0.99),
      max: total === 0 ? null : counts.max / nanosPerSecond,
      above: (value) => counts.shareAbove(value * nanosPerSecond),
    };
  }
}

/** What is counted while the messages go by. Nanoseconds. */
export class Books {
  arrived = 0;
  started = 0;
  effected = 0;
  redeliveries = 0;
  duplicateEffects = 0;
  backlog = 0;
  /** The highest since it was last counted afresh. */
  highest = 0;
  /** When the backlog was last added to the area. */
  last = 0;
  lastEffect = 0;
  readonly area = new ExactSum();
  readonly busy = new ExactSum();
  readonly waits = new Durations();
  readonly times = new Durations();
  readonly troubles: Troubles;
  private peak = 0;
  private peakAt = 0;
  private readonly pendingTimes = new ExactSum();

  constructor(outages: readonly FifoOutage[], stillness: number) {
    this.troubles = new Troubles(outages, stillness);
  }

  /** The backlog is higher than it was since it was last counted afresh. */
  rise(at: number, backlog: number): void {
    if (backlog <= this.peak) return;
    this.peak = backlog;
    this.peakAt = at;
  }

  /** @param pending when those arrived that have had no effect */
  end(pending: readonly number[]): void {
    for (const arrival of pending) this.pendingTimes.add(this.last - arrival);
  }

  run(): FifoRun {
    const { arrived, effected, redeliveries, duplicateEffects, backlog } = this;
    const area = this.area.value;
    return {
      arrived,
      effected,
      pending: backlog,
      starts: this.started + redeliveries,
      redeliveries,
      duplicateEffects,
      waitSeconds: this.waits.quantiles(),
      endToEndSeconds: this.times.quantiles(),
      peakBacklog: this.peak,
      peakAtSeconds: this.peakAt / nanosPerSecond,
      drainedAtSeconds: arrived === 0 || backlog > 0 ? null : this.lastEffect / nanosPerSecond,
      endSeconds: this.last / nanosPerSecond,
      busySeconds: Number(this.busy.value) / nanosPerSecond,
      littlesLaw: {
        area,
        times: this.times.total + this.pendingTimes.value,
        meanBacklog: this.last === 0 ? null : Number(area) / this.last,
      },
      troubles: this.troubles.end(),
    };
  }
}
