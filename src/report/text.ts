import { stripVTControlCharacters } from 'node:util';

/** How a report is to be rendered. */
export interface RenderOptions {
  readonly color: boolean;
  /** Of the terminal, in columns. */
  readonly width: number;
  /** How the reader calls the command. Default: `launchpad`. */
  readonly command?: string;
}

/** Tables need 60 columns, and prose wider than 120 is hard to read. */
export function reportWidth(options: RenderOptions): number {
  return Math.max(60, Math.min(120, Math.floor(options.width)));
}

/** Control characters, and the marks that reorder text or break lines. */
const control = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu;

/** One line without anything that a terminal would obey: control sequences are removed, line breaks become spaces. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\s\u0085\u2028\u2029]+/gu, ' ')
    .replace(control, '')
    .trim();
}

/** The same data with every string in it cleaned; for data that holds strings from a scenario. */
export function cleanDeep<T>(value: T): T {
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [clean(key), cleaned(member)]));
}

const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Columns that the text takes on a terminal; colours take none. */
export function visibleWidth(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) width += columns(character);
  return width;
}

function columns(character: string): number {
  return zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

/** Cuts uncoloured text to the width, with `…` where something is missing. */
export function truncate(text: string, width: number): string {
  if (visibleWidth(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += columns(character);
    if (used > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Fills up with spaces to the width. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - visibleWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

/**
 * Breaks text between words into lines within the width. Lines after the first begin with `indent`.
 * A word that is longer than a line is cut into several. Colours must begin and end within one word (see Paint.words).
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  let isEmpty = true;
  const next = () => {
    lines.push(line);
    line = indent;
    isEmpty = true;
  };
  const words = text.replace(unitAfter, `$1${tied}`).split(' ');
  for (const word of words.flatMap((each) => pieces(each, Math.max(1, width - indent.length)))) {
    if (!isEmpty && visibleWidth(line) + 1 + visibleWidth(word) > width) next();
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  lines.push(line);
  return lines.map((each) => each.replaceAll(tied, ' '));
}

/** Keeps a figure and its unit on one line: the space between them, while words are told apart. */
const tied = '\u00a0';
const unitAfter = /(\d) (?=(?:ms|s|min|h|%)(?:[^\w]|$))/g;

/** The word itself; one that is too long is cut, and then loses its colour. */
function pieces(word: string, width: number): string[] {
  if (visibleWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  for (const character of stripVTControlCharacters(word)) {
    if (visibleWidth(part) + columns(character) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  parts.push(part);
  return parts;
}
