import type { Result } from '../result/types.js';
import { booksTable, littlesLawLine } from './books.js';
import { chart } from './chart.js';
import { duplicatesTable } from './duplicates.js';
import { expectationsTable, faultsTable, producersTable } from './events.js';
import { differenceLines, figuresTable, troublesTable } from './figures.js';
import { seconds } from './format.js';
import { type Paint, paint } from './paint.js';
import { bullets, queueParagraph, titled } from './prose.js';
import { answer } from './sentences.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';
import { verdictLines } from './verdict.js';

/**
 * The report of a run or a prediction for people: the answer first, then the figures, the backlog over time, and what to try next.
 * No line is longer than the width, but for the run directory and single options of commands, which have to stay whole to be copied.
 * Without a line break at the end.
 */
export function renderReport(untrusted: Result, options: RenderOptions): string {
  const result = cleanDeep(untrusted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const isMeasured = result.origin === 'measured';
  const names = Object.keys(result.queues);
  const sections: string[][] = [
    verdictLines(result, colors, width),
    names.flatMap((name) => queueParagraph(name, answer(name, result), names, colors, width)),
    isMeasured ? [...booksTable(result, colors, width), ...littlesLawLine(result, colors, width)] : [],
    ...names.map((name) => figuresTable(name, result, colors, width)),
    troublesTable(result, colors, width),
    producersTable(result, colors, width),
    faultsTable(result, colors, width),
    expectationsTable(result, colors, width),
    duplicatesTable(result, colors, width),
    titled('Why it differs from the prediction', differenceLines(result, width), colors),
    ...names.map((name) => backlogChart(name, result, colors, width)),
    titled('Warnings', bullets(result.warnings, colors, width), colors),
    titled(lessonTitle(result), paragraph(result.scenario.lesson, width), colors),
    titled('Try next', commands(result, width, options.command ?? 'launchpad'), colors),
    footer(result, colors, width),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** The lesson's numbers are those of the scenario as written. */
function lessonTitle({ scenario }: Result): string {
  return scenario.changes.length === 0 ? 'Lesson' : `Lesson of ${scenario.name} as it is written, unchanged`;
}

function paragraph(text: string, width: number): string[] {
  return text === '' ? [] : wrap(text, Math.min(width, 100) - 2).map((line) => `  ${line}`);
}

function backlogChart(name: string, result: Result, colors: Paint, width: number): string[] {
  const { curve } = result.queues[name]!;
  const isMeasured = result.origin === 'measured';
  const faults = result.faults.filter((fault) => fault.target === name || fault.target === 'broker');
  const dots = isMeasured ? curve.predicted : faults.length > 0 ? curve.predictedWithoutFaults : null;
  const lines = chart(
    {
      atSeconds: curve.atSeconds,
      solid: curve.backlog,
      dots,
      marks: faults
        .filter((fault) => !isMeasured || fault.doneAtSeconds !== null)
        .map((fault) => {
          const atSeconds = fault.doneAtSeconds ?? fault.atSeconds;
          const workers = fault.workers.length === 1 ? ` worker ${fault.workers[0]}` : '';
          const label = `${fault.kind}${fault.target === name ? workers : ` ${fault.target}`} at ${seconds(atSeconds)}`;
          return { atSeconds, label: fault.ordered ? label : `${label}, not ordered` };
        }),
    },
    colors,
    width - 2,
  );
  if (lines.length === 0) return [];
  const [solidName, dotsName] = isMeasured ? ['measured', 'predicted'] : ['predicted', 'without the faults'];
  const key = `${colors.curve('█')} ${solidName}${dots === null ? '' : `   ${colors.dim('·')} ${dotsName}`}`;
  return [`  ${colors.bold(`${name}: backlog over time`)}   ${key}`, ...lines.map((line) => `  ${line}`)];
}

/** Whole command lines; one that is too long continues on the next line in the shell's own way. */
function commands(result: Result, width: number, launchpad: string): string[] {
  return result.scenario.try.flatMap((words) => {
    const command = `${launchpad} simulate --scenario ${result.scenario.reference} ${words}`;
    const lines: string[] = [];
    let line = ' ';
    for (const word of command.split(/ (?=-)/)) {
      if (line.trim() !== '' && line.length + 1 + word.length > width - 2) {
        lines.push(`${line} \\`);
        line = '     ';
      }
      line += ` ${word}`;
    }
    return [...lines, line];
  });
}

/** On what it was done, and where everything about it is. */
function footer(result: Result, colors: Paint, width: number): string[] {
  const { run, scenario } = result;
  const facts = [
    ...(scenario.changes.length === 0 ? [] : [`changed by ${scenario.changes.join(' ')}`]),
    ...(run.broker === null ? [] : [`${run.broker.server} ${run.broker.version} (${run.broker.source})`]),
    `speed ${run.speed}${run.speed === 1 ? '' : ', all times in scenario time unless marked real'}`,
    `seed ${run.seed}`,
    ...(run.durationSeconds === null ? [] : [`ran for ${seconds(run.durationSeconds)}`]),
    ...(run.tornLines > 0 ? [`torn ledger lines: ${run.tornLines}`] : []),
    `launchpad ${run.launchpad}`,
    `node ${run.node}`,
  ].join(' · ');
  return [
    ...wrap(colors.words(colors.dim, facts), width - 2).map((line) => `  ${line}`),
    ...(run.directory === null ? [] : [`  Run directory: ${run.directory}`]),
  ];
}
