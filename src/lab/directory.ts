import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LaunchpadError, messageOf } from '../errors.js';

/** A run's directory: `plan.json`, `prediction.json`, `run.json`, `ledger/`, `logs/`, and later `result.json`. */
export interface RunDirectory {
  /** `20261121-094500-outage-3f9a`; also names the run's keys on the broker. */
  readonly id: string;
  readonly path: string;
  readonly ledger: string;
  readonly logs: string;
}

/**
 * Makes the directory of a new run.
 * @param base where runs are kept
 * @throws LaunchpadError `output-unwritable`
 */
export function makeRunDirectory(base: string, scenario: string, now: Date): RunDirectory {
  const time = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const id = `${time}-${scenario}-${randomBytes(2).toString('hex')}`;
  const path = resolve(base, id);
  const directory = { id, path, ledger: join(path, 'ledger'), logs: join(path, 'logs') };
  try {
    for (const each of [path, directory.ledger, directory.logs]) makeDirectory(each);
  } catch (error) {
    throw new LaunchpadError(
      'output-unwritable',
      `The run directory can't be made in ${base}: ${messageOf(error)}`,
      {
        hint: 'Name a directory that you may write to with --out.',
        cause: error,
      },
    );
  }
  return directory;
}

/** As `mkdir -p`, which in Node never returns where a parent is there and can't hold directories (/proc). */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
}

/** Writes one of the directory's JSON files. */
export function saveJson(directory: RunDirectory, name: string, value: unknown): void {
  writeFileSync(join(directory.path, name), `${JSON.stringify(value, null, 2)}\n`);
}
