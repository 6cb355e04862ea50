import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expectationsCsv } from '../report/csv/expectations.js';
import { messageCsv, messagesHeader } from '../report/csv/messages.js';
import { processesCsv } from '../report/csv/processes.js';
import { seriesCsv } from '../report/csv/series.js';
import { isComparison, type Outcome } from '../result/comparison.js';
import type { MessageRow, Series } from '../result/series.js';
import type { Result } from '../result/types.js';
import { makeDirectory } from './make-directory.js';
import { directoriesFor } from './variant-directories.js';

/** Hears of a message of a run; the variant of a single run is ''. */
export type HearMessage = (variant: string, row: MessageRow) => void;

/** As many characters are gathered before they are written. */
const atOnce = 1 << 16;

/** The tables of `--csv`: those of a run in the directory itself, those of variants in one of its own each. */
export class CsvDirectory {
  private readonly variants: string[] = [];
  private readonly messages = new Map<string, { readonly file: number; text: string }>();

  constructor(private readonly path: string) {}

  /** Writes a message's row. Run by run: only one's file need be open, but all are until the end. */
  readonly hear: HearMessage = (variant, row) => {
    const to = this.messages.get(variant) ?? this.begin(variant);
    to.text += messageCsv(row);
    if (to.text.length < atOnce) return;
    writeWhole(to.file, to.text);
    to.text = '';
  };

  /** Writes the other tables, and what is left of the messages. */
  end(outcome: Outcome, series: Readonly<Record<string, Series>>): void {
    const runs = isComparison(outcome) ? Object.entries(outcome.variants) : [['', outcome] as const];
    for (const [variant, { origin }] of runs) {
      // A run without messages has a table without rows; of a prediction's messages nothing is told.
      const isTold = origin === 'measured' && series[variant] !== undefined;
      if (isTold && !this.messages.has(variant)) this.begin(variant);
    }
    this.close();
    for (const [variant, result] of runs) this.writeTables(variant, result, series[variant]);
  }

  /** Writes what is left of the messages; without an effect where that is done. */
  close(): void {
    for (const [variant, { file, text }] of this.messages) {
      this.messages.delete(variant);
      try {
        writeWhole(file, text);
      } finally {
        closeSync(file);
      }
    }
  }

  private writeTables(variant: string, result: Result, series: Series | undefined): void {
    const directory = this.directoryOf(variant);
    writeFileSync(join(directory, 'expectations.csv'), expectationsCsv(result));
    if (series === undefined) return;
    // A fluid has no processes, and what was played or run has some.
    const isFluid = result.origin === 'predicted' && series.processes.length === 0;
    const queues = Object.entries(series.queues);
    const names = directoriesFor(queues.map(([name]) => name));
    for (const [at, [, queue]] of queues.entries())
      writeFileSync(join(directory, `${names[at]?.directory ?? at}-series.csv`), seriesCsv(queue, isFluid));
    if (series.processes.length > 0) writeFileSync(join(directory, 'processes.csv'), processesCsv(series));
  }

  private begin(variant: string): { readonly file: number; text: string } {
    const file = openSync(join(this.directoryOf(variant), 'messages.csv'), 'w');
    const begun = { file, text: messagesHeader };
    this.messages.set(variant, begun);
    return begun;
  }

  /** Made where it is missing. Its name is safe, and no two variants have the same. */
  private directoryOf(variant: string): string {
    if (variant !== '' && !this.variants.includes(variant)) this.variants.push(variant);
    const own = directoriesFor(this.variants).find(({ name }) => name === variant);
    const directory = join(this.path, own?.directory ?? '');
    makeDirectory(directory);
    return directory;
  }
}

/** A write may take less than it is given. */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
