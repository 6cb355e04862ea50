import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ToGuard } from './guard.js';

/**
 * Outlives the lab for a moment: when the pipe from it ends without a goodbye, the lab was killed, and everything that
 * it had started is killed too. A frozen worker could not do that for itself, and a Redis server doesn't.
 */
const pids = new Set<number>();
const directories = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as ToGuard;
  if (message.type === 'goodbye') process.exit(0);
  if (message.type === 'forget') pids.delete(message.pid);
  if (message.type === 'watch') {
    pids.add(message.pid);
    if (message.directory !== null) directories.add(message.directory);
  }
}

for (const pid of pids) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Gone by itself. Whatever else there is, the others have to be killed all the same.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') console.error(error);
  }
}
for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
