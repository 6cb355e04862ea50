import type { OutgoingMessage, PublishOutcome } from '../broker/types.js';
import { LaunchpadError } from '../errors.js';
import type { LedgerWriter } from '../ledger/write.js';

/** What a process needs of the broker to publish. */
export type Publish = (queue: string, messages: readonly OutgoingMessage[]) => Promise<PublishOutcome[]>;

/**
 * Writes down what became of a publish.
 * @throws LaunchpadError `internal` where the driver gave none
 */
export function writeOutcome(
  ledger: LedgerWriter,
  queue: string,
  id: string,
  outcome: PublishOutcome | undefined,
): PublishOutcome {
  if (outcome === undefined)
    throw new LaunchpadError('internal', `The driver gave no outcome for ${id} on ${queue}`);
  if ('reason' in outcome) ledger.write({ e: outcome.outcome, q: queue, m: id, why: outcome.reason });
  else ledger.message(outcome.outcome, queue, id);
  return outcome;
}
