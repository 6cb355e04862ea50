import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { isAlive } from './living.js';
import type { RunningProcess } from './processes.js';

/** A run directory, or that of several runs, below the place where runs are kept. */
export interface KeptRun {
  /** Absolute. */
  readonly directory: string;
  /** The ids of the runs in it, as they name their keys on a broker. */
  readonly ids: readonly string[];
  /** living: a process of this machine is at it. dead: none is. unknown: it is another machine's, or does not say. */
  readonly state: 'living' | 'dead' | 'unknown';
  /** Real seconds since something of it was last changed. */
  readonly ageSeconds: number;
  /** The runs' stores, which are of use only while a run goes on. */
  readonly stores: readonly string[];
}

/** What the names of all that is kept there look like: `20261121-094500-outage-3f9a`. */
const nameForm = /^\d{8}-\d{6}-.+-[0-9a-f]{4}$/;

/** Files of which a run directory, or one of several runs, has at least one. */
const marks = ['plan.json', 'variants.json', 'repeat.json', 'run.json', 'result.json'];

/** The runs that are kept in a place; none where there is no such place. */
export function keptRuns(place: string, processes: readonly RunningProcess[]): KeptRun[] {
  return namesIn(place)
    .filter((name) => nameForm.test(name))
    .map((name) => resolve(place, name))
    .filter((directory) => marks.some((name) => existsSync(join(directory, name))))
    .map((directory) => keptRun(directory, processes));
}

function keptRun(directory: string, processes: readonly RunningProcess[]): KeptRun {
  const all = [directory, ...directoriesIn(directory).flatMap((inner) => [inner, ...directoriesIn(inner)])];
  const runs = all.flatMap((path) => {
    const run = readRun(path);
    return run === null ? [] : [{ path, ...run }];
  });
  const states = runs.map(({ pid, host, startedAt }) =>
    pid === null || host !== hostname() ? 'unknown' : isAlive(processes, pid, startedAt) ? 'living' : 'dead',
  );
  return {
    directory,
    ids: runs.map(({ id }) => id),
    state: states.includes('living')
      ? 'living'
      : states.length === 0 || states.includes('unknown')
        ? 'unknown'
        : 'dead',
    ageSeconds: Math.max(0, (Date.now() - Math.max(...all.map(changedAt))) / 1000),
    stores: runs.map(({ path }) => join(path, 'stores')).filter((path) => existsSync(path)),
  };
}

/** What a run's `run.json` says of its process; null: it has none, or not a whole one. */
function readRun(directory: string): {
  readonly id: string;
  readonly pid: number | null;
  readonly host: string;
  readonly startedAt: number;
} | null {
  try {
    const file = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as Record<string, unknown>;
    const { id, pid, host, startedAt } = file;
    if (typeof id !== 'string') return null;
    return {
      id,
      pid: typeof pid === 'number' ? pid : null,
      host: String(host),
      startedAt: Date.parse(String(startedAt)),
    };
  } catch {
    // Not there, or not whole: it says nothing of a process.
    return null;
  }
}

/** Of the directory and what is directly in it, in milliseconds since 1970. */
function changedAt(directory: string): number {
  const paths = [directory, ...namesIn(directory).map((name) => join(directory, name))];
  return Math.max(...paths.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

function directoriesIn(directory: string): string[] {
  return namesIn(directory)
    .map((name) => join(directory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
