import type { Accounting } from '../result/types.js';
import { known, type QueueTable } from './tables.js';

/** Where a message that the broker had ended up: the first that holds. */
export type Ending = 'effected' | 'deadLettered' | 'merged' | 'pending' | 'lost' | 'undetermined';

/** A message's best outcome; null: it was never attempted, or is not in the plan. */
export type Outcome = 'acknowledged' | 'unknown' | 'refused' | null;

/** What the producer learnt of a message. An attempt without an outcome in the ledger is one whose outcome is unknown. */
export function outcomeOf(table: QueueTable, slot: number): Outcome {
  if (slot >= table.planned || !table.has(slot, known.attempted)) return null;
  if (table.has(slot, known.acknowledged)) return 'acknowledged';
  return table.has(slot, known.unknown | known.open) ? 'unknown' : 'refused';
}

/** Where a message ended up; null: the broker never had it, as far as anybody knows. */
export function endingOf(table: QueueTable, slot: number): Ending | null {
  if (outcomeOf(table, slot) !== 'acknowledged' && !table.arrived(slot)) return null;
  if (table.has(slot, known.effected)) return 'effected';
  if (table.endedDead(slot)) return 'deadLettered';
  if (table.endedMerged(slot)) return 'merged';
  if (!table.censusComplete) return 'undetermined';
  return table.has(slot, known.censusLive) ? 'pending' : 'lost';
}

/**
 * The books of one queue (docs/words.md). Both sides of each equation are counted apart from each other, so that
 * `balanced` says something.
 */
export function accountFor(table: QueueTable): Accounting {
  const outcomes = { acknowledged: 0, unknown: 0, refused: 0 };
  const endings = { effected: 0, deadLettered: 0, merged: 0, pending: 0, lost: 0, undetermined: 0 };
  let attempted = 0;
  let dropped = 0;
  let recovered = 0;
  let neverArrived = 0;
  let unexpected = 0;
  let delivered = 0;
  let deadAfterEffect = 0;
  let redeliveryPending = 0;
  for (let slot = 0; slot < table.size; slot++) {
    const outcome = outcomeOf(table, slot);
    const arrived = table.arrived(slot);
    if (slot < table.planned) {
      if (table.has(slot, known.attempted)) attempted++;
      else dropped++;
    }
    if (outcome !== null) outcomes[outcome]++;
    if (outcome === 'unknown' && arrived) recovered++;
    if (outcome === 'unknown' && !arrived) neverArrived++;
    if ((outcome === 'refused' || outcome === null) && arrived) unexpected++;
    const ending = endingOf(table, slot);
    if (ending !== null) endings[ending]++;
    if (table.has(slot, known.started)) delivered++;
    if (ending !== 'effected') continue;
    if (table.endedDead(slot)) deadAfterEffect++;
    if (table.has(slot, known.censusLive)) redeliveryPending++;
  }
  const scheduled = table.planned;
  const { acknowledged, unknown, refused } = outcomes;
  const { effected, deadLettered, merged, pending, lost, undetermined } = endings;
  // Nothing ends a message on purpose yet: no expiry, no shedding, no filter.
  const discarded = 0;
  const ended = effected + deadLettered + discarded + merged + pending + lost + undetermined;
  return {
    scheduled,
    attempted,
    dropped,
    acknowledged,
    unknown,
    refused,
    recovered,
    unexpected,
    delivered,
    effected,
    deadLettered,
    discarded,
    merged,
    pending: table.censusComplete ? pending : null,
    lost: table.censusComplete ? lost : null,
    undetermined,
    duplicateDeliveries: table.starts.length - delivered,
    duplicateEffects: table.effects - effected,
    suppressed: table.suppressed,
    republished: table.republished,
    deadAfterEffect,
    redeliveryPending,
    balanced:
      scheduled === attempted + dropped &&
      attempted === acknowledged + unknown + refused &&
      unknown === recovered + neverArrived &&
      acknowledged + recovered + unexpected === ended,
  };
}
