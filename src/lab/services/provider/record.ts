import { join } from 'node:path';
import type { LedgerEvent } from '../../../ledger/events.js';
import { LedgerFile } from '../../../ledger/file.js';
import { ledgerFilesOf } from '../earlier-files.js';

/** What was done for a message. Times as in the ledger. */
export interface Deeds {
  /** Calls that were let in. */
  called: number;
  readonly effects: number[];
  readonly suppressed: number[];
}

/** What a provider did, by message; that of its predecessors, as their ledgers have it, too. */
export class ProviderRecord {
  private readonly messages = new Map<string, Deeds>();

  /** What was done for the message; undefined: it was never called for. */
  find(queue: string, message: string): Deeds | undefined {
    return this.messages.get(nameOf(queue, message));
  }

  /** The same, to be added to. */
  of(queue: string, message: string): Deeds {
    const name = nameOf(queue, message);
    const known = this.messages.get(name) ?? { called: 0, effects: [], suppressed: [] };
    this.messages.set(name, known);
    return known;
  }
}

/**
 * Reads what processes of this provider wrote before, from its files in the run's ledger directory. Lines that a SIGKILL cut
 * off are passed over.
 */
export function readRecord(ledgerDirectory: string, provider: string): ProviderRecord {
  const record = new ProviderRecord();
  for (const name of ledgerFilesOf(ledgerDirectory, `provider-${provider}`)) {
    const file = new LedgerFile(join(ledgerDirectory, name));
    try {
      for (; file.head !== null; file.advance()) note(record, provider, file.head);
    } finally {
      file.close();
    }
  }
  return record;
}

function note(record: ProviderRecord, provider: string, event: LedgerEvent): void {
  if (event.e !== 'called' && event.e !== 'effect' && event.e !== 'suppressed') return;
  // The files of `email-eu` begin like those of `email`.
  if (event.s !== provider) return;
  const deeds = record.of(event.q, event.m);
  if (event.e === 'called') deeds.called++;
  else if (event.e === 'effect') deeds.effects.push(event.t);
  else deeds.suppressed.push(event.t);
}

/** Queues' names hold no blank. */
function nameOf(queue: string, message: string): string {
  return `${queue} ${message}`;
}
