import type { BandRange, QueueResult, Result } from '../result/types.js';
import { bandName, rangeInWords } from './band.js';
import { isCalledDirectly, servedQueues } from './direct.js';
import { count, decimal, rate, realTime, seconds, secondsCell, signed, unknownFigure } from './format.js';
import type { Paint } from './paint.js';
import { isOfScenario } from './sentences.js';
import { figureColumns, table } from './table.js';

type Format = (value: number | null) => string;

interface Row {
  readonly label: string;
  readonly format: Format;
  readonly measured: number | null;
  /** What it is compared with: null: never, absent: nothing. */
  readonly predicted?: number | null;
  /** What it is over many seeds; absent: not looked at. */
  readonly band?: BandRange | undefined;
}

const wholeOrTenths: Format = (value) => (value === null ? unknownFigure : decimal(value, 1));

function rowsOf(queue: QueueResult, isMeasured: boolean): Row[] {
  const predicted = isMeasured ? queue.predicted : (queue.predicted?.withoutFaults ?? null);
  const beside = (value: number | null | undefined) => (value === undefined ? {} : { predicted: value });
  const band = queue.predicted?.band;
  return [
    {
      label: 'peak backlog',
      format: wholeOrTenths,
      measured: queue.backlog.peak,
      ...beside(predicted?.peakBacklog),
      band: band?.peakBacklog,
    },
    { label: 'peak at', format: secondsCell, measured: queue.backlog.peakAtSeconds },
    {
      label: 'catch-up time',
      format: secondsCell,
      measured: queue.catchUpSeconds,
      ...beside(predicted?.catchUpSeconds),
      band: band?.catchUpSeconds,
    },
    {
      label: 'drained at',
      format: secondsCell,
      measured: queue.drainedAtSeconds,
      ...beside(predicted?.drainedAtSeconds),
      band: band?.drainedAtSeconds,
    },
    {
      label: 'longest wait',
      format: secondsCell,
      measured: queue.waitSeconds.max,
      ...beside(predicted?.maxWaitSeconds),
      band: band?.maxWaitSeconds,
    },
    { label: 'wait p50', format: secondsCell, measured: queue.waitSeconds.p50 },
    { label: 'wait p99', format: secondsCell, measured: queue.waitSeconds.p99, band: band?.waitP99Seconds },
    { label: 'end-to-end p99', format: secondsCell, measured: queue.endToEndSeconds.p99 },
    { label: 'oldest age, peak', format: secondsCell, measured: queue.oldestAgeSeconds.peak },
    {
      label: 'served at (limit)',
      format: rate,
      measured: queue.rate.achievedPerSecond,
      ...beside(isMeasured ? (queue.rate.configuredPerSecond ?? undefined) : undefined),
    },
    { label: 'busiest second', format: rate, measured: queue.rate.busiestSecond },
    {
      label: 'redeliveries',
      format: count,
      measured: queue.redeliveries.count,
      ...beside(predicted?.redeliveries),
      band: band?.redeliveries,
    },
    { label: 'longest redelivery delay', format: secondsCell, measured: queue.redeliveries.delaySeconds.max },
    {
      label: 'duplicate effects',
      format: count,
      measured: queue.accounting.duplicateEffects,
      ...beside(predicted?.duplicateEffects),
      band: band?.duplicateEffects,
    },
    { label: 'out of order', format: count, measured: queue.order.outOfOrder || null },
    { label: 'farthest from its place', format: count, measured: queue.order.maxDisplacement || null },
    { label: 'slowest worker start (real)', format: realTime, measured: queue.workers.startRealSeconds.max },
  ];
}

/** One queue's figures: measured, predicted and the difference; of a prediction, with and without the faults. */
export function figuresTable(name: string, result: Result, colors: Paint, width: number): string[] {
  const queue = result.queues[name]!;
  if (isCalledDirectly(name, result)) return directTable(name, queue, result.origin, colors, width);
  const isMeasured = result.origin === 'measured';
  const hasBoth = isMeasured || (result.faults.some(isOfScenario) && queue.predicted !== null);
  const heads = isMeasured ? ['measured', 'predicted', 'difference'] : ['predicted', 'without the faults'];
  const names = [name, ...(hasBoth ? heads : heads.slice(0, 1))];
  const rows = rowsOf(queue, isMeasured).filter(
    (row) =>
      row.measured !== null || isEverlasting(row, queue) || (isMeasured && (row.predicted ?? null) !== null),
  );
  const band = queue.predicted?.band;
  const bandNames = band !== undefined && rows.some(hasBand) ? [bandName(band, '\n')] : [];
  const cells = rows.map((row) => {
    const isNever = row.measured === null && isEverlasting(row, queue);
    const own = isNever ? colors.bad(never(row, result)) : row.format(row.measured);
    const plain = [row.label.padEnd(27), own, ...predictedCells(row, colors)].slice(0, names.length);
    return bandNames.length === 0 ? plain : [...plain, bandCell(row)];
  });
  const [title = '', ...others] = [...names, ...bandNames];
  return table(figureColumns(title, others), cells, colors, width);
}

/** Whether seeds differ in it. */
function hasBand({ band }: Row): boolean {
  return band !== undefined && band.low !== band.high;
}

/** Beside what differs from seed to seed, within which bounds. */
function bandCell(row: Row): string {
  return row.band !== undefined && hasBand(row) ? rangeInWords(row.band, row.format) : '';
}

/** The figures of a step that was called directly: those of a queue have no meaning for it. */
function directTable(
  name: string,
  queue: QueueResult,
  origin: Result['origin'],
  colors: Paint,
  width: number,
): string[] {
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
      { head: origin, align: 'right' },
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
