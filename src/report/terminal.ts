import { type Comparison, isComparison, type Outcome } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { answersOf } from './answers.js';
import { booksTable, littlesLawLine } from './books.js';
import { chart } from './chart.js';
import { commands, footer, lesson } from './closing.js';
import { comparisonReport } from './comparison.js';
import { differenceLines } from './difference.js';
import { directNote, servedQueues } from './direct.js';
import { duplicatesTable } from './duplicates.js';
import { expectationsTable, faultsTable, isShown, producersTable } from './events.js';
import { failuresSection } from './failures.js';
import { figuresTable, troublesTable } from './figures.js';
import { seconds } from './format.js';
import { gatesSection } from './gates.js';
import { guessSection } from './guesses.js';
import { ordersSection } from './order-books.js';
import { type Paint, paint } from './paint.js';
import { bullets, queueParagraph, titled } from './prose.js';
import { faultsAround } from './sentences.js';
import { servicesSection } from './services.js';
import { cleanDeep, type RenderOptions, reportWidth } from './text.js';
import { theorySection } from './theory.js';
import { verdictLines } from './verdict.js';
import { wholeTable } from './whole.js';

/**
 * The report of a run or a prediction for people: the answer first, then the figures, the backlog over time, and what to try next.
 * Of several variants, where they differ; of a comparison of one alone, that one's own report.
 * No line is longer than the width, but for the run directory and single options of commands, which have to stay whole to be copied.
 * Without a line break at the end.
 */
export function renderReport(untrusted: Outcome, options: RenderOptions): string {
  const outcome = cleanDeep(untrusted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const command = options.command ?? 'launchpad';
  const only = isComparison(outcome) ? onlyVariant(outcome) : outcome;
  const sections =
    only !== null
      ? runReport(only, colors, width, command)
      : comparisonReport(outcome as Comparison, colors, width, command);
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** The result of a comparison's one variant; null where there are more, or were to be. */
export function onlyVariant({ variants, notRun }: Comparison): Result | null {
  const [only, ...others] = Object.values(variants);
  return only === undefined || others.length + notRun.length > 0 ? null : only;
}

function runReport(result: Result, colors: Paint, width: number, command: string): string[][] {
  const isMeasured = result.origin === 'measured';
  const names = Object.keys(result.queues);
  return [
    verdictLines(result, colors, width),
    answers(result, names, colors, width),
    guessSection(result, colors, width),
    ...ordersSection(result, colors, width),
    ...servicesSection(result, colors, width),
    [
      ...booksTable(result, colors, width),
      ...directNote(result, width),
      ...(isMeasured ? littlesLawLine(result, colors, width) : []),
    ],
    wholeTable(result, colors, width),
    failuresSection(result, colors, width),
    ...names.map((name) => figuresTable(name, result, colors, width)),
    theorySection(result, colors, width),
    troublesTable(result, colors, width),
    producersTable(result, colors, width),
    faultsTable(result, colors, width),
    expectationsTable(result, colors, width),
    gatesSection(result.gates, colors, width),
    duplicatesTable(result, colors, width),
    titled('Why it differs from the prediction', differenceLines(result, width), colors),
    ...servedQueues(result).map((name) => backlogChart(name, result, colors, width)),
    titled('Warnings', bullets(result.warnings, colors, width), colors),
    lesson(result.scenario, colors, width),
    titled('Try next', commands(result.scenario, width, command), colors),
    footer(result, colors, width),
  ];
}

/** What became of the customers' orders, and then of each queue's messages. */
function answers(result: Result, queues: readonly string[], colors: Paint, width: number): string[] {
  const paragraphs = answersOf(result, queues, colors);
  const names = paragraphs.map(([name]) => name);
  return paragraphs.flatMap(([name, sentences]) => queueParagraph(name, sentences, names, colors, width));
}

function backlogChart(name: string, result: Result, colors: Paint, width: number): string[] {
  const { curve } = result.queues[name]!;
  const isMeasured = result.origin === 'measured';
  const faults = faultsAround(name, result);
  const dots = isMeasured ? curve.predicted : faults.length > 0 ? curve.predictedWithoutFaults : null;
  const lines = chart(
    {
      atSeconds: curve.atSeconds,
      solid: curve.backlog,
      dots,
      marks: faults
        .filter((fault) => !isMeasured || fault.doneAtSeconds !== null)
        // More marks than these would hide the curve's times.
        .filter(isShown(faults, 4))
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
