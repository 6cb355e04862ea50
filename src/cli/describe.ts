import type { Command, Option } from 'commander';
import { examplesOf } from './commands/define/examples.js';

/** The page of all commands (docs/cli.md), from the program's own definitions: what `--help` says, for reading. */
export function describeProgram(program: Command): string {
  const commands = [...program.commands];
  const index = commands.map((command) => {
    const name = command.name();
    return `| [\`${program.name()} ${name}\`](#${program.name()}-${name}) | ${cell(command.description())} |`;
  });
  return [
    '# The command line',
    '<!-- Written by `npm run docs` from the commands themselves: change them and not this page. -->',
    program.description(),
    ['| command | |', '|---|---|', ...index].join('\n'),
    `Reports go to standard output, progress and warnings to standard error. [Exit codes](exit-codes.md): 0 pass, 99 an expectation failed, 3 inconclusive, 2 bad input (nothing was started), 1 an internal error, 130, 143 or 129 interrupted. \`${program.name()} COMMAND --help\` says what is below.`,
    ...commands.flatMap((command) => describeCommand(program, command)),
  ]
    .join('\n\n')
    .concat('\n');
}

function describeCommand(program: Command, command: Command): string[] {
  const help = command.createHelp();
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  const examples = examplesOf(command);
  const argumentRows = command.registeredArguments.map(
    (argument) => `| ${cell(`\`${argument.name()}\``)} | ${cell(help.argumentDescription(argument))} |`,
  );
  return [
    `## ${program.name()} ${command.name()}`,
    `${sentence(command.description())}`,
    fenced([`${program.name()} ${command.name()} ${command.usage()}`]),
    ...(argumentRows.length === 0 ? [] : [['| argument | |', '|---|---|', ...argumentRows].join('\n')]),
    [
      '| option | |',
      '|---|---|',
      ...options.map((option) => `| ${cell(`\`${option.flags}\``)} | ${cell(describeOption(option))} |`),
    ].join('\n'),
    ...(examples.length === 0
      ? []
      : [fenced(examples.flatMap(([does, typed]) => [`# ${does}`, `$ ${typed}`]))]),
  ].filter((part) => part !== '| option | |\n|---|---|');
}

function describeOption({ description, defaultValue, negate, argChoices }: Option): string {
  const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`;
  // Of `--no-color` the default is that it is not given.
  const usual = defaultValue === undefined || negate ? '' : ` (default: \`${String(defaultValue)}\`)`;
  return `${description}${choices}${usual}`;
}

function fenced(lines: readonly string[]): string {
  return ['```console', ...lines, '```'].join('\n');
}

/** Code is as it is; outside of it `<` would begin a tag. A vertical bar ends a cell everywhere. */
function cell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;')))
    .join('')
    .replaceAll('|', '\\|');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
