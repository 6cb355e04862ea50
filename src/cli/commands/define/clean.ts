import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineClean: Define = (program, finish) => {
  const command = program
    .command('clean')
    .description('remove what dead runs left: processes, temporary directories, keys on a Redis')
    .option('--redis-url <url>', 'a Redis to look at too (also: REDIS_URL)')
    .option('--out <directory>', 'where runs are kept', 'launchpad-runs')
    .option('--runs', 'old run directories too')
    .option('--older-than <time>', 'which of them: 7d, 12h (default: 7d)')
    .option('-n, --dry-run', 'say what would be removed, and remove nothing')
    .option('-y, --yes', "don't ask")
    .option('--no-color', 'plain text (also: NO_COLOR)');
  withExamples(command, [
    ['what is there to remove', 'launchpad clean --dry-run'],
    ['keys on a Redis of yours too', 'launchpad clean --redis-url redis://127.0.0.1:6379'],
    [
      'the runs of more than a month ago too, without asking',
      'launchpad clean --runs --older-than 30d --yes',
    ],
  ]).action(async (options) => {
    finish(await (await import('../clean.js')).clean(options));
  });
};
