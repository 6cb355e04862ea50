import type { OrderBooks } from '../result/orders.js';
import type { Result } from '../result/types.js';
import { groupsThatFit } from './books.js';
import { count, secondsCell } from './format.js';
import { stepsInWords } from './orders.js';
import { type OrdersTogether, orderProducers } from './orders-together.js';
import type { Paint } from './paint.js';
import { figureColumns, table } from './table.js';
import { wrap } from './text.js';

/** A figure of orders, of one producer or of all. */
export interface OrderFigure {
  readonly label: string;
  readonly value: (orders: OrdersTogether) => number | null;
  readonly unit?: 'seconds';
  /** Shown also where it is zero everywhere. */
  readonly isMain?: true;
  readonly tone?: 'bad' | 'warn';
}

const rows: readonly OrderFigure[] = [
  { label: 'posted', value: ({ posted }) => posted, isMain: true },
  { label: 'accepted', value: ({ accepted }) => accepted, isMain: true },
  { label: 'not accepted', value: ({ notAccepted }) => notAccepted, isMain: true },
  { label: 'rejected (4xx)', value: ({ rejected }) => rejected },
  { label: 'failed (5xx)', value: ({ failed }) => failed, isMain: true },
  { label: 'timed out', value: ({ timedOut }) => timedOut, isMain: true },
  { label: 'unreached', value: ({ unreached }) => unreached },
  { label: 'broken', value: ({ broken }) => broken },
  { label: 'accepted and done', value: ({ done }) => done, isMain: true },
  { label: 'accepted and pending', value: ({ pending }) => pending },
  { label: 'accepted and dead', value: ({ deadLettered }) => deadLettered },
  { label: 'accepted, a step left out', value: ({ leftOut }) => leftOut },
  { label: 'accepted and lost', value: ({ lost }) => lost, isMain: true, tone: 'bad' },
  { label: 'accepted and undetermined', value: ({ undetermined }) => undetermined },
  { label: 'done though not accepted', value: ({ doneUnaccepted }) => doneUnaccepted, tone: 'warn' },
  { label: 'half-done', value: ({ halfDone }) => halfDone, isMain: true, tone: 'warn' },
  { label: 'response p50', value: ({ responseSeconds }) => responseSeconds.p50, unit: 'seconds' },
  { label: 'response p95', value: ({ responseSeconds }) => responseSeconds.p95, unit: 'seconds' },
  { label: 'response p99', value: ({ responseSeconds }) => responseSeconds.p99, unit: 'seconds' },
  { label: 'response, longest', value: ({ responseSeconds }) => responseSeconds.max, unit: 'seconds' },
  { label: 'not yet done p50', value: ({ unfinishedSeconds }) => unfinishedSeconds.p50, unit: 'seconds' },
  { label: 'not yet done p99', value: ({ unfinishedSeconds }) => unfinishedSeconds.p99, unit: 'seconds' },
  {
    label: 'not yet done, longest',
    value: ({ unfinishedSeconds }) => unfinishedSeconds.max,
    unit: 'seconds',
  },
];

/** The books of the orders as the customers saw them, a producer to a column; their steps; and those that are half-done. */
export function ordersSection(result: Result, colors: Paint, width: number): string[][] {
  return [
    ordersTable(result, colors, width),
    stepsTable(result, colors, width),
    halfDoneLines(result, colors, width),
  ];
}

function ordersTable(result: Result, colors: Paint, width: number): string[] {
  const all = orderProducers(result);
  const title = 'Orders, as the customers saw them';
  return groupsThatFit(
    all.map(([name]) => name),
    width - title.length - 2,
  ).flatMap((names, group) => {
    const books = all.filter(([name]) => names.includes(name)).map(([, each]) => each);
    const cells = rows
      .filter((row) => isShown(row, books))
      .map((row) => [row.label, ...books.map((each) => figureCell(row, each, colors))]);
    const well = ['all well again at', ...books.map((each) => wellAgain(each, colors))];
    const balance = [
      'the books',
      ...books.map(({ balanced }) => (balanced ? colors.good('balance') : colors.bad("don't balance"))),
    ];
    const why = books.flatMap(({ wellAgainAtSeconds, wellAgainReason }, at) =>
      wellAgainAtSeconds !== null || wellAgainReason === null
        ? []
        : wrap(
            `${all.length === 1 ? 'Not' : `${names[at]}: not`} well again by the end: ${wellAgainReason}`,
            width - 2,
            '  ',
          ).map((line) => `  ${line}`),
    );
    return [
      ...(group > 0 ? [''] : []),
      ...table(figureColumns(title, names), [...cells, well, balance], colors, width),
      ...why,
    ];
  });
}

/** Whether a figure says anything of these orders. */
export function isShown({ value, unit, isMain }: OrderFigure, all: readonly OrdersTogether[]): boolean {
  const values = all.map(value);
  if (unit === 'seconds') return values.some((each) => each !== null);
  return isMain === true || values.some((each) => each !== 0);
}

/** A figure in a table. */
export function figureCell(
  { value, unit, tone }: OrderFigure,
  orders: OrdersTogether,
  colors: Paint,
): string {
  const number = value(orders);
  if (unit === 'seconds') return secondsCell(number);
  if (number === null) return colors.warn('not known');
  if (number === 0) return colors.dim('0');
  return tone === undefined ? count(number) : colors[tone](count(number));
}

/** When all was well again: `always` where nothing ever was wrong. */
export function wellAgain(
  { wellAgainAtSeconds }: Pick<OrderBooks, 'wellAgainAtSeconds'>,
  colors: Paint,
): string {
  if (wellAgainAtSeconds === null) return colors.bad('not by the end');
  return wellAgainAtSeconds === 0 ? 'always well' : secondsCell(wellAgainAtSeconds);
}

function stepsTable(result: Result, colors: Paint, width: number): string[] {
  const all = orderProducers(result);
  const cells = all.flatMap(([producer, { steps }]) =>
    Object.entries(steps).map(([step, { done, missing, duplicated }]) => [
      all.length === 1 ? step : `${step} of ${producer}`,
      count(done),
      missing === 0 ? colors.dim('0') : colors.warn(count(missing)),
      duplicated === 0 ? colors.dim('0') : colors.warn(count(duplicated)),
    ]),
  );
  const heads = ['done', 'missing', 'duplicated'].map((head) => ({ head, align: 'right' as const }));
  return table([{ head: 'Steps', align: 'left' }, ...heads], cells, colors, width);
}

/** `payments done, emails missing: 41 orders (0 accepted)`. */
function halfDoneLines(result: Result, colors: Paint, width: number): string[] {
  const all = orderProducers(result);
  const cells = all.flatMap(([producer, { halves }]) =>
    halves.map((half) => [
      `${all.length === 1 ? '' : `${producer}: `}${stepsInWords(half)}`,
      count(half.orders),
      count(half.accepted),
    ]),
  );
  return table(
    [
      { head: 'Half-done', align: 'left', wraps: true },
      { head: 'orders', align: 'right' },
      { head: 'accepted', align: 'right' },
    ],
    cells,
    colors,
    width,
  );
}
