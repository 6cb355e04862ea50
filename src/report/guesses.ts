import type { Guess, QueueResult, Result } from '../result/types.js';
import { changedLines, type FirstScreenFacts, happeningLines, happeningsOf } from './first-screen.js';
import { count, decimal, seconds, unknownFigure } from './format.js';
import { type Paint, paint } from './paint.js';
import { sentence, titled } from './prose.js';
import { table } from './table.js';
import { cleanDeep, type RenderOptions, reportWidth, wrap } from './text.js';

/** What is about to happen, with nothing of the prediction, and what is to be guessed. */
export function renderBeforeGuess(
  predicted: Result,
  about: FirstScreenFacts,
  queue: string,
  options: RenderOptions,
): string {
  const result = cleanDeep(predicted);
  const width = reportWidth(options);
  const colors = paint(options.color);
  const sections = [
    wrap(`${colors.bold(result.scenario.name)}: ${sentence(result.scenario.summary)}`, width, '  '),
    titled('Changed', changedLines(result, width), colors),
    titled('About to happen', happeningLines(happeningsOf(result, cleanDeep(about)), width), colors),
    [
      `  ${colors.bold(`Your guess for ${queue}`)} (Enter alone skips)`,
      ...wrap(
        'Peak backlog: the most messages that wait at once, or are in hand. Catch-up: from the moment at which more is served than comes again, until nothing older waits.',
        width - 2,
      ).map((line) => `  ${line}`),
    ],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}

/** The questions, each with a space at its end for the answer. */
export function guessQuestions(queue: string): { readonly peak: string; readonly catchUp: string } {
  return {
    peak: `  ${queue}: peak backlog, in messages? `,
    catchUp: `  ${queue}: catch-up, in scenario time (40s, 2min, never)? `,
  };
}

/** Guess, theory and what was measured, side by side; nothing where nobody was asked. */
export function guessSection(result: Result, colors: Paint, width: number): string[] {
  const rows = Object.entries(result.guesses ?? {}).flatMap(([name, guess]) => {
    const queue = result.queues[name];
    return queue === undefined ? [] : rowsOf(name, guess, queue);
  });
  const columns = [
    { head: 'You guessed', align: 'left' },
    { head: 'guess', align: 'right' },
    { head: 'theory', align: 'right' },
    { head: 'measured', align: 'right' },
    { head: '', align: 'left' },
  ] as const;
  return table(columns, rows, colors, width);
}

function rowsOf(name: string, { peakBacklog, catchUpSeconds }: Guess, queue: QueueResult): string[][] {
  const { predicted } = queue;
  const peak = [
    `${name}, peak backlog`,
    count(peakBacklog),
    count(predicted?.peakBacklog ?? null),
    count(queue.backlog.peak),
    closeness(peakBacklog, queue.backlog.peak),
  ];
  // A catch-up that is null never came, where there is a reason.
  const measured = queue.catchUpSeconds ?? (queue.catchUpReason === null ? null : 'never');
  const theory = predicted === null ? null : (predicted.catchUpSeconds ?? 'never');
  const catchUp = [
    `${name}, catch-up`,
    time(catchUpSeconds),
    time(theory),
    time(measured),
    closeness(catchUpSeconds, measured),
  ];
  return [...(peakBacklog === null ? [] : [peak]), ...(catchUpSeconds === null ? [] : [catchUp])];
}

function time(value: number | 'never' | null): string {
  return value === 'never' ? value : value === null ? unknownFigure : seconds(value);
}

/** How far the guess was from what was measured: `12 % too low`. */
function closeness(guess: number | 'never' | null, measured: number | 'never' | null): string {
  if (guess === null || measured === null) return '';
  if (guess === measured) return 'exactly right';
  if (guess === 'never' || measured === 'never' || measured === 0) return 'wrong';
  const share = guess / measured - 1;
  if (Math.abs(share) < 0.005) return 'right';
  const way = share < 0 ? 'too low' : 'too high';
  const factor = guess / measured;
  if (factor >= 3) return `${decimal(factor, factor < 10 ? 1 : 0)} times ${way}`;
  return `${decimal(Math.abs(share) * 100, 0)} % ${way}`;
}
