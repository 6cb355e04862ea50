import { join } from 'node:path';
import { LaunchpadError } from '../../errors.js';
import type { HistoryRun } from '../../result/history.js';
import { namesIn, type RunDirectory, readRunDirectory } from '../run-directory.js';

/** What a question about a run's history begins with. */
export interface OpenedRun {
  readonly files: RunDirectory;
  readonly ledger: string;
  readonly about: HistoryRun;
}

/**
 * Opens the directory of one run, or of a comparison of which one variant alone was run.
 * @throws LaunchpadError `usage` where it holds the runs of several variants, `run-not-found`, `ledger-damaged`
 */
export function openRun(directory: string): OpenedRun {
  const variants = variantsIn(directory);
  const [first] = variants;
  if (first !== undefined && variants.length > 1) {
    throw new LaunchpadError(
      'usage',
      `${directory} holds the runs of several variants: ${variants.join(', ')}`,
      {
        hint: `Ask for one of them: launchpad report ${quoted(join(directory, first))} …`,
      },
    );
  }
  const files = readRunDirectory(first === undefined ? directory : join(directory, first));
  const { path, plan, run } = files;
  const { name: scenario, variant = null } = plan.scenario;
  return {
    files,
    ledger: join(path, 'ledger'),
    about: { id: run.id, directory: path, scenario, variant, speed: plan.speed },
  };
}

/** The names of those subdirectories that are run directories, where the directory is not one itself. */
function variantsIn(directory: string): string[] {
  if (namesIn(directory).includes('plan.json')) return [];
  return namesIn(directory)
    .filter((name) => namesIn(join(directory, name)).includes('plan.json'))
    .sort();
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
