import { withGateOptions, withReportOptions } from '../../options.js';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineCompare: Define = (program, finish) => {
  const command = withGateOptions(
    program
      .command('compare')
      .description('results side by side, the first is the reference; with a baseline, a gate')
      .argument('[runs...]', 'run directories, result.json or repeat.json files'),
  ).option('--anyway', 'compare also what is not alike: other scenarios, a run with a prediction');
  withExamples(withReportOptions(command), [
    ['two runs', 'launchpad compare launchpad-runs/RUN_A launchpad-runs/RUN_B'],
    [
      'as a gate: exit code 99 where it is slower by more than a tenth',
      'launchpad compare --baseline base.json --fail-on "emails.catchUp +10%" launchpad-runs/RUN',
    ],
    ['a run with its prediction', 'launchpad compare predicted.json launchpad-runs/RUN --anyway'],
  ]).action(async (runs, options) => {
    finish(await (await import('../compare.js')).compareRuns(runs, options));
  });
};
