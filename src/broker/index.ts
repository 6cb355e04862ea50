export type { FindRedisOptions } from './drivers/bullmq/finder/types.js';
export { describeDriver, driverNames, loadDriver } from './registry.js';
export type * from './types.js';

import type { FindRedisOptions } from './drivers/bullmq/finder/types.js';
import type { FoundServer } from './types.js';

/** Finds a Redis or starts one; see `findRedis` in drivers/bullmq/finder, which is loaded for it. */
export async function findRedis(options: FindRedisOptions): Promise<FoundServer> {
  const finder = await import('./drivers/bullmq/finder/index.js');
  return finder.findRedis(options);
}
