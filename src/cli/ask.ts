import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { LaunchpadError } from '../errors.js';
import { guessQuestions, renderBeforeGuess } from '../report/guesses.js';
import type { Guess, Result } from '../result/types.js';
import { parseDuration } from '../scenario/units.js';
import { exitCodeOfSignal } from './exit.js';
import { Interrupts } from './interrupts.js';
import { factsOf } from './introduce.js';
import type { PreparedScenario } from './prepare.js';
import type { SimulateOptions } from './session.js';
import { colorFor, widthOf } from './terminal.js';

/** A queue of the result with what was guessed of it. */
type Guesses = NonNullable<Result['guesses']>;

/**
 * Makes sure that there is somebody to ask.
 * @throws LaunchpadError `usage`
 */
export function checkAsk({ ask }: Pick<SimulateOptions, 'ask'>): void {
  if (!ask || (process.stdin.isTTY && process.stderr.isTTY)) return;
  throw new LaunchpadError('usage', '--ask asks on the terminal, and there is none', {
    hint: 'Leave --ask out where nobody is there to answer (in a pipeline), or where standard input or error go elsewhere.',
  });
}

/**
 * Asks for the peak and the catch-up of the main queue, before anything of the prediction is shown.
 * @returns the same with what was guessed; the exit code where the user ended it there
 * @throws LaunchpadError `usage` where there are several variants, or no queue
 */
export async function askFor(
  prepared: PreparedScenario,
  options: SimulateOptions,
): Promise<PreparedScenario | number> {
  const [run, ...others] = prepared.runs;
  if (run === undefined || others.length > 0) {
    throw new LaunchpadError(
      'usage',
      `--ask is about one run, and here are ${prepared.runs.length} variants`,
      {
        hint: `Name one of them: --only ${run?.variant ?? ''}.`,
      },
    );
  }
  const predicted = run.prediction.result;
  const queue = mainQueue(predicted);
  if (queue === null) {
    throw new LaunchpadError('usage', '--ask is about a queue, and in sync mode there is none', {
      hint: 'Leave --ask out, or run it with `--set mode=queue`.',
    });
  }
  const look = { color: colorFor(process.stderr, options.color), width: widthOf(process.stderr) };
  process.stderr.write(`${renderBeforeGuess(predicted, factsOf(run, predicted), queue, look)}\n`);
  const guess = await questions(queue);
  if (typeof guess === 'number') return guess;
  const isSkipped = guess.peakBacklog === null && guess.catchUpSeconds === null;
  return isSkipped ? prepared : { ...prepared, runs: [{ ...run, guesses: { [queue]: guess } }] };
}

/** The queue that is said to take the longest to catch up, or to get the longest; null: there is none. */
export function mainQueue({ queues }: Result): string | null {
  const rank = (name: string): readonly [number, number] => {
    const predicted = queues[name]?.predicted ?? null;
    if (predicted === null) return [-1, -1];
    return [predicted.catchUpSeconds ?? Number.POSITIVE_INFINITY, predicted.peakBacklog ?? 0];
  };
  const [main] = Object.keys(queues)
    .filter((name) => rank(name)[0] >= 0)
    .sort((a, b) => {
      const [catchUpA, peakA] = rank(a);
      const [catchUpB, peakB] = rank(b);
      return catchUpA === catchUpB ? peakB - peakA : catchUpB - catchUpA;
    });
  return main ?? null;
}

/** Not in raw mode: the terminal itself lets the user correct a line, and Ctrl-C stays a signal. */
async function questions(queue: string): Promise<Guess | number> {
  const interrupts = new Interrupts(() => undefined);
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  const over = new AbortController();
  const signal = AbortSignal.any([interrupts.signal, over.signal]);
  // The end of the input skips what is still to be asked.
  lines.once('close', () => over.abort());
  const ask = async <T>(question: string, read: (answer: string) => Answer<T>): Promise<T | null> => {
    while (!signal.aborted) {
      const typed = await lines.question(question, { signal }).catch(whenAborted(signal));
      if (typed.trim() === '') return null;
      const answer = read(typed.trim());
      if ('value' in answer) return answer.value;
      process.stderr.write(`  ${answer.problem}\n`);
    }
    return null;
  };
  try {
    const { peak, catchUp } = guessQuestions(queue);
    const peakBacklog = await ask(peak, readCount);
    const catchUpSeconds = await ask(catchUp, readTime);
    if (interrupts.signal.aborted) {
      process.stderr.write('\nInterrupted before the clock was started: nothing was measured.\n');
      return exitCodeOfSignal(String(interrupts.signal.reason));
    }
    process.stderr.write('\n');
    return { peakBacklog, catchUpSeconds };
  } finally {
    lines.close();
    interrupts.release();
  }
}

type Answer<T> = { readonly value: T } | { readonly problem: string };

function whenAborted(signal: AbortSignal): (error: unknown) => string {
  return (error) => {
    if (signal.aborted) return '';
    throw error;
  };
}

/** `120`, `1,200` */
export function readCount(typed: string): Answer<number> {
  const plain = typed.replace(/(?<=\d)[,'_ ](?=\d{3})/g, '');
  if (/^\d{1,12}$/.test(plain)) return { value: Number(plain) };
  return { problem: 'Type a number of messages, such as 120; Enter alone skips.' };
}

/** `40s`, `2min`, a bare number of seconds, or `never` */
export function readTime(typed: string): Answer<number | 'never'> {
  if (typed.toLowerCase() === 'never') return { value: 'never' };
  const joined = typed.replace(/\s+/g, '');
  const reading = parseDuration(/^\d+(\.\d+)?$/.test(joined) ? `${joined}s` : joined);
  if (reading.ok) return { value: reading.value };
  return { problem: 'Type a time, such as 40s or 2min, or never; Enter alone skips.' };
}

/** Keeps what was guessed in the run directory, from where every report of it takes it. */
export function saveGuesses(directory: string, guesses: Guesses): void {
  const file = join(directory, 'guess.json');
  writeFileSync(`${file}.part`, `${JSON.stringify({ schema: 'launchpad.guess/1', guesses }, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}
