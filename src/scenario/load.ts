import { readdir, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaunchpadError, messageOf } from '../errors.js';
import { checkScenario } from './check.js';
import { suggest } from './nearest.js';
import { applyOverrides, changesOf, type Overrides } from './overrides.js';
import { Problems } from './problems.js';
import { readTree } from './tree.js';
import type { Scenario } from './types.js';

/** The built-in scenarios; src/ and dist/ both lie one level below the package's root. */
const builtInDirectory = fileURLToPath(new URL('../../scenarios/', import.meta.url));

/** A scenario and the file that it was read from. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly file: string;
}

/** What is known of a built-in scenario. */
export interface ScenarioEntry {
  readonly name: string;
  readonly summary: string;
  readonly file: string;
}

/** Options of parseScenario. */
export interface ParseOptions {
  /** What problems call the file. Default: `scenario.yaml`. */
  readonly file?: string;
  readonly overrides?: Overrides;
  /** How it is named on the command line. Default: the file. */
  readonly reference?: string;
}

/**
 * Reads a scenario from YAML (or JSON), changes it as the overrides say, and checks it.
 * @throws LaunchpadError `scenario-invalid`, with everything that is wrong as its `problems`.
 */
export function parseScenario(text: string, options: ParseOptions = {}): Scenario {
  const file = options.file ?? 'scenario.yaml';
  const problems = new Problems(file);
  const tree = readTree(text, problems);
  const changed = tree === undefined ? undefined : applyOverrides(tree, options.overrides ?? {}, problems);
  const scenario = changed === undefined ? undefined : checkScenario(changed, nameOf(file), problems);
  problems.throwIfAny();
  if (scenario === undefined) throw new LaunchpadError('internal', `${file}: refused without a reason`);
  return { ...scenario, reference: options.reference ?? file, changes: changesOf(options.overrides ?? {}) };
}

/**
 * Loads a scenario: a built-in one by its name, or a file (a path, with a `/` or ending in .yaml, .yml or .json).
 * @throws LaunchpadError `scenario-not-found`, or `scenario-invalid` as parseScenario.
 */
export async function loadScenario(nameOrFile: string, overrides: Overrides = {}): Promise<LoadedScenario> {
  const file = await findScenario(nameOrFile);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
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
  return { scenario: parseScenario(text, { file, overrides, reference: nameOrFile }), file };
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
    hint: `${suggest(nameOrFile, names)}; or give the path of a scenario file`,
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

/** A file's base name as a scenario's name: `My Run.yaml` is `my-run`. */
function nameOf(file: string): string {
  const base = basename(file).replace(/\.(ya?ml|json)$/i, '');
  return (
    base
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 50) || 'scenario'
  );
}
