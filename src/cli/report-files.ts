import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exitCodes, LaunchpadError, whyUnwritable } from '../errors.js';
import type { RunComparison } from '../result/compare.js';
import type { Outcome } from '../result/comparison.js';
import type { Repeat } from '../result/repeat.js';
import type { Series } from '../result/series.js';
import { CsvDirectory, type HearMessage } from './csv-directory.js';
import { makeDirectory } from './make-directory.js';
import type { ReportOptions } from './options.js';
import { addToStepSummary } from './step-summary.js';
import { commandName } from './terminal.js';

/** What report files are made of. */
export interface Reported {
  readonly outcome: Outcome;
  /**
   * By variant, '' for a single run; asked only where they are needed.
   * @param messages hears of every message of every run, before this returns
   */
  readonly series: (messages?: HearMessage) => Readonly<Record<string, Series>>;
  /** Where the outcome is made of runs that are compared, or repeated. */
  readonly runs?: RunComparison | Repeat;
  /** In place of the outcome's own. */
  readonly markdown?: () => string;
  /** In place of the outcome's own. */
  readonly junit?: () => string;
  /** Whether a CI's job has it in its summary, too. */
  readonly isSummarised: boolean;
}

type Flag = '--json' | '--html' | '--markdown' | '--junit' | '--csv';

/** The files and the directory asked for, in the order in which they are written. */
function asked({ json, html, markdown, junit, csv }: ReportOptions): (readonly [flag: Flag, path: string])[] {
  const paths: readonly (readonly [Flag, string | true | undefined])[] = [
    ['--json', json],
    ['--html', html],
    ['--markdown', markdown],
    ['--junit', junit],
    ['--csv', csv],
  ];
  return paths.flatMap(([flag, path]) => (typeof path === 'string' ? [[flag, path] as const] : []));
}

/** The first option that asks for a report elsewhere than on the terminal; null: there is none. */
export function firstReportFlag(options: ReportOptions): Flag | null {
  return options.json === true ? '--json' : (asked(options)[0]?.[0] ?? null);
}

/**
 * Makes sure, before anything is started, that the reports asked for can be written. The directory of tables is made.
 * @throws LaunchpadError `output-unwritable`; `usage` where two are to go into the same file
 */
export function checkReportFiles(options: ReportOptions): void {
  const files = new Map<string, Flag>();
  for (const [flag, path] of asked(options)) {
    const other = files.get(resolve(path));
    if (other !== undefined)
      throw new LaunchpadError('usage', `${other} and ${flag} name the same file: ${path}`, {
        hint: 'Name a file of its own for each.',
      });
    files.set(resolve(path), flag);
  }
  for (const [flag, path] of asked(options)) {
    try {
      if (flag === '--csv') checkDirectory(path);
      else checkFile(path);
    } catch (error) {
      throw unwritable(flag, path, error);
    }
  }
}

/** What was not there before is not there afterwards: an empty file is no report. */
function checkFile(file: string): void {
  const isNew = !existsSync(file);
  closeSync(openSync(file, 'a'));
  if (isNew) rmSync(file);
}

function checkDirectory(directory: string): void {
  makeDirectory(directory);
  checkFile(join(directory, 'messages.csv'));
}

function unwritable(flag: Flag, path: string, error: unknown, exitCode: number = exitCodes.badInput) {
  const what = { '--json': 'result', '--csv': 'tables' }[flag as string] ?? 'report';
  const kind = flag === '--csv' ? 'directory' : 'file';
  // What follows --json is taken for its file, be it the run that was to be reported.
  const isTaken = flag === '--json' && (error as NodeJS.ErrnoException).code === 'EISDIR';
  const alone = isTaken ? ' Where the result is to be printed, put --json last.' : '';
  return new LaunchpadError(
    'output-unwritable',
    `The ${what} can't be written to ${path}: ${whyUnwritable(error)}`,
    {
      hint: `Name a ${kind} that you may write to with ${flag}.${alone}`,
      exitCode,
      cause: error,
    },
  );
}

/**
 * Refuses reports of what is no run.
 * @param what `a search`
 * @throws LaunchpadError `usage`
 */
export function refuseReportFiles(options: ReportOptions, what: string): void {
  const flag = firstReportFlag({ ...options, json: undefined });
  if (flag === null) return;
  throw new LaunchpadError('usage', `${flag} is of a run or a prediction, and this is ${what}`, {
    hint: `Leave ${flag} out; --json FILE has all of it.`,
  });
}

/**
 * Writes the report files asked for, and adds to the job's summary where there is one. What can't be written keeps nothing else from being.
 * @param json the whole as JSON
 * @param reported absent: there is nothing but the JSON
 * @returns what could not be written: a LaunchpadError `output-unwritable`, or what went wrong while it was made; null: all was
 */
export async function writeReportFiles(
  json: () => string,
  reported: Reported | undefined,
  options: ReportOptions,
): Promise<unknown> {
  const troubles: unknown[] = [];
  const write = async (flag: Flag, path: string, make: () => string | Promise<string>): Promise<void> => {
    try {
      const text = await make();
      try {
        writeFileSync(path, text);
      } catch (error) {
        // By now something was started, and has been done.
        throw unwritable(flag, path, error, exitCodes.internal);
      }
    } catch (error) {
      troubles.push(error);
    }
  };
  if (typeof options.json === 'string') await write('--json', options.json, json);
  if (reported === undefined) return troubles[0] ?? null;
  const { outcome } = reported;
  const markdown = async (): Promise<string> => {
    if (reported.markdown !== undefined) return reported.markdown();
    const { renderMarkdown } = await import('../report/markdown.js');
    return renderMarkdown(outcome, { command: commandName() });
  };
  const junit = async (): Promise<string> => {
    if (reported.junit !== undefined) return reported.junit();
    return (await import('../report/junit.js')).renderJunit(outcome);
  };
  if (options.markdown !== undefined) await write('--markdown', options.markdown, markdown);
  if (options.junit !== undefined) await write('--junit', options.junit, junit);
  if (reported.isSummarised) await addToStepSummary(markdown);
  const series = seriesFor(reported, options, troubles);
  if (options.html !== undefined)
    await write('--html', options.html, async () => {
      const { renderHtml } = await import('../report/html/index.js');
      // The page draws a prediction from its result.
      const drawn = outcome.origin === 'predicted' ? {} : series;
      return renderHtml(outcome, drawn, { command: commandName(), runs: reported.runs });
    });
  return troubles[0] ?? null;
}

/** The series for the page, and on the way to them the tables, so that a run is read but once. */
function seriesFor(
  { outcome, series }: Reported,
  { html, csv }: ReportOptions,
  troubles: unknown[],
): Readonly<Record<string, Series>> {
  if (html === undefined && csv === undefined) return {};
  const tables = csv === undefined ? null : new CsvDirectory(csv);
  try {
    const all = series(tables?.hear);
    tables?.end(outcome, all);
    return all;
  } catch (error) {
    const isOfFiles = typeof (error as NodeJS.ErrnoException).syscall === 'string';
    troubles.push(
      isOfFiles && csv !== undefined ? unwritable('--csv', csv, error, exitCodes.internal) : error,
    );
    return {};
  } finally {
    tables?.close();
  }
}
