import { compare } from '../../analysis/compare.js';
import { forecastWithSeries } from '../../analysis/forecast.js';
import { LaunchpadError } from '../../errors.js';
import { seedsAsked, withBands } from '../bands.js';
import { deliver } from '../deliver.js';
import { exitCodeOf } from '../exit.js';
import { checkExploreOptions, type ExploreOptions } from '../explore.js';
import { defaultBroker, type ReportOptions, type ScenarioOptions } from '../options.js';
import { defaultScenario, prepare, program, scenarioFacts } from '../prepare.js';
import { checkReportFiles, refuseReportFiles } from '../report-files.js';
import { print } from '../terminal.js';

/** `launchpad predict`, of all variants where there are some; or a search or a sweep in its place. @returns the exit code */
export async function predict(options: ScenarioOptions & ReportOptions & ExploreOptions): Promise<number> {
  checkExploreOptions(options);
  const seeds = seedsAsked(options.seeds);
  if (options.sweep !== undefined) refuseReportFiles(options, 'a sweep over many');
  if (options.find !== undefined) refuseReportFiles(options, 'a search over many');
  checkReportFiles(options);
  if (options.scenario === undefined) {
    await print(process.stderr, `No scenario named: predicting the built-in ${defaultScenario}.\n`);
  }
  if (options.sweep !== undefined) return (await import('./sweep.js')).sweep(options.sweep, options);
  if (options.find !== undefined) return (await import('./find.js')).find(options.find, options);
  const { base, runs: prepared, isComparison } = await prepare(options, defaultBroker);
  const runs = withBands(prepared, seeds, (text) => process.stderr.write(text));
  const results = runs.map(({ prediction }) => prediction.result);
  const [first] = results;
  if (first === undefined) throw new LaunchpadError('internal', 'There is nothing to predict');
  const outcome = isComparison
    ? compare(Object.fromEntries(results.map((result, at) => [runs[at]?.variant ?? '', result])), {
        scenario: scenarioFacts(base),
        run: { id: null, directory: null, startedAt: null, seed: base.seed, speed: base.speed, ...program() },
        notRun: [],
      })
    : first;
  // Predicted again, as a prediction keeps no series, and only tables need them.
  const series = () =>
    Object.fromEntries(
      runs.map(({ variant, plan }) => [variant ?? '', forecastWithSeries(plan, program()).series]),
    );
  await deliver(outcome, options, options.csv === undefined ? () => ({}) : series);
  return exitCodeOf(outcome);
}
