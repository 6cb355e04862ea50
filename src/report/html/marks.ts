import type { Paint } from '../paint.js';
import type { Column } from '../table.js';

/**
 * Colour and tables in text that is to become HTML. They are written as control characters, which no text from outside holds any
 * more once it is cleaned (`cleanDeep`), just as a terminal's colours are; so text is escaped once, at the end, whatever it came through.
 */
export const styles = {
  good: '\u0001',
  bad: '\u0002',
  warn: '\u0003',
  bold: '\u0004',
  dim: '\u0005',
  curve: '\u0006',
} as const;
/** Ends the last style that was begun. */
export const closing = '\u000e';
const tableMark = '\u000f';

/** As wide as any text: nothing is wrapped, and no table is cut into several. */
export const unlimited = 1_000_000;

/** A table, before it is laid out. */
export interface TableContent {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/** Gives text that `toHtml` and `tableOf` understand. */
export const marks: Paint = {
  good: (text) => styles.good + text + closing,
  bad: (text) => styles.bad + text + closing,
  warn: (text) => styles.warn + text + closing,
  bold: (text) => styles.bold + text + closing,
  dim: (text) => styles.dim + text + closing,
  curve: (text) => styles.curve + text + closing,
  words: (style, text) => style(text),
  table: (columns, rows) => tableMark + JSON.stringify({ columns, rows }),
};

/** The table that a line stands for; null: it is text. */
export function tableOf(line: string): TableContent | null {
  return line.startsWith(tableMark) ? (JSON.parse(line.slice(tableMark.length)) as TableContent) : null;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, between tags or within a quoted attribute. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}

const tags: Readonly<Record<string, string>> = {
  [styles.good]: '<span class="good">',
  [styles.bad]: '<span class="bad">',
  [styles.warn]: '<span class="warn">',
  [styles.bold]: '<b>',
  [styles.dim]: '<span class="dim">',
  [styles.curve]: '<span class="accent">',
};

/** The space between a figure and its unit, which are not to be parted. */
const unitAfter = /(\d) (?=(?:ms|s|min|h|%)(?:[^\w]|$))/g;

/** Text with its colours as HTML; every tag that is opened is closed. Other control characters are left out. */
export function toHtml(text: string): string {
  const open: string[] = [];
  const html = escaped(text.trim().replace(unitAfter, '$1\u00a0')).replace(/\p{Cc}/gu, (character) => {
    const tag = tags[character];
    if (tag !== undefined) {
      open.push(tag === '<b>' ? '</b>' : '</span>');
      return tag;
    }
    return character === closing ? (open.pop() ?? '') : ' ';
  });
  return html + open.reverse().join('');
}

/** The same without its colours. */
export function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, '').trim();
}
