/**
 * A stretch of time in which a quantity follows `value + slope·u + bend·u²`, u being the seconds since the stretch
 * began. Fluid curves are lists of these, in order and without gaps: straight where rates are constant, bent where an
 * arrival rate changes linearly. So they are exact, and as many as there are changes.
 */
export interface Piece {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** At its beginning: messages. */
  readonly value: number;
  /** Messages per second at its beginning. */
  readonly slopePerSecond: number;
  /** Half of what the slope changes per second: messages per second². */
  readonly bend: number;
}

/** A value and when it was taken. */
export interface Summit {
  readonly value: number;
  readonly atSeconds: number;
}

/** Rounds off what floating point adds: to a millionth. */
export function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** A piece's value at a time, which may lie outside it. */
export function valueWithin(piece: Piece, seconds: number): number {
  const u = seconds - piece.fromSeconds;
  return piece.value + u * (piece.slopePerSecond + u * piece.bend);
}

/** The value at a time; where two pieces meet, the later one's; 0 before the first, and after the last its last value. */
export function valueAt(pieces: readonly Piece[], seconds: number): number {
  const index = firstIndex(pieces, (piece) => piece.fromSeconds > seconds) - 1;
  const piece = pieces[index];
  return piece === undefined ? 0 : valueWithin(piece, Math.min(seconds, piece.toSeconds));
}

/** The first that a predicate holds for, which once true stays true; the length where there is none. */
export function firstIndex<T>(list: readonly T[], predicate: (item: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (predicate(list[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The highest value in [from, to), and the first time that it is reached (or come close to, where the curve then drops). */
export function highestWithin(pieces: readonly Piece[], fromSeconds: number, toSeconds: number): Summit {
  let summit: Summit = { value: valueAt(pieces, fromSeconds), atSeconds: fromSeconds };
  for (let i = firstIndex(pieces, (p) => p.toSeconds > fromSeconds); i < pieces.length; i++) {
    const piece = pieces[i] as Piece;
    if (piece.fromSeconds >= toSeconds) break;
    const from = Math.max(fromSeconds, piece.fromSeconds);
    const to = Math.min(toSeconds, piece.toSeconds);
    const turn = piece.bend < 0 ? piece.fromSeconds - piece.slopePerSecond / (2 * piece.bend) : from;
    for (const atSeconds of [from, Math.min(Math.max(turn, from), to), to]) {
      const value = valueWithin(piece, atSeconds);
      if (value > summit.value + 1e-9) summit = { value, atSeconds };
    }
  }
  return summit;
}

/**
 * Smallest u > 0 at which value + slope·u + bend·u² comes down to 0; null: never. A start at 0 doesn't count.
 * In the form of the quadratic formula that keeps its digits (Press et al., Numerical Recipes, 5.6).
 */
export function timeToZero(value: number, slope: number, bend: number): number | null {
  if (bend === 0) return slope < 0 && value > 0 ? -value / slope : null;
  if (value <= 0) return -slope / bend > 0 ? -slope / bend : null;
  const discriminant = slope * slope - 4 * bend * value;
  if (discriminant < 0) return null;
  const half = -(slope + (slope < 0 ? -1 : 1) * Math.sqrt(discriminant)) / 2;
  const positive = [half / bend, value / half].filter((root) => root > 0);
  return positive.length === 0 ? null : Math.min(...positive);
}

/**
 * When a curve that never falls has a value. `first`: the earliest time that it is there. `last`: the latest time that
 * it is not yet above it. Null: the curve never gets there (or never above).
 */
export function timeOf(pieces: readonly Piece[], value: number, side: 'first' | 'last'): number | null {
  const slack = 1e-9 * Math.max(1, value) * (side === 'first' ? -1 : 1);
  const goal = value + slack;
  const index = firstIndex(pieces, (piece) => {
    const end = valueWithin(piece, piece.toSeconds);
    return side === 'first' ? end >= goal : end > goal;
  });
  const piece = pieces[index];
  if (piece === undefined) return null;
  const rise = value - piece.value;
  if (rise <= Math.abs(slack)) return piece.fromSeconds;
  const { slopePerSecond: slope, bend } = piece;
  const root = Math.sqrt(Math.max(0, slope * slope + 4 * bend * rise));
  return Math.min(piece.toSeconds, piece.fromSeconds + (2 * rise) / (slope + root));
}

/**
 * The first moment from `atSeconds` on at which the curve is at or below a level and from which it stays there for so
 * long, or to its end; null: none. Once there, a rise of less than `tolerance` doesn't count.
 */
export function firstStill(
  pieces: readonly Piece[],
  atSeconds: number,
  level: number,
  forSeconds: number,
  tolerance = 0,
): number | null {
  let still = firstAtOrBelow(pieces, atSeconds, level);
  while (still !== null) {
    const above = firstAbove(pieces, still, level + tolerance);
    if (above === null || above >= still + forSeconds) return still;
    // A step further in any case: where time is rounded, leaving and coming back can be the same moment.
    still = firstAtOrBelow(pieces, Math.max(above, still + 1e-9 * Math.max(1, still)), level);
  }
  return null;
}

function firstAtOrBelow(pieces: readonly Piece[], fromSeconds: number, level: number): number | null {
  for (let i = firstIndex(pieces, (p) => p.toSeconds > fromSeconds); i < pieces.length; i++) {
    const { from, length, value, slope, bend } = restOf(pieces[i] as Piece, fromSeconds);
    if (value <= level + slackOf(level)) return from;
    const crossing = timeToZero(value - level, slope, bend);
    if (crossing !== null && crossing <= length * (1 + 1e-12)) return from + crossing;
  }
  const end = Math.max(fromSeconds, pieces.at(-1)?.toSeconds ?? 0);
  return valueAt(pieces, end) <= level + slackOf(level) ? end : null;
}

function firstAbove(pieces: readonly Piece[], fromSeconds: number, level: number): number | null {
  // Further off than what counts as at the level, so that there is a moment between leaving it and coming back.
  const limit = level + 4 * slackOf(level);
  for (let i = firstIndex(pieces, (p) => p.toSeconds > fromSeconds); i < pieces.length; i++) {
    const { from, length, value, slope, bend } = restOf(pieces[i] as Piece, fromSeconds);
    if (value > limit) return from;
    const crossing = timeToZero(limit - value, -slope, -bend);
    if (crossing !== null && crossing < length) return from + crossing;
  }
  return null;
}

/** A piece from a time on. */
function restOf(piece: Piece, fromSeconds: number) {
  const from = Math.max(fromSeconds, piece.fromSeconds);
  const slope = piece.slopePerSecond + 2 * piece.bend * (from - piece.fromSeconds);
  return {
    from,
    length: piece.toSeconds - from,
    value: valueWithin(piece, from),
    slope,
    bend: piece.bend,
  };
}

function slackOf(level: number): number {
  return 1e-9 * Math.max(1, level);
}
