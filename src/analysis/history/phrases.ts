import type { CalledEvent, OutcomeEvent, StartedEvent, TurnedAwayEvent } from '../../ledger/events.js';
import type { Told } from './told.js';
import { type Writer, writerName } from './writers.js';

/** What became of a publish. */
export function outcome({ e, why }: OutcomeEvent, told: Told): string {
  told[e] = true;
  if (e === 'acknowledged') return 'acknowledged: the broker has it';
  if (e === 'merged') return 'merged: the broker has it already, and created nothing';
  const reason = why === undefined || why === '' ? '' : `: ${why}`;
  return e === 'refused' ? `refused${reason}` : `outcome unknown${reason}`;
}

/** What a call of the order service's own came to. */
export function callOutcome({ e, why = '' }: OutcomeEvent, told: Told): string {
  told[e] = true;
  // Why it failed is said already.
  const reason = why === '' || why === told.failedWhy ? '' : `: ${why}`;
  if (e === 'acknowledged') return 'acknowledged: the order service knows that it is done';
  return e === 'unknown' ? `nobody knows whether it was done${reason}` : `nothing was done by it${reason}`;
}

/** A provider has let a call in. */
export function called({ s, waiting }: CalledEvent): string {
  if (waiting === 0) return `called at ${s}`;
  return `called at ${s}, where ${waiting === 1 ? 'one call waits' : `${waiting} calls wait`} before it`;
}

/** A provider has sent a call away. */
export function turnedAway({ s }: TurnedAwayEvent): string {
  return `turned away by ${s}: its waiting room is full`;
}

/** A worker starts on the message, or the order service calls for it. */
export function started({ t, n, r }: StartedEvent, told: Told, file: number, writer: Writer): string {
  told.starts++;
  // Whoever died over it has no part in it any more.
  for (const [each, hold] of told.holds) if (hold.death !== null) told.holds.delete(each);
  told.holds.set(file, { since: t, stage: 'working', death: null });
  if (told.isDirect) {
    told.unknown = false;
    told.refused = false;
    return `called by ${writerName(writer)}${n === undefined ? '' : `, call ${n}`}`;
  }
  const nth = n === undefined ? '' : `, delivery ${n}`;
  const flag = r === true ? `, redelivered${told.starts === 1 ? ' (no worker had started it)' : ''}` : '';
  return `started by ${writerName(writer)}${nth}${flag}`;
}
