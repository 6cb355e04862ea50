import Table from 'cli-table3';
import type { Paint } from './paint.js';
import { truncate, visibleWidth, wrap } from './text.js';

/** A column of a table. */
export interface Column {
  /** May have several lines. */
  readonly head: string;
  readonly align: 'left' | 'right';
  /** Whether its text may take several lines; other cells are cut where there is no room. */
  readonly wraps?: boolean;
}

/** The columns of a table that has the names of its rows first and then figures. */
export function figureColumns(title: string, names: readonly string[]): Column[] {
  return [title, ...names].map((head, at) => ({ head, align: at === 0 ? 'left' : 'right' }));
}

const indent = '  ';
const gap = 2;
/** No frame: columns are told apart by space, the head by a line below it. */
const chars = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((name) => [name, '']),
);

/** Lines of a table without a frame, within the width; none without rows. Cells may be coloured word by word. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  colors: Paint,
  width: number,
): string[] {
  if (rows.length === 0) return [];
  if (colors.table !== undefined) return [colors.table(columns, rows)];
  const widths = columnWidths(columns, rows, width - indent.length);
  const laidOut = new Table({
    chars: { ...chars, middle: ' '.repeat(gap) },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map((column) => column.align),
    colWidths: widths,
  });
  const headLines = Math.max(...columns.map((column) => column.head.split('\n').length));
  const head = columns.map((column, at) => headCell(column.head, widths[at]!, headLines));
  laidOut.push(head, ...rows.map((row) => row.map((cell, at) => cellIn(cell, widths[at]!, columns[at]!))));
  const lines = laidOut.toString().split('\n');
  const ruleWidth = widths.reduce((sum, each) => sum + each, gap * (widths.length - 1));
  return [
    ...lines.slice(0, headLines).map((line) => indent + colors.bold(line.trimEnd())),
    indent + colors.dim('─'.repeat(ruleWidth)),
    ...lines.slice(headLines).map((line) => (indent + line).trimEnd()),
  ];
}

/** Within the width, and on the last of the head's lines where it has fewer than others. */
function headCell(head: string, width: number, lines: number): string {
  const own = head.split('\n').map((line) => truncate(line, width));
  return [...Array.from({ length: lines - own.length }, () => ''), ...own].join('\n');
}

function cellIn(cell: string, width: number, column: Column): string {
  if (visibleWidth(cell) <= width) return cell;
  return column.wraps === true ? wrap(cell, width).join('\n') : truncate(cell, width);
}

/** As wide as the cells need, less what is missing: first the wrapping columns give way, then the widest of the others. */
function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = columns.map((column, at) =>
    Math.max(
      ...column.head.split('\n').map(visibleWidth),
      1,
      ...rows.map((row) => visibleWidth(row[at] ?? '')),
    ),
  );
  const room = width - gap * (columns.length - 1);
  const shrink = (may: (at: number) => boolean, least: number) => {
    for (;;) {
      const missing = widths.reduce((sum, each) => sum + each, 0) - room;
      if (missing <= 0) return;
      const candidates = widths.map((_, at) => at).filter((at) => may(at) && widths[at]! > least);
      if (candidates.length === 0) return;
      const widest = candidates.reduce((best, at) => (widths[at]! > widths[best]! ? at : best));
      widths[widest] = widths[widest]! - 1;
    }
  };
  shrink((at) => columns[at]!.wraps === true, 18);
  shrink(() => true, 4);
  return widths;
}
