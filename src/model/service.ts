import { firstIndex, type Piece, valueAt, valueWithin } from './pieces.js';
import type { Break } from './run.js';

/**
 * What has left the workers' hands, one work after its start, or because they died: the curve of starts, later. While they are frozen
 * nothing leaves.
 */
export function leftHands(starts: readonly Piece[], workSeconds: number, breaks: readonly Break[]): Piece[] {
  const end = starts.at(-1)?.toSeconds ?? 0;
  const left: Piece[] = [];
  let killed = Number.NEGATIVE_INFINITY;
  let from = 0;
  const add = (until: number, course: Course): void => {
    if (until > from) left.push({ fromSeconds: from, toSeconds: until, ...course });
    from = Math.max(from, until);
  };
  const goOn = (until: number): void => {
    // What was started before the last kill has left already.
    const still = { value: valueAt(starts, killed), slopePerSecond: 0, bend: 0 };
    add(Math.min(until, Math.max(0, killed) + workSeconds), still);
    for (let i = firstIndex(starts, (p) => p.toSeconds > from - workSeconds); i < starts.length; i++) {
      const piece = starts[i] as Piece;
      if (piece.fromSeconds + workSeconds >= until) break;
      add(Math.min(until, piece.toSeconds + workSeconds), courseFrom(piece, from - workSeconds));
    }
  };
  for (const each of breaks) {
    goOn(Math.min(each.atSeconds, end));
    if (each.kind === 'kill') killed = each.atSeconds;
    else {
      const value = valueAt(starts, Math.max(killed, from - workSeconds));
      add(Math.min(each.untilSeconds, end), { value, slopePerSecond: 0, bend: 0 });
    }
  }
  goOn(end);
  return left;
}

/** One curve and another, or less another; both begin at 0 and have no gaps. It ends with the first. */
export function sumOfCurves(one: readonly Piece[], other: readonly Piece[], sign: 1 | -1): Piece[] {
  const result: Piece[] = [];
  let j = 0;
  for (const piece of one) {
    let from = piece.fromSeconds;
    while (from < piece.toSeconds) {
      while (j < other.length && (other[j] as Piece).toSeconds <= from) j++;
      const second = other[j];
      const to = Math.min(piece.toSeconds, second?.toSeconds ?? piece.toSeconds);
      const a = courseFrom(piece, from);
      const b = second === undefined ? endOf(other) : courseFrom(second, from);
      result.push({
        fromSeconds: from,
        toSeconds: to,
        value: plus(a.value, sign * b.value),
        slopePerSecond: a.slopePerSecond + sign * b.slopePerSecond,
        bend: a.bend + sign * b.bend,
      });
      from = to;
    }
  }
  return result;
}

/** Of large numbers that are as good as equal, nothing is left. */
function plus(a: number, b: number): number {
  const sum = a + b;
  return Math.abs(sum) <= 1e-15 * Math.abs(a) ? 0 : sum;
}

type Course = Pick<Piece, 'value' | 'slopePerSecond' | 'bend'>;

function courseFrom(piece: Piece, fromSeconds: number): Course {
  const u = fromSeconds - piece.fromSeconds;
  const slopePerSecond = piece.slopePerSecond + 2 * piece.bend * u;
  return { value: valueWithin(piece, fromSeconds), slopePerSecond, bend: piece.bend };
}

function endOf(pieces: readonly Piece[]): Course {
  const last = pieces.at(-1);
  return { value: last === undefined ? 0 : valueWithin(last, last.toSeconds), slopePerSecond: 0, bend: 0 };
}
