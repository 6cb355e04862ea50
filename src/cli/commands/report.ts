import { LaunchpadError } from '../../errors.js';
import { outcomeOf, outcomeWithSeries } from '../comparison-directory.js';
import { deliver } from '../deliver.js';
import { exitCodeOf } from '../exit.js';
import { latestRun } from '../latest-run.js';
import type { ReportOptions } from '../options.js';
import { reportRepeat } from '../repeat.js';
import { readRepeat } from '../repeat-directory.js';
import { checkReportFiles, firstReportFlag } from '../report-files.js';
import { asksForHistory, type HistoryOptions, history } from './history.js';

/** `launchpad report`. @returns the exit code: the first that isn't 0, over the directories in their order */
export async function report(
  directories: readonly string[],
  options: ReportOptions & HistoryOptions & { out: string },
): Promise<number> {
  if (asksForHistory(options)) return await history(directories, options);
  checkReportFiles(options);
  const flag = firstReportFlag(options);
  if (flag !== null && directories.length > 1) {
    throw new LaunchpadError('usage', `${flag} takes one run, not several`, {
      hint: 'Name one run directory, or call `launchpad report` once for each.',
    });
  }
  let code = 0;
  for (const directory of directories.length === 0 ? [latestRun(options.out)] : directories) {
    const repeat = readRepeat(directory);
    if (repeat !== null) {
      code ||= await reportRepeat(directory, repeat, options);
      continue;
    }
    // For tables it is read again: their rows are written while it is.
    const isReadOnce = options.html !== undefined && options.csv === undefined;
    const { outcome, series } = isReadOnce
      ? outcomeWithSeries(directory)
      : { outcome: outcomeOf(directory), series: undefined };
    await deliver(outcome, options, series && (() => series));
    code ||= exitCodeOf(outcome);
  }
  return code;
}
