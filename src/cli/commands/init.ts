import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { exitCodes, LaunchpadError, whyUnwritable } from '../../errors.js';
import { clean } from '../../report/text.js';
import { listScenarios, loadScenario } from '../../scenario/index.js';
import { scenarioTemplate } from '../scenario-template.js';
import { commandName, print } from '../terminal.js';

/** The options of `launchpad init`, as typed. */
export interface InitOptions {
  /** A built-in scenario. */
  readonly from?: string;
}

const schemaFile = fileURLToPath(new URL('../../../docs/schemas/scenario.schema.json', import.meta.url));

/**
 * `launchpad init`: writes a scenario file to start from.
 * @returns the exit code
 * @throws LaunchpadError `output-unwritable`, `scenario-not-found`
 */
export async function init(file: string, { from }: InitOptions): Promise<number> {
  const text =
    from === undefined ? scenarioTemplate.replaceAll('scenario.yaml', clean(file)) : await builtIn(from);
  const schema = `# yaml-language-server: $schema=${schemaReference(file)}\n`;
  try {
    await writeFile(file, schema + text, { flag: 'wx' });
  } catch (error) {
    throw unwritten(file, error);
  }
  const command = commandName();
  const shown = clean(file);
  const source = from === undefined ? '' : `, a copy of ${from}`;
  await print(
    process.stdout,
    `Wrote ${shown}${source}.\n` +
      `  ${command} validate ${shown}\n  ${command} predict -s ${shown}\n  ${command} simulate -s ${shown}\n`,
  );
  return exitCodes.pass;
}

/** The text of a built-in scenario. A file is no built-in scenario: copying one needs no command. */
async function builtIn(name: string): Promise<string> {
  const found = (await listScenarios()).find((scenario) => scenario.name === name);
  // Of a name that is none, the error says what there is.
  const { file } = found ?? (await loadScenario(name));
  if (found !== undefined) return await readFile(file, 'utf8');
  throw new LaunchpadError('scenario-not-found', `${name} is not a built-in scenario`, {
    hint: 'Copy a file of yours with cp; `launchpad scenarios` lists the built-in ones.',
  });
}

/**
 * Where an editor finds the schema: by a relative path where this package is installed in the file's own project, so that it is right for
 * everybody who checks the project out; otherwise where the package is on this machine.
 * @param schema its file
 */
export function schemaReference(file: string, schema = schemaFile): string {
  const path = relative(dirname(resolve(file)), schema)
    .split(sep)
    .join('/');
  if (!/^(\.\.\/)*node_modules\//.test(path)) return pathToFileURL(schema).href;
  return encodeURI(path.startsWith('.') ? path : `./${path}`);
}

function unwritten(file: string, error: unknown): LaunchpadError {
  if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
    return new LaunchpadError('output-unwritable', `${file} is there already, and is left as it is`, {
      hint: 'Name another file: `launchpad init my-scenario.yaml`.',
      cause: error,
    });
  }
  return new LaunchpadError('output-unwritable', `${file} can't be written: ${whyUnwritable(error)}`, {
    hint: 'Name a file in a directory that is there and that you may write to.',
    cause: error,
  });
}
