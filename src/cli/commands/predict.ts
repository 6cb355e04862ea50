import { compare } from '../../analysis/index.js';
import { LaunchpadError } from '../../errors.js';
import { checkReportFiles, deliver } from '../deliver.js';
import { exitCodeOf } from '../exit.js';
import { checkExploreOptions, type ExploreOptions } from '../explore.js';
import { defaultBroker, type ReportOptions, type ScenarioOptions } from '../options.js';
import { judgedPrediction } from '../predict-one.js';
import { defaultScenario, prepare, scenarioFacts } from '../prepare.js';
import { print } from '../terminal.js';
import { version } from '../version.js';

/** `launchpad predict`, of all variants where there are some; or a search or a sweep in its place. @returns the exit code */
export async function predict(options: ScenarioOptions & ReportOptions & ExploreOptions): Promise<number> {
  checkExploreOptions(options);
  checkReportFiles(options);
  if (options.scenario === undefined) {
    await print(process.stderr, `No scenario named: predicting the built-in ${defaultScenario}.\n`);
  }
  if (options.sweep !== undefined) return (await import('./sweep.js')).sweep(options.sweep, options);
  if (options.find !== undefined) return (await import('./find.js')).find(options.find, options);
  const { base, runs, isComparison } = await prepare(options, defaultBroker);
  const info = { launchpad: version(), node: process.version };
  const results = runs.map(({ plan, prediction }) => judgedPrediction(plan, prediction));
  const [first] = results;
  if (first === undefined) throw new LaunchpadError('internal', 'There is nothing to predict');
  const outcome = isComparison
    ? compare(Object.fromEntries(results.map((result, at) => [runs[at]?.variant ?? '', result])), {
        scenario: scenarioFacts(base),
        run: { id: null, directory: null, startedAt: null, seed: base.seed, speed: base.speed, ...info },
        notRun: [],
      })
    : first;
  await deliver(outcome, options);
  return exitCodeOf(outcome);
}
