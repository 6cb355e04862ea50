import type { PlannedFault } from '../../plan/types.js';
import type { ProcessPool } from '../pool.js';

/** What a fault really hit; an empty list of workers has a reason. */
export interface Hit {
  readonly workers: readonly number[];
  readonly pids: readonly number[];
  readonly skipped?: string;
}

/** How a kind of fault that befalls processes is done. */
export type ApplyFault = (pool: ProcessPool, fault: PlannedFault) => Hit;

/** The first of the candidates, as many as the fault asks for. */
export function targetsOf(fault: PlannedFault, candidates: readonly number[]): readonly number[] {
  return fault.workers === 'all' ? candidates : candidates.slice(0, fault.workers);
}

/** Sends a signal to each, and says who that was; the reason where nobody was as they have to be for it. */
export function signalAll(
  pool: ProcessPool,
  targets: readonly number[],
  signal: Parameters<ProcessPool['signal']>[1],
  needed: Parameters<typeof nobody>[1],
): Hit {
  const pids = targets.map((number) => pool.childOf(number).pid);
  for (const number of targets) pool.signal(number, signal);
  return targets.length === 0
    ? { workers: [], pids: [], skipped: nobody(pool, needed) }
    : { workers: targets, pids };
}

/** Why nobody was hit: `no worker of emails was running`, `email was not down`. */
export function nobody(
  { role, name }: Pick<ProcessPool, 'role' | 'name'>,
  needed: 'running' | 'down' | 'frozen',
): string {
  return role === 'worker' ? `no worker of ${name} was ${needed}` : `${name} was not ${needed}`;
}
