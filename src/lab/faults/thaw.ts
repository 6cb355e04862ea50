import { type ApplyFault, signalAll, targetsOf } from './types.js';

/** SIGCONT: a frozen process goes on where it was, not knowing how long it was away. */
export const thaw: ApplyFault = (pool, fault) =>
  signalAll(pool, targetsOf(fault, pool.numbers('frozen')), 'SIGCONT', 'frozen');
