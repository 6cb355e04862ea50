import { join } from 'node:path';
import type { MessageRow, Series } from '../result/series.js';
import type { BacklogCurve, Result } from '../result/types.js';
import { withDifferences } from './again/differences.js';
import { measurementsOf } from './again/measurements.js';
import { type Collected, collect } from './collect.js';
import type { Prediction } from './forecast.js';
import { type AnalyseOptions, resultOf } from './result-of.js';
import { type RunDirectory, readRunDirectory } from './run-directory.js';
import { eachMessage } from './series/message-rows.js';
import { SeriesRecorder, type WatchQueue } from './series/recorder.js';
import { scenarioSeconds } from './time.js';

/** What is asked of a run beside its result. */
export interface AnalyseRunOptions extends AnalyseOptions {
  /** Hears of every message of every queue, before this returns: queue by queue, in order of number. */
  readonly messages?: (row: MessageRow) => void;
}

/**
 * Works out the result of a run from its directory alone; no broker is asked.
 * @param directory the run directory: `plan.json`, `ledger/`, and, where they are there, `prediction.json` and `run.json`
 * @param options.end why the run ended, as whoever ran it knows; it counts where the ledger has no end, because a full disk kept it out
 * @throws LaunchpadError `run-not-found`, `ledger-damaged`, `run-too-new`
 */
export function analyse(directory: string, { end }: AnalyseOptions = {}): Result {
  const files = readRunDirectory(directory);
  return resultIn(files, collect(join(files.path, 'ledger'), files.plan), end);
}

/**
 * The same with the run's series, for charts and tables, and with each of its messages where they are asked for.
 * @throws LaunchpadError `run-not-found`, `ledger-damaged`, `run-too-new`
 */
export function analyseRun(
  directory: string,
  { end, messages }: AnalyseRunOptions = {},
): { readonly result: Result; readonly series: Series } {
  const files = readRunDirectory(directory);
  const { path, plan, prediction } = files;
  const collected = collect(join(path, 'ledger'), plan);
  // First, as the result uses up what was collected.
  if (messages !== undefined) eachMessage(collected, scenarioSeconds(plan.speed), messages);
  const recorder = new SeriesRecorder(plan, collected, predictedCurves(prediction));
  const result = resultIn(files, collected, end, recorder.watch);
  return { result, series: recorder.series() };
}

function resultIn(
  files: RunDirectory,
  collected: Collected,
  end: AnalyseOptions['end'],
  watch?: WatchQueue,
): Result {
  const { plan, prediction } = files;
  // First, as the result uses up what was collected.
  const measured = prediction === null ? null : measurementsOf(plan, collected);
  const result = resultOf(files, collected, end, watch);
  if (prediction === null || measured === null) return result;
  return withDifferences({ plan, result, prediction, measured });
}

/** Of the queues that were predicted. */
function predictedCurves(prediction: Prediction | null): Record<string, BacklogCurve | undefined> {
  const queues = Object.entries(prediction?.result.queues ?? {});
  return Object.fromEntries(
    queues.map(([name, { predicted, curve }]) => [name, predicted === null ? undefined : curve]),
  );
}
