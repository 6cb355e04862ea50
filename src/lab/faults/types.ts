import type { PlannedFault } from '../../plan/types.js';
import type { WorkerPool } from '../workers.js';

/** What a fault really hit; an empty list of workers has a reason. */
export interface Hit {
  readonly workers: readonly number[];
  readonly pids: readonly number[];
  readonly skipped?: string;
}

/** How a kind of fault that befalls workers is done. */
export type ApplyFault = (pool: WorkerPool, fault: PlannedFault) => Hit;

/** The first of the candidates, as many as the fault asks for. */
export function targetsOf(fault: PlannedFault, candidates: readonly number[]): readonly number[] {
  return fault.workers === 'all' ? candidates : candidates.slice(0, fault.workers);
}

/** Sends a signal to each, and says who that was; the reason where there was nobody. */
export function signalAll(
  pool: WorkerPool,
  targets: readonly number[],
  signal: Parameters<WorkerPool['signal']>[1],
  skipped: string,
): Hit {
  const pids = targets.map((number) => pool.childOf(number).pid);
  for (const number of targets) pool.signal(number, signal);
  return targets.length === 0 ? { workers: [], pids: [], skipped } : { workers: targets, pids };
}
