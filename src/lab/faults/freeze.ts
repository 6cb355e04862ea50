import { type ApplyFault, signalAll, targetsOf } from './types.js';

/** SIGSTOP: the process stays, holds what it holds, and does nothing; as in a long pause or a blocked event loop. */
export const freeze: ApplyFault = (pool, fault) =>
  signalAll(pool, targetsOf(fault, pool.numbers('up')), 'SIGSTOP', 'running');
