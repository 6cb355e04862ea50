import type { Broker } from '../broker/types.js';
import type { LedgerWriter } from '../ledger/write.js';

/** Ids in one line of the ledger. */
const idsPerLine = 1000;

/**
 * Writes down every message that is still on the broker, once no worker is left. A queue that the broker can't be
 * asked about gets no `census-complete`, so that what was not found elsewhere is undetermined and not lost.
 * @returns what kept it from being complete; null: nothing
 */
export async function takeCensus(
  broker: Pick<Broker, 'census'>,
  queues: readonly string[],
  ledger: LedgerWriter,
): Promise<unknown> {
  try {
    for (const queue of queues) {
      const census = await broker.census(queue);
      for (const state of ['ready', 'inFlight', 'delayed', 'dead'] as const) {
        const ids = census[state];
        for (let i = 0; i < ids.length; i += idsPerLine) {
          ledger.write({ e: 'census', q: queue, state, m: ids.slice(i, i + idsPerLine) });
        }
      }
      ledger.write({ e: 'census-complete', q: queue });
    }
    return null;
  } catch (error) {
    return error;
  }
}
