import type { RunInfo } from './run.js';

/** Whether a run was cut short: it might have gone on. */
export function endedEarly({ ended }: Pick<RunInfo, 'ended'>): boolean {
  return ['aborted', 'interrupted', 'broker-lost', 'disk-full'].includes(ended?.reason ?? '');
}
