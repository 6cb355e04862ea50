import type { ApplyFault } from './types.js';

/**
 * Brings the number of workers that are up to what is asked: starts new ones, or stops the highest-numbered gracefully. Dead
 * ones that a supervisor would start again count as down, and stay so.
 */
export const scale: ApplyFault = (pool, fault) => {
  const wanted = fault.workers === 'all' ? pool.up : fault.workers;
  pool.leaveDown();
  const workers: number[] = [];
  const pids: number[] = [];
  const note = (number: number): void => {
    workers.push(number);
    pids.push(pool.childOf(number).pid);
  };
  while (pool.up < wanted) note(pool.add().number);
  for (const number of pool.numbers('up').slice(wanted).reverse()) {
    note(number);
    pool.signal(number, 'SIGTERM');
  }
  return workers.length === 0
    ? { workers, pids, skipped: `${pool.name} had ${wanted} workers already` }
    : { workers, pids };
};
