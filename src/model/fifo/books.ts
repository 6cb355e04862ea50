import { ExactSum, type Grain, nanosPerSecond } from './exact.js';
import type { Lost } from './hands.js';
import { Histogram } from './histogram.js';
import { Troubles } from './troubles.js';
import type { FifoOnset, FifoPoint, FifoRun, FifoStrike, Quantiles } from './types.js';

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

/** What is left at the end. Nanoseconds. */
interface Rest {
  /** When those arrived that have had no effect. */
  readonly pending: readonly number[];
  /** How many have had one, and were not given back. */
  readonly redeliveryPending: number;
  /** When the last hand was free again. */
  readonly settledAt: number;
  readonly outline: readonly FifoPoint[];
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
  lastArrival = 0;
  private readonly struck: (FifoStrike | null)[] = [];
  readonly area = new ExactSum();
  readonly busy = new ExactSum();
  readonly waits = new Durations();
  readonly times = new Durations();
  readonly troubles: Troubles;
  private peak = 0;
  private peakAt = 0;
  private readonly pendingTimes = new ExactSum();
  private shortestDelay = Number.POSITIVE_INFINITY;
  private longestDelay = 0;

  constructor(onsets: readonly FifoOnset[], stillness: number, grain: Grain) {
    this.troubles = new Troubles(onsets, stillness, grain);
  }

  /** What workers had in hand at the beginning of an outage is lost. */
  strike(outage: number, lost: readonly Lost[]): void {
    const withEffect = lost.filter(({ arrival }) => arrival < 0).length;
    this.struck[outage] = { messages: lost.length, withEffect };
  }

  /** A message is started again, so long after it was lost. */
  redeliver(delay: number): void {
    this.redeliveries++;
    this.shortestDelay = Math.min(this.shortestDelay, delay);
    this.longestDelay = Math.max(this.longestDelay, delay);
  }

  /** The backlog is higher than it was since it was last counted afresh. */
  rise(at: number, backlog: number): void {
    if (backlog <= this.peak) return;
    this.peak = backlog;
    this.peakAt = at;
  }

  /** What came of it all. */
  run({ pending, redeliveryPending, settledAt, outline }: Rest): FifoRun {
    const oldest = pending.reduce((least, arrival) => Math.min(least, arrival), Number.POSITIVE_INFINITY);
    for (const arrival of pending) this.pendingTimes.add(this.last - arrival);
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
      strikes: Array.from(this.struck, (strike) => strike ?? null),
      redeliveryDelaySeconds:
        redeliveries === 0
          ? { min: null, max: null }
          : { min: this.shortestDelay / nanosPerSecond, max: this.longestDelay / nanosPerSecond },
      settledAtSeconds: Math.max(settledAt, this.lastArrival) / nanosPerSecond,
      oldestPendingAtSeconds: pending.length === 0 ? null : oldest / nanosPerSecond,
      redeliveryPending,
      outline,
      troubles: this.troubles.end(),
    };
  }
}
