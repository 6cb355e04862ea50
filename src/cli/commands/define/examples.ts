import type { Command } from 'commander';

/** A command line to copy, and what it does. */
export type Example = readonly [does: string, command: string];

const known = new WeakMap<Command, readonly Example[]>();

/** Shows examples below a command's help, and keeps them for its page in the documentation. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  known.set(command, examples);
  const lines = examples.flatMap(([does, typed]) => [`  # ${does}`, `  ${typed}`]);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** A command's examples; empty where it has none. */
export function examplesOf(command: Command): readonly Example[] {
  return known.get(command) ?? [];
}
