import { writeFileSync } from 'node:fs';
import { deadListOf, momentOf, traceOf } from '../../analysis/history/index.js';
import { exitCodes, LaunchpadError } from '../../errors.js';
import { renderDeadList } from '../../report/dead-list.js';
import { renderHistoryJson } from '../../report/history.js';
import { renderMoment } from '../../report/moment.js';
import type { RenderOptions } from '../../report/text.js';
import { renderTrace } from '../../report/trace.js';
import { parseDuration } from '../../scenario/units.js';
import { latestRun } from '../latest-run.js';
import type { ReportOptions } from '../options.js';
import { checkReportFiles, refuseReportFiles } from '../report-files.js';
import { colorFor, print, widthOf } from '../terminal.js';

/** What `launchpad report` may be asked in place of the whole report, as typed. */
export interface HistoryOptions {
  readonly trace?: string;
  readonly at?: string;
  readonly dead?: boolean;
}

/** An answer, and how to show it to people. */
interface Answer {
  readonly data: object;
  readonly text: (look: RenderOptions) => string;
}

/** Whether any of it is asked for. */
export function asksForHistory({ trace, at, dead }: HistoryOptions): boolean {
  return trace !== undefined || at !== undefined || dead === true;
}

/**
 * `launchpad report --trace`, `--at` and `--dead`: one question about one run.
 * @returns the exit code: 0, whatever the run's own verdict was
 */
export async function history(
  directories: readonly string[],
  options: HistoryOptions & ReportOptions & { readonly out: string },
): Promise<number> {
  const ask = questionOf(options);
  if (directories.length > 1) {
    throw new LaunchpadError('usage', '--trace, --at and --dead take one run, not several', {
      hint: 'Name one run directory, or none for the latest.',
    });
  }
  refuseReportFiles(options, 'a question about one');
  checkReportFiles(options);
  const { data, text } = ask(directories[0] ?? latestRun(options.out));
  const json = renderHistoryJson(data);
  if (typeof options.json === 'string') writeFileSync(options.json, json);
  if (options.json === true) await print(process.stdout, json);
  else {
    const look = { color: colorFor(process.stdout, options.color), width: widthOf(process.stdout) };
    await print(process.stdout, `${text(look)}\n`);
  }
  return exitCodes.pass;
}

/** What is asked, checked before anything is read. */
function questionOf({ trace, at, dead }: HistoryOptions): (directory: string) => Answer {
  const asked = [trace !== undefined, at !== undefined, dead === true].filter((is) => is).length;
  if (asked > 1) {
    throw new LaunchpadError('usage', '--trace, --at and --dead are three questions; ask one at a time');
  }
  if (trace !== undefined) {
    return (directory) => {
      const data = traceOf(directory, trace);
      return { data, text: (look) => renderTrace(data, look) };
    };
  }
  if (at !== undefined) {
    const seconds = secondsIn(at);
    return (directory) => {
      const data = momentOf(directory, seconds);
      return { data, text: (look) => renderMoment(data, look) };
    };
  }
  return (directory) => {
    const data = deadListOf(directory);
    return { data, text: (look) => renderDeadList(data, look) };
  };
}

function secondsIn(at: string): number {
  const reading = parseDuration(at);
  if (reading.ok) return reading.value;
  throw new LaunchpadError('usage', `--at ${at}: ${reading.message}`, {
    hint: `Scenario time since the run's zero: ${reading.hint}.`,
  });
}
