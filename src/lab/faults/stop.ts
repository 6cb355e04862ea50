import { type ApplyFault, signalAll, targetsOf } from './types.js';

/** SIGTERM: the process takes nothing new, finishes what it holds and goes. */
export const stop: ApplyFault = (pool, fault) =>
  signalAll(pool, targetsOf(fault, pool.numbers('up')), 'SIGTERM', 'running');
