import { timeToZero } from './pieces.js';

/** What comes now. */
export interface Arriving {
  /** Per second. */
  readonly rate: number;
  /** What that changes per second. */
  readonly change: number;
  /** Until when. */
  readonly endSeconds: number;
}

/** What there is to be served, and how fast it is. */
export interface Standing {
  readonly now: number;
  readonly perSecond: number;
  /** Messages that wait for their first start. */
  readonly line: number;
  /** Messages that came back from dead workers, and are served before the others. */
  readonly again: number;
}

/** How the line develops from now on, while nothing else changes. */
export interface Flow {
  /** Messages are started as they come, after they have waited, after those that came back, or not at all. */
  readonly kind: 'idle' | 'busy' | 'again' | 'blocked';
  /** Of the line. */
  readonly slope: number;
  readonly bend: number;
  /** Until when this holds: the arrivals change, or the next. */
  readonly untilSeconds: number;
  /** When the line, or what came back, is served. */
  readonly doneSeconds: number;
}

const slack = 1e-9;
const never = Number.POSITIVE_INFINITY;

/** How the line develops from now on. */
export function flowFrom({ rate, change, endSeconds }: Arriving, standing: Standing): Flow {
  const { now, perSecond, line, again } = standing;
  const bend = change / 2;
  const flow = (kind: Flow['kind'], slope: number, doneSeconds: number): Flow => {
    return { kind, slope, bend, untilSeconds: Math.min(endSeconds, doneSeconds), doneSeconds };
  };
  if (perSecond === 0) return flow('blocked', rate, never);
  if (again > 0) return flow('again', rate, now + again / perSecond);
  const even = Math.abs(rate - perSecond) <= slack * Math.max(1, rate, Math.abs(change));
  const difference = even ? 0 : rate - perSecond;
  if (line > 0 || difference > 0 || (even && change > 0))
    return flow('busy', difference, now + (timeToZero(line, difference, bend) ?? never));
  // Where arrivals rise, they come to exceed the capacity.
  const untilSeconds = Math.min(endSeconds, change > 0 ? now - difference / change : never);
  return { kind: 'idle', slope: 0, bend: 0, untilSeconds, doneSeconds: never };
}
