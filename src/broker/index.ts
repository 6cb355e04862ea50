export { privateDirectories } from './drivers/bullmq/finder/owner.js';
export type { FindRedisOptions } from './drivers/bullmq/finder/types.js';
export { describeDriver, driverNames, loadDriver } from './registry.js';
export type * from './types.js';

import type { ProgramSearch } from './drivers/bullmq/finder/index.js';
import type { FindRedisOptions } from './drivers/bullmq/finder/types.js';
import type { FoundServer, KeyLeftovers } from './types.js';

/** Finds a Redis or starts one; see `findRedis` in drivers/bullmq/finder, which is loaded for it. */
export async function findRedis(options: FindRedisOptions): Promise<FoundServer> {
  const finder = await import('./drivers/bullmq/finder/index.js');
  return finder.findRedis(options);
}

/**
 * Looks at what runs have left on a Redis of the user's; the client library is loaded for it.
 * @throws LaunchpadError `usage` for a url that is none
 */
export async function keyLeftovers(url: string): Promise<KeyLeftovers> {
  const { RedisLeftovers } = await import('./drivers/bullmq/leftovers.js');
  return new RedisLeftovers(url);
}

/** Looks for a Redis server program as findRedis does, without fetching or starting one. */
export async function searchRedis(options: Omit<FindRedisOptions, 'url'>): Promise<ProgramSearch> {
  const finder = await import('./drivers/bullmq/finder/index.js');
  return finder.searchProgram(options);
}
