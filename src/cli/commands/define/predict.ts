import { withReportOptions, withScenarioOptions } from '../../options.js';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const definePredict: Define = (program, finish) => {
  const command = withScenarioOptions(program.command('predict'))
    .description('say what would happen, by the model alone: no broker, at once')
    .option(
      '--find <question>',
      'instead: the smallest value, "queues.emails.rate such that emails.catchUp <= 60s"',
    )
    .option('--sweep <path=range>', 'instead: each value of a setting, queues.emails.rate=5..50/s:5')
    .option(
      '--seeds <number>',
      'where something is drawn, the 95 % band over so many seeds; 0: none (default: 40, of small plans)',
    )
    .option('--of <measure>', 'what a sweep draws: emails.backlog.peak (default: the catch-up)');
  withExamples(withReportOptions(command), [
    ['what theory says of a scenario', 'launchpad predict --scenario steady-outage'],
    [
      'the smallest limit that catches up in a minute',
      'launchpad predict -s outage --find "queues.emails.rate such that emails.catchUp <= 60s"',
    ],
    ['the catch-up for each limit', 'launchpad predict -s outage --sweep queues.emails.rate=5..50/s:5'],
  ]).action(async (options) => {
    finish(await (await import('../predict.js')).predict(options));
  });
};
