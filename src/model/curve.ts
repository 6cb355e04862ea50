import type { BacklogCurve } from '../result/types.js';
import { type Piece, tidy, valueAt, valueWithin } from './pieces.js';
import type { QueuePrediction } from './predict.js';

/** Most points of a curve. */
const mostPoints = 240;

/** A prediction's backlog, thinned for a chart: at even distances, and at the turns in between, the extreme ones first. */
export function thinnedCurve(queue: QueuePrediction, endSeconds: number): BacklogCurve {
  const times = chartTimes(queue.backlog, endSeconds);
  // Where the curve drops at its peak, the peak is what counts.
  const backlog = times.map((t) =>
    t === queue.peakAtSeconds ? queue.peakBacklog : tidy(valueAt(queue.backlog, t)),
  );
  return {
    atSeconds: times,
    backlog,
    predicted: backlog,
    predictedWithoutFaults: times.map((t) => tidy(valueAt(queue.withoutFaults.backlog, t))),
  };
}

function chartTimes(backlog: readonly Piece[], endSeconds: number): number[] {
  const even = mostPoints / 2;
  const times = Array.from({ length: even }, (_, i) => tidy((endSeconds * i) / (even - 1)));
  return [...new Set([...times, ...turns(backlog, endSeconds)])].sort((a, b) => a - b);
}

/** Where the curve changes; if these are too many, of each stretch of time the highest and the lowest. */
function turns(backlog: readonly Piece[], endSeconds: number): number[] {
  const points = backlog.flatMap((piece) => {
    const top = piece.fromSeconds - piece.slopePerSecond / (2 * piece.bend);
    const inside = piece.bend < 0 && top > piece.fromSeconds && top < piece.toSeconds;
    return (inside ? [piece.fromSeconds, top] : [piece.fromSeconds]).map((t) => ({
      atSeconds: tidy(t),
      value: valueWithin(piece, t),
    }));
  });
  if (points.length <= mostPoints / 2) return points.map(({ atSeconds }) => atSeconds);
  const stretches = mostPoints / 4;
  const extremes = Array.from({ length: stretches }, (_, i) => {
    const from = (endSeconds * i) / stretches;
    const to = i === stretches - 1 ? Number.POSITIVE_INFINITY : (endSeconds * (i + 1)) / stretches;
    const within = points
      .filter((point) => point.atSeconds >= from && point.atSeconds < to)
      .sort((a, b) => a.value - b.value);
    return within.length === 0 ? [] : [within[0], within.at(-1)];
  });
  return extremes.flat().flatMap((point) => (point === undefined ? [] : [point.atSeconds]));
}
