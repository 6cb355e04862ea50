import type { AttemptedEvent, LedgerEvent, StartedEvent } from './events.js';
import { isEvent } from './shape.js';

type PlainKind = 'acknowledged' | 'effect' | 'settled';

const quote = 34;
const backslash = 92;

/**
 * Parses the lines that make up nearly all of a ledger, spelt exactly as the writer prints them, several times faster
 * than JSON.parse. Every other spelling is left to parseLine.
 */
export class HotParser {
  private text = '';
  private at = 0;
  private queue = '';

  /**
   * @param text one character per byte, so that positions agree with the file's
   * @param start the line's first character
   * @param end behind its last
   * @returns null: not one of the hot shapes, which says nothing about whether it is an event
   */
  parse(text: string, start: number, end: number): LedgerEvent | null {
    this.text = text;
    this.at = start;
    if (!this.skip('{"t":')) return null;
    const t = this.number();
    if (t === null || !this.skip(',"e":"')) return null;
    const kind = this.kind();
    if (kind === null || !this.skip('","q":"')) return null;
    const q = this.queueName();
    if (q === null || !this.skip(',"m":"')) return null;
    const m = this.string();
    if (m === null) return null;
    let event: LedgerEvent | null;
    if (kind === 'attempted') event = this.attempted(t, q, m);
    else if (kind === 'started') event = this.started(t, q, m);
    else event = { t, e: kind, q, m };
    return this.skip('}') && this.at === end ? event : null;
  }

  private attempted(t: number, q: string, m: string): AttemptedEvent | null {
    if (!this.skip(',"due":')) return null;
    const due = this.number();
    return due === null ? null : { t, e: 'attempted', q, m, due };
  }

  private started(t: number, q: string, m: string): StartedEvent | null {
    if (!this.skip(',"n":')) return { t, e: 'started', q, m };
    const n = this.number();
    if (n === null) return null;
    if (!this.skip(',"r":')) return { t, e: 'started', q, m, n };
    if (this.skip('false')) return { t, e: 'started', q, m, n, r: false };
    return this.skip('true') ? { t, e: 'started', q, m, n, r: true } : null;
  }

  private kind(): PlainKind | 'attempted' | 'started' | null {
    if (this.skip('started')) return 'started';
    if (this.skip('effect')) return 'effect';
    if (this.skip('settled')) return 'settled';
    if (this.skip('attempted')) return 'attempted';
    return this.skip('acknowledged') ? 'acknowledged' : null;
  }

  private skip(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** A whole number of at most 15 digits, which are exact. */
  private number(): number | null {
    const start = this.at;
    let value = 0;
    for (; ; this.at++) {
      const digit = this.text.charCodeAt(this.at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const digits = this.at - start;
    const leadingZero = digits > 1 && this.text.charCodeAt(start) === 48;
    return digits === 0 || digits > 15 || leadingZero ? null : value;
  }

  /** As string, but mostly it is the one before: then no new string is made. */
  private queueName(): string | null {
    const end = this.at + this.queue.length;
    if (
      this.queue !== '' &&
      this.text.charCodeAt(end) === quote &&
      this.text.startsWith(this.queue, this.at)
    ) {
      this.at = end + 1;
      return this.queue;
    }
    const name = this.string();
    if (name !== null) this.queue = name;
    return name;
  }

  /** Up to and over the closing quote; printable ASCII without escapes only. */
  private string(): string | null {
    const start = this.at;
    for (; ; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === quote) break;
      if (!(code >= 32 && code <= 126) || code === backslash) return null;
    }
    return this.text.slice(start, this.at++);
  }
}

/** Parses any spelling of an event; null: this is none. */
export function parseLine(line: string): LedgerEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
