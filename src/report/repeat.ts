import type { Repeat, Repeated, Spread } from '../result/repeat.js';
import { factLines } from './closing.js';
import { figure } from './compared-figures.js';
import { plural, unknownFigure } from './format.js';
import { gatesSection } from './gates.js';
import { outcomePaint, type Paint, paint } from './paint.js';
import { sentence, titled } from './prose.js';
import { type Column, table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/**
 * Repeated runs for people: the verdict with how many pass, the runs, and of every measure that is not everywhere the same median, ends and
 * spread. Without a line break at the end.
 */
export function renderRepeat(untrusted: Repeat, options: RenderOptions): string {
  const repeat = cleanDeep(untrusted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  return repeatSections(repeat, colors, width, options.command ?? 'launchpad')
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** The sections of the report of repeated runs; none is empty. */
export function repeatSections(repeat: Repeat, colors: Paint, width: number, command: string): string[][] {
  return [
    verdictLines(repeat, colors, width),
    runsTable(repeat, colors, width),
    ...spreadSections(repeat, colors, width),
    closing(repeat, colors, width, command),
  ].filter((section) => section.length > 0);
}

/** Of each variant what came of the rules, the measures that are not everywhere the same, and those that are; some may be empty. */
export function spreadSections(repeat: Repeat, colors: Paint, width: number): string[][] {
  return repeat.repeated.flatMap((each) => [
    gatesSection(each.gates, colors, width),
    spreadTable(each, repeat, colors, width),
    sameLines(each, repeat, colors, width),
  ]);
}

function verdictLines(
  { verdict, scenario, repeated, times }: Repeat,
  colors: Paint,
  width: number,
): string[] {
  const word = colors.bold(outcomePaint(verdict.outcome, colors)(`${verdict.outcome.toUpperCase()}.`));
  const counts = repeated.map((each) => `${prefix(each)}${passInWords(each, times)}`).join('; ');
  return [
    ...wrap(`${word} ${scenario.name}, ${times} times: ${sentence(counts)}`, width, '  '),
    ...(verdict.outcome === 'pass' ? [] : verdict.reasons).flatMap((reason) =>
      wrap(`  - ${sentence(reason)}`, width, '    '),
    ),
  ];
}

function prefix({ variant }: Repeated): string {
  return variant === null ? '' : `${variant}: `;
}

/** `3 of 5 pass, 1 fails, 1 is inconclusive` */
function passInWords({ passed, failed, inconclusive, runs }: Repeated, times: number): string {
  const missing = times - runs.length;
  if (passed === times) return times === 2 ? 'both runs pass' : `all ${times} runs pass`;
  return [
    `${passed} of ${plural(times, 'run')} ${passed === 1 ? 'passes' : 'pass'}`,
    ...(failed === 0 ? [] : [`${failed} ${failed === 1 ? 'fails' : 'fail'}`]),
    ...(inconclusive === 0 ? [] : [`${inconclusive} ${inconclusive === 1 ? 'is' : 'are'} inconclusive`]),
    ...(missing === 0 ? [] : [`${missing} ${missing === 1 ? 'is' : 'are'} not there`]),
  ].join(', ');
}

/** The runs, where they did not come to the same. */
function runsTable({ repeated }: Repeat, colors: Paint, width: number): string[] {
  const runs = repeated.flatMap((each) => each.runs.map((run) => ({ run, variant: each.variant })));
  if (runs.every(({ run }) => run.outcome === 'pass' && run.isWhole && run.isRateHeld)) return [];
  const columns: Column[] = [
    { head: 'Run', align: 'right' },
    { head: 'verdict', align: 'left' },
    { head: 'figures', align: 'left', wraps: true },
    { head: 'directory', align: 'left', wraps: true },
  ];
  const rows = runs.map(({ run }) => [
    String(run.round),
    outcomePaint(run.outcome, colors)(run.outcome),
    !run.isWhole
      ? 'none count, it was cut short'
      : run.isRateHeld
        ? 'all count'
        : 'times and rates do not count, the rate was not held',
    run.directory,
  ]);
  return table(columns, rows, colors, width);
}

/** The measures of queues, producers and services; those over all say nothing more. */
function scoped({ measures, typical: { result } }: Repeated): Spread[] {
  const names = [result.queues, result.producers, result.services ?? {}].flatMap(Object.keys);
  return measures.filter(({ measure }) => names.some((name) => measure.startsWith(`${name}.`)));
}

function isSame({ lowest, highest }: Spread): boolean {
  return lowest === highest;
}

function spreadTable(each: Repeated, { repeated }: Repeat, colors: Paint, width: number): string[] {
  const rows = scoped(each)
    .filter((spread) => !isSame(spread))
    .map(({ measure, unit, median, lowest, highest, iqr, known }) => [
      measure,
      ...[median, lowest, highest].map((value) => figure(value, unit)),
      iqr === null ? unknownFigure : figure(iqr, unit),
      known === wholeRuns(each) ? '' : `of ${plural(known, 'run')}`,
    ]);
  const heads = ['median', 'lowest', 'highest', 'IQR'];
  const columns: Column[] = [
    { head: repeated.length === 1 ? 'Measure' : `${each.variant}`, align: 'left', wraps: true },
    ...heads.map((head): Column => ({ head, align: 'right' })),
    { head: '', align: 'left' },
  ];
  return table(columns, rows, colors, width);
}

/** How many of the runs were not cut short. */
function wholeRuns({ runs }: Repeated): number {
  return runs.filter(({ isWhole }) => isWhole).length;
}

/** What is the same in all runs that count, where it is not zero. */
function sameLines(each: Repeated, { repeated }: Repeat, colors: Paint, width: number): string[] {
  const same = scoped(each).filter((spread) => isSame(spread) && spread.median !== 0);
  const whole = wholeRuns(each);
  if (same.length === 0 || whole < 2) return [];
  const text = same.map(({ measure, median, unit }) => `${measure} ${figure(median, unit)}`).join(', ');
  const which = `${whole === 2 ? 'both' : `all ${whole}`} runs${whole < each.runs.length ? ' that count' : ''}`;
  const title = `The same in ${which}${repeated.length === 1 ? '' : ` of ${each.variant}`}`;
  return titled(
    title,
    wrap(sentence(text), width - 2).map((line) => `  ${line}`),
    colors,
  );
}

function closing(
  { run, scenario, repeated, times }: Repeat,
  colors: Paint,
  width: number,
  command: string,
): string[] {
  const drawn = [...new Set(repeated.flatMap((each) => each.drawn))];
  const seeds =
    drawn.length === 0
      ? `seed ${run.seed}`
      : `seed ${run.seed} in every run: what other draws would do (${drawn.slice(0, 3).join(', ')}) is not in the spread`;
  const facts = [
    ...(scenario.changes.length === 0 ? [] : [`changed by ${scenario.changes.join(' ')}`]),
    'IQR: the middle half of the runs lies within so much',
    `speed ${run.speed}`,
    seeds,
    `launchpad ${run.launchpad}`,
    `node ${run.node}`,
  ];
  return [
    ...factLines(facts, colors, width),
    ...(run.directory === null ? [] : [`  Run directory: ${run.directory}`]),
    `  Each run's own report: ${command} report DIRECTORY/1, to DIRECTORY/${times}`,
  ];
}
