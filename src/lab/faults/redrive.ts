import type { Broker } from '../../broker/types.js';
import { LaunchpadError } from '../../errors.js';
import type { LedgerWriter } from '../../ledger/write.js';
import type { PlannedFault } from '../../plan/types.js';
import { repairedPayload } from '../payload.js';
import type { Hit } from './types.js';

/** What a redrive needs of the broker. */
export type DeadLetterBroker = Pick<Broker, 'deadLetters' | 'redrive'>;

/**
 * Puts all that is in a queue's dead-letter queue back on the queue. It is in the ledger before the broker is asked to, for
 * each message: one that did not get through is found among the dead by the census.
 * @returns how many the broker took; the reason where there was nothing, or the broker could not be asked
 */
export async function redrive(
  broker: DeadLetterBroker,
  { queue, repaired }: Pick<PlannedFault, 'queue' | 'repaired'>,
  ledger: LedgerWriter,
): Promise<Hit & { readonly messages: number }> {
  const nobody = { workers: [], pids: [] } as const;
  try {
    const dead = await broker.deadLetters(queue);
    if (dead.length === 0) return { ...nobody, messages: 0, skipped: `${queue} had no dead letters` };
    for (const { id } of dead) ledger.write({ e: 'redriven', q: queue, m: id, repaired });
    const outcomes = await broker.redrive(queue, dead, ({ payload }) =>
      repaired ? repairedPayload(payload) : payload,
    );
    const messages = outcomes.filter(({ outcome }) => outcome === 'acknowledged').length;
    const missing = outcomes.find((outcome) => 'reason' in outcome);
    return messages === 0 && missing !== undefined
      ? { ...nobody, messages, skipped: missing.reason }
      : { ...nobody, messages };
  } catch (error) {
    if (!(error instanceof LaunchpadError) || !error.code.startsWith('broker-')) throw error;
    return { ...nobody, messages: 0, skipped: error.message };
  }
}
