import type { RateCurve } from '../plan/types.js';
import { type Piece, timeOf, valueWithin } from './pieces.js';

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

/**
 * First starts as a curve that never falls: messages that come back without an effect are started again, which takes a
 * start curve back, but the first starts of others go on only once it has passed where it was.
 */
export function neverFalling(starts: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  let highest = 0;
  for (const piece of starts) {
    const end = valueWithin(piece, piece.toSeconds);
    if (piece.value >= highest) result.push(piece);
    else {
      const passes = end > highest ? (timeOf([piece], highest, 'first') ?? piece.toSeconds) : piece.toSeconds;
      result.push({ ...piece, toSeconds: passes, value: highest, slopePerSecond: 0, bend: 0 });
      if (passes < piece.toSeconds) {
        const slopePerSecond = piece.slopePerSecond + 2 * piece.bend * (passes - piece.fromSeconds);
        result.push({ ...piece, fromSeconds: passes, value: highest, slopePerSecond });
      }
    }
    highest = Math.max(highest, end);
  }
  return result;
}

/**
 * The longest that a message waits for its first start, in seconds, where they are started in the order of their
 * arrival: the largest horizontal distance between the two cumulative curves (Newell 1982, chapter 1). It lies at an
 * end of a piece of either curve, or where both are equally steep. Null: nothing is ever started.
 * @param starts from neverFalling
 */
export function longestWait(arrived: readonly Piece[], starts: readonly Piece[]): number | null {
  const levels = new Set<number>();
  for (const piece of [...arrived, ...starts]) {
    levels.add(piece.value).add(valueWithin(piece, piece.toSeconds));
  }
  const speeds = new Set(
    starts.filter((p) => p.bend === 0 && p.slopePerSecond > 0).map((p) => p.slopePerSecond),
  );
  for (const piece of arrived.filter(({ bend }) => bend !== 0)) {
    for (const speed of speeds) {
      const seconds = piece.fromSeconds + (speed - piece.slopePerSecond) / (2 * piece.bend);
      if (seconds > piece.fromSeconds && seconds < piece.toSeconds) levels.add(valueWithin(piece, seconds));
    }
  }
  let longest: number | null = null;
  for (const level of levels) {
    for (const side of ['first', 'last'] as const) {
      if (side === 'first' && level <= 0) continue;
      const arrival = timeOf(arrived, level, side);
      const start = timeOf(starts, level, side);
      if (arrival === null || start === null) continue;
      longest = Math.max(longest ?? 0, start - arrival);
    }
  }
  return longest;
}
