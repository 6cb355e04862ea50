import { defaultBroker, withGateOptions, withReportOptions, withScenarioOptions } from '../../options.js';
import { withExamples } from './examples.js';
import type { Define } from './types.js';

export const defineSimulate: Define = (program, finish) => {
  const command = withScenarioOptions(program.command('simulate'))
    .description('run a scenario on a real broker, and report what happened to every message')
    .option('--broker <name>', 'the broker', defaultBroker)
    .option('--redis-url <url>', 'a Redis to use (also: REDIS_URL); otherwise one is found or started')
    .option('--out <directory>', 'where runs are kept', 'launchpad-runs')
    .option('--no-download', "don't fetch a Redis server where none is found (also: LAUNCHPAD_NO_DOWNLOAD=1)")
    .option('--repeat <times>', 'run it so many times, 2 to 100: medians and spread')
    .option('--ask', 'you guess peak and catch-up first; the report shows guess, theory and measured')
    .option(
      '--prometheus-port <port>',
      'live metrics for Prometheus at http://127.0.0.1:PORT/metrics while it runs; 0: a free port',
    )
    .option('-q, --quiet', 'the report only')
    .option('-v, --verbose', "the server's address, and how to look inside");
  withExamples(withReportOptions(withGateOptions(command)), [
    ['the outage, five times as fast', 'launchpad simulate --scenario outage --speed 5'],
    ['with another setting', 'launchpad simulate -s overload --set queues.emails.rate=20/s'],
    ['two variants of a scenario', 'launchpad simulate -s idempotency --only none --only effect-key'],
    [
      'a setting at each of several values',
      'launchpad simulate -s outage --vary queues.emails.rate=5/s,10/s',
    ],
    ['guess first, to learn', 'launchpad simulate -s outage --speed 5 --ask'],
    [
      'as a check: exit code 99 where it does not hold',
      'launchpad simulate -s outage --expect "emails.catchUp <= 60s"',
    ],
    [
      'against a baseline that was kept: exit code 99 where it is worse',
      'launchpad simulate -s outage --baseline base.json --fail-on "emails.catchUp +10%"',
    ],
    ['five times, for medians and spread', 'launchpad simulate -s outage --speed 5 --repeat 5'],
  ]).action(async (options) => {
    finish(await (await import('../simulate.js')).simulate(options));
  });
};
