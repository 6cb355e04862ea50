import { type ApplyFault, signalAll, targetsOf } from './types.js';

/** SIGKILL: the process is gone at once, with whatever it held. Frozen ones die too. */
export const kill: ApplyFault = (pool, fault) => {
  const alive = [...pool.numbers('up'), ...pool.numbers('frozen')];
  return signalAll(pool, targetsOf(fault, alive), 'SIGKILL', 'running');
};
