import type { Delivery } from '../../broker/types.js';
import type { Clock, LedgerWriter } from '../../ledger/write.js';
import { idBehind } from '../../plan/messages.js';
import { type Publish, writeOutcome } from '../outcomes.js';
import { correlationOf, payloadOf } from '../payload.js';
import type { Gate } from './gate.js';

/**
 * Publishes a message on to the next queues, one after the other, and writes down each attempt and its outcome.
 * @returns why it could not be passed on (those before it have it); null: the broker has all
 */
export async function publishOn(
  { id: message, payload }: Pick<Delivery, 'id' | 'payload'>,
  queue: string,
  targets: readonly string[],
  { publish, ledger, clock, gate }: { publish: Publish; ledger: LedgerWriter; clock: Clock; gate: Gate },
): Promise<string | null> {
  const id = idBehind(message, queue);
  const onward = payloadOf(id, correlationOf(payload, message));
  for (const target of targets) {
    await gate.still();
    const due = clock.now();
    ledger.message('attempted', target, id, `,"due":${due}`);
    // How often other deliveries, in whatever process, have published it before can't be known here: the clock tells the copies apart.
    const [outcome] = await publish(target, [{ id, payload: onward, copy: Math.max(1, due) }]);
    const known = writeOutcome(ledger, target, id, outcome);
    if ('reason' in known) return `could not publish on to ${target}: ${known.reason}`;
  }
  return null;
}
