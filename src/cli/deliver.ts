import { renderJson, toJson } from '../report/json.js';
import { renderReport } from '../report/terminal.js';
import type { RenderOptions } from '../report/text.js';
import type { Outcome } from '../result/comparison.js';
import type { ReportOptions } from './options.js';
import { type Reported, writeReportFiles } from './report-files.js';
import { colorFor, commandName, print, widthOf } from './terminal.js';

/**
 * Prints the report, or the JSON in its place, and writes the files asked for.
 * @param series by variant, where they are not to be worked out from the run's directory
 * @throws LaunchpadError `output-unwritable`, after all else was done
 */
export async function deliver(
  outcome: Outcome,
  options: ReportOptions,
  series?: Reported['series'],
): Promise<void> {
  const json = (): string => renderJson(outcome);
  const drawnFrom = series ?? (await seriesFrom(outcome));
  const reported = { outcome, series: drawnFrom, isSummarised: true };
  const trouble = await writeReportFiles(json, reported, options);
  await output(json, (look) => renderReport(outcome, look), options);
  if (trouble !== null) throw trouble;
}

/** A prediction has no directory to work them out from, and needs nothing of what reads one. */
async function seriesFrom({ origin, run: { directory } }: Outcome): Promise<Reported['series']> {
  if (origin === 'predicted' || directory === null) return () => ({});
  const { outcomeWithSeries } = await import('./comparison-directory.js');
  return (messages) => outcomeWithSeries(directory, messages).series;
}

/**
 * The same for what is no result of a run.
 * @param reported what report files are made of; absent: there are none of it but the JSON
 * @throws LaunchpadError `output-unwritable`, after all else was done
 */
export async function deliverAs(
  outcome: object,
  render: (look: RenderOptions) => string,
  options: ReportOptions,
  reported?: Reported,
): Promise<void> {
  const json = (): string => toJson(outcome);
  const trouble = await writeReportFiles(json, reported, options);
  await output(json, render, options);
  if (trouble !== null) throw trouble;
}

async function output(
  json: () => string,
  render: (look: RenderOptions) => string,
  options: ReportOptions,
): Promise<void> {
  if (options.json === true) return print(process.stdout, json());
  const look = {
    color: colorFor(process.stdout, options.color),
    width: widthOf(process.stdout),
    command: commandName(),
  };
  await print(process.stdout, `${render(look)}\n`);
}
