import type { OrderServiceResult, ProviderServiceResult, ServiceTrouble } from '../result/orders.js';
import type { Result } from '../result/types.js';
import { groupsThatFit } from './books.js';
import { count, list, plural, rate } from './format.js';
import { providersOf, spanInWords } from './orders.js';
import type { Paint } from './paint.js';
import { titled } from './prose.js';
import { figureColumns, table } from './table.js';
import { wrap } from './text.js';

/** As many troubles of one provider as are told; one that falls over again and again has many. */
const mostTroubles = 5;

/** What the services themselves wrote down: the order service's answers, and what the providers did with their calls. */
export function servicesSection(result: Result, colors: Paint, width: number): string[][] {
  return [
    orderServiceTable(result, colors, width),
    providersTable(result, colors, width),
    titled("How far a provider's trouble spread", spreadLines(result, width), colors),
  ];
}

function orderServiceTable({ services }: Result, colors: Paint, width: number): string[] {
  const cells = Object.entries(services ?? {}).flatMap(([name, service]) => {
    if (service.kind !== 'order-service') return [];
    return [
      [
        name,
        service.mode,
        count(service.received),
        count(service.guests),
        answersInWords(service),
        ...lives(service, colors),
      ],
    ];
  });
  const right = (head: string) => ({ head, align: 'right' as const });
  return table(
    [
      { head: 'Services', align: 'left' },
      { head: 'mode', align: 'left' },
      right('received'),
      right('guests'),
      { head: 'answers by status', align: 'left', wraps: true },
      right('started'),
      right('died'),
    ],
    cells,
    colors,
    width,
  );
}

/** `202: 290, 503: 10; refused requests: 400: 3` */
function answersInWords({ responses, rejections }: OrderServiceResult): string {
  const statuses = (answers: Readonly<Record<string, number>>): string =>
    Object.entries(answers)
      .map(([status, times]) => `${status}: ${count(times)}`)
      .join(', ');
  return [
    ...(Object.keys(responses).length === 0 ? [] : [statuses(responses)]),
    ...(Object.keys(rejections).length === 0 ? [] : [`refused requests: ${statuses(rejections)}`]),
  ].join('; ');
}

/** How many processes it took, and how many died that nobody had told to. */
function lives({ started, died }: Pick<OrderServiceResult, 'started' | 'died'>, colors: Paint): string[] {
  return [count(started), died === 0 ? colors.dim('0') : colors.bad(count(died))];
}

interface Row {
  readonly label: string;
  readonly cell: (provider: ProviderServiceResult, colors: Paint) => string;
  /** Shown only where one of them has it. */
  readonly isRare?: (provider: ProviderServiceResult) => boolean;
}

const figure = (value: number, colors: Paint): string => (value === 0 ? colors.dim('0') : count(value));
const grave = (value: number, colors: Paint): string =>
  value === 0 ? colors.dim('0') : colors.warn(count(value));

const rows: readonly Row[] = [
  { label: 'capacity', cell: ({ capacityPerSecond }) => rate(capacityPerSecond) },
  { label: 'calls', cell: ({ calls }, colors) => figure(calls, colors) },
  { label: 'turned away (503)', cell: ({ turnedAway }, colors) => grave(turnedAway, colors) },
  { label: 'effects', cell: ({ effects }, colors) => figure(effects, colors) },
  {
    label: 'replayed (known key)',
    cell: ({ replayed }, colors) => figure(replayed, colors),
    isRare: ({ replayed }) => replayed > 0,
  },
  { label: 'most waiting at once', cell: ({ peakWaiting }, colors) => figure(peakWaiting, colors) },
  {
    label: 'fell over',
    cell: ({ fellOver }, colors) => grave(fellOver, colors),
    isRare: ({ fellOver }) => fellOver > 0,
  },
  {
    label: 'circuit breaker opened',
    cell: ({ breakerOpened }, colors) => figure(breakerOpened, colors),
    isRare: ({ breakerOpened }) => breakerOpened > 0,
  },
  { label: 'processes started', cell: ({ started }, colors) => figure(started, colors) },
  {
    label: 'died unordered',
    cell: ({ died }, colors) => grave(died, colors),
    isRare: ({ died }) => died > 0,
  },
];

/** A provider to a column. */
function providersTable(result: Result, colors: Paint, width: number): string[] {
  const providers = providersOf(result);
  const title = 'Providers';
  return groupsThatFit(
    providers.map(([name]) => name),
    width - 26,
  ).flatMap((names, group) => {
    const figures = providers.filter(([name]) => names.includes(name)).map(([, each]) => each);
    const cells = rows
      .filter(({ isRare }) => isRare === undefined || figures.some(isRare))
      .map(({ label, cell }) => [label, ...figures.map((each) => cell(each, colors))]);
    return [...(group > 0 ? [''] : []), ...table(figureColumns(title, names), cells, colors, width)];
  });
}

function spreadLines(result: Result, width: number): string[] {
  return providersOf(result).flatMap(([name, { troubles }]) => {
    const told = troubles.slice(0, mostTroubles).map((trouble) => `${name}: ${spreadSentence(trouble)}`);
    const more = troubles.length - told.length;
    const all = more > 0 ? [...told, `${name}: and ${plural(more, 'further trouble')}`] : told;
    return all.flatMap((text) => wrap(text, width - 2, '  ').map((line) => `  ${line}`));
  });
}

/** `killed from 5 s to 15 s: of 100 orders posted in it 97 were not accepted, and 96 payments did not happen`. */
export function spreadSentence({
  causes,
  fromSeconds,
  toSeconds,
  posted,
  notAccepted,
  missing,
}: ServiceTrouble): string {
  const what = `${list(causes)} ${spanInWords(fromSeconds, toSeconds)}`;
  if (posted === 0) return `${what}: no order was posted in it`;
  const others = Object.entries(missing).filter(([, orders]) => orders > 0);
  const steps = others.map(([step, orders]) => `${count(orders)} ${step}`);
  const spread = steps.length === 0 ? '' : `${list(steps)} did not happen`;
  const orders = posted === 1 ? 'the one order' : `${count(posted)} orders`;
  if (notAccepted === 0) {
    const all =
      posted === 1 ? `${orders} posted in it was accepted` : `all ${orders} posted in it were accepted`;
    return `${what}: ${all}${spread === '' ? ', and it spread no further' : `, but ${spread}`}`;
  }
  const were = notAccepted === 1 ? 'was' : 'were';
  return `${what}: of ${orders} posted in it ${count(notAccepted)} ${were} not accepted${spread === '' ? '' : `, and ${spread}`}`;
}
