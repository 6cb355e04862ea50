import type { AttemptedEvent, OutcomeEvent } from '../ledger/events.js';
import type { RepublishLog } from './republished.js';
import { known, type QueueTable } from './tables.js';

/** Where publishes are noted. */
interface Publishes {
  readonly table: QueueTable;
  readonly republishes: RepublishLog;
}

/** Notes that a publish of a message is tried. */
export function attempted({ table, republishes }: Publishes, slot: number, { t, due }: AttemptedEvent): void {
  const isFirst = !table.has(slot, known.attempted);
  if (isFirst) table.lag[slot] = t - due;
  else {
    table.republished++;
    republishes.attempted(slot, t, table.arrival[slot] as number);
  }
  // An attempt that was followed by another without an outcome in between never gets one.
  if (table.has(slot, known.open)) table.set(slot, known.unknown);
  // An attempt that may have taken effect stays the arrival.
  if (isFirst || !table.has(slot, known.acknowledged | known.unknown)) {
    table.arrival[slot] = t;
    table.confirm[slot] = t - due;
    // A call that came to nothing before this was no start of what arrives now.
    if (!isFirst) table.firstStart[slot] = Number.NaN;
  }
  table.set(slot, known.attempted | known.open);
}

/** Notes what came of a message's latest publish. */
export function outcome({ table, republishes }: Publishes, slot: number, { t, e }: OutcomeEvent): void {
  table.clear(slot, known.open);
  if (e === 'refused' || e === 'unknown') {
    table.set(slot, known[e]);
    return;
  }
  if (!table.has(slot, known.acknowledged)) {
    table.confirm[slot] = (table.confirm[slot] as number) + t - (table.arrival[slot] as number);
  }
  table.set(slot, known.acknowledged | (e === 'merged' ? known.merged : known.created));
  if (e !== 'merged') return;
  republishes.merged(slot);
  const isAnother = table.has(slot, known.created | known.unknown);
  if (!isAnother && Number.isNaN(table.done[slot] as number)) table.done[slot] = t;
}
