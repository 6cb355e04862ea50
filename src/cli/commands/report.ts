import { LaunchpadError } from '../../errors.js';
import { outcomeOf } from '../comparison-directory.js';
import { checkReportFiles, deliver } from '../deliver.js';
import { exitCodeOf } from '../exit.js';
import { latestRun } from '../latest-run.js';
import type { ReportOptions } from '../options.js';
import { asksForHistory, type HistoryOptions, history } from './history.js';

/** `launchpad report`. @returns the exit code: the first that isn't 0, over the directories in their order */
export async function report(
  directories: readonly string[],
  options: ReportOptions & HistoryOptions & { out: string },
): Promise<number> {
  if (asksForHistory(options)) return await history(directories, options);
  checkReportFiles(options);
  if (options.json !== undefined && directories.length > 1) {
    throw new LaunchpadError('usage', '--json takes one run, not several', {
      hint: 'Name one run directory, or call `launchpad report` once for each.',
    });
  }
  let code = 0;
  for (const directory of directories.length === 0 ? [latestRun(options.out)] : directories) {
    const outcome = outcomeOf(directory);
    await deliver(outcome, options);
    code ||= exitCodeOf(outcome);
  }
  return code;
}
