import { Command, CommanderError } from 'commander';
import { exitCodes, LaunchpadError, messageOf } from '../errors.js';
import { defineClean } from './commands/define/clean.js';
import { defineCompare } from './commands/define/compare.js';
import { defineCompletion } from './commands/define/completion.js';
import { defineDoctor } from './commands/define/doctor.js';
import { withExamples } from './commands/define/examples.js';
import { defineInit } from './commands/define/init.js';
import { definePredict } from './commands/define/predict.js';
import { defineReport } from './commands/define/report.js';
import { defineScenarios } from './commands/define/scenarios.js';
import { defineShow } from './commands/define/show.js';
import { defineSimulate } from './commands/define/simulate.js';
import type { Define } from './commands/define/types.js';
import { defineValidate } from './commands/define/validate.js';
import { version } from './version.js';

/** All commands, in the order in which the help lists them; each is defined in a file of its own. */
const commands: readonly Define[] = [
  defineSimulate,
  definePredict,
  defineReport,
  defineCompare,
  defineScenarios,
  defineShow,
  defineValidate,
  defineInit,
  defineDoctor,
  defineClean,
  defineCompletion,
];

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
  const program = programOf(finish);
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.badInput;
    return await failed(error, !argv.includes('--no-color'));
  }
}

/** The program with all its commands. @param finish takes the exit code of the one that is called */
export function programOf(finish: (exitCode: number) => void): Command {
  const program = new Command('launchpad')
    .description(
      'A load-leveling lab for queues: overload, outages and crashes on a real broker, every message accounted for.',
    )
    .version(version(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(launchpad --help shows all commands)');
  withExamples(program, [
    [
      'the outage: the email service dies while orders pour in',
      'launchpad simulate --scenario outage --speed 5',
    ],
    ['what theory says of it, at once and without a broker', 'launchpad predict --scenario outage'],
    ['the latest report again', 'launchpad report'],
  ]).addHelpText(
    'after',
    `
Exit codes: 0 pass, 99 an expectation failed, 3 inconclusive, 2 bad input, 1 internal error,
130/143/129 interrupted.`,
  );
  for (const define of commands) define(program, finish);
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
