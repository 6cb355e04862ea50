import type { Sweep, SweepPoint } from '../result/sweep.js';
import type { QueueResult, Result } from '../result/types.js';
import { chart } from './chart.js';
import { count, plural, secondsCell } from './format.js';
import { isNever, measured } from './measured.js';
import { outcomePaint, type Paint, paint } from './paint.js';
import { type Column, table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** A sweep for people: a row for each value and queue, and a chart of one measure. */
export function renderSweep(given: Sweep, options: RenderOptions): string {
  const sweep = cleanDeep(given);
  const colors = paint(options.color);
  const width = reportWidth(options);
  const { path, points } = sweep;
  const [first, last] = [points[0], points.at(-1)];
  const values = points.length > 1 ? `from ${first?.value} to ${last?.value}` : `at ${first?.value}`;
  const heading = `${sweep.reference}: predicted for ${path} ${values}, ${plural(points.length, 'value')}.`;
  const names = Object.keys(first?.result.queues ?? {});
  const changing = names.filter((name) => !isSame(points, name));
  const same = names.filter((name) => !changing.includes(name));
  const shown = changing.length > 0 ? changing : names.slice(0, 1);
  return [
    ...wrap(colors.words(colors.bold, heading), width),
    '',
    ...valuesTable(sweep, shown, colors, width),
    ...(first === undefined
      ? []
      : sameLines(
          first.result,
          same.filter((name) => !shown.includes(name)),
          width,
        )),
    '',
    ...chartLines(sweep, colors, width),
    ...warningLines(last, width),
  ].join('\n');
}

function valuesTable(
  { path, points }: Sweep,
  names: readonly string[],
  colors: Paint,
  width: number,
): string[] {
  const columns: Column[] = [
    { head: path.slice(path.lastIndexOf('.') + 1), align: 'right' },
    { head: 'queue', align: 'left' },
    { head: 'peak', align: 'right' },
    { head: 'catch-up', align: 'right', wraps: true },
    { head: 'drained at', align: 'right' },
    { head: 'longest wait', align: 'right' },
    { head: 'verdict', align: 'left' },
  ];
  const rows = points.flatMap(({ value, result }) =>
    names.map((name, i) => {
      const queue = result.queues[name];
      const cells = queue === undefined ? ['', '', '', ''] : figures(queue);
      return [i === 0 ? value : '', name, ...cells, i === 0 ? verdict(result, colors) : ''];
    }),
  );
  return table(columns, rows, colors, width);
}

function figures({
  backlog,
  catchUpSeconds,
  catchUpReason,
  drainedAtSeconds,
  waitSeconds,
}: QueueResult): string[] {
  const isPredicted = backlog.peak !== null;
  return [
    count(backlog.peak),
    catchUpSeconds === null ? (catchUpReason ?? 'not known') : secondsCell(catchUpSeconds),
    isPredicted && drainedAtSeconds === null ? 'never' : secondsCell(drainedAtSeconds),
    secondsCell(waitSeconds.max),
  ];
}

/** What comes of the scenario's expectations; without any, that no book is out of balance says nothing here. */
function verdict({ expectations, verdict: { outcome } }: Result, colors: Paint): string {
  if (expectations.length === 0) return colors.dim('–');
  const failed = expectations.filter((expectation) => expectation.outcome === 'fail').length;
  const of = failed > 0 && expectations.length > 1 ? ` (${failed} of ${expectations.length})` : '';
  return outcomePaint(outcome, colors)(outcome) + of;
}

/** Whether the setting makes no difference to a queue's figures. */
function isSame(points: readonly SweepPoint[], name: string): boolean {
  const texts = points.map(({ result }) => {
    const queue = result.queues[name];
    return queue === undefined ? '' : figures(queue).join(' ');
  });
  return texts.every((text) => text === texts[0]);
}

function sameLines({ queues }: Result, names: readonly string[], width: number): string[] {
  return names.flatMap((name) => {
    const queue = queues[name];
    if (queue === undefined) return [];
    const [peak, catchUp, drainedAt, wait] = figures(queue);
    const text = `${name} is the same at every value: peak ${peak}, catch-up ${catchUp}, drained at ${drainedAt}, longest wait ${wait}.`;
    return wrap(`  ${text}`, width, '  ');
  });
}

/** What the plan warns of at the last value, which is mostly the furthest from what is usual. */
function warningLines(last: SweepPoint | undefined, width: number): string[] {
  const warnings = (last?.result.warnings ?? []).slice(0, 3);
  return warnings.flatMap((warning) => wrap(`! At ${last?.value}: ${warning}`, width, '  '));
}

function chartLines({ path, of, unit, points }: Sweep, colors: Paint, width: number): string[] {
  const inWords = `${of}${unit === 'seconds' ? ', in seconds,' : unit === 'perSecond' ? ', per second,' : ''} over ${path}`;
  // Each value has a band of its own, as values may be uneven, or no numbers at all.
  const edge = 1e-6;
  const lines = chart(
    {
      atSeconds: [0, ...points.flatMap((_, i) => [i + edge, i + 1 - edge]), points.length],
      solid: [0, ...points.flatMap(({ of: { actual } }) => [actual ?? 0, actual ?? 0]), 0],
      dots: null,
      ticks: points.map(({ value }, i) => ({ at: i + edge, label: `${value} ` })),
      fractions: unit !== 'count',
      marks: missing(points),
    },
    colors,
    width - 2,
  );
  const reasons = [
    ...new Set(
      points.flatMap(({ of: { actual, reason } }) => (actual === null ? [reason ?? 'not known'] : [])),
    ),
  ];
  if (lines.length > 0) return [`  ${colors.bold(inWords)}`, ...lines.map((line) => `  ${line}`)];
  if (reasons.length === 0)
    return wrap(`  ${of} is ${measured(points[0]?.of ?? nothing, unit)} at every value.`, width, '  ');
  const [first = ''] = reasons;
  return wrap(
    `  Nothing to draw of ${of}: ${reasons.length > 1 ? `${first}, for example` : first}.`,
    width,
    '  ',
  );
}

const nothing = { actual: null, reason: null };

/** A mark for each run of values that have no height. */
function missing(points: readonly SweepPoint[]): { atSeconds: number; label: string }[] {
  const marks: { atSeconds: number; label: string }[] = [];
  for (let i = 0; i < points.length; i++) {
    const { of, value } = points[i] as SweepPoint;
    if (of.actual !== null) continue;
    let end = i;
    while (points[end + 1]?.of.actual === null) end++;
    const what = isNever(of.reason) ? 'never' : 'not known';
    const until = end > i ? ` to ${points[end]?.value}` : '';
    marks.push({ atSeconds: i, label: `${what} at ${value}${until}` });
    i = end;
  }
  return marks;
}
