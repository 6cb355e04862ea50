import type { Accounting, Result } from '../result/types.js';
import { count, decimal } from './format.js';
import type { Paint } from './paint.js';
import { figureColumns, table } from './table.js';
import { visibleWidth, wrap } from './text.js';

type Figure = Exclude<keyof Accounting, 'balanced'>;

/** The rows that are always there, and then those that are there when not zero. */
const rows: readonly { readonly figure: Figure; readonly label: string; readonly isMain: boolean }[] = [
  { figure: 'scheduled', label: 'scheduled', isMain: true },
  { figure: 'dropped', label: 'dropped', isMain: false },
  { figure: 'attempted', label: 'attempted', isMain: false },
  { figure: 'acknowledged', label: 'acknowledged', isMain: true },
  { figure: 'unknown', label: 'unknown outcome', isMain: false },
  { figure: 'recovered', label: 'recovered', isMain: false },
  { figure: 'refused', label: 'refused', isMain: false },
  { figure: 'unexpected', label: 'unexpected', isMain: false },
  { figure: 'delivered', label: 'delivered', isMain: true },
  { figure: 'effected', label: 'effected', isMain: true },
  { figure: 'deadLettered', label: 'dead-lettered', isMain: false },
  { figure: 'discarded', label: 'discarded', isMain: false },
  { figure: 'merged', label: 'merged', isMain: false },
  { figure: 'pending', label: 'pending', isMain: true },
  { figure: 'lost', label: 'lost', isMain: true },
  { figure: 'undetermined', label: 'undetermined', isMain: false },
  { figure: 'duplicateDeliveries', label: 'duplicate deliveries', isMain: true },
  { figure: 'duplicateEffects', label: 'duplicate effects', isMain: true },
  { figure: 'suppressed', label: 'suppressed', isMain: false },
  { figure: 'republished', label: 'republished', isMain: false },
  { figure: 'deadAfterEffect', label: 'dead after their effect', isMain: false },
  { figure: 'redeliveryPending', label: 'redelivery pending', isMain: false },
];

/** The books, a queue to a column; several tables where they don't fit beside each other. */
export function booksTable(result: Result, colors: Paint, width: number): string[] {
  const label = 'The books (messages)';
  const labelWidth = Math.max(visibleWidth(label), ...rows.map((row) => row.label.length));
  return groupsThatFit(Object.keys(result.queues), width - labelWidth - 2).flatMap((names, group) => {
    const books = names.map((name) => result.queues[name]!.accounting);
    const isShown = ({ figure, isMain }: (typeof rows)[number]): boolean => {
      // Attempted says nothing new where all were acknowledged.
      if (figure === 'attempted') return books.some((book) => book.attempted !== book.acknowledged);
      return isMain || books.some((book) => book[figure] !== 0);
    };
    const cells = rows
      .filter(isShown)
      .map((row) => [row.label, ...books.map((book) => cell(row.figure, book, colors))]);
    const balance = [
      'the books',
      ...books.map((book) => (book.balanced ? colors.good('balance') : colors.bad("don't balance"))),
    ];
    return [
      ...(group > 0 ? [''] : []),
      ...table(figureColumns(label, names), [...cells, balance], colors, width),
    ];
  });
}

function cell(figure: Figure, book: Accounting, colors: Paint): string {
  const value = book[figure];
  if (value === null) return colors.warn('not known');
  if (figure === 'lost' && value > 0) return colors.bad(count(value));
  if (figure === 'duplicateEffects' && value > 0) return colors.warn(count(value));
  return value === 0 ? colors.dim('0') : count(value);
}

/** The second, independent check of the books, in a sentence. */
export function littlesLawLine(result: Result, colors: Paint, width: number): string[] {
  const checked = Object.entries(result.queues).flatMap(([name, { littlesLaw }]) =>
    littlesLaw === null || littlesLaw.differencePercent === null
      ? []
      : [`${name} ${decimal(Math.abs(littlesLaw.differencePercent), 2)} % apart`],
  );
  if (checked.length === 0) return [];
  const text = `Second check, by Little's law (sampled depth against the ledger): ${checked.join(', ')}.`;
  return wrap(colors.words(colors.dim, text), width - 2).map((line) => `  ${line}`);
}

/** The names in groups whose columns are not wider than the room together. */
export function groupsThatFit(names: readonly string[], room: number): string[][] {
  const groups: string[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const needs = Math.max(visibleWidth(name), "don't balance".length) + 2;
    if (used + needs > room) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)!.push(name);
    used += needs;
  }
  return groups;
}
