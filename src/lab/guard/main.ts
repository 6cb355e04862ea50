import { rmSync } from 'node:fs';
import type { ToGuard } from './guard.js';

/**
 * Outlives the lab for a moment: when the channel to it breaks without a goodbye, the lab was killed, and everything
 * that it had started is killed too. A frozen worker could not do that for itself, and a Redis server doesn't.
 */
const pids = new Set<number>();
const directories = new Set<string>();

process.on('message', (received) => {
  const message = received as ToGuard;
  if (message.type === 'watch') {
    pids.add(message.pid);
    if (message.directory !== null) directories.add(message.directory);
  }
  if (message.type === 'forget') pids.delete(message.pid);
  if (message.type === 'goodbye') process.exit(0);
});

process.on('disconnect', () => {
  for (const pid of pids) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') console.error(error);
    }
  }
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  process.exit(0);
});
