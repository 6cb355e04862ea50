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
  const html = [
    '--html [file]',
    'the report as one HTML file, with charts, that opens offline; without a name report.html in the run directory',
  ] as const;
  withExamples(withReportOptions(command, html), [
    ['the latest run again', 'launchpad report'],
    ['with charts, in launchpad-runs/RUN/report.html', 'launchpad report launchpad-runs/RUN --html'],
    ["one order's whole story", 'launchpad report --trace orders/142'],
    ['the state at an instant', 'launchpad report --at 12s'],
  ]).action(async (directories, options) => {
    finish(await (await import('../report.js')).report(directories, options));
  });
};
