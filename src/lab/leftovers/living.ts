import type { RunningProcess } from './processes.js';

/** By how much the age of a process, in whole seconds, may be wrong. */
const slackMillis = 2_000;

/**
 * Whether a process that was there at a time still is. A later one that was given the same number is another.
 * @param seenAt milliseconds since 1970
 */
export function isAlive(
  processes: readonly RunningProcess[],
  pid: number,
  seenAt: number,
  now = Date.now(),
): boolean {
  const found = processes.find((process) => process.pid === pid);
  return found !== undefined && now - found.ageSeconds * 1000 <= seenAt + slackMillis;
}
