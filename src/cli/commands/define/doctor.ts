import { withJsonOption } from '../../options.js';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineDoctor: Define = (program, finish) => {
  const command = withJsonOption(
    program
      .command('doctor')
      .description('what was found on this machine, and whether a run is possible')
      .option(
        '--redis-url <url>',
        'the Redis to check (also: REDIS_URL); otherwise the one that would be found',
      )
      .option('--out <directory>', 'where runs are to be kept', 'launchpad-runs')
      .option('--no-download', 'as if no Redis server could be fetched (also: LAUNCHPAD_NO_DOWNLOAD=1)'),
  );
  withExamples(command, [
    ['whether a run is possible here', 'launchpad doctor'],
    [
      'a Redis of yours: its version, its settings, its latency',
      'launchpad doctor --redis-url redis://127.0.0.1:6379',
    ],
  ]).action(async (options) => {
    finish(await (await import('../doctor.js')).doctor(options));
  });
};
