import type { ExpectationResult, FaultResult, Result } from '../result/types.js';
import { count, list, plural, rate, realTime, seconds, secondsCell, unknownFigure } from './format.js';
import type { Paint } from './paint.js';
import { isOfScenario } from './sentences.js';
import { type Column, table } from './table.js';

const right = (head: string): Column => ({ head, align: 'right' });
const left = (head: string, wraps = false): Column => ({ head, align: 'left', wraps });

/** The producers' figures. A prediction has only the plan's. */
export function producersTable(result: Result, colors: Paint, width: number): string[] {
  const producers = Object.entries(result.producers);
  if (result.origin === 'predicted') {
    const rows = producers.map(([name, producer]) => [
      name,
      count(producer.scheduled),
      rate(producer.rate.configuredPerSecond),
    ]);
    return table([left('Producers'), right('messages'), right('rate')], rows, colors, width);
  }
  const rows = producers.map(([name, producer]) => {
    const achieved = rate(producer.rate.achievedPerSecond);
    return [
      name,
      `${count(producer.attempted)} of ${count(producer.scheduled)}`,
      rate(producer.rate.configuredPerSecond),
      producer.rate.held ? achieved : colors.bad(`${achieved} not held`),
      realTime(producer.lagRealSeconds.p99),
      realTime(producer.confirmRealSeconds.p50),
      realTime(producer.confirmRealSeconds.p99),
    ];
  });
  const heads = ['attempted', 'configured', 'achieved', 'lag p99', 'confirmed p50', 'p99'];
  return table([left('Producers'), ...heads.map(right)], rows, colors, width);
}

/** The fault timeline: as planned for a prediction, as it happened for a run. */
export function faultsTable(result: Result, colors: Paint, width: number): string[] {
  if (result.origin === 'predicted') {
    const rows = result.faults.map((fault) => [secondsCell(fault.atSeconds), faultInWords(fault, result)]);
    return table([right('Faults at'), left('what')], rows, colors, width);
  }
  const shown = result.faults.filter(isShown(result.faults));
  const rows = shown.map((fault) => [
    secondsCell(fault.atSeconds),
    fault.doneAtSeconds === null ? colors.warn('not done') : secondsCell(fault.doneAtSeconds),
    faultInWords(fault, result),
    fault.pids.join(', ') || unknownFigure,
    fault.held === null
      ? ''
      : `${count(fault.held.messages)}${fault.held.withEffect > 0 ? ` (${count(fault.held.withEffect)} with effect)` : ''}`,
    [
      ...(fault.ordered || fault.kind === 'supervised'
        ? []
        : [colors.words(colors.bad, 'nobody ordered this')]),
      fault.detail ?? '',
    ]
      .filter((text) => text !== '')
      .join(', '),
  ]);
  const columns = [
    right('Faults at'),
    right('done at'),
    left('what', true),
    left('pid', true),
    left('held', true),
    left('detail', true),
  ];
  const hidden = result.faults.length - shown.length;
  return [
    ...withoutEmpty(columns, rows, colors, width),
    ...(hidden === 0
      ? []
      : [
          `  ${colors.dim(`and ${plural(hidden, 'further death or restart', 'further deaths and restarts')}`)}`,
        ]),
  ];
}

/** As many deaths and restarts that the scenario's timeline does not name as a report lists; a crash loop has hundreds. */
const mostUnplanned = 12;

/** Whether a fault is listed: all of the timeline, and the first of the others. */
export function isShown(
  faults: readonly FaultResult[],
  most = mostUnplanned,
): (fault: FaultResult) => boolean {
  const unplanned = faults.filter((fault) => !isOfScenario(fault));
  const hidden = new Set(unplanned.slice(most));
  return (fault) => !hidden.has(fault);
}

/** `kill emails, worker 1`; of a fault that nobody ordered: `emails, worker 1: died`. */
export function faultInWords(fault: FaultResult, { queues }: Pick<Result, 'queues'>): string {
  // A service is one process, and its number says nothing.
  const isOfQueue = Object.hasOwn(queues, fault.target);
  const workers =
    fault.workers.length === 0 || !isOfQueue
      ? ''
      : `, worker${fault.workers.length === 1 ? '' : 's'} ${numbersInWords(fault.workers)}`;
  if (fault.kind === 'supervised') {
    return `${fault.target}${workers}: started again${isOfQueue ? ' by the supervisor' : ''}`;
  }
  return fault.ordered
    ? `${fault.kind} ${fault.target}${workers}`
    : `${fault.target}${workers}: ${fault.kind}`;
}

/** Each expectation with what came of it. */
export function expectationsTable(result: Result, colors: Paint, width: number): string[] {
  const marks = { pass: colors.good('✓'), fail: colors.bad('✗'), unknown: colors.warn('?') };
  const rows = result.expectations.map((expectation) => [
    marks[expectation.outcome],
    expectation.expression,
    actualInWords(expectation),
    besideActual(expectation),
  ]);
  const value = right(result.origin === 'measured' ? 'measured' : 'predicted');
  return withoutEmpty([left(''), left('Expectations', true), value, left('', true)], rows, colors, width);
}

/** The table without those of its columns that have no text in any row. */
function withoutEmpty(
  columns: readonly Column[],
  rows: readonly string[][],
  colors: Paint,
  width: number,
): string[] {
  const isShown = columns.map((_, at) => rows.some((row) => row[at] !== ''));
  const shown = <T>(cells: readonly T[]) => cells.filter((_, at) => isShown[at]);
  return table(shown(columns), rows.map(shown), colors, width);
}

/** The actual value in the measure's own unit. */
export function actualInWords({ actual: value, unit, reason }: ExpectationResult): string {
  if (value === null) return startsWithNever.test(reason ?? '') ? 'never' : unknownFigure;
  if (unit === 'seconds') return seconds(value);
  return unit === 'perSecond' ? rate(value) : count(value);
}

const startsWithNever = /^never(, |$)/;

/** The reason, without what the value and the expression say themselves. */
export function besideActual({ reason, expression }: ExpectationResult): string {
  const said = (reason ?? '').replace(startsWithNever, '');
  return said.startsWith(`${expression} `) ? said.slice(expression.length + 1) : said;
}

/** `1 and 3`, and of more than three in a row `1 to 64`. */
function numbersInWords(numbers: readonly number[]): string {
  const [first, last] = [numbers[0], numbers.at(-1)];
  const isRow = numbers.every((number, at) => number === (first ?? 0) + at);
  return isRow && numbers.length > 3 ? `${first} to ${last}` : list(numbers.map(String));
}
