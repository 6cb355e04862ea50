import type { Accounting } from '../result/types.js';
import { known, type QueueTable } from './tables.js';
import type { Tally } from './tally.js';

/** Where a message that the broker had ended up: the first that holds. */
type Ending = 'effected' | 'deadLettered' | 'merged' | 'pending' | 'lost' | 'undetermined';

/** A message's best outcome; null: it was never attempted, or was not to come. */
type Outcome = 'acknowledged' | 'unknown' | 'refused' | null;

/** What the producer learnt of a message. An attempt without an outcome in the ledger is one whose outcome is unknown. */
export function outcomeOf(table: QueueTable, slot: number): Outcome {
  if (!table.has(slot, known.due) || !table.has(slot, known.attempted)) return null;
  if (table.has(slot, known.acknowledged)) return 'acknowledged';
  return table.has(slot, known.unknown | known.open) ? 'unknown' : 'refused';
}

/** Where a message ended up; null: the broker never had it, as far as anybody knows. */
export function endingOf(table: QueueTable, slot: number): Ending | null {
  if (outcomeOf(table, slot) !== 'acknowledged' && !table.arrived(slot)) return null;
  if (table.hadEffect(slot)) return 'effected';
  if (table.endedDead(slot)) return 'deadLettered';
  if (table.endedMerged(slot)) return 'merged';
  if (!table.censusComplete) return 'undetermined';
  return table.has(slot, known.censusLive) ? 'pending' : 'lost';
}

/**
 * The books of one queue (docs/words.md). The classes are summed up from the table. They balance where the equations
 * hold between them and what was counted from the events apart from it, so that a message or an event that one of the
 * two has lost or has twice shows.
 */
export function accountFor(table: QueueTable, tally: Tally): Accounting {
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
  let live = 0;
  let dead = 0;
  let scheduled = 0;
  let recordedEffects = 0;
  for (let slot = 0; slot < table.size; slot++) {
    const outcome = outcomeOf(table, slot);
    const arrived = table.arrived(slot);
    if (table.has(slot, known.due)) {
      scheduled++;
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
    if (table.has(slot, known.effected)) recordedEffects++;
    if (table.has(slot, known.censusLive)) live++;
    if (table.has(slot, known.censusDead | known.censusDeadLetter)) dead++;
    if (ending !== 'effected') continue;
    if (table.endedDead(slot)) deadAfterEffect++;
    if (table.has(slot, known.censusLive)) redeliveryPending++;
  }
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
    lost: table.censusComplete || undetermined === 0 ? lost : null,
    undetermined,
    duplicateDeliveries: table.starts.length - delivered,
    duplicateEffects: table.effects - recordedEffects,
    suppressed: table.suppressed,
    republished: table.republished,
    deadAfterEffect,
    redeliveryPending,
    balanced:
      tally.scheduled === scheduled &&
      scheduled === attempted + dropped &&
      tally.attempted === attempted &&
      tally.attempted === acknowledged + unknown + refused &&
      tally.acknowledged === acknowledged &&
      unknown === recovered + neverArrived &&
      tally.had === acknowledged + recovered + unexpected &&
      tally.had === ended &&
      tally.started === delivered &&
      tally.effected === effected &&
      tally.live === live &&
      tally.dead === dead &&
      tally.repeatedAttempts === table.republished &&
      tally.starts === table.starts.length &&
      tally.effects === table.effects &&
      tally.repeatedEffects === table.effects - recordedEffects,
  };
}
