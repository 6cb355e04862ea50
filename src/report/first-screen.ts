import type { Result } from '../result/types.js';
import { faultInWords } from './events.js';
import { duration, plural, rate, seconds } from './format.js';
import { type Paint, paint } from './paint.js';
import { bullets, queueParagraph, sentence, titled } from './prose.js';
import { predictionSentence } from './sentences.js';
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
  /** The workers of each queue, which a result does not hold. */
  readonly workers?: Readonly<Record<string, { readonly processes: number; readonly concurrency: number }>>;
}

/** What is about to happen, where, for how long, and what is predicted. `predicted` is a result of origin `predicted`. */
export function renderFirstScreen(
  predicted: Result,
  about: FirstScreenFacts,
  options: RenderOptions,
): string {
  const result = cleanDeep(predicted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const names = Object.keys(result.queues);
  const sections = [
    wrap(`${colors.bold(result.scenario.name)}: ${sentence(result.scenario.summary)}`, width, '  '),
    titled('Changed', changedLines(result, width), colors),
    happenings(result, about, colors, width),
    [
      `  ${colors.bold('Predicted')}`,
      ...names.flatMap((name) =>
        queueParagraph(name, [predictionSentence(name, result)], names, colors, width),
      ),
    ],
    titled('Warnings', bullets(result.warnings, colors, width), colors),
    where(about, width),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** What the command line changed, as it was typed. */
function changedLines({ scenario }: Result, width: number): string[] {
  if (scenario.changes.length === 0) return [];
  return wrap(scenario.changes.join(' '), width - 2).map((line) => `  ${line}`);
}

/** Producers, queues and faults, each with its name or time in the margin. */
function happenings(result: Result, about: FirstScreenFacts, colors: Paint, width: number): string[] {
  const entries: [string, string][] = [
    ...Object.entries(result.producers).map(([name, producer]): [string, string] => {
      const speed = producer.rate.configuredPerSecond;
      return [
        name,
        `${plural(producer.scheduled, 'message')} ${speed === null ? 'at a changing rate' : `at ${rate(speed)}`}`,
      ];
    }),
    ...Object.entries(result.queues).map(([name, queue]): [string, string] => {
      const limit = queue.rate.configuredPerSecond;
      const workers = about.workers?.[name];
      const hands = workers === undefined ? [] : [workersInWords(workers)];
      return [
        name,
        [
          `${plural(queue.accounting.scheduled, 'message')}, ${limit === null ? 'served without a limit' : `served at ${rate(limit)} at most`}`,
          ...hands,
        ].join(' by '),
      ];
    }),
    ...result.faults.map((fault): [string, string] => [
      `at ${seconds(fault.atSeconds)}`,
      `${faultInWords(fault)}${fault.detail === null ? '' : `, ${fault.detail}`}`,
    ]),
  ];
  const margin = Math.min(18, Math.max(...entries.map(([head]) => visibleWidth(head)))) + 2;
  return [
    `  ${colors.bold('About to happen')}`,
    ...entries.flatMap(([head, text]) =>
      wrap(`${pad(head, margin - 1)} ${text}`, width - 2, ' '.repeat(margin)).map((line) => `  ${line}`),
    ),
  ];
}

function workersInWords({ processes, concurrency }: { processes: number; concurrency: number }): string {
  return `${plural(processes, 'worker')} with ${plural(concurrency, 'message')} in hand at once`;
}

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
