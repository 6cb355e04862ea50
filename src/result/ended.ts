import type { RunInfo } from './run.js';

/** Whether a run was cut short, or its ledger was: it might have gone on. */
export function endedEarly({ ended }: Pick<RunInfo, 'ended'>): boolean {
  return ['aborted', 'interrupted', 'broker-lost', 'disk-full', 'unknown'].includes(ended?.reason ?? '');
}
