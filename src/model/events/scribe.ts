import type {
  FailedEvent,
  LedgerEvent,
  OpenedEvent,
  OutcomeEvent,
  SettledEvent,
  SuppressedEvent,
} from '../../ledger/events.js';

/** Hears of an event and of the file that a real run would have it in. */
export type Visit = (event: LedgerEvent, file: number) => void;

/** The lab's file. */
const labFile = 0;

/** The process id of the lab; the others follow. They are made up, as nothing is started. */
const labPid = 100;

/** Says what happens, each as the process would write it that knows of it. `now` is the time in microseconds. */
export class Scribe {
  now = 0;
  private files = 0;
  private pids = labPid;

  constructor(private readonly visit: Visit) {}

  /** A process id that no other process has. */
  nextPid(): number {
    return this.pids++;
  }

  /** A process opens its file. @returns the file */
  open(header: Omit<OpenedEvent, 't' | 'e'>): number {
    const file = this.files++;
    this.visit({ t: this.now, e: 'opened', ...header }, file);
    return file;
  }

  /** An event that the lab writes. */
  lab(event: LedgerEvent): void {
    this.visit(event, labFile);
  }

  /** An event that the process of a file writes. */
  of(file: number, event: LedgerEvent): void {
    this.visit(event, file);
  }

  attempted(file: number, q: string, m: string): void {
    const t = this.now;
    this.visit({ t, e: 'attempted', q, m, due: t }, file);
  }

  outcome(file: number, e: OutcomeEvent['e'], q: string, m: string): void {
    this.visit({ t: this.now, e, q, m }, file);
  }

  started(file: number, q: string, m: string, n: number, r: boolean): void {
    this.visit({ t: this.now, e: 'started', q, m, n, r }, file);
  }

  effect(file: number, q: string, m: string): void {
    this.visit({ t: this.now, e: 'effect', q, m }, file);
  }

  suppressed(file: number, q: string, m: string, by: SuppressedEvent['by']): void {
    this.visit({ t: this.now, e: 'suppressed', q, m, by }, file);
  }

  failed(file: number, q: string, m: string, details: Pick<FailedEvent, 'why' | 'kind' | 'again'>): void {
    const { now: t } = this;
    const { why, kind, again } = details;
    if (again === undefined) this.visit({ t, e: 'failed', q, m, why, kind }, file);
    else this.visit({ t, e: 'failed', q, m, why, kind, again }, file);
  }

  settled(file: number, e: SettledEvent['e'], q: string, m: string): void {
    this.visit({ t: this.now, e, q, m }, file);
  }

  dead(file: number, q: string, m: string, why: string): void {
    this.visit({ t: this.now, e: 'dead', q, m, why }, file);
  }
}
