import { heldConnections } from '../../../plan/entry.js';
import type { Deferred } from '../worker.js';
import type { Exchange } from './exchange.js';
import type { Owner } from './timers.js';

/** A request and who waits for its answer. */
export interface Incoming<Request, Answer> {
  readonly request: Request;
  readonly exchange: Exchange<Answer>;
}

/** What a service's process does with requests. */
export interface Program<Request, Answer> {
  /** Requests that it is at, and what it has yet to do for earlier ones. */
  readonly busy: number;
  take(incoming: Incoming<Request, Answer>): void;
  /** It is to finish what it holds; whenever it holds nothing it says `leave`. */
  close(): void;
}

/** A process of a service. */
export class ServiceProcess<Request, Answer> implements Owner {
  /** Its ledger file; −1: it has written nothing yet. */
  file = -1;
  isAlive = true;
  isFrozen = false;
  /** It was told to finish what it holds and go. */
  isClosing = false;
  /** The lab told it to go, by whatever signal; it was told to finish, so that nobody brings it back. */
  isOrdered = false;
  isDismissed = false;
  program: Program<Request, Answer> | null = null;
  readonly deferred: Deferred[] = [];
  /** What it was sent, answered or held; and what waits for a connection to it. */
  readonly open = new Set<Exchange<Answer>>();
  private held: Incoming<Request, Answer>[] = [];
  private unconnected: Incoming<Request, Answer>[] = [];

  constructor(readonly pid: number) {}

  /** Whether a connection to it can be made. */
  get listens(): boolean {
    return this.isAlive && this.program !== null && !this.isClosing;
  }

  /**
   * It is sent a request. While it is frozen that lies in its socket and is read at the thaw, also where nobody waits for it any more by
   * then; where all sockets are taken, only whoever still waits is connected at the thaw.
   */
  receive(incoming: Incoming<Request, Answer>): void {
    if (this.isFrozen && this.held.length >= heldConnections) {
      this.unconnected.push(incoming);
      return;
    }
    this.open.add(incoming.exchange);
    if (this.isFrozen) this.held.push(incoming);
    else this.program?.take(incoming);
  }

  answer(exchange: Exchange<Answer>, answer: Answer): void {
    this.open.delete(exchange);
    exchange.end({ kind: 'answered', answer });
  }

  /** It goes on after a freeze, and takes what it was sent meanwhile. */
  takeHeld(): void {
    const patient = this.unconnected.filter(({ exchange }) => exchange.isAwaited);
    for (const { exchange } of patient) this.open.add(exchange);
    const all = [...this.held, ...patient];
    this.held = [];
    this.unconnected = [];
    for (const incoming of all) if (this.isAlive) this.program?.take(incoming);
  }

  /** It is gone: whoever waits for it learns that. */
  breakOff(): void {
    for (const exchange of this.open) exchange.end({ kind: 'broken' });
    for (const { exchange } of this.unconnected) exchange.end({ kind: 'unreached' });
    this.open.clear();
  }
}
