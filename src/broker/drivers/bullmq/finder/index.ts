import { LaunchpadError } from '../../../../errors.js';
import type { FoundServer } from '../../../types.js';
import { parseRedisUrl } from '../url.js';
import { installHint } from './hint.js';
import { throwIfAborted } from './interruption.js';
import { canFetch, fetchServer, findFetchedServer } from './packages.js';
import { ask } from './ping.js';
import { startPrivateServer } from './private-server.js';
import { cachedTree, defaultCacheDirectory, findServerOnPath, readSystem } from './search.js';
import type { FindRedisOptions, ServerProgram } from './types.js';

/** How long a named Redis may take to answer, in milliseconds of real time. */
const reachLimitMillis = 3_000;

/**
 * Finds a Redis, or starts one for this run: the one that was named; else a server program on the PATH or in the cache
 * directory, started privately; else the distribution's own packages, fetched into the cache directory.
 *
 * @throws LaunchpadError `usage` for a url that is none, `broker-unreachable` for a named Redis that does not answer,
 * `redis-not-found` where there is none and none could be fetched or started
 * @throws Error when the signal is aborted, with its reason as the cause
 */
export async function findRedis(options: FindRedisOptions): Promise<FoundServer> {
  throwIfAborted(options.signal);
  if (options.url !== undefined) return reach(options.url);
  return startPrivateServer(await findProgram(options), options);
}

async function reach(url: string): Promise<FoundServer> {
  const address = parseRedisUrl(url);
  const answer = await ask(address, ['PING'], reachLimitMillis);
  if (answer.kind === 'none') {
    throw new LaunchpadError(
      'broker-unreachable',
      `Redis at ${address.display} can't be reached: ${answer.text}`,
      {
        hint: 'Start it, or correct --redis-url (or REDIS_URL); without both Launchpad starts a private one',
      },
    );
  }
  if (answer.kind === 'error') {
    throw new LaunchpadError('broker-unreachable', `Redis at ${address.display} refused: ${answer.text}`, {
      hint: /NOAUTH|WRONGPASS|AUTH/.test(answer.text)
        ? 'Put the right credentials into the url: redis://user:password@host:port'
        : 'Correct --redis-url (or REDIS_URL); without both Launchpad starts a private Redis',
    });
  }
  return {
    url,
    displayUrl: address.display,
    source: 'your Redis',
    isPrivate: false,
    pid: null,
    directory: null,
    died: new Promise<string>(() => undefined),
    close: () => Promise.resolve(),
  };
}

/** What was found of a server program, without fetching one. */
export interface ProgramSearch {
  /** Null: none is here. */
  readonly program: ServerProgram | null;
  /** Where it was looked for in vain, in order. */
  readonly tried: readonly string[];
  /** Why none can be fetched; null: one can be. */
  readonly whyNoFetch: string | null;
  readonly cacheDirectory: string;
}

/**
 * Looks for a server program where it may be, and for what fetching one needs.
 *
 * @throws Error when the signal is aborted, with its reason as the cause
 */
export async function searchProgram(options: Omit<FindRedisOptions, 'url'>): Promise<ProgramSearch> {
  const environment = options.environment ?? process.env;
  const cacheDirectory = options.cacheDirectory ?? defaultCacheDirectory(environment);
  const whyNoFetch =
    !options.allowDownload || environment.LAUNCHPAD_NO_DOWNLOAD === '1'
      ? 'fetching one is forbidden'
      : canFetch(environment)
        ? null
        : 'fetching one needs apt-get and dpkg (Debian, Ubuntu)';
  const onPath = findServerOnPath(environment);
  if (onPath !== null) return { program: onPath, tried: [], whyNoFetch, cacheDirectory };
  const program = await findFetchedServer(cachedTree(cacheDirectory), { ...options, environment });
  const tried = [
    'no redis-server or valkey-server on the PATH',
    ...(program === null ? [`none in ${cacheDirectory}`] : []),
  ];
  return { program, tried, whyNoFetch, cacheDirectory };
}

/**
 * Finds a server program, or fetches one.
 *
 * @throws LaunchpadError `redis-not-found`
 * @throws Error when the signal is aborted, with its reason as the cause
 */
export async function findProgram(options: Omit<FindRedisOptions, 'url'>): Promise<ServerProgram> {
  const { program, tried, whyNoFetch, cacheDirectory } = await searchProgram(options);
  if (program !== null) return program;
  if (whyNoFetch !== null) throw notFound([...tried, whyNoFetch]);
  options.log(`No Redis was found here; getting one into ${cacheDirectory}.`);
  const surroundings = { ...options, environment: options.environment ?? process.env };
  const fetched = await fetchServer(cacheDirectory, cachedTree(cacheDirectory), surroundings);
  if (!('failure' in fetched)) return fetched;
  throw notFound([...tried, `fetching one failed (${fetched.failure})`]);
}

function notFound(tried: readonly string[]): LaunchpadError {
  return new LaunchpadError('redis-not-found', `No Redis was found: ${tried.join('; ')}`, {
    hint: installHint(process.platform, readSystem()),
  });
}
