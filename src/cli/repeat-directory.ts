import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Rounds, repeatOf, type UnreadableRounds } from '../analysis/compare-runs/index.js';
import { readRunDirectory } from '../analysis/run-directory.js';
import { LaunchpadError, messageOf } from '../errors.js';
import { whatIsRandom } from '../plan/random.js';
import { toJson } from '../report/json.js';
import { isComparison, type Outcome } from '../result/comparison.js';
import type { Repeat } from '../result/repeat.js';
import { ageOf } from '../result/schema.js';
import type { Result } from '../result/types.js';
import { outcomeOf } from './comparison-directory.js';

/** `repeat.json` before all is run: what is to be run, so that it can be put together from the directories again. */
export type RepeatFile = Pick<Repeat, 'schema' | 'scenario' | 'times'> & {
  readonly run: Omit<Repeat['run'], 'directory'>;
};

const fileName = 'repeat.json';

/** Writes what is to be run, or all that came of it. */
export function writeRepeat(directory: string, file: RepeatFile | Repeat): void {
  const path = join(directory, fileName);
  writeFileSync(`${path}.part`, toJson(file));
  renameSync(`${path}.part`, path);
}

/**
 * What was to be run; null where the directory is not one of repeated runs.
 * @throws LaunchpadError `ledger-damaged` where the file is not whole
 */
export function readRepeat(directory: string): RepeatFile | null {
  const path = join(resolve(directory), fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw damaged(path, messageOf(error), error);
  }
  let file: Partial<RepeatFile>;
  try {
    file = JSON.parse(text) as Partial<RepeatFile>;
  } catch (error) {
    throw damaged(path, `it is not whole: ${messageOf(error)}`, error);
  }
  const isWhole =
    Number.isInteger(file?.times) && typeof file.scenario === 'object' && typeof file.run === 'object';
  if (ageOf(file, 'launchpad.repeat/1') === 'same' && isWhole) return file as RepeatFile;
  throw damaged(path, 'it is not of the schema launchpad.repeat/1');
}

function damaged(path: string, what: string, cause?: unknown): LaunchpadError {
  return new LaunchpadError('ledger-damaged', `${path} can't be used: ${what}`, { cause });
}

/** What came of one of the times: a run, or one of every variant. */
export interface Round {
  readonly round: number;
  readonly outcome: Outcome;
}

/** The directory of one of the times, within that of all. */
export function roundDirectory(round: number): string {
  return String(round);
}

/** Puts together what has been run. */
export function repeatIn(
  directory: string,
  file: RepeatFile,
  rounds: readonly Round[],
  unreadable: UnreadableRounds = {},
): Repeat {
  const path = resolve(directory);
  const { schema: _, times, scenario, run } = file;
  const { id, startedAt, seed, speed, node, launchpad } = run;
  const where = { id, directory: path, startedAt, seed, speed, node, launchpad };
  return repeatOf(byVariant(path, rounds), { scenario, run: where, times }, unreadable);
}

function byVariant(path: string, rounds: readonly Round[]): Rounds[] {
  const all = rounds.flatMap(({ round, outcome }) =>
    resultsOf(outcome).map(([variant, result]) => {
      const own = result.run.directory ?? join(path, roundDirectory(round));
      return { variant, round, directory: relative(path, own), result };
    }),
  );
  return [...new Set(all.map(({ variant }) => variant))].map((variant) => {
    const own = all.filter((each) => each.variant === variant);
    const [first] = own;
    const drawn = first === undefined ? [] : whatIsRandom(readRunDirectory(join(path, first.directory)).plan);
    return {
      variant,
      rounds: own.map(({ round, directory, result }) => ({ round, directory, result })),
      drawn,
    };
  });
}

/** The results of an outcome with the variants that they are of; null: the scenario itself. */
export function resultsOf(outcome: Outcome): (readonly [variant: string | null, result: Result])[] {
  return isComparison(outcome) ? Object.entries(outcome.variants) : [[null, outcome]];
}

/** What is left of each of the times. */
export interface RoundsFound {
  readonly rounds: readonly Round[];
  readonly unreadable: UnreadableRounds;
}

/** What a run that can't be read is called; all other errors are not about one run. */
const unreadableCodes: readonly string[] = ['ledger-damaged', 'run-too-new'];

/**
 * What came of each of the times, from the directories alone.
 * @throws LaunchpadError `run-not-found` where none was run; what is wrong with the first where none can be read
 */
export function roundsIn(directory: string, { times }: RepeatFile): RoundsFound {
  const rounds: Round[] = [];
  const errors: [number, LaunchpadError][] = [];
  for (let round = 1; round <= times; round++) {
    try {
      rounds.push({ round, outcome: outcomeOf(join(resolve(directory), roundDirectory(round))) });
    } catch (error) {
      if (!(error instanceof LaunchpadError)) throw error;
      if (unreadableCodes.includes(error.code)) errors.push([round, error]);
      // What was never begun has left nothing.
      else if (error.code !== 'run-not-found') throw error;
    }
  }
  if (rounds.length > 0)
    return { rounds, unreadable: Object.fromEntries(errors.map(([round, { message }]) => [round, message])) };
  const [first] = errors;
  if (first !== undefined) throw first[1];
  throw new LaunchpadError('run-not-found', `None of the runs in ${resolve(directory)} was run`, {
    hint: 'Run `launchpad simulate` again.',
  });
}
