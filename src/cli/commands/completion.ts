import type { Command } from 'commander';
import { exitCodes } from '../../errors.js';
import { listScenarios, loadVariants } from '../../scenario/index.js';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { type Completions, completionsOf, type ScenarioNames } from '../completion/model.js';
import { zshCompletion } from '../completion/zsh.js';
import { print } from '../terminal.js';

const shells: Readonly<Record<string, (completions: Completions) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `launchpad completion`: the script for a shell, from the program's own definitions. @returns the exit code */
export async function completion(program: Command, shell: string): Promise<number> {
  const write = shells[shell];
  if (write !== undefined) await print(process.stdout, write(completionsOf(program, await scenarioNames())));
  return exitCodes.pass;
}

/** The built-in scenarios with their variants. */
async function scenarioNames(): Promise<ScenarioNames> {
  const listed = await listScenarios();
  const entries = await Promise.all(
    listed.map(async ({ name }): Promise<[string, string[]]> => {
      const { variants } = await loadVariants(name);
      return [name, variants.flatMap((variant) => variant.name ?? [])];
    }),
  );
  return new Map(entries);
}
