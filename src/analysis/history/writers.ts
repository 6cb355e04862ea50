import type { LedgerEvent, OpenedEvent } from '../../ledger/events.js';

/** An event with the file that it is from, as the ledger's reader hands it out. */
export interface FiledEvent {
  readonly event: LedgerEvent;
  readonly file: number;
}

/** Who writes a ledger file, by its first line. */
export interface Writer {
  readonly role: OpenedEvent['role'];
  /** 0: its file does not say. */
  readonly pid: number;
  /** The producer's, the service's or the worker's queue's name. */
  readonly name: string | null;
  readonly worker: number | null;
}

const nobody: Writer = { role: 'worker', pid: 0, name: null, worker: null };

/** The writers of a ledger's files. */
export class Writers {
  private readonly byFile = new Map<number, Writer>();
  private readonly byPid = new Map<number, number>();

  opened({ role, pid, name, worker }: OpenedEvent, file: number): void {
    this.byFile.set(file, { role, pid, name: name ?? null, worker: worker ?? null });
    this.byPid.set(pid, file);
  }

  of(file: number): Writer {
    return this.byFile.get(file) ?? nobody;
  }

  /** The file of the process that had this pid last; undefined: it wrote nothing. */
  fileOf(pid: number): number | undefined {
    return this.byPid.get(pid);
  }
}

/** `worker 1 (pid 4711)` */
export function workerName(worker: number | null, pid: number): string {
  const number = worker === null ? 'a worker' : `worker ${worker}`;
  return pid === 0 ? number : `${number} (pid ${pid})`;
}

/** `email (pid 4712)` */
export function serviceName(name: string, pid: number): string {
  return pid === 0 ? name : `${name} (pid ${pid})`;
}

/** A ledger's writer in words: `worker 1 (pid 4711)`, `order-service (pid 4712)`. */
export function writerName({ role, name, worker, pid }: Writer): string {
  return role === 'worker' ? workerName(worker, pid) : serviceName(name ?? role, pid);
}

/** How a process ended, in brackets behind a verb: `SIGKILL`, `exit code 1`. */
export function endOf({ code, signal }: { code: number | null; signal: string | null }): string {
  return signal ?? `exit code ${code}`;
}
