import { type ApplyFault, signalAll, targetsOf } from './types.js';

/** SIGKILL: the worker is gone at once, with whatever it held. Frozen workers die too. */
export const kill: ApplyFault = (pool, fault) => {
  const alive = [...pool.numbers('up'), ...pool.numbers('frozen')];
  return signalAll(pool, targetsOf(fault, alive), 'SIGKILL', `no worker of ${pool.queue} was running`);
};
