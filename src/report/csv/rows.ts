import { clean } from '../text.js';

/** What is in a cell; null: nothing is known, and it is empty. */
export type CsvCell = string | number | boolean | null;

/** With what a spreadsheet takes a text for a formula, also as it is written in full width. */
const formula = /^[=+\-@\t\r＝＋－＠]/;

/** Text in which there is nothing to clean, such as almost any message's id. */
const plain = /^[\x20-\x7e]*$/;

/**
 * A row as RFC 4180 has it, with its line break. Texts are made one line that a terminal and a spreadsheet show and don't obey: control
 * sequences are removed, and what would be a formula begins with an apostrophe. Numbers are written in full, not for people.
 */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: CsvCell): string {
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (typeof value === 'boolean') return String(value);
  const text = defused(plain.test(value) ? value.trim() : clean(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text that no spreadsheet calculates. */
export function defused(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** Rows below their header row. */
export function csvTable(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map(csvRow).join('');
}
