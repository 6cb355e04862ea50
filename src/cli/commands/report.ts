import { join } from 'node:path';
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

type Options = ReportOptions & HistoryOptions & { readonly out: string };

/** As typed: a page without a name of its own goes into the run directory. */
type TypedOptions = Omit<Options, 'html'> & { readonly html?: string | true };

/** `launchpad report`. @returns the exit code: the first that isn't 0, over the directories in their order */
export async function report(directories: readonly string[], typed: TypedOptions): Promise<number> {
  // A question has no page: that is refused there, whatever its name.
  if (asksForHistory(typed)) return await history(directories, withPageIn('', typed));
  const runs = directories.length === 0 ? [latestRun(typed.out)] : directories;
  const options = withPageIn(runs[0] ?? '', typed);
  checkReportFiles(options);
  const flag = firstReportFlag(options);
  if (flag !== null && directories.length > 1) {
    throw new LaunchpadError('usage', `${flag} takes one run, not several`, {
      hint: 'Name one run directory, or call `launchpad report` once for each.',
    });
  }
  let code = 0;
  for (const directory of runs) {
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

function withPageIn(directory: string, { html, ...options }: TypedOptions): Options {
  if (html === undefined) return options;
  return { ...options, html: html === true ? join(directory, 'report.html') : html };
}
