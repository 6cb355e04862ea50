import type { CapacityStep } from './balance.js';
import type { Piece } from './pieces.js';

/** A quantity at the beginning of a stretch of time, and how it goes on. */
export type Course = Pick<Piece, 'value' | 'slopePerSecond' | 'bend'>;

/** The curves of a fluid run as they are drawn. */
export class Recorder {
  readonly waiting: Piece[] = [];
  readonly starts: Piece[] = [];
  readonly begun: Piece[] = [];
  readonly capacity: CapacityStep[];

  constructor(perSecond: number) {
    this.capacity = [{ atSeconds: 0, perSecond }];
  }

  /** The capacity changes. */
  step(atSeconds: number, perSecond: number): void {
    if (this.capacity.at(-1)?.perSecond === perSecond) return;
    if (this.capacity.at(-1)?.atSeconds === atSeconds) this.capacity.pop();
    this.capacity.push({ atSeconds, perSecond });
  }

  /** A stretch of time. @param again starts so far, and their rate, of messages whose worker died before their effect */
  add(
    fromSeconds: number,
    toSeconds: number,
    waiting: Course,
    starts: Course,
    again: Pick<Course, 'value' | 'slopePerSecond'>,
  ): void {
    const first = { fromSeconds, toSeconds, ...starts };
    const isFirst = again.value === 0 && again.slopePerSecond === 0;
    const value = starts.value + again.value;
    const slopePerSecond = starts.slopePerSecond + again.slopePerSecond;
    draw(this.waiting, { fromSeconds, toSeconds, ...waiting });
    draw(this.starts, first);
    draw(this.begun, isFirst ? first : { ...first, value, slopePerSecond });
  }
}

/** Adds a piece; what stays the same stays one piece. */
function draw(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  const isFlat = piece.slopePerSecond === 0 && piece.bend === 0;
  const wasFlat = last?.slopePerSecond === 0 && last.bend === 0;
  if (last !== undefined && isFlat && wasFlat && last.value === piece.value)
    pieces[pieces.length - 1] = { ...last, toSeconds: piece.toSeconds };
  else pieces.push(piece);
}
