import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { LaunchpadError, messageOf } from '../errors.js';
import type { Plan } from '../plan/types.js';
import { ageOf } from '../result/schema.js';
import type { BrokerInfo, Guess } from '../result/types.js';
import type { Prediction } from './forecast.js';
import { completed, type WrittenPlan } from './written-plan.js';

/** What a run directory says beside its ledger. */
export interface RunDirectory {
  /** Absolute. */
  readonly path: string;
  readonly plan: Plan;
  /** Null: none was made, or by another version, or it can't be used. */
  readonly prediction: Prediction | null;
  readonly run: RunFile;
  /** By queue; absent: nobody was asked. */
  readonly guesses?: Readonly<Record<string, Guess>>;
  /** What is there and can't be used, and what is missing therefore: sentences. */
  readonly warnings: readonly string[];
}

/** `run.json`: where and with what it ran. */
interface RunFile {
  readonly id: string;
  readonly startedAt: string | null;
  readonly launchpad: string;
  readonly node: string;
  readonly broker: (BrokerInfo & { readonly warnings: readonly string[] }) | null;
  readonly drainLimitSeconds: number | null;
}

const hint = 'A run directory is what `launchpad simulate` names at the end of its report (docs/ledger.md).';

/**
 * Reads `plan.json`, and `prediction.json`, `run.json` and `guess.json` where they are there. These three a report can do without: what is
 * wrong with them is a warning.
 * @throws LaunchpadError `run-not-found` where there is no plan, `ledger-damaged` where it is not whole, `run-too-new` where a later version wrote it
 */
export function readRunDirectory(directory: string): RunDirectory {
  const path = resolve(directory);
  const warnings: string[] = [];
  const read = readJson(path, 'plan.json');
  if (read === null) {
    throw new LaunchpadError('run-not-found', `${path} is not a run directory: it has no plan.json`, {
      hint,
    });
  }
  if ('problem' in read) throw incomplete(path, read);
  const plan = read.content;
  const run = optional(path, runFile, warnings);
  if (ageOf(plan, 'launchpad.plan/1') === 'newer') throw tooNew(path, run?.launchpad);
  if (!isPlan(plan)) throw incomplete(path, { problem: 'it is not a plan of the schema launchpad.plan/1' });
  const guess = optional(path, guessFile, warnings);
  return {
    path,
    plan: completed(plan),
    prediction: optional(path, predictionFile, warnings),
    run: {
      id: basename(path),
      startedAt: null,
      launchpad: 'unknown',
      node: 'unknown',
      broker: null,
      drainLimitSeconds: null,
      ...run,
    },
    ...(guess === null ? {} : { guesses: guess.guesses }),
    warnings,
  };
}

/** A file that a report can do without. */
interface OptionalFile<T> {
  readonly name: string;
  /** As this version writes it; null: the file has none. */
  readonly schema: string | null;
  /** Whether the parts are there, of what is of the schema. */
  readonly is: (content: unknown) => content is T;
  /** What is missing without it, as a sentence. */
  readonly without: string;
}

/** What `simulate --ask` wrote. */
interface GuessFile {
  readonly guesses: Readonly<Record<string, Guess>>;
}

const predictionFile: OptionalFile<Prediction> = {
  name: 'prediction.json',
  schema: 'launchpad.prediction/2',
  is: (content): content is Prediction => isObject((content as Partial<Prediction>).result?.queues),
  without: 'Nothing is set beside the measured figures.',
};

const guessFile: OptionalFile<GuessFile> = {
  name: 'guess.json',
  schema: 'launchpad.guess/1',
  is: (content): content is GuessFile => isObject((content as Partial<GuessFile>).guesses),
  without: 'What was guessed is not known.',
};

const runFile: OptionalFile<Partial<RunFile>> = {
  name: 'run.json',
  schema: null,
  is: isRun,
  without: 'Where and with what it ran is not known.',
};

/** Null: it is not there, or an older version wrote it; or it can't be used, which is then said. */
function optional<T>(
  path: string,
  { name, schema, is, without }: OptionalFile<T>,
  warnings: string[],
): T | null {
  const read = readJson(path, name);
  if (read === null) return null;
  if ('problem' in read) {
    warnings.push(`${name} can't be used: ${read.problem}. ${without}`);
    return null;
  }
  const { content } = read;
  const age = schema === null ? 'same' : ageOf(content, schema);
  if (age === 'same' && is(content)) return content;
  if (age === 'older') return null;
  const why =
    age === 'newer'
      ? 'a newer version of Launchpad wrote it'
      : 'it does not have the form that it should have';
  warnings.push(`${name} can't be used: ${why}. ${without}`);
  return null;
}

/** A file's content, or why it can't be read. */
type Read = { readonly content: unknown } | Problem;

interface Problem {
  readonly problem: string;
  readonly cause?: unknown;
}

/** Null: there is no such file. */
function readJson(path: string, name: string): Read | null {
  let text: string;
  try {
    text = readFileSync(join(path, name), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : { problem: messageOf(cause), cause };
  }
  try {
    return { content: JSON.parse(text) as unknown };
  } catch (cause) {
    return { problem: `it is not whole: ${messageOf(cause)}`, cause };
  }
}

function incomplete(path: string, { problem, cause }: Problem): LaunchpadError {
  const plan = join(path, 'plan.json');
  return new LaunchpadError('ledger-damaged', `${plan} can't be used: ${problem}`, { hint, cause });
}

function tooNew(path: string, writer: string | undefined): LaunchpadError {
  const by =
    writer === undefined
      ? 'a newer version of Launchpad than this one wrote it'
      : `Launchpad ${writer} wrote it, which is newer than this one`;
  return new LaunchpadError('run-too-new', `${path} can't be read: ${by}`, {
    hint: 'Read it with the version that wrote it, or a later one.',
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether all that it says is of the right kind; it may say less. */
function isRun(value: unknown): value is Partial<RunFile> {
  if (!isObject(value)) return false;
  const {
    id,
    startedAt = null,
    launchpad,
    node,
    broker = null,
    drainLimitSeconds = null,
  } = value as Partial<RunFile>;
  return (
    [id, launchpad, node].every((text) => text === undefined || typeof text === 'string') &&
    (startedAt === null || typeof startedAt === 'string') &&
    (drainLimitSeconds === null || typeof drainLimitSeconds === 'number') &&
    (broker === null || (isObject(broker) && Array.isArray(broker.warnings)))
  );
}

/** Whether the parts are there that the analysis begins with. */
function isPlan(value: unknown): value is WrittenPlan {
  if (typeof value !== 'object' || value === null) return false;
  const plan = value as Partial<WrittenPlan>;
  return (
    plan.schema === 'launchpad.plan/1' &&
    typeof plan.speed === 'number' &&
    typeof plan.scenario === 'object' &&
    [plan.producers, plan.queues, plan.faults, plan.warnings].every(Array.isArray) &&
    [plan.scenario?.queues, plan.scenario?.expect].every(Array.isArray) &&
    typeof plan.capabilities === 'object'
  );
}

/** What is in a directory; nothing where there is none. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
