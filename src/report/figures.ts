import type { Difference, PredictedFigures, QueueResult, Result } from '../result/types.js';
import { isCalledDirectly, servedQueues } from './direct.js';
import { count, decimal, rate, realTime, seconds, secondsCell, signed, unknownFigure } from './format.js';
import type { Paint } from './paint.js';
import { type Column, table } from './table.js';
import { wrap } from './text.js';

type Format = (value: number | null) => string;

interface Row {
  readonly label: string;
  readonly format: Format;
  readonly measured: number | null;
  /** What it is compared with: null: never, absent: nothing. */
  readonly predicted?: number | null;
}

const wholeOrTenths: Format = (value) => (value === null ? unknownFigure : decimal(value, 1));

function rowsOf(queue: QueueResult, predicted: PredictedFigures | null): Row[] {
  const beside = (value: number | null | undefined) => (value === undefined ? {} : { predicted: value });
  return [
    {
      label: 'peak backlog',
      format: wholeOrTenths,
      measured: queue.backlog.peak,
      ...beside(predicted?.peakBacklog),
    },
    { label: 'peak at', format: secondsCell, measured: queue.backlog.peakAtSeconds },
    {
      label: 'catch-up time',
      format: secondsCell,
      measured: queue.catchUpSeconds,
      ...beside(predicted?.catchUpSeconds),
    },
    {
      label: 'drained at',
      format: secondsCell,
      measured: queue.drainedAtSeconds,
      ...beside(predicted?.drainedAtSeconds),
    },
    {
      label: 'longest wait',
      format: secondsCell,
      measured: queue.waitSeconds.max,
      ...beside(predicted?.maxWaitSeconds),
    },
    { label: 'wait p50', format: secondsCell, measured: queue.waitSeconds.p50 },
    { label: 'wait p99', format: secondsCell, measured: queue.waitSeconds.p99 },
    { label: 'end-to-end p99', format: secondsCell, measured: queue.endToEndSeconds.p99 },
    { label: 'oldest age, peak', format: secondsCell, measured: queue.oldestAgeSeconds.peak },
    {
      label: 'served at (limit)',
      format: rate,
      measured: queue.rate.achievedPerSecond,
      ...beside(queue.rate.configuredPerSecond ?? undefined),
    },
    { label: 'busiest second', format: rate, measured: queue.rate.busiestSecond },
    {
      label: 'redeliveries',
      format: count,
      measured: queue.redeliveries.count,
      ...beside(predicted?.redeliveries),
    },
    { label: 'longest redelivery delay', format: secondsCell, measured: queue.redeliveries.delaySeconds.max },
    {
      label: 'duplicate effects',
      format: count,
      measured: queue.accounting.duplicateEffects,
      ...beside(predicted?.duplicateEffects),
    },
    { label: 'out of order', format: count, measured: queue.order.outOfOrder || null },
    { label: 'farthest from its place', format: count, measured: queue.order.maxDisplacement || null },
    { label: 'slowest worker start (real)', format: realTime, measured: queue.workers.startRealSeconds.max },
  ];
}

/** One queue's figures: measured, predicted and the difference; of a prediction, with and without the faults. */
export function figuresTable(name: string, result: Result, colors: Paint, width: number): string[] {
  const queue = result.queues[name]!;
  if (isCalledDirectly(name, result)) return directTable(name, queue, colors, width);
  const isMeasured = result.origin === 'measured';
  const hasBoth = isMeasured || (result.faults.length > 0 && queue.predicted !== null);
  const heads = isMeasured ? ['measured', 'predicted', 'difference'] : ['predicted', 'without the faults'];
  const columns: Column[] = [name, ...(hasBoth ? heads : heads.slice(0, 1))].map((head, at) => ({
    head,
    align: at === 0 ? 'left' : 'right',
  }));
  const rows = rowsOf(queue, isMeasured ? queue.predicted : (queue.predicted?.withoutFaults ?? null))
    .filter(
      (row) =>
        row.measured !== null ||
        isEverlasting(row, queue) ||
        (isMeasured && (row.predicted ?? null) !== null),
    )
    .map((row) => {
      const isNever = row.measured === null && isEverlasting(row, queue);
      const own = isNever ? colors.bad(never(row, result)) : row.format(row.measured);
      return [row.label.padEnd(27), own, ...predictedCells(row, colors)].slice(0, columns.length);
    });
  return table(columns, rows, colors, width);
}

/** The figures of a step that was called directly: those of a queue have no meaning for it. */
function directTable(name: string, queue: QueueResult, colors: Paint, width: number): string[] {
  const { accounting, failures, workSeconds, endToEndSeconds } = queue;
  const rows: readonly [string, string][] = [
    ['orders that got to it', count(accounting.attempted)],
    ['of these with their effect', count(accounting.effected)],
    ['calls that failed', count(failures.failed)],
    ['of these timed out', count(failures.timedOut)],
    ['duplicate effects', count(accounting.duplicateEffects)],
    ['from call to effect p50', secondsCell(workSeconds.p50)],
    ['from call to effect p99', secondsCell(workSeconds.p99)],
    ['from begin to effect p99', secondsCell(endToEndSeconds.p99)],
  ];
  return table(
    [
      { head: `${name}, called directly`, align: 'left' },
      { head: 'measured', align: 'right' },
    ],
    rows.filter(([, cell]) => cell !== unknownFigure).map(([label, cell]) => [label.padEnd(27), cell]),
    colors,
    width,
  );
}

function predictedCells(row: Row, colors: Paint): string[] {
  if (row.predicted === undefined) return ['', ''];
  if (row.predicted === null) return ['never', ''];
  if (row.measured === null) return [row.format(row.predicted), ''];
  const off = row.measured - row.predicted;
  const text = row.format(off);
  const isNone = !/[1-9]/.test(text);
  return [row.format(row.predicted), isNone ? colors.dim('0') : signed(off, row.format)];
}

/** Where null means that it did not come to an end. */
function isEverlasting(row: Row, queue: QueueResult): boolean {
  if (row.label === 'catch-up time') return queue.catchUpSeconds === null;
  return row.label === 'drained at' && queue.drainedAtSeconds === null;
}

/** A run that ended early cannot say never. */
function never(row: Row, result: Result): string {
  const isCut = result.origin === 'measured' && row.predicted !== undefined && row.predicted !== null;
  return isCut ? 'not by the end' : 'never';
}

/** The causes of a catch-up, for runs with more to say than one trouble. */
export function troublesTable(result: Result, colors: Paint, width: number): string[] {
  const rows = servedQueues(result).flatMap((name) =>
    (result.queues[name]?.troubles ?? []).map((trouble) => [
      name,
      seconds(trouble.fromSeconds),
      seconds(trouble.recoveryPointSeconds),
      trouble.caughtUpAtSeconds === null ? colors.bad('no') : seconds(trouble.caughtUpAtSeconds),
      `${count(trouble.baseline)} → ${count(trouble.peakBacklog)}`,
      [...shortened(trouble.causes), ...(trouble.reason === null ? [] : [trouble.reason])].join('; '),
    ]),
  );
  return table(
    [
      { head: 'Troubles', align: 'left' },
      { head: 'from', align: 'right' },
      { head: 'recovery point', align: 'right' },
      { head: 'caught up at', align: 'right' },
      { head: 'backlog', align: 'right' },
      { head: 'causes', align: 'left', wraps: true },
    ],
    rows,
    colors,
    width,
  );
}

/** Most causes of one trouble that are shown. */
const mostCauses = 8;

/** The first causes: under arrivals that change each second, hundreds of onsets may join one trouble. */
function shortened(causes: readonly string[]): string[] {
  if (causes.length <= mostCauses + 1) return [...causes];
  return [...causes.slice(0, mostCauses), `and ${count(causes.length - mostCauses)} more`];
}

const differenceLabels = {
  peakBacklog: 'peak backlog',
  catchUpSeconds: 'catch-up time',
  drainedAtSeconds: 'drained at',
  maxWaitSeconds: 'longest wait',
  redeliveries: 'redeliveries',
  duplicateEffects: 'duplicate effects',
} as const;

/** Why the run differed from its prediction: each cause with its share, and what is left unexplained. */
export function differenceLines(result: Result, width: number): string[] {
  return servedQueues(result).flatMap((name) =>
    (result.queues[name]?.difference ?? []).flatMap((difference) => {
      const { measure, measured, predicted, causes, unexplained } = difference;
      const format: Format = measure.endsWith('Seconds') ? seconds : wholeOrTenths;
      if (format(measured) === format(predicted) || (causes.length === 0 && isNegligible(difference)))
        return [];
      const value = (each: number | null) => (each === null ? 'never' : format(each));
      const total =
        measured === null || predicted === null ? '' : ` (${signed(measured - predicted, format)})`;
      const shares = [
        ...causes.map((cause) => `${cause.cause} (${signed(cause.seconds, seconds)})`),
        ...(unexplained === null ? [] : [`unexplained (${signed(unexplained, format)})`]),
      ];
      const sentence = `${name}, ${differenceLabels[measure]}: ${value(measured)} instead of ${value(predicted)}${total}${shares.length > 0 ? `: ${shares.join(', ')}` : ''}`;
      return wrap(sentence, width - 2, '  ').map((line) => `  ${line}`);
    }),
  );
}

/** Within a hundredth of what was predicted, or below what can be told apart: not worth a sentence. */
function isNegligible({ measure, measured, predicted }: Difference): boolean {
  if (measured === null || predicted === null) return false;
  const least = measure.endsWith('Seconds') ? 0.05 : 0.5;
  return Math.abs(measured - predicted) <= Math.max(least, 0.01 * Math.abs(predicted));
}
