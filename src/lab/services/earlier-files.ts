import { readdirSync } from 'node:fs';

/** The ledger files in the run's `ledger` directory whose names begin so, in the order of their names. */
export function ledgerFilesOf(directory: string, beginning: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.startsWith(beginning) && name.endsWith('.ndjson'))
      .sort();
  } catch (error) {
    // The first process of a run may find no directory yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
