import { sparkline } from './chart.js';
import { decimal, rate, unknownFigure } from './format.js';
import {
  customersInWords,
  type LiveCustomers,
  type LiveService,
  liveServiceLines,
  serviceInWords,
} from './live-services.js';
import { type Paint, paint } from './paint.js';
import { clean, pad, type RenderOptions, truncate, visibleWidth, wrap } from './text.js';

/** What the live view shows at one moment. All times in scenario seconds. */
export interface LiveState {
  readonly atSeconds: number;
  /** When the run is predicted to end; null: not known. */
  readonly endSeconds: number | null;
  readonly phase: 'starting' | 'producing' | 'draining' | 'stopping';
  /** Those that workers serve. */
  readonly queues: readonly LiveQueue[];
  /** The producers by HTTP, and the services; absent where there are none. */
  readonly customers?: readonly LiveCustomers[];
  readonly services?: readonly LiveService[];
  /** Of the whole run, 0 to 1. */
  readonly progress: number;
}

/** One queue at one moment. */
export interface LiveQueue {
  readonly name: string;
  readonly depth: {
    readonly ready: number;
    readonly inFlight: number;
    readonly delayed: number;
    readonly dead: number;
  };
  /** Earlier depths at equal distances, the newest last. */
  readonly history: readonly number[];
  readonly inPerSecond: number;
  readonly outPerSecond: number;
  readonly oldestAgeSeconds: number | null;
  readonly oldestMessage: string | null;
  readonly workersUp: number;
  readonly workersTotal: number;
  readonly timeToEmptySeconds: number | 'never' | null;
  /** How fast it grows, where it is never empty. */
  readonly growthPerSecond: number | null;
  /** Attempts whose work has failed so far. */
  readonly failedAttempts?: number;
  /** Messages in the dead-letter queue. */
  readonly deadLetters?: number;
}

/** Something that happened. */
export interface LiveEvent {
  readonly atSeconds: number;
  readonly text: string;
  readonly tone: 'fault' | 'good' | 'plain' | 'warn';
}

interface LiveColumn {
  readonly head: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly text: (queue: LiveQueue) => string;
  readonly style: (queue: LiveQueue, colors: Paint) => (text: string) => string;
}

const plain = () => (text: string) => text;

/**
 * The lines of the live table: always as many as there are queues, customers and services and four more (two without a queue), each
 * exactly as wide as the terminal, and every figure of a queue in the same place, so that a drawing over the last one neither flickers
 * nor jumps.
 */
export function renderLive(state: LiveState, options: RenderOptions): string[] {
  const width = Math.max(20, Math.floor(options.width));
  const colors = paint(options.color);
  const columns = columnsFor(state, width);
  const gap = ' '.repeat(gapFor(width));
  const head = columns.map((column) => pad(truncate(column.head, column.width), column.width, column.align));
  const rows = state.queues.map((queue) =>
    columns
      .map((column) => {
        const cell = pad(truncate(column.text(queue), column.width), column.width, column.align);
        return column.style(queue, colors)(cell);
      })
      .join(gap),
  );
  return [
    progressLine(state, width, colors),
    ' '.repeat(width),
    ...liveServiceLines(state.customers ?? [], state.services ?? [], width, colors),
    ...(rows.length === 0 ? [] : [colors.dim(pad(`  ${head.join(gap)}`, width))]),
    ...rows.map((row) => pad(`  ${row}`, width)),
    ...(rows.length === 0 ? [] : [colors.warn(pad(truncate(`  ${notes(state)}`, width), width))]),
  ];
}

function gapFor(width: number): number {
  return width >= 100 ? 2 : 1;
}

/** The columns that there is room for, which depends on the terminal and the queues' names alone. The sparkline takes what is left. */
function columnsFor(state: LiveState, width: number): LiveColumn[] {
  const longest = Math.max(5, ...state.queues.map((queue) => visibleWidth(clean(queue.name))));
  const nameWidth = Math.min(16, width - 10, longest);
  const all: LiveColumn[] = [
    {
      head: 'queue',
      width: nameWidth,
      align: 'left',
      text: ({ name }) => clean(name),
      style: (_, colors) => colors.bold,
    },
    { head: 'depth', width: 6, align: 'right', text: (queue) => decimal(depthOf(queue), 0), style: plain },
    { head: 'in/s', width: 5, align: 'right', text: (queue) => perSecond(queue.inPerSecond), style: plain },
    { head: 'out/s', width: 5, align: 'right', text: (queue) => perSecond(queue.outPerSecond), style: plain },
    {
      head: 'oldest',
      width: 7,
      align: 'right',
      text: ({ oldestAgeSeconds }) => age(oldestAgeSeconds),
      style: plain,
    },
    {
      head: 'message',
      width: 12,
      align: 'left',
      text: ({ oldestMessage }) => (oldestMessage === null ? unknownFigure : clean(oldestMessage)),
      style: (_, colors) => colors.dim,
    },
    {
      head: 'up',
      width: 5,
      align: 'right',
      text: (queue) => `${queue.workersUp}/${queue.workersTotal}`,
      style: (queue, colors) => (queue.workersUp < queue.workersTotal ? colors.bad : (text) => text),
    },
    {
      head: 'empty in',
      width: 12,
      align: 'right',
      text: timeToEmpty,
      style: (queue, colors) => (queue.timeToEmptySeconds === 'never' ? colors.warn : (text) => text),
    },
  ];
  const gap = gapFor(width);
  const used = (columns: readonly LiveColumn[]) =>
    columns.reduce((sum, column) => sum + gap + column.width, 2);
  // In a narrow terminal columns go, the least needed first.
  const dispensable = ['message', 'in/s', 'up', 'oldest', 'out/s', 'empty in'];
  let columns = all;
  while (used(columns) - gap > width && dispensable.length > 0) {
    const head = dispensable.shift();
    columns = columns.filter((column) => column.head !== head);
  }
  const left = Math.min(40, width - used(columns));
  if (left < 5) return columns;
  const spark: LiveColumn = {
    head: left < 15 ? 'trend' : 'depth over time',
    width: left,
    align: 'left',
    text: ({ history }) => sparkline(history, left),
    style: (_, colors) => colors.curve,
  };
  return [...columns.slice(0, 2), spark, ...columns.slice(2)];
}

function depthOf({ depth }: LiveQueue): number {
  return depth.ready + depth.inFlight + depth.delayed;
}

function perSecond(value: number): string {
  return value < 9.95 ? decimal(value, 1, true) : decimal(value, 0);
}

function age(value: number | null): string {
  if (value === null) return unknownFigure;
  return `${value < 99.95 ? decimal(value, 1, true) : decimal(value, 0)} s`;
}

function timeToEmpty({ timeToEmptySeconds, growthPerSecond }: LiveQueue): string {
  if (timeToEmptySeconds === null) return unknownFigure;
  if (timeToEmptySeconds !== 'never') return `${decimal(timeToEmptySeconds, 0)} s`;
  return growthPerSecond === null ? 'never' : `never +${perSecond(growthPerSecond)}/s`;
}

function clock({ atSeconds, endSeconds }: LiveState): string {
  const at = `${decimal(Math.max(0, atSeconds), 1, true)} s`;
  return endSeconds === null ? at : `${at} of about ${decimal(endSeconds, 0)} s`;
}

function progressLine(state: LiveState, width: number, colors: Paint): string {
  const progress = Math.max(0, Math.min(1, Number.isNaN(state.progress) ? 0 : state.progress));
  const clockWidth = state.endSeconds === null ? 10 : 17 + 2 * decimal(state.endSeconds, 0).length;
  const left = `  ${pad(state.phase, 10)} ${pad(clock(state), clockWidth)}  `;
  const right = ` ${pad(`${Math.floor(progress * 100)} %`, 5, 'right')}`;
  const bar = Math.min(60, width - visibleWidth(left) - visibleWidth(right));
  if (bar < 5) return pad(truncate(left, width), width);
  const filled = Math.round(bar * progress);
  return pad(
    `${left}${colors.good('━'.repeat(filled))}${colors.dim('─'.repeat(bar - filled))}${right}`,
    width,
  );
}

/** What is rare enough to have no column. */
function notes({ queues }: LiveState): string {
  return queues
    .flatMap((queue) => {
      const parts = rarities(queue);
      return parts.length === 0 ? [] : [`${clean(queue.name)}: ${parts.join(', ')}`];
    })
    .join('; ');
}

function rarities({ depth, failedAttempts = 0, deadLetters = 0 }: LiveQueue): string[] {
  const figures: readonly [number, string][] = [
    [depth.delayed, 'delayed'],
    [failedAttempts, failedAttempts === 1 ? 'failed attempt' : 'failed attempts'],
    [depth.dead, 'dead'],
    [deadLetters, deadLetters === 1 ? 'dead letter' : 'dead letters'],
  ];
  return figures.filter(([amount]) => amount > 0).map(([amount, what]) => `${decimal(amount, 0)} ${what}`);
}

/** The same in one line without colour, for where there is no terminal. */
export function renderStatusLine(state: LiveState): string {
  const queues = state.queues.map((queue) => {
    const oldest =
      queue.oldestAgeSeconds === null
        ? []
        : [
            `oldest ${age(queue.oldestAgeSeconds)}${queue.oldestMessage === null ? '' : ` (${clean(queue.oldestMessage)})`}`,
          ];
    const empty =
      queue.timeToEmptySeconds === null
        ? []
        : queue.timeToEmptySeconds === 'never'
          ? [`never empty${queue.growthPerSecond === null ? '' : `, +${rate(queue.growthPerSecond)}`}`]
          : [`empty in ${timeToEmpty(queue)}`];
    return [
      `${clean(queue.name)}: depth ${decimal(depthOf(queue), 0)}`,
      `in ${perSecond(queue.inPerSecond)}/s`,
      `out ${perSecond(queue.outPerSecond)}/s`,
      ...oldest,
      `workers ${queue.workersUp}/${queue.workersTotal}`,
      ...empty,
      ...rarities(queue).filter((text) => !text.endsWith('delayed')),
    ].join(', ');
  });
  const { customers = [], services = [] } = state;
  return [
    `${clock(state)}, ${state.phase}`,
    ...customers.map((each) => `${clean(each.name)}: ${customersInWords(each)}`),
    ...services.map((each) => `${clean(each.name)}: ${serviceInWords(each)}`),
    ...queues,
  ].join(' | ');
}

/** One event: `  8.00 s  emails: worker 1 restarted (pid 4712)`. Wrapped with the text's margin where it is longer than the width. */
export function renderEvent(event: LiveEvent, options: RenderOptions): string {
  const colors = paint(options.color);
  const style = { fault: colors.bad, good: colors.good, warn: colors.warn, plain: (text: string) => text }[
    event.tone
  ];
  const time = pad(`${event.atSeconds.toFixed(2)} s`, 8, 'right');
  const margin = visibleWidth(time) + 2;
  const lines = wrap(clean(event.text), Math.max(20, options.width - margin));
  return lines
    .map((line, at) => `${at === 0 ? `${colors.dim(time)}  ` : ' '.repeat(margin)}${style(line)}`)
    .join('\n');
}
