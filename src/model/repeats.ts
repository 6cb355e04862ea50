/** Messages that had their effect and are to be served once more. */
interface Repeat {
  load: number;
  /** How many others are served before. */
  behind: number;
}

/** The line of what is to be served again. */
export class Repeats {
  private line: Repeat[] = [];

  /** All that wait. */
  get count(): number {
    return this.line.reduce((sum, repeat) => sum + repeat.load, 0);
  }

  /** How many are served before all others; 0: none. */
  get first(): number {
    return this.line.find((repeat) => repeat.behind <= 0)?.load ?? 0;
  }

  /** How many others are served before the next; Infinity: there is none. */
  get behind(): number {
    return Math.min(...this.line.map((repeat) => repeat.behind), Number.POSITIVE_INFINITY);
  }

  add(load: number, behind: number): void {
    if (load > 0) this.line.push({ load, behind });
  }

  /** Serves some of the first, or all of it. */
  serve(count: number, all: boolean): void {
    const repeat = this.line.find((candidate) => candidate.behind <= 0);
    if (repeat === undefined) return;
    repeat.load -= count;
    if (all) this.line = this.line.filter((candidate) => candidate !== repeat);
  }

  /**
   * Others are served.
   * @param turn whether the next repeat's turn has come
   * @param empty whether nobody is left before any
   */
  letPass(count: number, turn: boolean, empty: boolean): void {
    const next = this.behind;
    for (const repeat of this.line)
      repeat.behind = empty || (turn && repeat.behind === next) ? 0 : repeat.behind - count;
  }

  serveAll(): void {
    this.line = [];
  }
}
