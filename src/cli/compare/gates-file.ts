import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withGates } from '../../analysis/compare-runs/index.js';
import { LaunchpadError, messageOf } from '../../errors.js';
import { toJson } from '../../report/json.js';
import type { Gates } from '../../result/compare.js';
import type { Result } from '../../result/types.js';

/** `gates.json`: what came of the baseline's rules, so that a report made again says the same without the baseline. */
interface GatesFile {
  readonly schema: 'launchpad.gates/1';
  /** One, or of repeated runs one for each variant. */
  readonly gates: readonly { readonly variant: string | null; readonly gates: Gates }[];
}

const fileName = 'gates.json';

/** Keeps what came of the rules. A disk that is full by now must not keep the report from being printed. */
export function writeGates(directory: string, gates: GatesFile['gates']): void {
  const file: GatesFile = { schema: 'launchpad.gates/1', gates };
  try {
    writeFileSync(join(directory, fileName), toJson(file));
  } catch (error) {
    process.stderr.write(`What the gate said could not be written to ${directory}: ${messageOf(error)}\n`);
  }
}

/**
 * What was kept; empty: no baseline was named.
 * @throws LaunchpadError `ledger-damaged` where the file is not whole
 */
export function readGates(directory: string): GatesFile['gates'] {
  const path = join(directory, fileName);
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as Partial<GatesFile> | null;
    if (file?.schema === 'launchpad.gates/1' && Array.isArray(file.gates)) return file.gates;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw new LaunchpadError('ledger-damaged', `${path} can't be used: ${messageOf(error)}`, {
      hint: 'Take the file away, and the report is made without what the gate said.',
      cause: error,
    });
  }
  throw new LaunchpadError(
    'ledger-damaged',
    `${path} can't be used: it is not of the schema launchpad.gates/1`,
    {
      hint: 'Take the file away, and the report is made without what the gate said.',
    },
  );
}

/** A run's result with what the gate said of it at the time. */
export function withKeptGates(result: Result, directory: string): Result {
  const [kept] = readGates(directory);
  return kept === undefined ? result : withGates(result, kept.gates);
}
