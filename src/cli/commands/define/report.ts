import { withReportOptions } from '../../options.js';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineReport: Define = (program, finish) => {
  const command = program
    .command('report')
    .description('the report of a run again, from its directory')
    .argument('[directories...]', 'run directories; without one, the latest')
    .option(
      '--trace <id>',
      "instead: one order's whole story, by its id (orders/142) or its correlation id (checkout-7f3a)",
    )
    .option('--at <time>', 'instead: the state at that instant, worked out from the ledger: 12s')
    .option('--dead', 'instead: the messages that were given up, and what became of them')
    .option('--out <directory>', 'where runs are kept', 'launchpad-runs');
  withExamples(withReportOptions(command), [
    ['the latest run again', 'launchpad report'],
    ["one order's whole story", 'launchpad report --trace orders/142'],
    ['the state at an instant', 'launchpad report --at 12s'],
  ]).action(async (directories, options) => {
    finish(await (await import('../report.js')).report(directories, options));
  });
};
