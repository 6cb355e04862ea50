import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LaunchpadError, whyUnwritable } from '../errors.js';

/** A run's directory: `plan.json`, `prediction.json`, `run.json`, `ledger/`, `logs/`, and later `result.json`. */
export interface RunDirectory {
  /** `20261121-094500-outage-3f9a`; also names the run's keys on the broker. */
  readonly id: string;
  readonly path: string;
  readonly ledger: string;
  readonly logs: string;
  /** What idempotency remembers outside of a process; there only while the run goes on, since the ledger is the record. */
  readonly stores: string;
}

/** The directory of several runs that are to be compared; each has its own in it. */
export interface ComparisonDirectory {
  /** `20261121-094500-idempotency-3f9a` */
  readonly id: string;
  readonly path: string;
}

/**
 * Makes the directory of a new run.
 * @param base where runs are kept
 * @param name the directory's name; absent: the run's id
 * @throws LaunchpadError `output-unwritable`, also where there is a directory of that name
 */
export function makeRunDirectory(base: string, scenario: string, now: Date, name?: string): RunDirectory {
  const id = newId(scenario, now);
  const path = resolve(base, name ?? id);
  const ledger = join(path, 'ledger');
  const logs = join(path, 'logs');
  makeNew(base, [path, ledger, logs]);
  return { id, path, ledger, logs, stores: join(path, 'stores') };
}

/**
 * Makes the directory of several runs that are to be compared.
 * @param base where runs are kept
 * @param name the directory's name; absent: its id
 * @throws LaunchpadError `output-unwritable`
 */
export function makeComparisonDirectory(
  base: string,
  scenario: string,
  now: Date,
  name?: string,
): ComparisonDirectory {
  const id = newId(scenario, now);
  const path = resolve(base, name ?? id);
  makeNew(base, [path]);
  return { id, path };
}

/** Removes what a run needs only while it goes on. */
export function removeStores(directory: RunDirectory): void {
  rmSync(directory.stores, { recursive: true, force: true });
}

/** Writes one of the directory's JSON files. */
export function saveJson(directory: RunDirectory, name: string, value: unknown): void {
  writeFileSync(join(directory.path, name), `${JSON.stringify(value, null, 2)}\n`);
}

function newId(scenario: string, now: Date): string {
  const time = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `${time}-${scenario}-${randomBytes(2).toString('hex')}`;
}

function makeNew(base: string, paths: readonly string[]): void {
  try {
    for (const path of paths) {
      makeParents(path);
      mkdirSync(path);
    }
  } catch (error) {
    throw new LaunchpadError(
      'output-unwritable',
      `The run directory can't be made in ${base}: ${whyUnwritable(error)}`,
      {
        hint: 'Name a directory that you may write to with --out.',
        cause: error,
      },
    );
  }
}

/** As `mkdir -p` of what is above, which in Node never returns where a parent is there and can't hold directories (/proc). */
function makeParents(path: string): void {
  const parent = dirname(path);
  if (existsSync(parent)) return;
  makeParents(parent);
  mkdirSync(parent);
}
