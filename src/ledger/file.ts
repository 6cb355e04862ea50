import { closeSync, openSync, readSync } from 'node:fs';
import type { LedgerEvent } from './events.js';
import { HotParser, parseLine } from './parse.js';

const chunkBytes = 1 << 18;

/** One ledger file, read event by event through a buffer that grows only for a line that is longer than it. */
export class LedgerFile {
  /** The event that is next; null: there is none any more. */
  head: LedgerEvent | null = null;
  /** 1 where the last line was cut off, as a SIGKILL or a full disk does. */
  tornLines = 0;
  /** Other lines that could not be read. */
  damagedLines = 0;
  private readonly descriptor: number;
  private readonly hot = new HotParser();
  private buffer = Buffer.allocUnsafe(chunkBytes);
  private filled = 0;
  /** The buffer's content, one character per byte. */
  private text = '';
  private at = 0;

  /** Opens the file and reads its first event. Throws what the file system throws. */
  constructor(path: string) {
    this.descriptor = openSync(path, 'r');
    this.advance();
  }

  /** Puts the next event into `head`. */
  advance(): void {
    for (;;) {
      const end = this.text.indexOf('\n', this.at);
      if (end >= 0) {
        const start = this.at;
        this.at = end + 1;
        this.head = this.parse(start, end);
        if (this.head !== null) return;
        if (this.isText(start, end)) this.damagedLines++;
      } else if (!this.refill()) {
        const start = this.at;
        this.at = this.filled;
        this.head = this.parse(start, this.filled);
        if (this.head === null && this.isText(start, this.filled)) this.tornLines = 1;
        return;
      }
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private parse(start: number, end: number): LedgerEvent | null {
    return this.hot.parse(this.text, start, end) ?? parseLine(this.buffer.toString('utf8', start, end));
  }

  private isText(start: number, end: number): boolean {
    return this.text.slice(start, end).trim() !== '';
  }

  /** Reads more behind what is left of the buffer; false: the file is at its end. */
  private refill(): boolean {
    const left = this.filled - this.at;
    const source = this.buffer;
    if (left === source.length) this.buffer = Buffer.allocUnsafe(source.length * 2);
    source.copy(this.buffer, 0, this.at, this.filled);
    const count = readSync(this.descriptor, this.buffer, left, this.buffer.length - left, null);
    this.filled = left + count;
    this.text = this.buffer.toString('latin1', 0, this.filled);
    this.at = 0;
    return count > 0;
  }
}
