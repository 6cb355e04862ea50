import type { Comparison, VariantDifference } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { directQueues } from './direct.js';
import { count, rate, secondsCell, unknownFigure } from './format.js';
import { outcomePaint, type Paint } from './paint.js';
import { type Column, figureColumns, table } from './table.js';
import { visibleWidth } from './text.js';

const gap = 2;
const indent = 2;

/** A row of a table of variants. */
export interface VariantRow {
  readonly label: string;
  /** What stands above it where a variant has a line, not a column; default: the label. */
  readonly head?: string;
  /** In the variants' order. */
  readonly cells: readonly string[];
}

/**
 * The differences, a variant to a column; where they don't fit beside each other, a variant to a line.
 * @param isSaid whether a difference is in another table already
 */
export function differencesTable(
  comparison: Comparison,
  colors: Paint,
  width: number,
  isSaid: (difference: VariantDifference) => boolean = () => false,
): string[] {
  const variants = Object.entries(comparison.variants);
  const rows = comparison.differences
    .filter((difference) => !isSaid(difference))
    .map((difference) => ({
      label: difference.measure,
      head: headOf(difference.measure),
      cells: variants.map(([name, result]) => cell(difference, name, result, colors)),
    }))
    .filter(({ cells }) => comparison.origin === 'measured' || areComparable(cells));
  // The verdicts alone are said above.
  if (comparison.origin === 'predicted' && rows.length === 0) return [];
  const verdicts = variants.map(([, { verdict }]) => outcomePaint(verdict.outcome, colors)(verdict.outcome));
  const verdict = { label: 'verdict', cells: verdicts };
  const names = variants.map(([name]) => name);
  return variantsTable('Differences', names, [...rows, verdict], colors, width, [verdict, ...rows]);
}

/** Whether more than one variant has a figure: of many things a prediction says nothing. */
function areComparable(cells: readonly string[]): boolean {
  return cells.length < 2 || cells.filter((text) => text !== unknownFigure).length > 1;
}

/**
 * A table of variants, one to a column; where they don't fit beside each other, one to a line.
 * @param asColumns the rows in another order for the second case
 */
export function variantsTable(
  title: string,
  names: readonly string[],
  rows: readonly VariantRow[],
  colors: Paint,
  width: number,
  asColumns: readonly VariantRow[] = rows,
): string[] {
  const widths = [
    widest([title, ...rows.map(({ label }) => label)]),
    ...names.map((name, at) => widest([name, ...rows.map(({ cells }) => cells[at] ?? '')])),
  ];
  const needs = widths.reduce((sum, each) => sum + each, indent + gap * (widths.length - 1));
  if (needs > width) return transposed(names, asColumns, colors, width);
  return table(
    figureColumns(title, names),
    rows.map(({ label, cells }) => [label, ...cells]),
    colors,
    width,
  );
}

/** A variant to a line, as many measures beside each other as fit, and the rest below. */
function transposed(
  names: readonly string[],
  rows: readonly VariantRow[],
  colors: Paint,
  width: number,
): string[] {
  const nameWidth = Math.min(widest(['Variant', ...names]), Math.floor(width / 2));
  const groups: VariantRow[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const needs = gap + widest([...(row.head ?? row.label).split('\n'), ...row.cells]);
    if (used + needs > width - indent) {
      groups.push([]);
      used = nameWidth;
    }
    groups.at(-1)?.push(row);
    used += needs;
  }
  return groups.flatMap((group, at) => [
    ...(at > 0 ? [''] : []),
    ...table(
      [
        { head: 'Variant', align: 'left', wraps: true },
        ...group.map((row): Column => ({ head: row.head ?? row.label, align: 'right' })),
      ],
      names.map((name, line) => [name, ...group.map(({ cells }) => cells[line] ?? '')]),
      colors,
      width,
    ),
  ]);
}

/** The queue's name above the measure's. */
function headOf(measure: string): string {
  return measure.replace('.', '.\n');
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(visibleWidth));
}

function cell(
  { measure, unit, values }: VariantDifference,
  variant: string,
  result: Result,
  colors: Paint,
): string {
  const value = values[variant] ?? null;
  if (isOfNoQueue(measure, result)) return unknownFigure;
  if (value === null) return isNever(measure, result) ? colors.bad('never') : unknownFigure;
  if (unit === 'seconds') return secondsCell(value);
  if (unit === 'perSecond') return rate(value);
  if (value === 0) return colors.dim('0');
  const name = measure.slice(measure.lastIndexOf('.') + 1);
  if (name === 'lost' || name === 'stranded') return colors.bad(count(value));
  return name === 'duplicateEffects' ? colors.warn(count(value)) : count(value);
}

/** Figures that only what waits on a broker can have. */
const ofQueuesOnly =
  /^(?:depth|backlog|peakBacklog|catchUp|drainedAt|oldestAge|wait|rate|redeliveries|outOfOrder|maxDisplacement|deadLetters|workers)\b/;

/** Whether it is a queue's figure, and the variant called that queue's provider directly. */
function isOfNoQueue(measure: string, result: Result): boolean {
  const none = directQueues(result);
  const dot = measure.indexOf('.');
  const scope = measure.slice(0, dot);
  if (dot !== -1 && Object.hasOwn(result.queues, scope))
    return none.includes(scope) && ofQueuesOnly.test(measure.slice(dot + 1));
  const names = Object.keys(result.queues);
  return ofQueuesOnly.test(measure) && names.length > 0 && names.every((name) => none.includes(name));
}

/** Whether a time is null because it never came, in a run that ended by itself. */
function isNever(measure: string, { origin, run, queues }: Result): boolean {
  const [, scope, name] = /^(?:(.+)\.)?(catchUp|drainedAt)$/.exec(measure) ?? [];
  const ended = run.ended?.reason ?? '';
  if (
    name === undefined ||
    (origin === 'measured' && !['drained', 'drain-limit', 'nobody-left'].includes(ended))
  )
    return false;
  return Object.entries(queues)
    .filter(([queue]) => scope === undefined || queue === scope)
    .some(([, queue]) =>
      name === 'catchUp'
        ? queue.catchUpSeconds === null && queue.catchUpReason !== null
        : queue.drainedAtSeconds === null && queue.accounting.undetermined === 0,
    );
}
