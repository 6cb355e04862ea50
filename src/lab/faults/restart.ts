import { type ApplyFault, nobody, targetsOf } from './types.js';

/** A new process in the place of each that is down. */
export const restart: ApplyFault = (pool, fault) => {
  const targets = targetsOf(fault, pool.numbers('down'));
  for (const number of targets) pool.restart(number);
  const pids = targets.map((number) => pool.childOf(number).pid);
  return targets.length === 0
    ? { workers: [], pids: [], skipped: nobody(pool, 'down') }
    : { workers: targets, pids };
};
