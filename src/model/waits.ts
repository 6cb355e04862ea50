import type { RateCurve } from '../plan/types.js';
import type { WaitQuantiles } from '../result/types.js';
import { type Piece, tidy, valueWithin } from './pieces.js';
import type { Break, HeldRange } from './run.js';

/** When the messages numbered from `from` to `to` do something, at even distances; seconds. */
export interface Times {
  readonly from: number;
  readonly to: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** So many messages, whose times are spread evenly from the shorter to the longer. */
export interface Spread {
  readonly messages: number;
  readonly shortest: number;
  readonly longest: number;
  /** A whole one is among them. */
  readonly holdsMessage: boolean;
}

/** A bent stretch of a curve is taken for so many straight ones; of many, each for fewer. */
const mostChords = 1024;
const mostInAll = 50_000;

/** A rate curve's integral: messages that have arrived by a time. */
export function arrivedPieces(arrivals: RateCurve): Piece[] {
  let value = 0;
  return arrivals
    .filter((segment) => segment.endSeconds > segment.startSeconds)
    .map((segment) => {
      const length = segment.endSeconds - segment.startSeconds;
      const bend = (segment.toPerSecond - segment.fromPerSecond) / (2 * length);
      const piece = {
        fromSeconds: segment.startSeconds,
        toSeconds: segment.endSeconds,
        value,
        slopePerSecond: segment.fromPerSecond,
        bend,
      };
      value = valueWithin(piece, segment.endSeconds);
      return piece;
    });
}

/** When each message is counted by a curve that never falls: the curve's inverse. Where it jumps, several at once. */
export function timesOf(curve: readonly Piece[]): Times[] {
  const bent = curve.reduce((count, { bend }) => count + (bend === 0 ? 0 : 1), 0);
  const chords = Math.max(8, Math.min(mostChords, Math.floor(mostInAll / Math.max(1, bent))));
  const times: Times[] = [];
  let from = 0;
  const add = (to: number, fromSeconds: number, toSeconds: number): void => {
    if (to <= from) return;
    times.push({ from, to, fromSeconds, toSeconds });
    from = to;
  };
  for (const piece of curve) {
    const { fromSeconds, toSeconds, bend } = piece;
    add(piece.value, fromSeconds, fromSeconds);
    const parts = bend === 0 ? 1 : chords;
    const length = (toSeconds - fromSeconds) / parts;
    for (let i = 0; i < parts; i++) {
      const start = fromSeconds + i * length;
      add(valueWithin(piece, start + length), start, start + length);
    }
  }
  return times;
}

/**
 * When each message has its first effect, one work after its start; after a freeze where that would be within one; later where a dead
 * worker held it. Those that never have one are left out.
 */
export function effectTimes(
  starts: readonly Times[],
  workSeconds: number,
  breaks: readonly Break[],
  held: readonly HeldRange[],
): Times[] {
  const freezes = breaks.flatMap((each) => (each.kind === 'freeze' ? [each] : []));
  const done = (start: number): number => {
    const end = start + workSeconds;
    return (
      freezes.find(({ atSeconds, untilSeconds }) => atSeconds < end && end < untilSeconds)?.untilSeconds ??
      end
    );
  };
  const late = held.flatMap(({ fromNumber, toNumber, backAtSeconds, doneAtSeconds }): Times[] => {
    if (backAtSeconds === null || doneAtSeconds === null) return [];
    // The last that was taken comes first.
    return [
      { from: fromNumber, to: toNumber, fromSeconds: doneAtSeconds, toSeconds: backAtSeconds + workSeconds },
    ];
  });
  let usual = starts.map((times) => ({
    ...times,
    fromSeconds: done(times.fromSeconds),
    toSeconds: done(times.toSeconds),
  }));
  for (const { fromNumber, toNumber } of held)
    usual = usual.flatMap((times) =>
      [part(times, 0, fromNumber), part(times, toNumber, Number.POSITIVE_INFINITY)].flat(),
    );
  return [...usual, ...late]
    .filter(({ toSeconds }) => Number.isFinite(toSeconds))
    .sort((a, b) => a.from - b.from);
}

/** What of them is numbered from `from` to `to`: one, or none. */
function part(times: Times, from: number, to: number): Times[] {
  const first = Math.max(from, times.from);
  const last = Math.min(to, times.to);
  if (first >= last) return [];
  if (first === times.from && last === times.to) return [times];
  return [{ from: first, to: last, fromSeconds: timeIn(times, first), toSeconds: timeIn(times, last) }];
}

/** The time of the message with a number within. */
export function timeIn({ from, to, fromSeconds, toSeconds }: Times, number: number): number {
  return fromSeconds + ((number - from) / (to - from)) * (toSeconds - fromSeconds);
}

/** How long it takes from one time of a message to another: the horizontal distance between two cumulative curves (Newell 1982, chapter 1). */
export function spreadsBetween(earlier: readonly Times[], later: readonly Times[]): Spread[] {
  const spreads: Spread[] = [];
  let i = 0;
  for (const times of later) {
    while (i < earlier.length && (earlier[i] as Times).to <= times.from) i++;
    for (let j = i; j < earlier.length && (earlier[j] as Times).from < times.to; j++) {
      const before = earlier[j] as Times;
      const from = Math.max(before.from, times.from);
      const to = Math.min(before.to, times.to);
      const ends = [timeIn(times, from) - timeIn(before, from), timeIn(times, to) - timeIn(before, to)];
      // Counts are rounded, so that a message may seem to come an instant after it is done.
      const [shortest, longest] = [Math.max(0, Math.min(...ends)), Math.max(0, ...ends)];
      if (to > from)
        spreads.push({ messages: to - from, shortest, longest, holdsMessage: holdsMessage(from, to) });
    }
  }
  return spreads;
}

/** Whether a whole message is among these numbers: the nth, from 1, is at n − 1. What is less than one is no message. */
function holdsMessage(from: number, to: number): boolean {
  const slack = 1e-6 + 1e-14 * to;
  return Math.ceil(from - slack) < to - slack;
}

/** The longest that a message takes; null: there is none. */
export function longestOf(spreads: readonly Spread[]): number | null {
  let most: number | null = null;
  for (const { longest, holdsMessage } of spreads) if (holdsMessage) most = Math.max(most ?? 0, longest);
  return most;
}

/** The times that at least half, 95 % and 99 % of the messages are not above, and the longest. */
export function quantilesOf(spreads: readonly Spread[]): WaitQuantiles {
  const longest = longestOf(spreads);
  if (longest === null) return { p50: null, p95: null, p99: null, max: null };
  const of = (share: number): number => tidy(quantile(spreads, share, longest));
  return { p50: of(0.5), p95: of(0.95), p99: of(0.99), max: tidy(longest) };
}

function quantile(spreads: readonly Spread[], share: number, longest: number): number {
  const goal = share * spreads.reduce((sum, { messages }) => sum + messages, 0) * (1 - 1e-12);
  let rest = spreads;
  let below = 0;
  let low = 0;
  let high = longest;
  if (goal <= messagesUpTo(rest, 0)) return 0;
  while (high - low > 1e-8 * Math.max(1, high)) {
    const middle = (low + high) / 2;
    if (below + messagesUpTo(rest, middle) >= goal) high = middle;
    else low = middle;
    const left: Spread[] = [];
    for (const spread of rest) {
      if (spread.longest <= low) below += spread.messages;
      else if (spread.shortest <= high) left.push(spread);
    }
    rest = left;
  }
  return high;
}

function messagesUpTo(spreads: readonly Spread[], seconds: number): number {
  let sum = 0;
  for (const { messages, shortest, longest } of spreads) {
    if (longest <= seconds) sum += messages;
    else if (shortest < seconds) sum += (messages * (seconds - shortest)) / (longest - shortest);
  }
  return sum;
}
