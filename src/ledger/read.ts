import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchpadError, messageOf } from '../errors.js';
import type { LedgerEvent } from './events.js';
import { LedgerFile } from './file.js';

/** What was read. */
export interface LedgerSummary {
  /** The files' names, in order of their index. */
  readonly files: readonly string[];
  readonly events: number;
  /** Last lines that were cut off. */
  readonly tornLines: number;
  /** Other lines that could not be read. */
  readonly damagedLines: number;
  /** The indices of the files whose last line was cut off. */
  readonly torn: readonly number[];
  /** The other lines that could not be read, of each file that has any, by its index. */
  readonly damaged: ReadonlyMap<number, number>;
}

/** Kinds of event along a message's life: of those with the same time, the cause comes first. */
const causes = [
  'opened',
  'run',
  'ready',
  'posted',
  'received',
  'rejected',
  'breaker',
  'attempted',
  'acknowledged',
  'merged',
  'unknown',
  'refused',
  'redriven',
  'started',
  'called',
  'turned-away',
  'effect',
  'suppressed',
  'failed',
  'settled',
  'lost-lock',
  'settle-unknown',
  'dead',
  'dead-lettered',
  'responded',
  'answered',
  'unanswered',
  'fell-over',
  'fault',
  'exited',
  'supervised',
  'broker-lost',
  'broker-back',
  'depth',
  'ended',
  'census',
  'census-complete',
] as const satisfies readonly LedgerEvent['e'][];
const rankOf = new Map<(typeof causes)[number], number>(causes.map((kind, rank) => [kind, rank]));

/**
 * Reads all files of a ledger as one stream in order of time; ties by cause, then file name, then line. Within a file
 * lines keep their order: one whose time lies before its predecessor's comes right after it.
 *
 * @param directory the run's `ledger` directory
 * @param visit called for each event, with the index of its file
 * @throws LaunchpadError `ledger-damaged` where there is nothing that can be read
 */
export function readLedger(
  directory: string,
  visit: (event: LedgerEvent, file: number) => void,
): LedgerSummary {
  const names = filesOf(directory);
  const files = names.map((name) => open(directory, name));
  try {
    const events = merge(files, visit);
    if (events === 0) throw damaged(`The ledger ${directory} has no line that can be read`);
    return {
      files: names,
      events,
      tornLines: files.reduce((sum, file) => sum + file.tornLines, 0),
      damagedLines: files.reduce((sum, file) => sum + file.damagedLines, 0),
      torn: files.flatMap((file, index) => (file.tornLines > 0 ? [index] : [])),
      damaged: new Map(
        files.flatMap(({ damagedLines }, index) =>
          damagedLines > 0 ? [[index, damagedLines] as const] : [],
        ),
      ),
    };
  } finally {
    for (const file of files) file.close();
  }
}

function merge(files: readonly LedgerFile[], visit: (event: LedgerEvent, file: number) => void): number {
  const left = files.map((file, index) => ({ file, index })).filter(({ file }) => file.head !== null);
  let events = 0;
  while (left.length > 0) {
    let first = left[0]!;
    for (let i = 1; i < left.length; i++) if (isBefore(left[i]!.file, first.file)) first = left[i]!;
    visit(first.file.head as LedgerEvent, first.index);
    events++;
    first.file.advance();
    if (first.file.head === null) left.splice(left.indexOf(first), 1);
  }
  return events;
}

/** Whether the first one's next event comes before the second one's, of two files in order of their names. */
function isBefore(one: LedgerFile, other: LedgerFile): boolean {
  const a = one.head as LedgerEvent;
  const b = other.head as LedgerEvent;
  return a.t === b.t ? (rankOf.get(a.e) as number) < (rankOf.get(b.e) as number) : a.t < b.t;
}

function filesOf(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.ndjson'))
      .sort();
  } catch (error) {
    throw damaged(`The ledger ${directory} can't be read: ${messageOf(error)}`, error);
  }
}

function open(directory: string, name: string): LedgerFile {
  try {
    return new LedgerFile(join(directory, name));
  } catch (error) {
    throw damaged(`The ledger file ${join(directory, name)} can't be read: ${messageOf(error)}`, error);
  }
}

function damaged(message: string, cause?: unknown): LaunchpadError {
  return new LaunchpadError('ledger-damaged', message, {
    hint: 'A run directory has a folder `ledger` with one .ndjson file per process (docs/ledger.md).',
    cause,
  });
}
