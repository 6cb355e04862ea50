import { LaunchpadError } from '../errors.js';
import { capabilities as bullmq } from './drivers/bullmq/capabilities.js';
import type { Capabilities, Driver } from './types.js';

interface Entry {
  readonly capabilities: Capabilities;
  readonly load: () => Promise<Driver>;
}

const drivers: ReadonlyMap<string, Entry> = new Map([
  ['bullmq', { capabilities: bullmq, load: async () => (await import('./drivers/bullmq/index.js')).driver }],
]);

/** The names of the drivers that there are. */
export function driverNames(): string[] {
  return [...drivers.keys()];
}

/**
 * What a driver can do, without loading it.
 *
 * @throws LaunchpadError `usage` for an unknown name
 */
export function describeDriver(name: string): Capabilities {
  return entryOf(name).capabilities;
}

/**
 * Loads a driver, and with it its broker's client library.
 *
 * @throws LaunchpadError `usage` for an unknown name
 */
export async function loadDriver(name: string): Promise<Driver> {
  return entryOf(name).load();
}

function entryOf(name: string): Entry {
  const entry = drivers.get(name);
  if (entry !== undefined) return entry;
  throw new LaunchpadError('usage', `There is no broker ${name}`, {
    hint: `There is: ${driverNames().join(', ')}`,
  });
}
