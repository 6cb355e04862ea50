import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { LedgerEvent } from './events.js';
import { parseLine } from './parse.js';

interface Followed {
  readonly descriptor: number;
  readonly decoder: StringDecoder;
  rest: string;
}

/** An event with the file that it is from. */
export interface TailedEvent {
  readonly event: LedgerEvent;
  readonly file: string;
}

/** Follows the ledger of a run that is still going on. */
export class LedgerTail {
  private readonly files = new Map<string, Followed>();
  private readonly buffer = Buffer.allocUnsafe(1 << 18);

  /** @param directory the run's `ledger` directory */
  constructor(private readonly directory: string) {}

  /** All that was written since the last call, in order of time. A line that is still being written waits for the next call. */
  poll(): TailedEvent[] {
    for (const file of readdirSync(this.directory)) {
      if (this.files.has(file) || !file.endsWith('.ndjson')) continue;
      const descriptor = openSync(join(this.directory, file), 'r');
      this.files.set(file, { descriptor, decoder: new StringDecoder('utf8'), rest: '' });
    }
    const events: TailedEvent[] = [];
    for (const [file, followed] of this.files) {
      for (;;) {
        const count = readSync(followed.descriptor, this.buffer);
        if (count === 0) break;
        const lines = (followed.rest + followed.decoder.write(this.buffer.subarray(0, count))).split('\n');
        followed.rest = lines.pop() as string;
        for (const line of lines) {
          const event = parseLine(line);
          if (event !== null) events.push({ event, file });
        }
      }
    }
    return events.sort((a, b) => a.event.t - b.event.t);
  }

  close(): void {
    for (const followed of this.files.values()) closeSync(followed.descriptor);
    this.files.clear();
  }
}
