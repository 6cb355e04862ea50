import type {
  BrokerSample,
  HeldMessage,
  Moment,
  MomentFault,
  QueueMoment,
  WorkerMoment,
} from '../result/history.js';
import { count, plural, seconds, unknownFigure } from './format.js';
import { instant, runInWords, source } from './history.js';
import { type Paint, paint } from './paint.js';
import { titled } from './prose.js';
import { table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** The state at an instant for people, the ledger's beside the broker's. Without a line break at the end. */
export function renderMoment(untrusted: Moment, options: RenderOptions): string {
  const moment = cleanDeep(untrusted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const { atSeconds, endSeconds, run } = moment;
  const head = `${colors.bold(instant(atSeconds))} in ${runInWords(run)} (to ${instant(endSeconds)}): the state, from the ledger alone.`;
  const sections: string[][] = [
    wrap(head, width, '  '),
    ...Object.keys(moment.queues).map((name) => queueSection(name, moment, colors, width)),
    serviceLines(moment, colors, width),
    producerLines(moment, width),
    faultLines(moment, colors, width),
    [source(moment.run)],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

function queueSection(name: string, moment: Moment, colors: Paint, width: number): string[] {
  const queue = moment.queues[name]!;
  if (queue.isDirect === true) return directSection(name, queue, moment.atSeconds, colors, width);
  const sample = moment.broker[name] ?? null;
  const broker =
    sample === null ? 'the broker' : `the broker ${distance(sample.atSeconds, moment.atSeconds)}`;
  const lines = table(
    [
      { head: name, align: 'left' },
      { head: 'the ledger', align: 'right' },
      { head: broker, align: 'right' },
    ],
    queueRows(queue, sample),
    colors,
    width,
  );
  return [
    ...lines,
    ...unseen(queue, sample).flatMap((text) => wrap(text, width - 2).map((line) => `  ${line}`)),
    ...titled('In hand', indented(heldLines(queue, moment.atSeconds), width), colors),
    ...titled('Workers', indented(queue.workers.map(workerLine), width), colors),
  ];
}

/** Of a queue that is one by name only: the order service calls its provider itself, and the broker has nothing of it. */
function directSection(
  name: string,
  queue: QueueMoment,
  atSeconds: number,
  colors: Paint,
  width: number,
): string[] {
  const rows: readonly [string, number, boolean][] = [
    ['begun', queue.attempted, true],
    ['calls going on', queue.inHand, true],
    ['waiting for the next call', queue.waitingForRetry, false],
    ['effected', queue.effected, true],
    ['duplicate effects', queue.duplicateEffects, true],
    ['suppressed', queue.suppressed, false],
    ['failed calls', queue.failed, true],
  ];
  return [
    ...table(
      [
        { head: `${name}, called directly`, align: 'left' },
        { head: 'the ledger', align: 'right' },
      ],
      rows
        .filter(([, figure, isUsual]) => isUsual || figure > 0)
        .map(([label, figure]) => [label, count(figure)]),
      colors,
      width,
    ),
    ...titled('Calls', indented(heldLines(queue, atSeconds), width), colors),
  ];
}

/** How far the sample is from the instant: `20 ms later`. */
function distance(sampleSeconds: number, atSeconds: number): string {
  const away = sampleSeconds - atSeconds;
  if (away === 0) return 'just then';
  return `${seconds(Math.abs(away))} ${away > 0 ? 'later' : 'earlier'}`;
}

interface Row {
  readonly name: string;
  readonly ledger: number;
  /** Undefined: the broker is not asked for it; null: no sample of it. */
  readonly broker?: number | null;
  /** Shown also where all say 0. */
  readonly isUsual?: boolean;
}

function queueRows(queue: QueueMoment, sample: BrokerSample | null): string[][] {
  const letters = queue.deadLetterQueue;
  const said = <Key extends keyof BrokerSample>(key: Key) => sample?.[key] ?? null;
  const rows: readonly Row[] = [
    { name: 'waiting', ledger: queue.waiting, broker: said('ready'), isUsual: true },
    { name: 'in hand', ledger: queue.inHand, broker: said('inFlight'), isUsual: true },
    { name: 'waiting for a retry', ledger: queue.waitingForRetry, broker: said('delayed') },
    {
      name: 'together',
      ledger: queue.waiting + queue.inHand + queue.waitingForRetry,
      broker: sample === null ? null : sample.ready + sample.inFlight + sample.delayed,
      isUsual: true,
    },
    {
      name: letters === null ? 'dead' : `dead, not in ${letters.name}`,
      ledger: queue.dead,
      broker: said('dead'),
    },
    ...(letters === null
      ? []
      : [
          {
            name: `in ${letters.name}`,
            ledger: letters.messages,
            broker: said('deadLetterQueue')?.messages ?? null,
          },
        ]),
    { name: 'being published', ledger: queue.publishing },
    { name: 'outcome unknown, not seen since', ledger: queue.unknown },
    { name: 'effected', ledger: queue.effected, isUsual: true },
    { name: 'duplicate effects', ledger: queue.duplicateEffects, isUsual: true },
    { name: 'suppressed', ledger: queue.suppressed },
    { name: 'failed attempts', ledger: queue.failed },
    { name: 'put back from the dead', ledger: queue.redriven },
  ];
  return [
    ['attempted', `${count(queue.attempted)} of ${count(queue.scheduled)}`, ''],
    ['acknowledged', count(queue.acknowledged), ''],
    ...rows
      .filter(({ ledger, broker = 0, isUsual = false }) => isUsual || ledger > 0 || (broker ?? 0) > 0)
      .map(({ name, ledger, broker }) => [name, count(ledger), broker === undefined ? '' : count(broker)]),
  ];
}

const stages: Readonly<Record<HeldMessage['stage'], string>> = {
  working: 'at work',
  effected: 'with its effect, not settled',
  suppressed: 'suppressed, not settled',
  failed: 'failed, not settled',
  unsettled: "ended, and the broker's answer never came",
};

function heldLines({ held, inHand }: QueueMoment, atSeconds: number): string[] {
  const lines = held.map(({ message, worker, service, pid, sinceSeconds, stage, holder }) => {
    const state =
      holder === 'up' ? '' : `; that ${service === undefined ? 'worker' : 'service'} is ${holder}`;
    const since = `since ${instant(sinceSeconds)} (for ${seconds(atSeconds - sinceSeconds)})`;
    const by = service === undefined ? workerName(worker, pid) : serviceName(service, pid);
    return `${message} by ${by} ${since}, ${stages[stage]}${state}`;
  });
  return inHand > held.length ? [...lines, `and ${count(inHand - held.length)} more`] : lines;
}

/** Where the two differ because of something that no process of the run sees. */
function unseen(queue: QueueMoment, sample: BrokerSample | null): string[] {
  const isLeft = queue.held.some(({ holder }) => holder === 'down' || holder === 'frozen');
  if (!isLeft || sample === null || sample.inFlight >= queue.inHand) return [];
  return [
    'When the broker takes a message back from a worker that is gone, nobody writes that down: by the ledger it is in hand until it is given out again.',
  ];
}

function workerLine({ worker, pid, state, sinceSeconds }: WorkerMoment): string {
  return `${workerName(worker, pid)} ${state} since ${instant(sinceSeconds)}`;
}

function indented(texts: readonly string[], width: number): string[] {
  return texts.flatMap((text) => wrap(text, width - 4, '  ').map((line) => `    ${line}`));
}

function workerName(worker: number | null, pid: number): string {
  const number = worker === null ? 'a worker' : `worker ${worker}`;
  return pid === 0 ? number : `${number} (pid ${pid})`;
}

function serviceName(name: string, pid: number): string {
  return pid === 0 ? name : `${name} (pid ${pid})`;
}

/** The order service and the providers: what state each is in, and what it is at. */
function serviceLines({ services = {} }: Moment, colors: Paint, width: number): string[] {
  const texts = Object.entries(services).map(([name, { process, orders, calls }]) => {
    const state =
      process === null
        ? `${name}: not started yet`
        : `${serviceName(name, process.pid)}: ${process.state} since ${instant(process.sinceSeconds)}`;
    const figures =
      orders !== undefined
        ? [
            `${plural(orders.received, 'order')} received`,
            `${count(orders.inFlight)} of them not answered yet`,
          ]
        : calls === undefined
          ? []
          : [
              plural(calls.effects, 'effect'),
              `${plural(calls.waiting, 'call')} let in and not done`,
              `${count(calls.turnedAway)} turned away`,
              ...(calls.breaker === null ? [] : [`the circuit breaker for it is ${calls.breaker}`]),
            ];
    return [state, ...figures].join(', ');
  });
  return titled('Services', indented(texts, width), colors);
}

function producerLines({ producers }: Moment, width: number): string[] {
  return Object.entries(producers).flatMap(([name, { attempted, scheduled, customers }]) => {
    const text =
      customers === undefined
        ? `${count(attempted)} of ${plural(scheduled, 'message')} attempted`
        : `${count(customers.posted)} of ${plural(scheduled, 'order')} posted, ${count(customers.accepted)} accepted, ${count(customers.notAccepted)} not accepted, ${count(customers.waiting)} without an answer yet`;
    return wrap(`Producer ${name}: ${text}`, width - 2, '  ').map((line) => `  ${line}`);
  });
}

function faultLines(moment: Moment, colors: Paint, width: number): string[] {
  const line = (title: string, fault: MomentFault | null) => {
    const what = fault === null ? unknownFigure : `${instant(fault.atSeconds)}, ${fault.what}`;
    return wrap(`${colors.bold(title)} ${what}`, width - 2, '  ').map((each) => `  ${each}`);
  };
  const away = moment.brokerAwaySinceSeconds;
  return [
    ...(away === null ? [] : [colors.warn(`  The broker could not be reached since ${instant(away)}.`)]),
    ...line('Last fault:', moment.lastFault),
    ...line('Next fault:', moment.nextFault),
  ];
}
