import type { Command } from 'commander';
import { defaultScenario } from '../prepare.js';

/** The built-in scenarios by name, each with its variants. */
export type ScenarioNames = ReadonlyMap<string, readonly string[]>;

/** All that a completion script has to know. */
export interface Completions {
  readonly program: string;
  readonly commands: readonly CompletedCommand[];
  /** Of the program itself. */
  readonly options: readonly CompletedOption[];
  readonly scenarios: ScenarioNames;
  /** The scenario whose variants are meant where none is named. */
  readonly defaultScenario: string;
}

/** A command. */
export interface CompletedCommand {
  readonly name: string;
  readonly does: string;
  readonly options: readonly CompletedOption[];
  /** Of its arguments, all of one kind; null: it takes none. */
  readonly takes: Taken | null;
}

/** An option. */
export interface CompletedOption {
  /** `--scenario`, without a short form first. */
  readonly long: string;
  /** `-s`; null: it has none. */
  readonly short: string | null;
  readonly does: string;
  /** Its value; null: it takes none. */
  readonly takes: Taken | null;
  /** Whether it may stand without its value. */
  readonly isOptional: boolean;
  readonly isRepeatable: boolean;
}

/** What goes into a place: one of some words, the name of something, or what only the user knows. */
export type Taken =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'directory' | 'built-in' | 'scenario' | 'variant' | 'unknown' };

/** What stands between the brackets of an option or an argument decides what is offered there. */
const kinds: Readonly<Record<string, Exclude<Taken['kind'], 'words'>>> = {
  file: 'file',
  files: 'file',
  directory: 'directory',
  directories: 'directory',
  scenario: 'built-in',
  'name|file': 'scenario',
  variant: 'variant',
};

/** The program's commands and options as it defines them. */
export function completionsOf(program: Command, scenarios: ScenarioNames): Completions {
  return {
    program: program.name(),
    commands: program.commands.map((command) => ({
      name: command.name(),
      does: command.description(),
      options: optionsOf(command),
      takes: takenBy(command),
    })),
    options: optionsOf(program),
    scenarios,
    defaultScenario,
  };
}

function optionsOf(command: Command): CompletedOption[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description, flags, argChoices, optional, required, parseArg }) => ({
      long: long ?? short ?? '',
      short: long === undefined ? null : (short ?? null),
      does: description,
      takes: optional || required ? taken(placeholderIn(flags), argChoices) : null,
      isOptional: optional,
      // What collects its values may be given again.
      isRepeatable: parseArg !== undefined,
    }));
}

function takenBy(command: Command): Taken | null {
  const [argument] = command.registeredArguments;
  return argument === undefined ? null : taken(argument.name(), argument.argChoices);
}

/** `name|file` of `-s, --scenario <name|file>` */
function placeholderIn(flags: string): string {
  return /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1]?.replace(/\.\.\.$/, '') ?? '';
}

function taken(placeholder: string, choices: readonly string[] | undefined): Taken {
  if (choices !== undefined) return { kind: 'words', words: choices };
  return { kind: kinds[placeholder] ?? 'unknown' };
}
