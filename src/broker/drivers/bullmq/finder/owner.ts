import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PrivateDirectory } from '../../../types.js';

/** What the temporary directories of private servers begin with. */
export const directoryPrefix = 'launchpad-redis-';

const fileName = 'owner.json';

/** Writes down whose directory it is, before there is a server in it. */
export function markOwner(directory: string, port: number): void {
  const owner = { ownerPid: process.pid, host: hostname(), startedAt: Date.now(), port };
  writeFileSync(join(directory, fileName), `${JSON.stringify(owner)}\n`);
}

/** The directories of all private servers that there are. One that does not say whose it is is nobody's business. */
export function privateDirectories(place = tmpdir()): PrivateDirectory[] {
  return readdirSync(place)
    .filter((name) => name.startsWith(directoryPrefix))
    .flatMap((name) => {
      const directory = join(place, name);
      const owner = readOwner(join(directory, fileName));
      return owner === null ? [] : [{ directory, ...owner }];
    });
}

function readOwner(file: string): Omit<PrivateDirectory, 'directory'> | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Another user's, another program's, or just being removed.
    return null;
  }
  try {
    const owner = JSON.parse(text) as Omit<PrivateDirectory, 'directory'>;
    const isWhole = [owner.ownerPid, owner.startedAt, owner.port].every(Number.isSafeInteger);
    return isWhole && typeof owner.host === 'string' ? owner : null;
  } catch {
    // Its owner was killed while it wrote.
    return null;
  }
}
