import { timeToZero } from './pieces.js';
import type { Repeats } from './repeats.js';

/** What comes now. */
export interface Arriving {
  /** Per second. */
  readonly rate: number;
  /** What that changes per second. */
  readonly change: number;
  /** Until when. */
  readonly endSeconds: number;
}

/** How the messages that can be served develop from now on. */
export interface Flow {
  readonly kind: 'idle' | 'busy' | 'repeating' | 'blocked';
  readonly slope: number;
  readonly bend: number;
  /** Until when this holds if nothing else changes: the earliest of the arrivals' next change and the next two. */
  readonly untilSeconds: number;
  /** When nothing is left that can be served. */
  readonly emptySeconds: number;
  /** When the first of the repeats is served, or its turn comes. */
  readonly turnSeconds: number;
}

/** What there is to be served, and how fast it is. */
export interface Standing {
  readonly now: number;
  readonly perSecond: number;
  readonly fresh: number;
  readonly repeats: Repeats;
}

const slack = 1e-9;
const never = Number.POSITIVE_INFINITY;

/** How what can be served develops from now on, while nothing else changes. */
export function flowFrom(arriving: Arriving, { now, perSecond, fresh, repeats }: Standing): Flow {
  const { rate, change, endSeconds } = arriving;
  const flow = (kind: Flow['kind'], slope: number, bend: number, empty = never, turn = never): Flow => {
    const untilSeconds = Math.min(endSeconds, empty, turn);
    return { kind, slope, bend, untilSeconds, emptySeconds: empty, turnSeconds: turn };
  };
  const bend = change / 2;
  if (perSecond === 0) return flow('blocked', rate, bend);
  const repeat = repeats.first;
  if (repeat > 0) return flow('repeating', rate, bend, never, now + repeat / perSecond);
  const even = Math.abs(rate - perSecond) <= slack * Math.max(1, rate, Math.abs(change));
  const difference = even ? 0 : rate - perSecond;
  if (fresh > 0 || difference > 0 || (even && change > 0)) {
    const empty = now + (timeToZero(fresh, difference, bend) ?? never);
    return flow('busy', difference, bend, empty, now + repeats.behind / perSecond);
  }
  // Where arrivals rise, they come to exceed the capacity.
  return flow('idle', 0, 0, change > 0 ? now - difference / change : never);
}
