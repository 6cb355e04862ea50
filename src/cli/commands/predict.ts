import { judge } from '../../analysis/index.js';
import { predictedResult } from '../../model/index.js';
import { checkReportFiles, deliver } from '../deliver.js';
import { exitCodeOf } from '../exit.js';
import type { ReportOptions, ScenarioOptions } from '../options.js';
import { defaultScenario, prepare } from '../prepare.js';
import { print } from '../terminal.js';
import { version } from '../version.js';

/** `launchpad predict`. @returns the exit code */
export async function predict(options: ScenarioOptions & ReportOptions): Promise<number> {
  checkReportFiles(options);
  if (options.scenario === undefined) {
    await print(process.stderr, `No scenario named: predicting the built-in ${defaultScenario}.\n`);
  }
  const { plan, prediction } = await prepare(options, 'bullmq');
  const info = { launchpad: version(), node: process.version };
  const result = judge(predictedResult(plan, prediction, info), plan);
  await deliver(result, options);
  return exitCodeOf(result);
}
