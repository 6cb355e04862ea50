import { type Grain, nanosPerSecond, toGrain } from './exact.js';
import type { Lost } from './hands.js';
import type { BackAfter, FifoOutage } from './types.js';

/**
 * The broker's checks that matter: those that give something back, and the last before each outage. At the very time of a check arrivals
 * come before it, and wake whoever has a hand free; what waits for a hand is after it. Nanoseconds.
 */
export class Checks {
  private times: number[];
  /** Those at whose very time a message arrived. */
  private readonly quick = new Set<number>();
  /** The last of them; NaN: none did. */
  quickAt = Number.NaN;

  constructor(
    outages: readonly FifoOutage[],
    private readonly grain: Grain,
  ) {
    this.times = outages.flatMap(({ inHand }) => {
      const after = inHand === 'finished' ? 0 : inHand.backAfterSeconds;
      if (typeof after === 'number' || after.lastCheckSeconds === null) return [];
      return [toGrain(after.lastCheckSeconds, grain)];
    });
  }

  /** Infinity: there is none any more. */
  get next(): number {
    return this.times[0] ?? Number.POSITIVE_INFINITY;
  }

  /** The next one is there. @param isQuick whether a message arrives at its very time */
  pass(isQuick: boolean): void {
    const [time = Number.NaN] = this.times;
    this.times.shift();
    if (!isQuick) return;
    this.quick.add(time);
    this.quickAt = time;
  }

  /** What was lost at a time, by when it comes back. */
  giveBack(lost: readonly Lost[], at: number, backAfter: number | BackAfter): ReadonlyMap<number, Lost[]> {
    const lots = new Map<number, Lost[]>();
    for (const one of lost) {
      const back = at + toGrain(this.secondsUntil(one, backAfter), this.grain);
      const lot = lots.get(back);
      if (lot === undefined) lots.set(back, [one]);
      else lot.push(one);
    }
    this.times = [...this.times, ...[...lots.keys()].filter(Number.isFinite)].sort((a, b) => a - b);
    return lots;
  }

  private secondsUntil({ startedAt, wasFree }: Lost, backAfter: number | BackAfter): number {
    if (typeof backAfter === 'number') return backAfter;
    return backAfter.after(startedAt / nanosPerSecond, wasFree && this.quick.has(startedAt));
  }
}
