import { join } from 'node:path';
import type { LedgerWriter, Untimed } from '../ledger/write.js';
import { Child, type ChildExit, endWithin, whyOf } from './child.js';
import type { Guard } from './guard/guard.js';
import type { Setup } from './protocol.js';
import { Supervisor } from './supervisor.js';

/** What every process of a run is started with. */
export interface ProcessOptions {
  readonly logDirectory: string;
  readonly guard: Guard;
  /** Called when a process can't go on and says why. */
  readonly onFailure: (message: string, diskFull: boolean) => void;
  /** Starts a process; absent: a real one. */
  readonly startChild?: (entry: string, outputFile: string) => Child;
}

/** What is particular to the processes of one pool. */
export interface PoolSpec {
  /** The queue's or the service's name. */
  readonly name: string;
  readonly role: 'worker' | 'provider' | 'order-service';
  /** How many it begins with. */
  readonly size: number;
  readonly supervision: Supervision | null;
  readonly processOf: (number: number, generation: number) => ProcessSpec;
}

/** What brings dead processes back. */
export interface Supervision {
  /** From a death to the new process, in real milliseconds. */
  readonly delayMillis: number;
  /** Whether those that were killed by order are brought back, too. Those that were told to finish and go never are. */
  readonly afterOrderedKill: boolean;
}

/** One process of a pool. */
export interface ProcessSpec {
  /** The entry file below src/lab, without its ending: `worker/main`. */
  readonly entry: string;
  /** What its ledger file and its output are called, without ending. */
  readonly file: string;
  readonly setup: Setup;
}

/** A process's place in its pool; it keeps its number over restarts. */
interface Slot {
  readonly number: number;
  generation: number;
  state: 'up' | 'frozen' | 'down';
  child: Child;
}

/** The processes that do the same: the workers of one queue, or a service, which is a pool of one. */
export class ProcessPool {
  readonly name: string;
  readonly role: PoolSpec['role'];
  private readonly slots: Slot[] = [];
  /** Every process that has not exited yet, among them those that are finishing what they hold. */
  private readonly living = new Set<Child>();
  private readonly ordered = new Set<Child>();
  /** Those that were told to finish and go: no supervisor brings them back. */
  private readonly dismissed = new Set<Child>();
  private readonly supervisor: Supervisor;
  private ledger: LedgerWriter | null = null;
  private zero: bigint | null = null;
  /** What happened before there was a ledger, with the monotonic time in nanoseconds. */
  private readonly beforeZero: { readonly event: Untimed; readonly at: bigint }[] = [];

  constructor(
    private readonly spec: PoolSpec,
    private readonly options: ProcessOptions,
  ) {
    this.name = spec.name;
    this.role = spec.role;
    this.supervisor = new Supervisor(spec.supervision?.delayMillis ?? null, (number) => {
      // As with a restart that is ordered, making the process is a part of it.
      const commanded = process.hrtime.bigint();
      this.restart(number);
      const { pid } = this.childOf(number);
      this.note({ e: 'supervised', q: this.name, worker: number, pid, up: this.up }, commanded);
    });
  }

  /** Processes that are up: started, and not killed, stopped or frozen; whether they are ready doesn't matter. */
  get up(): number {
    return this.numbers('up').length;
  }

  /** Processes that still run, frozen and finishing ones included. */
  get running(): number {
    return this.living.size;
  }

  /** Dead processes that the supervisor is going to start again. */
  get pending(): number {
    return this.supervisor.pending;
  }

  /** Whether any process works, or is going to; frozen ones don't. */
  get isServed(): boolean {
    return this.up > 0 || this.pending > 0 || this.running > this.numbers('frozen').length;
  }

  /** The processes that run and are not frozen, finishing ones included. */
  get working(): Child[] {
    const frozen = this.frozen();
    return [...this.living].filter((child) => !frozen.has(child));
  }

  /** Numbers of the processes in that state, the lowest first. */
  numbers(state: Slot['state']): number[] {
    return this.slots.filter((slot) => slot.state === state).map((slot) => slot.number);
  }

  /** The process with that number. */
  childOf(number: number): Child {
    return this.slot(number).child;
  }

  /**
   * Starts the processes that the pool begins with.
   * @returns resolves when all are ready, with how one of them exited where one isn't, and what it said
   */
  async startAll(): Promise<string | null> {
    const started = Array.from({ length: this.spec.size }, () => this.add());
    const ready = await Promise.all(started.map(({ child }) => child.next('ready')));
    const missing = started.find((_, i) => ready[i] === null);
    if (missing === undefined) return null;
    const { failure } = missing.child;
    const why = failure === undefined ? '' : `: ${failure}`;
    return `${this.wordFor(missing.number)} exited before it was ready${why}`;
  }

  /** The processes that have not said that they are ready: `worker 1 of emails`, `the provider email`. */
  notReady(): string[] {
    return this.slots.filter(({ child }) => !child.isReady).map(({ number }) => this.wordFor(number));
  }

  /** Gives every process the clock, and resolves when all have it. From now on the pool writes to the ledger. */
  async arm(zero: bigint, ledger: LedgerWriter): Promise<void> {
    this.zero = zero;
    this.ledger = ledger;
    for (const { event, at } of this.beforeZero) this.note(event, at);
    const armed = [...this.living].map((child) => child.next('armed'));
    for (const child of this.living) child.send({ type: 'clock', zero: zero.toString() });
    await Promise.all(armed);
  }

  /** Starts a further process. */
  add(): Slot {
    const number = this.slots.length + 1;
    const slot: Slot = { number, generation: 1, state: 'up', child: this.spawn(number, 1) };
    this.slots.push(slot);
    return slot;
  }

  /** Starts a new process in the place of one that is down. */
  restart(number: number): void {
    this.supervisor.callOff(number);
    const slot = this.slot(number);
    slot.generation++;
    slot.child = this.spawn(number, slot.generation);
    slot.state = 'up';
  }

  /** From now on as many processes as are up are meant to be: those that had died stay down, also those that were killed a moment ago and still are to exit. */
  leaveDown(): void {
    this.supervisor.callOff();
    for (const { state, child } of this.slots) if (state === 'down') this.dismissed.add(child);
  }

  /** Sends a process a signal and notes what that makes of it. */
  signal(number: number, signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void {
    const slot = this.slot(number);
    const { child } = slot;
    if (signal === 'SIGKILL' || signal === 'SIGTERM') this.ordered.add(child);
    if (signal === 'SIGTERM') this.dismissed.add(child);
    child.signal(signal);
    slot.state = signal === 'SIGCONT' ? 'up' : signal === 'SIGSTOP' ? 'frozen' : 'down';
  }

  /** Tells all to finish what they hold and go; kills those that are frozen, and those that are still there after the grace (real milliseconds). */
  async stopAll(graceMillis: number): Promise<void> {
    this.leaveDown();
    const children = [...this.living];
    const frozen = this.frozen();
    for (const child of children) {
      this.ordered.add(child);
      this.dismissed.add(child);
      child.signal(frozen.has(child) ? 'SIGKILL' : 'SIGTERM');
    }
    await endWithin(children, graceMillis);
  }

  private slot(number: number): Slot {
    return this.slots[number - 1] as Slot;
  }

  private frozen(): ReadonlySet<Child> {
    return new Set(this.numbers('frozen').map((number) => this.childOf(number)));
  }

  private wordFor(number: number): string {
    if (this.role === 'worker') return `worker ${number} of ${this.name}`;
    return this.role === 'provider' ? `the provider ${this.name}` : 'the order service';
  }

  private spawn(number: number, generation: number): Child {
    const { logDirectory, guard, onFailure, startChild = startProcess } = this.options;
    const { entry, file, setup } = this.spec.processOf(number, generation);
    const child = startChild(entry, join(logDirectory, `${file}.log`));
    guard.watch(child.pid);
    this.living.add(child);
    child.on((message) => {
      if (message.type === 'ready') this.note({ e: 'ready', q: this.name, worker: number, pid: child.pid });
      if (message.type === 'failed') onFailure(message.message, message.diskFull);
    });
    void child.exited.then((exit) => this.exited(child, number, exit));
    child.send({ type: 'setup', setup });
    if (this.zero !== null) child.send({ type: 'clock', zero: this.zero.toString() });
    return child;
  }

  /** @param at when it happened, on the monotonic clock in nanoseconds */
  private note(event: Untimed, at = process.hrtime.bigint()): void {
    if (this.ledger === null || this.zero === null) this.beforeZero.push({ event, at });
    else this.ledger.write(event, Number((at - this.zero) / 1000n));
  }

  private exited(child: Child, number: number, { code, signal }: ChildExit): void {
    this.living.delete(child);
    this.options.guard.forget(child.pid);
    const slot = this.slot(number);
    if (slot.child === child && slot.state !== 'down') slot.state = 'down';
    const ordered = this.ordered.has(child);
    const who = { role: this.role, name: this.name, worker: number, pid: child.pid } as const;
    this.note({ e: 'exited', ...who, code, signal, ordered, up: this.up, ...whyOf(child) });
    if (slot.child === child && this.isToComeBack(child)) this.supervisor.died(number);
  }

  /** One that was started again meanwhile (a restart of its own) is not asked about. Before the clock a death ends the run. */
  private isToComeBack(child: Child): boolean {
    if (this.ledger === null || this.dismissed.has(child)) return false;
    return !this.ordered.has(child) || this.spec.supervision?.afterOrderedKill === true;
  }
}

function startProcess(entry: string, outputFile: string): Child {
  return new Child(entry, outputFile);
}
