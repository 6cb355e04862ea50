import type { SuppressedEvent } from '../../ledger/events.js';
import type { QueueState } from './queue.js';
import type { WorkerProcess } from './worker.js';

/**
 * Before the work: who knows that it was done (or, where the record comes first, begun) before; null: nobody. Where the record comes
 * first, it is made by this.
 */
export function knownBy(
  { spec, store }: QueueState,
  process: WorkerProcess,
  slot: number,
): SuppressedEvent['by'] | null {
  const { idempotency } = spec;
  if (idempotency.mode === 'memory') return process.memory.has(slot) ? 'memory' : null;
  if (idempotency.mode !== 'delivery-log') return null;
  if (store[slot] === 1) return 'delivery-log';
  if (idempotency.record === 'before') store[slot] = 1;
  return null;
}

/** At the effect: whether whoever brings it about accepts it. */
export function isAccepted({ spec, store }: QueueState, slot: number): boolean {
  if (spec.idempotency.mode !== 'effect-key') return true;
  if (store[slot] === 1) return false;
  store[slot] = 1;
  return true;
}

/** Whether a record is made after the effect. */
export function recordsAfter({ spec: { idempotency } }: QueueState): boolean {
  return (
    idempotency.mode === 'memory' || (idempotency.mode === 'delivery-log' && idempotency.record === 'after')
  );
}

/** After the effect. */
export function record(
  { spec: { idempotency }, store }: QueueState,
  process: WorkerProcess,
  slot: number,
): void {
  if (idempotency.mode === 'memory') process.memory.add(slot);
  else store[slot] = 1;
}
