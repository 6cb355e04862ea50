import type { ComparedRun, MeasureDifference, RunComparison, RunDifferences } from '../result/compare.js';
import type { Result } from '../result/types.js';
import { differenceCell, figure, noiseCell, ratioCell } from './compared-figures.js';
import { plural, unknownFigure } from './format.js';
import { gatesSection } from './gates.js';
import { overlayChart, sharedGlyph } from './overlay-chart.js';
import { outcomePaint, type Paint, paint } from './paint.js';
import { bullets, sentence, titled } from './prose.js';
import { type Column, table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** What is drawn of a run. */
export interface DrawnRun {
  readonly label: string;
  readonly queues: Result['queues'];
}

/**
 * A comparison of runs for people: what they are, which settings differ, what came of the rules, where each differs from its reference and
 * whether by more than noise, and the backlogs over each other. Without a line break at the end.
 */
export function renderRunComparison(
  untrusted: RunComparison,
  untrustedRuns: readonly DrawnRun[],
  options: RenderOptions,
): string {
  const comparison = cleanDeep(untrusted);
  const drawn = cleanDeep(untrustedRuns);
  const width = reportWidth(options);
  const colors = paint(options.color);
  return [...runComparisonSections(comparison, colors, width), ...charts(drawn, colors, width)]
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** The sections of the comparison, but for the charts; some may be empty. */
export function runComparisonSections(comparison: RunComparison, colors: Paint, width: number): string[][] {
  return [
    verdictLines(comparison, colors, width),
    ...comparedSections(comparison, colors, width),
    ...differenceSections(comparison, colors, width),
  ];
}

/** What is compared, and which settings differ. */
export function comparedSections(comparison: RunComparison, colors: Paint, width: number): string[][] {
  return [
    runsTable(comparison, colors, width),
    titled('To be known', bullets(doubtsIn(comparison), colors, width), colors),
    settingsTable(comparison, colors, width),
  ];
}

/** What came of the rules, and where each differs from its reference. */
export function differenceSections(comparison: RunComparison, colors: Paint, width: number): string[][] {
  return comparison.comparisons.flatMap((each) => differencesOf(each, comparison, colors, width));
}

function verdictLines({ verdict }: RunComparison, colors: Paint, width: number): string[] {
  if (verdict === null) return [];
  const word = colors.bold(outcomePaint(verdict.outcome, colors)(`${verdict.outcome.toUpperCase()}.`));
  const [only, ...others] = verdict.reasons;
  if (others.length === 0) return wrap(`${word} ${sentence(only ?? '')}`, width, '  ');
  return [word, ...verdict.reasons.flatMap((reason) => wrap(`  - ${sentence(reason)}`, width, '    '))];
}

function runsTable({ runs }: RunComparison, colors: Paint, width: number): string[] {
  const columns: Column[] = [
    { head: '', align: 'left' },
    { head: 'Compared', align: 'left', wraps: true },
    { head: 'scenario', align: 'left', wraps: true },
    { head: 'runs', align: 'right' },
    { head: 'started', align: 'left' },
    { head: 'verdict', align: 'left' },
  ];
  const rows = runs.map((run, at) => [
    colors.bold(run.label),
    `${run.name}${at === 0 ? ' (the reference)' : ''}`,
    run.origin === 'predicted' ? `${run.scenario}, predicted` : run.scenario,
    String(run.runs),
    run.startedAt === null ? unknownFigure : run.startedAt.slice(0, 16).replace('T', ' '),
    outcomePaint(run.verdict, colors)(run.verdict),
  ]);
  return table(columns, rows, colors, width);
}

function doubtsIn({ runs, settings }: RunComparison): string[] {
  const unlike = settings.filter(({ isUnlike }) => isUnlike).map(({ setting }) => setting);
  const isRepeated = runs.some((run) => run.runs > 1);
  return [
    ...(isRepeated
      ? ['Of repeated runs the figures are medians; `launchpad report` on their directory has the spread.']
      : []),
    ...(unlike.length === 0
      ? []
      : [`These are not alike (${unlike.join(', ')}), so what differs may come from anything.`]),
    ...runs.flatMap(({ label, doubts }) => doubts.map((doubt) => `${label}: ${sentence(doubt)}`)),
  ];
}

function settingsTable(
  { settings, runs, settingsFrom }: RunComparison,
  colors: Paint,
  width: number,
): string[] {
  const note =
    settingsFrom === 'plan'
      ? ''
      : 'Not of all there is a plan: of queues and producers only what the results say.';
  const notes = note === '' ? [] : wrap(colors.words(colors.dim, note), width - 2).map((line) => `  ${line}`);
  if (settings.length === 0) return ['  No setting differs.', ...notes];
  const columns: Column[] = [
    { head: 'Settings that differ', align: 'left', wraps: true },
    ...runs.map(({ label }): Column => ({ head: label, align: 'left', wraps: true })),
  ];
  const rows = settings.map(({ setting, values, isUnlike }) => [
    isUnlike ? colors.words(colors.warn, setting) : setting,
    ...runs.map(({ label }) => values[label] ?? unknownFigure),
  ]);
  return [...table(columns, rows, colors, width), ...notes];
}

/** Of one run, what the rules say, where it differs by more than noise or one can't tell, and then what may be noise. */
function differencesOf(
  { run, against, differences, same, gates }: RunDifferences,
  { runs, comparisons }: RunComparison,
  colors: Paint,
  width: number,
): string[][] {
  const isNoise = ({ noise }: MeasureDifference): boolean => ['within', 'same'].includes(noise.verdict);
  const told = differences.filter((difference) => !isNoise(difference));
  const noise = differences.filter(isNoise);
  const name = comparisons.length < 2 ? '' : ` (${nameOf(run, runs)})`;
  const heading = `${run} against ${against}${name}: ${inWords(told, noise, same)}`;
  return [
    gatesSection(gates, colors, width),
    [
      ...wrap(colors.words(colors.bold, heading), width - 2).map((line) => `  ${line}`),
      ...differencesTable(told, run, against, colors, width),
    ],
    titled('Within the noise', differencesTable(noise, run, against, colors, width), colors),
    rulesLines(differences, colors, width),
    reasonsLines(told, colors, width),
  ];
}

function nameOf(label: string, runs: readonly ComparedRun[]): string {
  return runs.find((run) => run.label === label)?.name ?? label;
}

function inWords(
  told: readonly MeasureDifference[],
  noise: readonly MeasureDifference[],
  same: number,
): string {
  const beyond = told.filter(({ noise: { verdict } }) => verdict === 'beyond').length;
  const parts = [
    [beyond, 'by more than noise'],
    [told.length - beyond, "by what can't be told from noise"],
    [noise.length, 'within the noise'],
  ] as const;
  const said = parts.filter(([amount]) => amount > 0).map(([amount, what]) => `${amount} ${what}`);
  if (said.length === 0) return `the same in all ${plural(same, 'measure')}.`;
  return `of ${plural(told.length + noise.length + same, 'measure')}, ${same} are the same; ${said.join(', ')}.`;
}

function differencesTable(
  differences: readonly MeasureDifference[],
  run: string,
  against: string,
  colors: Paint,
  width: number,
): string[] {
  const columns: Column[] = [
    { head: 'Measure', align: 'left', wraps: true },
    ...[against, run, `${run} − ${against}`, `${run} / ${against}`].map(
      (head): Column => ({ head, align: 'right' }),
    ),
    { head: '', align: 'left' },
  ];
  const rows = differences.map((difference) => [
    difference.measure,
    figure(difference.reference.value, difference.unit),
    figure(difference.compared.value, difference.unit),
    differenceCell(difference),
    ratioCell(difference),
    noiseCell(difference.noise, colors),
  ]);
  return table(columns, rows, colors, width);
}

/** By which rules noise was told from what is more; of a test its figures are in the table. */
function rulesLines(differences: readonly MeasureDifference[], colors: Paint, width: number): string[] {
  const told = differences.filter(({ noise: { verdict, p } }) => p === undefined && verdict !== 'untold');
  const isTested = differences.some(({ noise: { p } }) => p !== undefined);
  const ofVerdict = (verdict: string): string[] => [
    ...new Set(told.filter(({ noise }) => noise.verdict === verdict).map(({ noise }) => noise.why)),
  ];
  const [within, beyond] = [ofVerdict('within'), ofVerdict('beyond')];
  const said = [
    ...(isTested ? ['p below 0.05 in the rank-sum test is more than noise'] : []),
    ...(within.length === 0 ? [] : [`noise: ${within.join('; ')}`]),
    ...(beyond.length === 0 ? [] : [`more: ${beyond.join('; ')}`]),
  ];
  return said.flatMap((text) =>
    wrap(colors.words(colors.dim, sentence(text)), width - 2, '  ').map((line) => `  ${line}`),
  );
}

/** Why it can't be told, each reason once, with the measures that it is said of where there are few. */
function reasonsLines(told: readonly MeasureDifference[], colors: Paint, width: number): string[] {
  const whys = [
    ...new Set(told.filter(({ noise }) => noise.verdict === 'untold').map(({ noise }) => noise.why)),
  ];
  return titled(
    "Why it can't be told",
    whys.flatMap((why) => {
      const names = told.filter(({ noise }) => noise.why === why).map(({ measure }) => measure);
      const of =
        names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
      return wrap(`- ${of}: ${sentence(why)}`, width - 2, '  ').map((line) => `  ${line}`);
    }),
    colors,
  );
}

/** The backlogs of every queue that any of them has. */
function charts(runs: readonly DrawnRun[], colors: Paint, width: number): string[][] {
  const names = [...new Set(runs.flatMap(({ queues }) => Object.keys(queues)))];
  return names.map((name) => {
    const curves = runs.flatMap(({ label, queues }) => {
      const curve = Object.hasOwn(queues, name) ? queues[name]?.curve : undefined;
      return curve === undefined ? [] : [{ glyph: label, atSeconds: curve.atSeconds, values: curve.backlog }];
    });
    const lines = overlayChart(curves, colors, width - 2);
    if (lines.length === 0) return [];
    const key = `${curves.map(({ glyph }) => glyph).join(', ')}; ${sharedGlyph} several`;
    return [`  ${colors.bold(`${name}: backlog over time`)}   ${key}`, ...lines.map((line) => `  ${line}`)];
  });
}
