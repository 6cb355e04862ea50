import { type Comparison, isComparison, type Outcome } from '../result/comparison.js';
import type { ExpectationResult, Result, Verdict } from '../result/types.js';
import { commandAgain, reportAgain } from './again.js';
import { answersOf } from './answers.js';
import { footer } from './closing.js';
import { closing, comparisonAnswers, comparisonVerdict, warningsOf } from './comparison.js';
import { differencesTable } from './comparison-table.js';
import { differenceLines } from './difference.js';
import { actualInWords, besideActual, faultsTable } from './events.js';
import { figuresTable } from './figures.js';
import { gatesSection } from './gates.js';
import { guessSection } from './guesses.js';
import { marks, tableOf, unlimited } from './html/marks.js';
import { blocks, code, codeBlock, inline, list, marked, rawTable, tableMarkdown } from './markdown-text.js';
import { ordersSection } from './order-books.js';
import { isSaidOfOrders, ordersComparison } from './orders-comparison.js';
import { sentence } from './prose.js';
import { servicesSection } from './services.js';
import { settingTables, sharedSettingTables } from './setting-tables.js';
import { onlyVariant } from './terminal.js';
import { cleanDeep } from './text.js';
import { verdictLines } from './verdict.js';

/** How it is made. */
export interface MarkdownOptions {
  /** How the reader calls the command: `launchpad`. */
  readonly command: string;
}

/**
 * The report as GitHub-flavoured Markdown, for a pull request or the summary of a job. What comes from a scenario or a run is text in it and
 * nothing else: no heading, link, mention or HTML. Ends with a line break.
 */
export function renderMarkdown(untrusted: Outcome, { command }: MarkdownOptions): string {
  const outcome = cleanDeep(untrusted);
  const only = isComparison(outcome) ? onlyVariant(outcome) : outcome;
  const parts =
    only === null ? comparisonMarkdown(outcome as Comparison, command) : runMarkdown(only, command);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** How a verdict is told at a glance. */
export const verdictMarks: Readonly<Record<Verdict['outcome'], string>> = {
  pass: '✅',
  fail: '❌',
  inconclusive: '❓',
};
const expectationMarks: Readonly<Record<ExpectationResult['outcome'], string>> = {
  pass: '✅',
  fail: '❌',
  unknown: '❓',
};

function runMarkdown(result: Result, command: string): string[] {
  const { scenario, verdict } = result;
  const w = unlimited;
  const queues = Object.keys(result.queues);
  const name = (scenario.variant ?? null) === null ? scenario.name : `${scenario.name}, ${scenario.variant}`;
  return [
    `## ${verdictMarks[verdict.outcome]} ${inline(name)}`,
    ...blocks(verdictLines(result, marks, w)),
    ...answers(result, queues),
    ...titled('Guessed, predicted and measured', blocks(guessSection(result, marks, w))),
    ...titled('Expectations', [expectations(result)]),
    ...titled('Against the baseline', blocks(gatesSection(result.gates, marks, w))),
    ...titled('Orders', blocks(ordersSection(result, marks, w).flat())),
    ...titled('Services', blocks(servicesSection(result, marks, w).flat())),
    ...queues.flatMap((queue) =>
      titled(`Queue ${inline(queue)}`, tables(figuresTable(queue, result, marks, w), 'figure')),
    ),
    ...titled('Faults', tables(faultsTable(result, marks, w), 'at')),
    ...titled('Why it differs from the prediction', [list(differenceLines(result, w))]),
    ...titled('Warnings', [list(result.warnings)]),
    ...again(result, footer(result, marks, w), command),
  ];
}

function comparisonMarkdown(comparison: Comparison, command: string): string[] {
  const { scenario, verdict } = comparison;
  const w = unlimited;
  return [
    `## ${verdictMarks[verdict.outcome]} ${inline(scenario.name)}`,
    ...blocks(comparisonVerdict(comparison, marks, w)),
    ...blocks(comparisonAnswers(comparison, marks, w).flat()),
    ...titled('Expectations', [expectationsSideBySide(comparison)]),
    ...titled('Orders', tables(ordersComparison(comparison, marks, w), 'orders')),
    ...titled(
      'Where they differ',
      tables(differencesTable(comparison, marks, w, isSaidOfOrders(comparison)), 'measure'),
    ),
    ...titled('Against the baseline', againstBaseline(comparison)),
    ...titled('Warnings', [list(warningsOf(comparison))]),
    ...again(comparison, closing(comparison, marks, w, command), command),
  ];
}

/** What came of the rules on each variant. */
function againstBaseline({ variants }: Comparison): string[] {
  return Object.entries(variants).flatMap(([name, { gates }]) => {
    const content = blocks(gatesSection(gates, marks, unlimited));
    return content.length === 0 ? [] : [`**${inline(name)}**`, ...content];
  });
}

/** Parts below their heading; nothing where they are empty. */
function titled(title: string, parts: readonly string[]): string[] {
  const content = parts.filter((part) => part !== '');
  return content.length === 0 ? [] : [`### ${title}`, ...content];
}

/** The tables among the lines. @param first the head of their first columns, where the heading above says what theirs would */
function tables(lines: readonly string[], first: string): string[] {
  return lines.flatMap((line) => {
    const content = tableOf(line);
    if (content !== null) return [tableMarkdown(content, first)];
    return blocks([line]);
  });
}

/** What became of the customers' orders, and then of each queue's messages. */
function answers(result: Result, queues: readonly string[]): string[] {
  return answersOf(result, queues, marks).map(([name, sentences]) =>
    marked(`${marks.bold(`${name}:`)} ${sentences.map(sentence).join(' ')}`),
  );
}

/** Each expectation with what was expected, what was, and why. */
function expectations(result: Result): string {
  const { expectations: all, origin } = result;
  if (all.length === 0) return '';
  const rows = all.map((expectation) => [
    expectationMarks[expectation.outcome],
    code(expectation.expression),
    inline(expectation.expected ?? ''),
    inline(actualInWords(expectation)),
    inline(besideActual(expectation)),
  ]);
  const columns = [
    { head: '', align: 'left' as const },
    { head: 'expectation', align: 'left' as const },
    { head: 'expected', align: 'right' as const },
    { head: origin, align: 'right' as const },
    { head: 'why', align: 'left' as const },
  ];
  const isShown = columns.map((_, at) => rows.some((row) => row[at] !== ''));
  const shown = <T>(cells: readonly T[]): T[] => cells.filter((_, at) => isShown[at]);
  return rawTable(shown(columns), rows.map(shown));
}

/** A row for each expectation that any variant has. */
function expectationsSideBySide({ variants }: Comparison): string {
  const results = Object.entries(variants);
  const expressions = [
    ...new Set(results.flatMap(([, result]) => result.expectations.map(({ expression }) => expression))),
  ];
  if (expressions.length === 0) return '';
  const rows = expressions.map((expression) => [
    code(expression),
    ...results.map(([, result]) => {
      const own = result.expectations.find((expectation) => expectation.expression === expression);
      return own === undefined ? '' : `${expectationMarks[own.outcome]} ${inline(actualInWords(own))}`;
    }),
  ]);
  const columns = ['expectation', ...results.map(([name]) => inline(name))].map((head, at) => ({
    head,
    align: at === 0 ? ('left' as const) : ('right' as const),
  }));
  return rawTable(columns, rows);
}

/** What was set of producers, queues and services; of variants, with the names of those that have it, where it is not all. */
function settingsMarkdown(outcome: Outcome): string[] {
  if (!isComparison(outcome))
    return settingTables(outcome.scenario.settings).map((table) => tableMarkdown(table));
  const { variants } = outcome;
  const all = Object.entries(variants).map(([name, { scenario }]) => [name, scenario.settings] as const);
  return sharedSettingTables(Object.fromEntries(all)).flatMap(({ variants: having, table }) => [
    ...(having.length === all.length ? [] : [`**${having.map(inline).join(', ')}**`]),
    tableMarkdown(table),
  ]);
}

/** With what it was made, and the commands that make it again. */
function again(result: Result | Comparison, facts: readonly string[], command: string): string[] {
  return [
    '<details><summary>Settings, and how to run it again</summary>',
    ...blocks(facts),
    ...settingsMarkdown(result),
    codeBlock([commandAgain(result, command), ...reportAgain(result, command)], 'sh'),
    '</details>',
  ];
}
