import type { BackAfter } from './types.js';

/** Workers are up from a time to another. Microseconds; to Infinity: to the end. */
export interface UpSpan {
  readonly from: number;
  readonly to: number;
}

/** A span's checks: one each interval from the first on. */
interface Series extends UpSpan {
  readonly first: number;
}

const micros = (seconds: number): number => Math.round(seconds * 1e6);

/**
 * When a broker with locks and two checks (BullMQ) gives back what a dead worker had in hand: at the first check after its death at which
 * its lock is over, and which another has come before since the message was started. A worker checks when it starts, unless somebody
 * has within the interval, and then each interval. Locks are not renewed of what is in hand for less than a quarter of their time.
 */
export class GivingBack {
  private readonly series: readonly Series[];
  private readonly interval: number;
  private readonly lock: number;

  /** @param up when workers are up, in order of time, the first from 0 */
  constructor(
    up: readonly UpSpan[],
    settings: { readonly checkSeconds: number; readonly afterSeconds: number },
  ) {
    this.interval = Math.max(1, micros(settings.checkSeconds));
    this.lock = micros(settings.afterSeconds);
    let last = Number.NEGATIVE_INFINITY;
    this.series = up.map(({ from, to }) => {
      const first = from >= last + this.interval ? from : from + this.interval;
      if (first < to) last = first + (countIn(first, to, this.interval) - 1) * this.interval;
      return { from, to, first };
    });
  }

  /** Of the workers that die at a time, in microseconds. */
  ofDeathAt(death: number): BackAfter {
    const index = this.series.findIndex(({ to }) => to >= death);
    const before = this.lastBefore(index);
    return {
      lastCheckSeconds: Number.isFinite(before) ? before / 1e6 : null,
      after: (startedAtSeconds, isBeforeCheck) => {
        const started = micros(startedAtSeconds);
        const isMarked = before > started || (before === started && isBeforeCheck);
        return (this.backAt(index + 1, started + this.lock, isMarked) - death) / 1e6;
      },
    };
  }

  private lastBefore(index: number): number {
    for (let i = index; i >= 0; i--) {
      const { first = 0, to = 0 } = this.series[i] ?? {};
      if (first < to) return first + (countIn(first, to, this.interval) - 1) * this.interval;
    }
    return Number.NEGATIVE_INFINITY;
  }

  private backAt(index: number, expires: number, isMarked: boolean): number {
    let marked = isMarked;
    for (const { first, to } of this.series.slice(index)) {
      const nth = Math.max(marked ? 0 : 1, Math.ceil((expires - first) / this.interval));
      if (first + nth * this.interval < to) return first + nth * this.interval;
      if (first < to) marked = true;
    }
    return Number.POSITIVE_INFINITY;
  }
}

/** How many of a series come before a time, which is after the first. */
function countIn(first: number, to: number, interval: number): number {
  return Math.ceil((to - first) / interval);
}
