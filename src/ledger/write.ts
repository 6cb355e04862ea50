import { mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerEvent, OpenedEvent } from './events.js';

/** The run's clock: one for all processes of a host, because they share the monotonic clock. */
export class Clock {
  /** @param zero the run's zero in nanoseconds of `process.hrtime.bigint()` */
  constructor(readonly zero: bigint) {}

  /** Whole microseconds of real time since the zero. */
  now(): number {
    return Number((process.hrtime.bigint() - this.zero) / 1000n);
  }
}

/** An event without its time. */
export type Untimed<Event extends LedgerEvent = LedgerEvent> = Event extends LedgerEvent
  ? Omit<Event, 't'>
  : never;

/**
 * Appends events to one file, each with one synchronous write before `write` returns: what was written survives the
 * SIGKILL of this process. Not for two processes at once.
 */
export class LedgerWriter {
  private readonly descriptor: number;
  private isBroken = false;

  /**
   * @param directory the run's `ledger` directory; made if it is missing
   * @param file the file's name without its ending
   * @param onError called, in place of an exception, when the file system refuses a write; neither this event nor a later one is in the ledger then
   */
  constructor(
    directory: string,
    file: string,
    private readonly clock: Clock,
    header: Omit<OpenedEvent, 't' | 'e' | 'pid'>,
    private readonly onError?: (error: unknown) => void,
  ) {
    mkdirSync(directory, { recursive: true });
    this.descriptor = openSync(join(directory, `${file}.ndjson`), 'a');
    this.write({ e: 'opened', ...header, pid: process.pid });
  }

  /** Writes the event with the time now, and returns that time. Throws what the file system throws, unless there is an onError. */
  write(event: Untimed, t: number = this.clock.now()): number {
    this.append(`${JSON.stringify({ t, ...event })}\n`);
    return t;
  }

  /** As `write`, for the events of a message: names and ids need no escaping, so the line is put together by hand. */
  message(kind: string, queue: string, message: string, rest = ''): number {
    const t = this.clock.now();
    this.append(`{"t":${t},"e":"${kind}","q":"${queue}","m":"${message}"${rest}}\n`);
    return t;
  }

  private append(line: string): void {
    if (this.isBroken) return;
    try {
      this.writeAll(line);
    } catch (error) {
      if (this.onError === undefined) throw error;
      // Nothing after the gap: a census that is complete but for what didn't fit would call messages lost.
      this.isBroken = true;
      this.onError(error);
    }
  }

  private writeAll(line: string): void {
    const written = writeSync(this.descriptor, line);
    if (written === Buffer.byteLength(line)) return;
    // A short write goes on where it ended.
    const bytes = Buffer.from(line);
    for (let offset = written; offset < bytes.length; ) offset += writeSync(this.descriptor, bytes, offset);
  }
}
