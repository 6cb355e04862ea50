import { readdir, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaunchpadError, messageOf } from '../errors.js';
import type { Step } from './edit.js';
import { suggest } from './nearest.js';
import type { Overrides } from './overrides.js';
import {
  type ParsedVariants,
  parseScenario,
  parseVariants,
  settingIn,
  type VariantOptions,
} from './parse.js';
import type { Tree } from './tree.js';
import type { Scenario } from './types.js';

/** The built-in scenarios; src/ and dist/ both lie one level below the package's root. */
const builtInDirectory = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** A scenario and the file that it was read from. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly file: string;
}

/** A scenario with its variants, and the file that they were read from. */
export interface LoadedVariants extends ParsedVariants {
  readonly file: string;
}

/** What is known of a built-in scenario. */
export interface ScenarioEntry {
  readonly name: string;
  readonly summary: string;
  readonly file: string;
}

/**
 * Loads a scenario: a built-in one by its name, or a file (a path, with a `/` or ending in .yaml, .yml or .json). Its variants are
 * left out.
 * @throws LaunchpadError `scenario-not-found`, or `scenario-invalid` as parseScenario.
 */
export async function loadScenario(nameOrFile: string, overrides: Overrides = {}): Promise<LoadedScenario> {
  const { file, text } = await readScenario(nameOrFile);
  return { scenario: parseScenario(text, { file, overrides, reference: nameOrFile }), file };
}

/**
 * Loads a scenario with its variants, or with those that `--vary` makes in their place.
 * @throws LaunchpadError `scenario-not-found`, or `scenario-invalid` as parseVariants.
 */
export async function loadVariants(
  nameOrFile: string,
  overrides: Overrides = {},
  variants: VariantOptions = {},
): Promise<LoadedVariants> {
  const { file, text } = await readScenario(nameOrFile);
  return { ...parseVariants(text, { ...variants, file, overrides, reference: nameOrFile }), file };
}

/**
 * What a scenario says at a path; see settingIn.
 * @throws LaunchpadError `scenario-not-found`, or `scenario-invalid` as settingIn.
 */
export async function loadSetting(
  nameOrFile: string,
  steps: readonly Step[],
  overrides: Overrides = {},
): Promise<Tree | undefined> {
  const { file, text } = await readScenario(nameOrFile);
  return settingIn(text, steps, { file, overrides });
}

async function readScenario(nameOrFile: string): Promise<{ readonly file: string; readonly text: string }> {
  const file = await findScenario(nameOrFile);
  try {
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    throw new LaunchpadError(
      'scenario-not-found',
      `the scenario file ${file} can't be read: ${messageOf(error)}`,
      {
        hint: 'check its path and that you may read it',
        cause: error,
      },
    );
  }
}

/** The built-in scenarios, by name. */
export async function listScenarios(): Promise<ScenarioEntry[]> {
  const names = await builtInNames();
  return Promise.all(
    names.map(async (name) => {
      const { scenario, file } = await loadScenario(name);
      return { name, summary: scenario.summary, file };
    }),
  );
}

async function builtInNames(): Promise<string[]> {
  const files = await readdir(builtInDirectory);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

async function findScenario(nameOrFile: string): Promise<string> {
  const isPath = /[/\\]|\.(ya?ml|json)$/i.test(nameOrFile);
  const names = await builtInNames();
  if (!isPath && names.includes(nameOrFile)) return `${builtInDirectory}${nameOrFile}.yaml`;
  if (await isFile(nameOrFile)) return nameOrFile;
  if (isPath)
    throw new LaunchpadError('scenario-not-found', `there is no scenario file ${nameOrFile}`, {
      hint: `check its path; built-in scenarios: ${names.join(', ')}`,
    });
  throw new LaunchpadError('scenario-not-found', `there is no scenario ${nameOrFile || 'without a name'}`, {
    hint: `${suggest(nameOrFile, names, names.length)}; or give the path of a scenario file`,
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // Whatever the reason, there is no file here that could be read.
    return false;
  }
}
