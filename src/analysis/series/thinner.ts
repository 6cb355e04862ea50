/** A curve has at most this many points. */
export const mostPoints = 1000;

/** What is to be thinned. */
export interface ToThin {
  /** How many values a point has. */
  readonly columns: number;
  /** Of which of them the peaks are to survive. */
  readonly watched: readonly number[];
  readonly endSeconds: number;
  /** As many points will come, at most. */
  readonly expected: number;
}

/**
 * Takes the points of curves that have their times in common, in rising order, and keeps all where they are few. Else it keeps of each of equal spans
 * those with the lowest and the highest value of each watched column (the first of equal ones), and the last. A point at the time of the one before
 * takes its place.
 */
export class Thinner {
  readonly times: number[] = [];
  readonly columns: readonly number[][];
  private readonly watched: readonly number[];
  private readonly spans: number;
  /** Of a span, in seconds; 0: all points are kept. */
  private readonly width: number;
  private span = 0;
  /** Points in the span so far. */
  private count = 0;
  /** The span's candidates, one after the other: its last point, then the lowest and the highest of each watched column. */
  private readonly candidates: Float64Array;
  /** Which point of the span each candidate is, from 1. */
  private readonly order: Uint32Array;

  constructor({ columns, watched, endSeconds, expected }: ToThin) {
    this.columns = Array.from({ length: columns }, () => []);
    this.watched = watched;
    const most = 1 + 2 * watched.length;
    // The first and the last point come on top.
    this.spans = Math.floor((mostPoints - 2) / most);
    this.width = expected <= mostPoints - 2 ? 0 : endSeconds / this.spans;
    this.candidates = new Float64Array(most * (1 + columns));
    this.order = new Uint32Array(most);
  }

  /** @param values one for each column; they are copied */
  push(seconds: number, values: Float64Array): void {
    if (this.width === 0) {
      this.keep(seconds, values);
      return;
    }
    const span = Math.min(this.spans - 1, Math.floor(seconds / this.width));
    if (span !== this.span) {
      this.close();
      this.span = span;
    }
    const isFirst = this.count === 0;
    this.count++;
    this.note(0, seconds, values);
    for (let i = 0; i < this.watched.length; i++) {
      const column = this.watched[i] as number;
      const value = values[column] as number;
      if (isFirst || value < this.valueOf(1 + 2 * i, column)) this.note(1 + 2 * i, seconds, values);
      if (isFirst || value > this.valueOf(2 + 2 * i, column)) this.note(2 + 2 * i, seconds, values);
    }
  }

  /** Keeps a point whatever its values are; what comes after it is a new span. */
  pin(seconds: number, values: Float64Array): void {
    this.close();
    this.keep(seconds, values);
  }

  /** Ends the span: its points that are kept are written down, in the order in which they came. Needed after the last. */
  close(): void {
    if (this.count === 0) return;
    const size = 1 + this.columns.length;
    const inOrder = Array.from(this.order.keys()).sort(
      (a, b) => (this.order[a] as number) - (this.order[b] as number),
    );
    let before = 0;
    for (const candidate of inOrder) {
      if (this.order[candidate] === before) continue;
      before = this.order[candidate] as number;
      const base = candidate * size;
      this.keep(this.candidates[base] as number, this.candidates.subarray(base + 1, base + size));
    }
    this.count = 0;
  }

  private note(candidate: number, seconds: number, values: Float64Array): void {
    const base = candidate * (1 + values.length);
    this.candidates[base] = seconds;
    for (let i = 0; i < values.length; i++) this.candidates[base + 1 + i] = values[i] as number;
    this.order[candidate] = this.count;
  }

  private valueOf(candidate: number, column: number): number {
    return this.candidates[candidate * (1 + this.columns.length) + 1 + column] as number;
  }

  private keep(seconds: number, values: Float64Array): void {
    const time = toNano(seconds);
    if (this.times.at(-1) === time) {
      for (const column of this.columns) column.pop();
    } else {
      this.times.push(time);
    }
    for (let i = 0; i < values.length; i++) this.columns[i]?.push(values[i] as number);
  }
}

/** Takes off what floating point adds: rounds to a billionth, which is finer than any ledger's time. */
export function toNano(value: number): number {
  // Adding 0 makes −0 a plain 0.
  return Math.round(value * 1e9) / 1e9 + 0;
}
