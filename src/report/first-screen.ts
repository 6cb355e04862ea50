import type { Result } from '../result/types.js';
import { bandSentence, seedsSentence } from './band.js';
import { directAnswer, isCalledDirectly } from './direct.js';
import { faultInWords } from './events.js';
import { duration, plural, rate, seconds } from './format.js';
import { ordersAnswer } from './orders.js';
import { orderProducers } from './orders-together.js';
import { type Paint, paint } from './paint.js';
import { bullets, queueParagraph, sentence, titled } from './prose.js';
import { isOfScenario, predictionSentence } from './sentences.js';
import { clean, cleanDeep, pad, type RenderOptions, reportWidth, visibleWidth, wrap } from './text.js';

/** What the first screen says beside the prediction. */
export interface FirstScreenFacts {
  /** The server in words: `redis 7.0.15 (redis-server on the PATH)`; null: none is used. */
  readonly server: string | null;
  readonly speed: number;
  /** How long it will take for real, in seconds; null: not known. */
  readonly realSeconds: number | null;
  /** The run directory; null: none is made. */
  readonly directory: string | null;
  /** Whether what is about to happen was told before, to somebody who had to guess; absent: no. */
  readonly isTold?: boolean;
  /** The workers of each queue, which a result does not hold. */
  readonly workers?: Readonly<Record<string, WorkerFacts>>;
  /** The services, each in a line: `a provider: at most 5/s, 100 ms each, room for 20 to wait`; absent where there is none. */
  readonly services?: Readonly<Record<string, string>>;
  /** How long the customers of a producer by HTTP wait for an answer, in seconds; the other producers are not in it. */
  readonly patienceSeconds?: Readonly<Record<string, number>>;
}

/** A queue's workers, and what else is set of it, in words. */
export interface WorkerFacts {
  readonly processes: number;
  readonly concurrency: number;
  readonly settings?: readonly string[];
}

/** A line of what is about to happen: a name or a time, and what is to be said of it. */
export type Happening = readonly [head: string, text: string];

/** What is about to happen, where, for how long, and what is predicted. `predicted` is a result of origin `predicted`. */
export function renderFirstScreen(
  predicted: Result,
  about: FirstScreenFacts,
  options: RenderOptions,
): string {
  const result = cleanDeep(predicted);
  const facts = cleanDeep(about);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const sections = [
    ...(about.isTold === true
      ? []
      : [
          wrap(`${colors.bold(result.scenario.name)}: ${sentence(result.scenario.summary)}`, width, '  '),
          titled('Changed', changedLines(result, width), colors),
          happenings(result, facts, colors, width),
        ]),
    predictedLines(result, colors, width),
    titled('Warnings', bullets(result.warnings, colors, width), colors),
    where(about, width),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** What is predicted of the orders that come by HTTP, and of each queue. */
export function predictedLines(predicted: Result, colors: Paint, width: number): string[] {
  const paragraphs = [
    ...orderProducers(predicted).map(([name]) => [name, ordersAnswer(name, predicted, colors)] as const),
    ...Object.keys(predicted.queues).map((name) => [name, sentencesOf(name, predicted)] as const),
  ];
  const names = paragraphs.map(([name]) => name);
  return titled(
    'Predicted',
    [
      ...paragraphs.flatMap(([name, said]) => queueParagraph(name, said, names, colors, width)),
      ...seedsSentence(predicted).flatMap((text) =>
        wrap(sentence(text), width - 2).map((line) => `  ${line}`),
      ),
    ],
    colors,
  );
}

function sentencesOf(name: string, predicted: Result): string[] {
  const queue = predicted.queues[name];
  if (queue === undefined) return [];
  if (isCalledDirectly(name, predicted)) return directAnswer(queue);
  return [predictionSentence(name, predicted), ...bandSentence(queue)];
}

/** What the command line changed, as it was typed. */
export function changedLines(
  { scenario }: { readonly scenario: Pick<Result['scenario'], 'changes'> },
  width: number,
): string[] {
  if (scenario.changes.length === 0) return [];
  return wrap(scenario.changes.join(' '), width - 2).map((line) => `  ${line}`);
}

/** Producers, queues and faults, each with its name or time in the margin. */
function happenings(result: Result, about: FirstScreenFacts, colors: Paint, width: number): string[] {
  return titled('About to happen', happeningLines(happeningsOf(result, about), width), colors);
}

/** What is about to happen: producers, queues and faults, and what ends the run early. */
export function happeningsOf(result: Result, about: FirstScreenFacts): Happening[] {
  return [
    ...Object.entries(result.producers).map(([name, producer]): Happening => {
      const speed = producer.rate.configuredPerSecond;
      const at = speed === null ? 'at a changing rate' : `at ${rate(speed)}`;
      const patience = about.patienceSeconds?.[name];
      const what =
        patience === undefined
          ? `${plural(producer.scheduled, 'message')} ${at}`
          : `${plural(producer.scheduled, 'order')} ${at}, posted over HTTP; a customer waits ${seconds(patience)} for the answer`;
      return [name, what];
    }),
    ...modeHappening(result),
    ...Object.entries(about.services ?? {}).map(([name, text]): Happening => [name, text]),
    ...Object.entries(result.queues).map(([name, queue]): Happening => {
      if (isCalledDirectly(name, result)) {
        const orders = plural(queue.accounting.scheduled, 'order');
        return [name, `a step of ${orders}, called directly: no queue, no workers`];
      }
      const limit = queue.rate.configuredPerSecond;
      const workers = about.workers?.[name];
      const served = limit === null ? 'served without a limit' : `served at ${rate(limit)} at most`;
      const hands = workers === undefined ? '' : ` by ${workersInWords(workers)}`;
      const settings = workers?.settings ?? [];
      return [
        name,
        [`${plural(queue.accounting.scheduled, 'message')}, ${served}${hands}`, ...settings].join('; '),
      ];
    }),
    ...result.faults
      .filter(isOfScenario)
      .map(
        (fault): Happening => [
          `at ${seconds(fault.atSeconds)}`,
          `${faultInWords(fault, result)}${fault.detail === null ? '' : `, ${fault.detail}`}`,
        ],
      ),
    ...endsEarly(result),
  ];
}

/** Which expectations end the run. */
function endsEarly({ expectations }: Result): Happening[] {
  const aborting = expectations.filter(({ abort }) => abort === true).map(({ expression }) => expression);
  return aborting.length === 0
    ? []
    : [['ends early', `as soon as ${either(aborting)} can't be met any more`]];
}

/** `a`, `a or b`, `a, b or c`. */
function either(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

/** What the order service does with an order; nothing where there is none. */
function modeHappening({ scenario: { mode } }: Result): Happening[] {
  if (mode === undefined) return [];
  const what =
    mode === 'sync'
      ? 'sync: the order service calls the providers itself, one after the other, while the customer waits'
      : 'queue: the order service publishes an order to its queues, whose workers call the providers';
  return [['mode', what]];
}

/** The lines of what is about to happen, with the names and times in a margin. */
export function happeningLines(entries: readonly Happening[], width: number): string[] {
  const margin = Math.min(18, Math.max(0, ...entries.map(([head]) => visibleWidth(head)))) + 2;
  return entries.flatMap(([head, text]) =>
    wrap(`${pad(head, margin - 1)} ${text}`, width - 2, ' '.repeat(margin)).map((line) => `  ${line}`),
  );
}

function workersInWords({ processes, concurrency }: WorkerFacts): string {
  return `${plural(processes, 'worker')} with ${plural(concurrency, 'message')} in hand at once`;
}

/** On which server, how fast and for how long, and where it is kept. */
function where(about: FirstScreenFacts, width: number): string[] {
  const server = about.server === null ? 'By the model alone' : `On ${clean(about.server)}`;
  const speed = about.speed === 1 ? 'in real time' : `at speed ${about.speed}`;
  const lasts =
    about.realSeconds === null
      ? ''
      : `, about ${duration(Math.max(1, Math.round(about.realSeconds)))} for real`;
  return [
    ...wrap(`${server}, ${speed}${lasts}.`, width - 2).map((line) => `  ${line}`),
    ...(about.directory === null ? [] : [`  Run directory: ${clean(about.directory)}`]),
  ];
}
