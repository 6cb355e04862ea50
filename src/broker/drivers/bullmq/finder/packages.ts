import { chmodSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, run } from './command.js';
import { findOnPath, findServerInTree, serverEnvironment } from './search.js';
import type { ServerProgram, Surroundings } from './types.js';

/** What the server needs on a system that has none of it; used where apt can't say. */
const knownPackages = [
  'redis-server',
  'redis-tools',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'lua-cjson',
  'lua-bitop',
  'libatomic1',
];

const workPrefix = 'fetching-';
/** A fetch takes seconds; what is an hour old was left by one that was killed. */
const abandonedMillis = 3_600_000;

/** A failed fetch, in words. */
export interface FetchFailure {
  readonly failure: string;
}

/** Whether this system has what fetching needs. */
export function canFetch(environment: NodeJS.ProcessEnv): boolean {
  return ['apt-get', 'dpkg'].every((tool) => findOnPath(tool, environment) !== null);
}

/**
 * Fetches the distribution's own server packages as an ordinary user and unpacks them in the cache directory. The
 * system is not changed: lists, packages and files all go into directories of our own. Several at once don't disturb
 * each other; the first to finish is used by all.
 *
 * @param tree where the server is to be afterwards
 * @throws Error when the signal is aborted, once nothing of it is left
 */
export async function fetchServer(
  cacheDirectory: string,
  tree: string,
  surroundings: Surroundings,
): Promise<ServerProgram | FetchFailure> {
  let work: string;
  try {
    mkdirSync(cacheDirectory, { recursive: true });
    removeAbandoned(cacheDirectory);
    work = mkdtempSync(join(cacheDirectory, workPrefix));
  } catch (error) {
    return {
      failure: `${cacheDirectory} can't be written (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    };
  }
  try {
    const apt = new Apt(work, surroundings);
    const downloaded = await download(apt, surroundings.log);
    if (!downloaded.ok) return { failure: `apt-get failed: ${downloaded.failure}` };
    const unpacked = join(work, 'tree');
    mkdirSync(unpacked);
    for (const name of readdirSync(apt.packages)) {
      const file = join(apt.packages, name);
      const extracted = await run('dpkg', ['-x', file, unpacked], watched(surroundings, work, 60_000));
      if (!extracted.ok) return { failure: `${name} could not be unpacked: ${extracted.failure}` };
    }
    // The root of a package is the mode of its tree, which some make unreadable for others.
    chmodSync(unpacked, 0o755);
    return await putInPlace(unpacked, tree, surroundings);
  } finally {
    // A guard may be removing it as well.
    rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** For a program that is to be gone, with its temporary directory, when the search is interrupted or killed. */
function watched(surroundings: Surroundings, directory: string, limitMillis: number): CommandOptions {
  const { environment, signal, onSpawn } = surroundings;
  return { environment, signal, limitMillis, onSpawn: (pid) => onSpawn?.(pid, directory) };
}

function removeAbandoned(cacheDirectory: string): void {
  for (const name of readdirSync(cacheDirectory)) {
    const path = join(cacheDirectory, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (name.startsWith(workPrefix) && age > abandonedMillis) rmSync(path, { recursive: true, force: true });
  }
}

async function download(apt: Apt, log: (sentence: string) => void): Promise<CommandResult> {
  const first = await downloadOnce(apt, log);
  if (first.ok) return first;
  // The system's package lists are missing or out of date, as in a fresh container. Ours are thrown away afterwards.
  log(
    'Fetching package lists into a directory of our own, because the system has none that are good (about 10 MB, once).',
  );
  apt.usePrivateLists();
  const updated = await apt.get(['update']);
  return updated.ok ? downloadOnce(apt, log) : updated;
}

async function downloadOnce(apt: Apt, log: (sentence: string) => void): Promise<CommandResult> {
  const asked = await apt.get([
    '--print-uris',
    '--yes',
    '--no-install-recommends',
    'install',
    'redis-server',
  ]);
  const names = asked.ok ? neededPackages(asked.output) : [];
  const wanted = names.length === 0 ? knownPackages : names;
  const known = await apt.get(['--print-uris', 'download', ...wanted]);
  if (!known.ok) return known;
  const megabytes = (totalBytes(known.output) / 1e6).toFixed(1);
  log(
    `Fetching the system's own packages, without installing them: ${wanted.join(', ')} (${megabytes} MB, once).`,
  );
  return apt.get(['download', ...wanted]);
}

/** Of what apt would install, what a server needs to run: itself and its libraries. */
export function neededPackages(uris: string): string[] {
  const names = uris.split('\n').flatMap((line) => /^'[^']+' ([^ _]+)_/.exec(line)?.[1] ?? []);
  return names.filter((name) => /^(redis|lib|lua-)/.test(name));
}

/** The sum of the sizes that apt prints. */
export function totalBytes(uris: string): number {
  const sizes = uris.split('\n').map((line) => Number(/^'[^']+' \S+ (\d+)/.exec(line)?.[1] ?? 0));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function putInPlace(
  unpacked: string,
  tree: string,
  surroundings: Surroundings,
): Promise<ServerProgram | FetchFailure> {
  const broken = await problemOf(unpacked, surroundings);
  if (broken !== null) return { failure: broken };
  if (!move(unpacked, tree) && (await problemOf(tree, surroundings)) !== null) {
    // What is there can't be run, and did not come from another process just now.
    move(tree, `${unpacked}-replaced`);
    move(unpacked, tree);
  }
  const program = findServerInTree(tree);
  return program ?? { failure: `${tree} holds no server` };
}

/** Whether it was moved; not, where something is there already. */
function move(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

/** The server that an earlier run fetched; null: there is none, or it doesn't run (any more). */
export async function findFetchedServer(
  tree: string,
  surroundings: Surroundings,
): Promise<ServerProgram | null> {
  return (await problemOf(tree, surroundings)) === null ? findServerInTree(tree) : null;
}

/** Why the server in a tree doesn't run; null: it does. */
async function problemOf(tree: string, { environment, signal }: Surroundings): Promise<string | null> {
  const program = findServerInTree(tree);
  if (program === null) return 'the packages hold no redis-server';
  const options = { environment: serverEnvironment(program, environment), signal, limitMillis: 10_000 };
  const started = await run(program.file, ['--version'], options);
  return started.ok ? null : `the fetched redis-server doesn't run: ${started.failure}`;
}

/** apt-get with directories of its own. */
class Apt {
  readonly packages: string;
  private readonly options: string[];

  constructor(
    private readonly work: string,
    private readonly surroundings: Surroundings,
  ) {
    this.packages = join(work, 'packages');
    const cache = join(work, 'cache');
    mkdirSync(this.packages);
    mkdirSync(join(cache, 'archives', 'partial'), { recursive: true });
    this.options = [
      ...['-q', '-o', `Dir::Cache=${cache}`, '-o', 'Debug::NoLocking=1', '-o', 'Acquire::Languages=none'],
      ...['-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::https::Timeout=20'],
      // Where root runs this, apt would drop to a user who may not enter root's cache directory.
      ...(process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []),
    ];
  }

  usePrivateLists(): void {
    const lists = join(this.work, 'lists');
    mkdirSync(join(lists, 'partial'), { recursive: true });
    this.options.push('-o', `Dir::State::Lists=${lists}`);
  }

  get(args: readonly string[]): Promise<CommandResult> {
    return run('apt-get', [...this.options, ...args], {
      ...watched(this.surroundings, this.work, 180_000),
      directory: this.packages,
    });
  }
}
