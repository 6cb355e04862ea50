import { hostname } from 'node:os';
import type { PrivateDirectory } from '../../broker/types.js';
import type { Leftover } from '../../result/leftovers.js';
import { isAlive } from './living.js';
import type { RunningProcess } from './processes.js';

/** A child of the lab, as a list of processes shows it (see `labMark`). */
const childForm = /\/lab\/(worker|producer|services\/[a-z-]+)\/main\.[jt]s --lab=(\d+)$/;

/** The lab's children whose lab is gone: they have another parent than the one that started them. */
export function orphans(processes: readonly RunningProcess[], user: number): Leftover[] {
  return processes.flatMap(({ pid, parent, user: owner, command }) => {
    const [, entry, lab] = childForm.exec(command) ?? [];
    if (entry === undefined || owner !== user || parent === Number(lab)) return [];
    return [{ kind: 'process', pid, what: entry.replace('services/', '') }];
  });
}

/** The private servers whose owner is gone, with the server where it still runs. */
export function abandonedServers(
  directories: readonly PrivateDirectory[],
  processes: readonly RunningProcess[],
  user: number,
): Leftover[] {
  return directories
    .filter(
      ({ host, ownerPid, startedAt }) => host === hostname() && !isAlive(processes, ownerPid, startedAt),
    )
    .map(({ directory, port, startedAt }) => {
      // Redis and Valkey write where they listen over their command line.
      const title = new RegExp(`-server 127\\.0\\.0\\.1:${port}( |$)`);
      const server = processes.find(
        (process) =>
          process.user === user &&
          title.test(process.command) &&
          isAlive(processes, process.pid, startedAt + 10_000),
      );
      return { kind: 'server', directory, pid: server?.pid ?? null };
    });
}
