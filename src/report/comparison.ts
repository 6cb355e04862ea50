import type { Comparison } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { boughtSentence } from './bought.js';
import { commands, factLines, lesson } from './closing.js';
import { differencesTable } from './comparison-table.js';
import { count, list, plural, seconds } from './format.js';
import { gatesSection } from './gates.js';
import { areApart, decisive, fine, inWords, type Matter } from './matters.js';
import { allOrdersAnswer } from './orders.js';
import { hasOrders, isSaidOfOrders, ordersComparison } from './orders-comparison.js';
import { outcomePaint, type Paint } from './paint.js';
import { bullets, queueParagraph, sentence, titled } from './prose.js';
import { pad, visibleWidth, wrap } from './text.js';
import { outOfBalance } from './verdict.js';

/** The sections of a comparison's report: what the variants came to, where they differ, what to make of it. */
export function comparisonReport(
  comparison: Comparison,
  colors: Paint,
  width: number,
  command: string,
): string[][] {
  return [
    comparisonVerdict(comparison, colors, width),
    ...comparisonAnswers(comparison, colors, width),
    ordersComparison(comparison, colors, width),
    differencesTable(comparison, colors, width, isSaidOfOrders(comparison)),
    ...Object.entries(comparison.variants).map(([name, { gates }]) =>
      titled(name, gatesSection(gates, colors, width), colors),
    ),
    titled('Warnings', bullets(warningsOf(comparison), colors, width), colors),
    lesson(comparison.scenario, colors, width),
    titled('Try next', commands(comparison.scenario, width, command), colors),
    closing(comparison, colors, width, command),
  ];
}

/** What the queue bought, and what became of each variant. */
export function comparisonAnswers(comparison: Comparison, colors: Paint, width: number): string[][] {
  const said = hasOrders(comparison) ? ordersAnswers : answers;
  return [bought(comparison, width), said(comparison, colors, width)];
}

/** What the queue bought and what it cost, where some variants have one and others don't. */
function bought(comparison: Comparison, width: number): string[] {
  const text = boughtSentence(comparison);
  return text === null ? [] : wrap(text, width - 2).map((line) => `  ${line}`);
}

/** What became of the customers' orders in each variant. */
function ordersAnswers({ variants, notRun }: Comparison, colors: Paint, width: number): string[] {
  const names = [...Object.keys(variants), ...notRun];
  const margin = Math.floor(0.4 * width);
  return [
    ...Object.entries(variants).flatMap(([name, result]) => {
      const cut = cutAt(result);
      const said = [...(cut === '' ? [] : [cut]), ...allOrdersAnswer(result, colors)];
      return queueParagraph(name, said, names, colors, width, margin);
    }),
    ...notRun.flatMap((name) => queueParagraph(name, ['not run'], names, colors, width, margin)),
  ];
}

/** Each once, with the variants that have it where others don't. */
export function warningsOf({ variants }: Comparison): string[] {
  const results = Object.entries(variants);
  const all = new Set(results.flatMap(([, { warnings }]) => warnings));
  return [...all].map((text) => {
    const having = results.filter(([, { warnings }]) => warnings.includes(text)).map(([name]) => name);
    return having.length === results.length ? text : `${list(having)}: ${text}`;
  });
}

/** That it was interrupted or predicted, the verdict over all variants, and what did not hold in which. */
export function comparisonVerdict(comparison: Comparison, colors: Paint, width: number): string[] {
  const { verdict, variants, notRun, origin, scenario } = comparison;
  const color = outcomePaint(verdict.outcome, colors);
  const word = colors.bold(color(`${verdict.outcome.toUpperCase()}.`));
  const predicted = origin === 'predicted' ? `${colors.bold('PREDICTED')} ` : '';
  const withOutcome = (outcome: Result['verdict']['outcome']): number =>
    Object.values(variants).filter((result) => result.verdict.outcome === outcome).length;
  const number = Object.keys(variants).length + notRun.length;
  const parts = [
    [withOutcome('fail'), 'failed'],
    [withOutcome('inconclusive'), withOutcome('inconclusive') === 1 ? 'is inconclusive' : 'are inconclusive'],
    [notRun.length, notRun.length === 1 ? 'was not run' : 'were not run'],
  ] as const;
  const said = parts.filter(([amount]) => amount > 0).map(([amount, what]) => `${count(amount)} ${what}`);
  const every = number === 2 ? 'both variants' : `all ${plural(number, 'variant')}`;
  const [whole] = parts.filter(([amount]) => amount === number);
  const text =
    said.length === 0
      ? `${every} pass.`
      : whole !== undefined
        ? `${every} ${whole[1]}.`
        : `of ${plural(number, 'variant')}, ${list(said)}.`;
  return [
    ...interruption(comparison, colors, width),
    ...wrap(`${predicted}${word} ${scenario.name}: ${text}`, width, '  '),
    ...(verdict.outcome === 'pass' ? [] : verdict.reasons).flatMap((reason) =>
      wrap(`  - ${sentence(reason)}`, width, '    '),
    ),
    ...imbalance(comparison, colors, width),
  ];
}

function interruption({ variants, notRun }: Comparison, colors: Paint, width: number): string[] {
  const cut = Object.entries(variants).find(([, { run }]) => run.ended?.reason === 'interrupted');
  if (cut === undefined && notRun.length === 0) return [];
  const signal = cut?.[1].run.ended?.signal ?? null;
  const at = cut?.[1].run.durationSeconds ?? null;
  const where = cut === undefined ? '' : ` in ${cut[0]}${at === null ? '' : ` at ${seconds(at)}`}`;
  const rest = notRun.length === 0 ? '' : ` Not run: ${list(notRun)}.`;
  const word = colors.bold(colors.warn('INTERRUPTED'));
  const by = signal === null ? '' : ` by ${signal}`;
  return wrap(`${word}${by}${where}. This is what was known by then.${rest}`, width, '  ');
}

/** Books out of balance are never rounded away. */
function imbalance({ variants }: Comparison, colors: Paint, width: number): string[] {
  const wrong = Object.entries(variants).flatMap(([name, result]) =>
    outOfBalance(result).map((part) => `${part} in ${name}`),
  );
  if (wrong.length === 0) return [];
  const text = `The books of ${list(wrong)} don't balance. This is an error in Launchpad itself: keep the directory and report it.`;
  return wrap(colors.words(colors.bad, text), width, '  ');
}

/** A sentence for each variant on what matters and is not everywhere the same; and one on what is. */
function answers(comparison: Comparison, colors: Paint, width: number): string[] {
  const { variants, notRun } = comparison;
  const results = Object.values(variants);
  const apart = decisive.filter((matter, at) => {
    const next = decisive[at + 1];
    const isNeeded = matter.isBaseOfNext && next !== undefined && areApart(next, results);
    return isNeeded || areApart(matter, results);
  });
  const telling = apart.some((matter) => matter.apart === 'exactly') ? apart : [...apart, ...finer(results)];
  // Of a variant that was cut short or not run, nobody knows.
  const isWhole = notRun.length === 0 && results.every((result) => cutAt(result) === '');
  const names = [...Object.keys(variants), ...notRun];
  const margin = Math.floor(0.4 * width);
  const lines = Object.entries(variants).flatMap(([name, result]) => {
    const clauses = telling.map((matter) => inWords(matter, result)).filter((clause) => clause !== '');
    const said = [cutAt(result), clauses.join(', ')].filter((text) => text !== '').join(': ');
    return said === '' ? [] : queueParagraph(name, [said], names, colors, width, margin);
  });
  const missing = notRun.flatMap((name) => queueParagraph(name, ['not run'], names, colors, width, margin));
  const alike = decisive.filter((matter) => matter.isAlwaysSaid && !apart.includes(matter));
  const [first] = results;
  const common = first === undefined ? [] : alike.map((matter) => inWords(matter, first));
  return [
    ...lines,
    ...missing,
    ...(telling.length === 0 && isWhole ? ['  The variants do not differ in what matters.'] : []),
    ...(common.length === 0
      ? []
      : wrap(`In all of them: ${common.join(', ')}.`, width - 2).map((line) => `  ${line}`)),
  ];
}

/** What is told of variants that differ in nothing graver: two things at most. */
function finer(results: readonly Result[]): Matter[] {
  return fine.filter((matter) => areApart(matter, results)).slice(0, 2);
}

function cutAt({ run }: Result): string {
  const reason = run.ended?.reason;
  if (reason !== 'interrupted' && reason !== 'aborted') return '';
  return run.durationSeconds === null ? reason : `${reason} at ${seconds(run.durationSeconds)}`;
}

/** On what it was done, and where each variant's own report comes from. */
export function closing(
  { run, scenario, variants, origin }: Comparison,
  colors: Paint,
  width: number,
  command: string,
): string[] {
  const brokers = Object.values(variants).flatMap((result) =>
    result.run.broker === null ? [] : [result.run.broker],
  );
  const [broker] = brokers;
  // A variant may have its own.
  const [speeds, seeds] = [distinct(variants, 'speed'), distinct(variants, 'seed')];
  const facts = [
    ...(scenario.changes.length === 0 ? [] : [`changed by ${scenario.changes.join(' ')}`]),
    ...(broker === undefined ? [] : [`${broker.server} ${broker.version} (${broker.source})`]),
    `speed ${speeds.join(', ')}${speeds.every((speed) => speed === 1) ? '' : ', all times in scenario time unless marked real'}`,
    `seed ${seeds.join(', ')}${seeds.length === 1 ? ', the same draws in every variant' : ''}`,
    `launchpad ${run.launchpad}`,
    `node ${run.node}`,
  ];
  const directories = Object.entries(variants).flatMap(([name, result]) =>
    result.run.directory === null ? [] : [[name, result.run.directory] as const],
  );
  const margin = Math.min(24, Math.max(0, ...directories.map(([name]) => visibleWidth(name))));
  return [
    ...factLines(facts, colors, width),
    ...(run.directory === null ? [] : [`  Run directory: ${run.directory}`]),
    ...(origin === 'predicted' || directories.length === 0
      ? []
      : [`  Each variant's own report: ${command} report DIRECTORY`]),
    ...directories.map(([name, directory]) => `    ${pad(name, margin)}  ${directory}`),
  ];
}

function distinct(variants: Comparison['variants'], of: 'speed' | 'seed'): number[] {
  return [...new Set(Object.values(variants).map((result) => result.run[of]))];
}
