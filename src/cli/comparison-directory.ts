import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { analyse, analyseRun, compare } from '../analysis/index.js';
import { LaunchpadError, messageOf } from '../errors.js';
import type { Comparison, Outcome } from '../result/comparison.js';
import { ageOf } from '../result/schema.js';
import type { MessageRow, Series } from '../result/series.js';
import type { Result } from '../result/types.js';
import { withKeptGates } from './compare/gates-file.js';
import { readResultFile } from './compare/result-file.js';

/** `variants.json` in the directory of a comparison: what was to be run, so that the comparison can be made again. */
export interface VariantsFile {
  readonly schema: 'launchpad.variants/1';
  readonly scenario: Comparison['scenario'];
  readonly run: Omit<Comparison['run'], 'directory'>;
  /** In the order in which they are run; their directories are within this one. */
  readonly variants: readonly { readonly name: string; readonly directory: string }[];
}

const fileName = 'variants.json';

/** Writes what is to be run, before any of it is. */
export function writeVariants(directory: string, file: VariantsFile): void {
  writeFileSync(join(directory, fileName), `${JSON.stringify(file, null, 2)}\n`);
}

/**
 * What was to be run; null where the directory is not that of a comparison.
 * @throws LaunchpadError `ledger-damaged` where the file is not whole, `run-too-new` where a later version wrote it
 */
export function readVariants(directory: string): VariantsFile | null {
  const path = join(resolve(directory), fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return null;
    throw damaged(path, messageOf(error), error);
  }
  let file: Partial<VariantsFile> | null;
  try {
    file = JSON.parse(text) as Partial<VariantsFile> | null;
  } catch (error) {
    throw damaged(path, `it is not whole: ${messageOf(error)}`, error);
  }
  const age = ageOf(file, 'launchpad.variants/1');
  if (age === 'same' && Array.isArray(file?.variants)) return file as VariantsFile;
  if (age === 'newer') {
    throw new LaunchpadError('run-too-new', `${path} can't be read: a newer version of Launchpad wrote it`, {
      hint: 'Read it with the version that wrote it, or a later one.',
    });
  }
  throw damaged(path, 'it is not of the schema launchpad.variants/1');
}

function damaged(path: string, what: string, cause?: unknown): LaunchpadError {
  return new LaunchpadError('ledger-damaged', `${path} can't be used: ${what}`, { cause });
}

function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The comparison of the variants that have been run; those that have not are named. */
export function comparisonOf(
  directory: string,
  file: VariantsFile,
  results: Readonly<Record<string, Result>>,
  unreadable: Readonly<Record<string, string>> = {},
): Comparison {
  const notRun = file.variants.map(({ name }) => name).filter((name) => !Object.hasOwn(results, name));
  const { id, ...run } = file.run;
  return compare(results, {
    scenario: file.scenario,
    run: { id, directory: resolve(directory), ...run },
    notRun,
    unreadable,
  });
}

/**
 * The outcome of a run, or of the variants of one, from its directory alone: by the ledger, or where that can't be read by `result.json`. Of several variants those are left out that can't be read, which the
 * verdict then says.
 * @throws LaunchpadError `run-not-found`, `ledger-damaged`, `run-too-new`
 */
export function outcomeOf(directory: string): Outcome {
  return readOutcome(directory, (own) => analyse(own));
}

/** An outcome with what charts and tables are drawn from. */
export interface OutcomeWithSeries {
  readonly outcome: Outcome;
  /** By variant; of a single run one, whose key is ''. */
  readonly series: Readonly<Record<string, Series>>;
}

/**
 * The same with the series of each run.
 * @param messages hears of every message of every run, before this returns; the variant of a single run is ''
 * @throws LaunchpadError `run-not-found`, `ledger-damaged`, `run-too-new`
 */
export function outcomeWithSeries(
  directory: string,
  messages?: (variant: string, row: MessageRow) => void,
): OutcomeWithSeries {
  const series: Record<string, Series> = {};
  const outcome = readOutcome(directory, (own, variant) => {
    const hear = messages && ((row: MessageRow) => messages(variant, row));
    const run = analyseRun(own, hear === undefined ? {} : { messages: hear });
    series[variant] = run.series;
    return run.result;
  });
  return { outcome, series };
}

/** What a run that can't be read is called; all other errors are not about one run. */
const unreadableCodes: readonly string[] = ['ledger-damaged', 'run-too-new'];

/** The result of one run: worked out again, or, where that can't be done, what its `result.json` says. */
function readRun(
  directory: string,
  variant: string,
  read: (directory: string, variant: string) => Result,
): Result {
  try {
    return withKeptGates(read(directory, variant), directory);
  } catch (error) {
    const kept = error instanceof LaunchpadError ? keptResult(resolve(directory), error) : null;
    if (kept === null) throw error;
    return kept;
  }
}

/** What the run wrote when it ended, with a warning that it is that; null: there is none of this version, or the error is about something else. */
function keptResult(directory: string, { code, message }: LaunchpadError): Result | null {
  const path = join(directory, 'result.json');
  if (!(code === 'run-not-found' || unreadableCodes.includes(code)) || !existsSync(path)) return null;
  let file: ReturnType<typeof readResultFile>;
  try {
    file = readResultFile(path);
  } catch {
    // Why the run can't be read is what its reader has to know; this was a second try.
    return null;
  }
  if (file.kind !== 'result' || ageOf(file.result, 'launchpad.result/1') !== 'same') return null;
  const { result } = file;
  const warning = `${message}. So this is what result.json said when the run ended; the course of the run, which charts and tables are made of, is missing.`;
  return { ...result, run: { ...result.run, directory }, warnings: [...result.warnings, warning] };
}

/** @param read the result of the run in a directory; the variant of a single run is '' */
function readOutcome(directory: string, read: (directory: string, variant: string) => Result): Outcome {
  const file = readVariants(directory);
  if (file === null) return readRun(directory, '', read);
  const results: Record<string, Result> = {};
  const errors: Record<string, LaunchpadError> = {};
  for (const { name, directory: own } of file.variants) {
    try {
      const path = join(resolve(directory), own);
      results[name] = readRun(path, name, read);
    } catch (error) {
      if (!(error instanceof LaunchpadError)) throw error;
      if (unreadableCodes.includes(error.code)) errors[name] = error;
      // What was never begun has left nothing.
      else if (error.code !== 'run-not-found') throw error;
    }
  }
  if (Object.keys(results).length === 0) {
    const [first] = Object.values(errors);
    if (first !== undefined) throw first;
    throw new LaunchpadError('run-not-found', `None of the variants in ${resolve(directory)} was run`, {
      hint: 'Run `launchpad simulate` again.',
    });
  }
  const unreadable = Object.entries(errors).map(([name, { message }]) => [name, message] as const);
  return comparisonOf(directory, file, results, Object.fromEntries(unreadable));
}
