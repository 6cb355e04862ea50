import { analyseRun } from '../../analysis/index.js';
import { LaunchpadError } from '../../errors.js';
import type { MessageRow, Series } from '../../result/series.js';
import type { HearMessage } from '../csv-directory.js';

/** What is wrong with a run that can't be read. */
const unreadable: readonly string[] = ['run-not-found', 'ledger-damaged', 'run-too-new'];

/**
 * What charts are drawn from, by name, of those runs that have a directory to read it from.
 * @param messages hears of every message of every one of them
 */
export function seriesOfRuns(
  runs: readonly { readonly name: string; readonly directory: string | null }[],
  messages?: HearMessage,
): Readonly<Record<string, Series>> {
  const entries = runs.flatMap(({ name, directory }) => {
    if (directory === null) return [];
    const hear = messages && ((row: MessageRow) => messages(name, row));
    try {
      return [[name, analyseRun(directory, hear === undefined ? {} : { messages: hear }).series] as const];
    } catch (error) {
      // Without a ledger the backlog alone is drawn, from the result.
      if (error instanceof LaunchpadError && unreadable.includes(error.code)) return [];
      throw error;
    }
  });
  return Object.fromEntries(entries);
}
