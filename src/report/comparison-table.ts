import type { Comparison, VariantDifference } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { count, rate, secondsCell, unknownFigure } from './format.js';
import type { Paint } from './paint.js';
import { type Column, table } from './table.js';
import { visibleWidth } from './text.js';

const gap = 2;
const indent = 2;

/** The differences, a variant to a column; where they don't fit beside each other, a variant to a line. */
export function differencesTable(comparison: Comparison, colors: Paint, width: number): string[] {
  const variants = Object.entries(comparison.variants);
  const rows = comparison.differences.map((difference) => ({
    label: difference.measure,
    cells: variants.map(([name, result]) => cell(difference, name, result, colors)),
  }));
  const verdicts = variants.map(([, { verdict }]) => outcomeCell(verdict.outcome, colors));
  const all = [...rows, { label: 'verdict', cells: verdicts }];
  const widths = [
    widest(['Differences', ...all.map(({ label }) => label)]),
    ...variants.map(([name], at) => widest([name, ...all.map(({ cells }) => cells[at] ?? '')])),
  ];
  const needs = widths.reduce((sum, each) => sum + each, indent + gap * (widths.length - 1));
  if (needs > width) {
    const names = variants.map(([name]) => name);
    return transposed(names, [{ label: 'verdict', cells: verdicts }, ...rows], colors, width);
  }
  const columns = ['Differences', ...variants.map(([name]) => name)].map(
    (head, at): Column => ({ head, align: at === 0 ? 'left' : 'right' }),
  );
  return table(
    columns,
    all.map(({ label, cells }) => [label, ...cells]),
    colors,
    width,
  );
}

interface Row {
  readonly label: string;
  readonly cells: readonly string[];
}

/** A variant to a line, as many measures beside each other as fit, and the rest below. */
function transposed(names: readonly string[], rows: readonly Row[], colors: Paint, width: number): string[] {
  const nameWidth = Math.min(widest(['Variant', ...names]), Math.floor(width / 2));
  const groups: Row[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const needs = gap + widest([...headOf(row).split('\n'), ...row.cells]);
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
        ...group.map((row): Column => ({ head: headOf(row), align: 'right' })),
      ],
      names.map((name, line) => [name, ...group.map(({ cells }) => cells[line] ?? '')]),
      colors,
      width,
    ),
  ]);
}

/** The queue's name above the measure's. */
function headOf({ label }: Row): string {
  return label.replace('.', '.\n');
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map(visibleWidth));
}

function outcomeCell(outcome: Result['verdict']['outcome'], colors: Paint): string {
  return { pass: colors.good, fail: colors.bad, inconclusive: colors.warn }[outcome](outcome);
}

function cell(
  { measure, unit, values }: VariantDifference,
  variant: string,
  result: Result,
  colors: Paint,
): string {
  const value = values[variant] ?? null;
  if (value === null) return isNever(measure, result) ? colors.bad('never') : unknownFigure;
  if (unit === 'seconds') return secondsCell(value);
  if (unit === 'perSecond') return rate(value);
  if (value === 0) return colors.dim('0');
  const name = measure.slice(measure.lastIndexOf('.') + 1);
  if (name === 'lost' || name === 'stranded') return colors.bad(count(value));
  return name === 'duplicateEffects' ? colors.warn(count(value)) : count(value);
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
