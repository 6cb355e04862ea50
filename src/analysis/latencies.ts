import type { QueueResult } from '../result/types.js';
import { sortKnown, waitQuantilesOf } from './quantiles.js';
import type { QueueTable } from './tables.js';

/** The times of one queue. */
type Latencies = Pick<QueueResult, 'waitSeconds' | 'workSeconds' | 'endToEndSeconds'>;

/**
 * Waits (arrival to first start), work (start to effect, of the delivery that had the message's first effect) and
 * end-to-end times (arrival to first effect). To spare memory it uses up the table's columns `work` and `lastSettled`.
 */
export function latenciesOf(table: QueueTable, seconds: (micros: number) => number): Latencies {
  const scratch = table.lastSettled.subarray(0, table.size);
  const { arrival, firstStart, done } = table;
  for (let slot = 0; slot < table.size; slot++) {
    scratch[slot] = (firstStart[slot] as number) - (arrival[slot] as number);
  }
  const waitSeconds = waitQuantilesOf(sortKnown(scratch), seconds);
  for (let slot = 0; slot < table.size; slot++) {
    scratch[slot] = table.hadEffect(slot) ? (done[slot] as number) - (arrival[slot] as number) : Number.NaN;
  }
  const endToEndSeconds = waitQuantilesOf(sortKnown(scratch), seconds);
  const workSeconds = waitQuantilesOf(sortKnown(table.work.subarray(0, table.size)), seconds);
  return { waitSeconds, workSeconds, endToEndSeconds };
}
