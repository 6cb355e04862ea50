import { Command, CommanderError } from 'commander';
import { exitCodes, LaunchpadError, messageOf } from '../errors.js';
import { defaultBroker, withReportOptions, withScenarioOptions } from './options.js';
import { version } from './version.js';

/**
 * Runs the command line.
 * @param argv as `process.argv`
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.pass;
  const finish = (exitCode: number): void => {
    code = exitCode;
  };
  const program = build(finish);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.badInput;
    return await failed(error, !argv.includes('--no-color'));
  }
}

function build(finish: (code: number) => void): Command {
  const program = new Command('launchpad')
    .description(
      'A load-leveling lab for queues: overload, outages and crashes on a real broker, every message accounted for.',
    )
    .version(version(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(launchpad --help shows all commands)')
    .addHelpText(
      'after',
      `
Examples:
  launchpad simulate --scenario outage --speed 5
  launchpad simulate --scenario overload --set queues.emails.rate=20/s
  launchpad simulate --scenario idempotency --only none --only effect-key
  launchpad simulate --scenario outage --vary queues.emails.rate=5/s,10/s
  launchpad predict --scenario steady-outage
  launchpad report

Exit codes: 0 pass, 99 an expectation failed, 3 inconclusive, 2 bad input, 1 internal error,
130/143/129 interrupted.`,
    );

  const simulate = withScenarioOptions(program.command('simulate'))
    .description('run a scenario on a real broker, and report what happened to every message')
    .option('--broker <name>', 'the broker', defaultBroker)
    .option('--redis-url <url>', 'a Redis to use (also: REDIS_URL); otherwise one is found or started')
    .option('--out <directory>', 'where runs are kept', 'launchpad-runs')
    .option('--no-download', "don't fetch a Redis server where none is found (also: LAUNCHPAD_NO_DOWNLOAD=1)")
    .option('-q, --quiet', 'the report only')
    .option('-v, --verbose', "the server's address, and how to look inside");
  withReportOptions(simulate).action(async (options) => {
    finish(await (await import('./commands/simulate.js')).simulate(options));
  });

  const predict = withScenarioOptions(program.command('predict'))
    .description('say what would happen, by the model alone: no broker, at once')
    .option(
      '--find <question>',
      'instead: the smallest value, "queues.emails.rate such that emails.catchUp <= 60s"',
    )
    .option('--sweep <path=range>', 'instead: each value of a setting, queues.emails.rate=5..50/s:5')
    .option('--of <measure>', 'what a sweep draws: emails.backlog.peak (default: the catch-up)');
  withReportOptions(predict).action(async (options) => {
    finish(await (await import('./commands/predict.js')).predict(options));
  });

  const report = program
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
  withReportOptions(report).action(async (directories, options) => {
    finish(await (await import('./commands/report.js')).report(directories, options));
  });
  return program;
}

/** Prints what went wrong. Only an error that is our own fault shows where it came from. */
async function failed(error: unknown, color: boolean): Promise<number> {
  if (error instanceof LaunchpadError) {
    const { renderError } = await import('../report/errors.js');
    const { colorFor } = await import('./terminal.js');
    process.stderr.write(`${renderError(error, { color: colorFor(process.stderr, color) })}\n`);
    return error.exitCode;
  }
  process.stderr.write(`Internal error: ${error instanceof Error ? error.stack : messageOf(error)}\n`);
  return exitCodes.internal;
}
