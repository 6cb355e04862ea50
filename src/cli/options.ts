import { type Command, Option } from 'commander';
import type { Overrides } from '../scenario/overrides.js';

/** The broker that is used, and predicted for, where none is named. */
export const defaultBroker = 'bullmq';

/** What `simulate` and `predict` share, as typed. */
export interface ScenarioOptions extends Overrides {
  readonly scenario?: string;
  readonly drain?: string;
  /** `path=a,b`: variants from the command line, in place of the scenario's own. */
  readonly vary?: readonly string[];
  /** The variants to run, of all that there are. */
  readonly only?: readonly string[];
}

/** What every command that prints a report takes. */
export interface ReportOptions {
  /** true: to standard output. */
  readonly json?: string | true;
  /** A file for the report as one HTML page. */
  readonly html?: string;
  /** A file for the report as Markdown. */
  readonly markdown?: string;
  /** A file for expectations as test cases. */
  readonly junit?: string;
  /** A directory for tables. */
  readonly csv?: string;
  /** commander turns `--no-color` into color: false. */
  readonly color: boolean;
}

/** Adds the options that say what is to happen. */
export function withScenarioOptions(command: Command): Command {
  return command
    .option('-s, --scenario <name|file>', 'a built-in scenario, or a scenario file')
    .option('--speed <factor>', 'run this many times as fast, for real; 0.1 to 100')
    .option('--seed <number>', 'the seed of all draws')
    .option('--set <path=value>', 'change a setting: queues.emails.rate=10/s (repeatable)', collect)
    .option('--rate <rate>', 'the rate of the producer: 100/s, or orders=100/s (repeatable)', collect)
    .option('--for <duration>', 'how long it produces: 10s, or orders=10s (repeatable)', collect)
    .option('--kill <queue@time>', "kill the queue's workers: emails@3s (repeatable)", collect)
    .option('--restart <queue@time>', 'restart them: emails@6s (repeatable)', collect)
    .option('--expect <expression>', 'a further expectation: "lost == 0" (repeatable)', collect)
    .option(
      '--vary <path=a,b>',
      'a variant for each value: queues.emails.idempotency=none,effect-key (repeatable: all combinations)',
      collect,
    )
    .option('--only <variant>', 'this variant alone (repeatable)', collect);
}

/**
 * Adds the options that say how the outcome is reported.
 * @param html the option for the page, where it is another one
 */
export function withReportOptions(
  command: Command,
  html: readonly [flags: string, description: string] = [
    '--html <file>',
    'the report as one HTML file, with charts, that opens offline',
  ],
): Command {
  return command
    .addOption(
      new Option(
        '--json [file]',
        'the result as JSON: to the file, or to standard output and nothing else there',
      ),
    )
    .option(...html)
    .option(
      '--markdown <file>',
      'the report as Markdown, for a pull request (also used: GITHUB_STEP_SUMMARY)',
    )
    .option('--junit <file>', 'each expectation as a test case, in a JUnit XML file')
    .option('--csv <directory>', 'tables: time series of each queue, every message, expectations, processes')
    .option('--no-color', 'plain text (also: NO_COLOR)');
}

/** Adds the options of the gate. */
export function withGateOptions(command: Command): Command {
  return command
    .option('--baseline <file>', 'hold it against this: a run directory, a result.json or a repeat.json')
    .option(
      '--fail-on <rule>',
      'exit 99 where a measure is so much worse than in the baseline: "emails.catchUp +10%", +5s, +3, -10% (repeatable)',
      collect,
    );
}

/** Adds the options of a command whose answer is not a result. */
export function withJsonOption(command: Command): Command {
  return command
    .option('--json', 'the same as JSON on standard output, and nothing else there')
    .option('--no-color', 'plain text (also: NO_COLOR)');
}

/** The overrides among the options. */
export function overridesOf(options: ScenarioOptions): Overrides {
  const { set, speed, seed, rate, kill, restart, expect } = options;
  return { set, speed, seed, rate, for: options.for, kill, restart, expect };
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
