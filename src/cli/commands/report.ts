import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analyse } from '../../analysis/index.js';
import { LaunchpadError } from '../../errors.js';
import { checkReportFiles, deliver } from '../deliver.js';
import { exitCodeOf } from '../exit.js';
import type { ReportOptions } from '../options.js';

/** `launchpad report`. @returns the exit code: the first that isn't 0, over the directories in their order */
export async function report(
  directories: readonly string[],
  options: ReportOptions & { out: string },
): Promise<number> {
  checkReportFiles(options);
  if (options.json !== undefined && directories.length > 1) {
    throw new LaunchpadError('usage', '--json takes one run, not several', {
      hint: 'Name one run directory, or call `launchpad report` once for each.',
    });
  }
  let code = 0;
  for (const directory of directories.length === 0 ? [latestRun(options.out)] : directories) {
    const result = analyse(directory);
    await deliver(result, options);
    code ||= exitCodeOf(result);
  }
  return code;
}

/** The directory of the run that was started last; their names begin with the time. */
function latestRun(out: string): string {
  const latest = entries(out)
    .filter((name) => entries(join(out, name, 'ledger')).length > 0)
    .sort()
    .at(-1);
  if (latest === undefined) {
    throw new LaunchpadError('run-not-found', `There is no run in ${out}`, {
      hint: 'Run `launchpad simulate` first, name a run directory, or say where runs are kept with --out.',
    });
  }
  return join(out, latest);
}

/** What is in a directory; nothing where there is none. */
function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
