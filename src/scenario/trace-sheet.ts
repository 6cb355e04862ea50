import type { Problems } from './problems.js';
import type { Place } from './tree.js';
import type { Reading } from './units.js';

/** Bad lines that are told one by one. */
const mostTold = 10;

/** One line of a CSV file that holds something. */
export interface Row {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A small CSV file, and what is wrong with its lines. */
export class Sheet {
  /** Without the header and empty lines. */
  readonly rows: readonly Row[];
  /** Lower case; null: there is none. */
  readonly header: readonly string[] | null;
  private bad = 0;

  /** @param file as the scenario names it */
  constructor(
    text: string,
    private readonly file: string,
    private readonly place: Place,
    private readonly problems: Problems,
  ) {
    const rows = text
      .replace(/^\ufeff/, '')
      .split(/\r\n|\n|\r/)
      .map((row, i): Row => ({ line: i + 1, cells: cellsOf(row) }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
    const [first, ...others] = rows;
    const hasHeader = first?.cells.every((cell) => /^[A-Za-z]/.test(cell)) ?? false;
    this.header = hasHeader ? (first?.cells ?? []).map((cell) => cell.toLowerCase()) : null;
    this.rows = hasHeader ? others : rows;
  }

  /** Whether every line could be read so far. */
  get isClean(): boolean {
    return this.bad === 0;
  }

  /** Notes what is wrong with a line; of many, the first ones. */
  refuse(line: number, message: string, hint: string): void {
    this.bad++;
    const { path, flag } = this.place;
    if (this.bad <= mostTold)
      this.problems.take({ file: this.file, line, path: flag ?? path, message, hint });
  }

  /** Notes what is wrong with the file as a whole. */
  refuseAll(message: string, hint: string): void {
    this.bad++;
    this.problems.add(this.place, `${this.file} ${message}`, hint);
  }

  /** The value of a text of a line; undefined where it can't be read, and that is noted. */
  read<T>(line: number, reading: Reading<T>): T | undefined {
    if (reading.ok) return reading.value;
    this.refuse(line, reading.message, reading.hint);
    return undefined;
  }

  /** Says how many bad lines were not told. */
  finish(): void {
    const untold = this.bad - mostTold;
    if (untold <= 0) return;
    const lines = untold === 1 ? 'another line' : `${untold.toLocaleString('en')} more lines`;
    const { path, flag } = this.place;
    const message = `has ${lines} like these`;
    this.problems.take({ file: this.file, path: flag ?? path, message, hint: 'repair them all' });
  }
}

/** Cells hold no commas, so quotes are only taken off. */
function cellsOf(row: string): string[] {
  return row.split(/[,;\t]/).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
}
