import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { analyse, compare } from '../analysis/index.js';
import { LaunchpadError, messageOf } from '../errors.js';
import type { Comparison } from '../result/comparison.js';
import type { Result } from '../result/types.js';

/** `variants.json` in the directory of a comparison: what was to be run, so that the comparison can be made again. */
export interface VariantsFile {
  readonly schema: 'launchpad.variants/1';
  readonly scenario: Comparison['scenario'];
  readonly run: Omit<Comparison['run'], 'directory'>;
  /** In the order in which they are run; their directories are within this one. */
  readonly variants: readonly { readonly name: string; readonly directory: string }[];
}

const fileName = 'variants.json';

/** Each variant with a directory's name: readable, safe on every file system, and no two the same. */
export function directoriesFor(names: readonly string[]): VariantsFile['variants'] {
  const used = new Set<string>();
  return names.map((name) => {
    const safe =
      name
        .replace(/[^A-Za-z0-9_=+-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 80) || 'variant';
    let directory = safe;
    // Some file systems do not tell capital letters from small ones.
    for (let n = 2; used.has(directory.toLowerCase()); n++) directory = `${safe}-${n}`;
    used.add(directory.toLowerCase());
    return { name, directory };
  });
}

/** Writes what is to be run, before any of it is. */
export function writeVariants(directory: string, file: VariantsFile): void {
  writeFileSync(join(directory, fileName), `${JSON.stringify(file, null, 2)}\n`);
}

/**
 * What was to be run; null where the directory is not that of a comparison.
 * @throws LaunchpadError `ledger-damaged` where the file is not whole
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
  try {
    const file = JSON.parse(text) as Partial<VariantsFile>;
    if (file.schema === 'launchpad.variants/1' && Array.isArray(file.variants)) return file as VariantsFile;
  } catch (error) {
    throw damaged(path, `it is not whole: ${messageOf(error)}`, error);
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
): Comparison {
  const notRun = file.variants.map(({ name }) => name).filter((name) => !Object.hasOwn(results, name));
  const { id, ...run } = file.run;
  return compare(results, {
    scenario: file.scenario,
    run: { id, directory: resolve(directory), ...run },
    notRun,
  });
}

/**
 * The outcome of a run, or of the variants of one, from its directory alone.
 * @throws LaunchpadError `run-not-found`, `ledger-damaged`
 */
export function outcomeOf(directory: string): Result | Comparison {
  const file = readVariants(directory);
  if (file === null) return analyse(directory);
  const results: Record<string, Result> = {};
  for (const { name, directory: own } of file.variants) {
    try {
      results[name] = analyse(join(resolve(directory), own));
    } catch (error) {
      // What was never begun has left nothing.
      if (!(error instanceof LaunchpadError && error.code === 'run-not-found')) throw error;
    }
  }
  if (Object.keys(results).length === 0) {
    throw new LaunchpadError('run-not-found', `None of the variants in ${resolve(directory)} was run`, {
      hint: 'Run `launchpad simulate` again.',
    });
  }
  return comparisonOf(directory, file, results);
}
