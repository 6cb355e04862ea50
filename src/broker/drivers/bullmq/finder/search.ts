import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { ServerProgram } from './types.js';

/** The servers that are looked for, the first found is used. */
export const serverNames = ['redis-server', 'valkey-server'] as const;

/** The first directory of the PATH that holds an executable of that name, as a file; null: none. */
export function findOnPath(name: string, environment: NodeJS.ProcessEnv): string | null {
  for (const directory of (environment.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const file = join(directory, name);
    if (isExecutable(file)) return file;
  }
  return null;
}

/** A server on the PATH; null: none. */
export function findServerOnPath(environment: NodeJS.ProcessEnv): ServerProgram | null {
  for (const name of serverNames) {
    const file = findOnPath(name, environment);
    if (file !== null) return { name, file, libraries: [], source: `${name} on the PATH` };
  }
  return null;
}

/** Where Launchpad keeps what it fetched: `launchpad` in XDG_CACHE_HOME, or in `~/.cache`. */
export function defaultCacheDirectory(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME;
  if (base !== undefined && isAbsolute(base)) return join(base, 'launchpad');
  return join(environment.HOME ?? homedir(), '.cache', 'launchpad');
}

/** The directory of the cache that holds this system's server. Systems that share a home directory do not share their servers. */
export function cachedTree(cacheDirectory: string): string {
  const { id, version } = readSystem();
  return join(cacheDirectory, `redis-${id}-${version}-${process.arch}`);
}

/** The server in an unpacked tree of packages; null: it holds none. */
export function findServerInTree(tree: string): ServerProgram | null {
  // It stays inside its tree: the distribution's redis-server is a link to a neighbour.
  const file = join(tree, 'usr', 'bin', 'redis-server');
  if (!isExecutable(file)) return null;
  const libraries = ['usr/lib', 'lib'].flatMap((place) => libraryDirectories(join(tree, place)));
  return { name: 'redis-server', file, libraries, source: "redis-server in Launchpad's cache" };
}

/** The environment that a server runs in. */
export function serverEnvironment(program: ServerProgram, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (program.libraries.length === 0) return environment;
  const inherited = environment.LD_LIBRARY_PATH;
  const paths = inherited === undefined ? program.libraries : [...program.libraries, inherited];
  return { ...environment, LD_LIBRARY_PATH: paths.join(delimiter) };
}

/** What /etc/os-release says of this system, in lower case; `unknown` where it says nothing. */
export interface System {
  /** `debian`, `ubuntu`, `fedora` … */
  readonly id: string;
  /** Systems that it resembles. */
  readonly like: readonly string[];
  readonly version: string;
}

/** Reads /etc/os-release. */
export function readSystem(file = '/etc/os-release'): System {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return parseSystem(text);
}

/** Reads the text of an os-release file. */
export function parseSystem(text: string): System {
  const value = (key: string): string =>
    new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1]?.toLowerCase() ?? '';
  return {
    id: value('ID') || 'unknown',
    like: value('ID_LIKE').split(' ').filter(Boolean),
    version: value('VERSION_ID') || 'unknown',
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Whatever keeps it from being run: it is not a program for us.
    return false;
  }
}

function libraryDirectories(place: string): string[] {
  try {
    return readdirSync(place)
      .filter((name) => name.includes('-linux-gnu'))
      .map((name) => join(place, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
