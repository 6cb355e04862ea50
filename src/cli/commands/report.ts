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
  let code = 0;
  for (const directory of directories.length === 0 ? [latestRun(options.out)] : directories) {
    const result = await analyse(directory);
    await deliver(result, options);
    code ||= exitCodeOf(result);
  }
  return code;
}

/** The directory of the run that was started last; their names begin with the time. */
function latestRun(out: string): string {
  let names: string[] = [];
  try {
    names = readdirSync(out, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const latest = names.sort().at(-1);
  if (latest === undefined) {
    throw new LaunchpadError('run-not-found', `There is no run in ${out}`, {
      hint: 'Run `launchpad simulate` first, name a run directory, or say where runs are kept with --out.',
    });
  }
  return join(out, latest);
}
