import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { LaunchpadError, messageOf } from '../errors.js';
import type { Prediction } from '../model/index.js';
import type { Plan } from '../plan/types.js';
import type { BrokerInfo } from '../result/types.js';
import { completed, type WrittenPlan } from './written-plan.js';

/** What a run directory says beside its ledger. */
export interface RunDirectory {
  /** Absolute. */
  readonly path: string;
  readonly plan: Plan;
  /** Null: none was made. */
  readonly prediction: Prediction | null;
  readonly run: RunFile;
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
 * Reads `plan.json`, and `prediction.json` and `run.json` where they are there.
 * @throws LaunchpadError `run-not-found` where there is no plan, `ledger-damaged` where a file is not whole
 */
export function readRunDirectory(directory: string): RunDirectory {
  const path = resolve(directory);
  const plan = readJson(path, 'plan.json');
  if (plan === undefined) {
    throw new LaunchpadError('run-not-found', `${path} is not a run directory: it has no plan.json`, {
      hint,
    });
  }
  if (!isPlan(plan)) throw incomplete(path, 'plan.json', 'it is not a plan of the schema launchpad.plan/1');
  const run = readJson(path, 'run.json') as Partial<RunFile> | undefined;
  return {
    path,
    plan: completed(plan),
    prediction: (readJson(path, 'prediction.json') as Prediction | null | undefined) ?? null,
    run: {
      id: basename(path),
      startedAt: null,
      launchpad: 'unknown',
      node: 'unknown',
      broker: null,
      drainLimitSeconds: null,
      ...run,
    },
  };
}

/** The file's content; undefined: there is no such file. */
function readJson(path: string, name: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(path, name), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw incomplete(path, name, messageOf(error), error);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw incomplete(path, name, `it is not whole: ${messageOf(error)}`, error);
  }
}

function incomplete(path: string, name: string, what: string, cause?: unknown): LaunchpadError {
  return new LaunchpadError('ledger-damaged', `${join(path, name)} can't be used: ${what}`, { hint, cause });
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
