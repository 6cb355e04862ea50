import { join } from 'node:path';
import { messageOf } from '../../../errors.js';
import type { LedgerEvent } from '../../../ledger/events.js';
import { LedgerFile } from '../../../ledger/file.js';
import { orderServiceName } from '../../../result/orders.js';
import { ledgerFilesOf } from '../earlier-files.js';
import type { Identities } from './identity.js';
import { isStepEvent, type KnownOrders } from './known-orders.js';

/**
 * Learns from the ledger what earlier processes of this service took, and what became of it. What can't be read is left out:
 * lines that were cut off, and files, of which `onTrouble` is told.
 *
 * @param directory the run's `ledger` directory; it need not be there
 */
export function restoreOrders(
  directory: string,
  known: KnownOrders,
  identities: Identities,
  onTrouble: (message: string) => void,
): void {
  const files = ledgerFilesOf(directory, orderServiceName).flatMap((name) => {
    try {
      return new LedgerFile(join(directory, name));
    } catch (error) {
      onTrouble(`the ledger file ${name} can't be read: ${messageOf(error)}`);
      return [];
    }
  });
  // One process after the other wrote them.
  files.sort((a, b) => (a.head?.t ?? 0) - (b.head?.t ?? 0));
  for (const file of files) {
    for (; file.head !== null; file.advance()) replay(file.head, known, identities);
    file.close();
  }
}

function replay(event: LedgerEvent, known: KnownOrders, identities: Identities): void {
  if (event.e === 'received') {
    const { m: id, c: correlation = id } = event;
    known.take({ id, correlation, steps: identities.stepsFor(id) }, event.t);
  } else if (event.e === 'responded') {
    known.get(event.m)?.respond(event.status, event.t, event.leftOut ?? []);
  } else if (isStepEvent(event)) {
    const why = 'why' in event ? (event.why ?? null) : null;
    known.get(event.m)?.advance(event.q, event.e, event.t, why);
  }
}
