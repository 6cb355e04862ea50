import { join } from 'node:path';
import type { LedgerWriter, Untimed } from '../ledger/write.js';
import { specOf } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import { Child, type ChildExit, endWithin, whyOf } from './child.js';
import type { Guard } from './guard/guard.js';
import type { ChildSetup, WorkerSetup } from './protocol.js';
import { Supervisor } from './supervisor.js';

/** What a pool needs to know of the run. */
export interface PoolOptions {
  readonly plan: Plan;
  readonly queue: string;
  readonly setup: Omit<ChildSetup, 'ledgerFile'>;
  readonly logDirectory: string;
  readonly guard: Guard;
  /** Called when a worker process can't go on and says why. */
  readonly onFailure: (message: string, diskFull: boolean) => void;
  /** Starts a process; absent: a real one. */
  readonly startChild?: (entry: string, outputFile: string) => Child;
}

/** A worker's place in its queue; it keeps its number over restarts. */
interface Slot {
  readonly number: number;
  generation: number;
  state: 'up' | 'frozen' | 'down';
  child: Child;
}

/** The worker processes of one queue. */
export class WorkerPool {
  readonly queue: string;
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

  constructor(private readonly options: PoolOptions) {
    this.queue = options.queue;
    const { superviseSeconds } = specOf(options.plan, options.queue);
    const delayMillis = superviseSeconds === null ? null : (superviseSeconds * 1000) / options.plan.speed;
    this.supervisor = new Supervisor(delayMillis, (number) => {
      // As with a restart that is ordered, making the process is a part of it.
      const commanded = process.hrtime.bigint();
      this.restart(number);
      const { pid } = this.childOf(number);
      this.note({ e: 'supervised', q: this.queue, worker: number, pid, up: this.up }, commanded);
    });
  }

  /** Workers that are up: started, and not killed, stopped or frozen; whether they are ready doesn't matter. */
  get up(): number {
    return this.slots.filter((slot) => slot.state === 'up').length;
  }

  /** Processes that still run, frozen and finishing ones included. */
  get running(): number {
    return this.living.size;
  }

  /** Dead workers that the supervisor is going to start again. */
  get pending(): number {
    return this.supervisor.pending;
  }

  /** Whether any process works on the queue, or is going to; frozen ones don't. */
  get isServed(): boolean {
    return this.up > 0 || this.pending > 0 || this.running > this.numbers('frozen').length;
  }

  /** Numbers of the workers in that state, the lowest first. */
  numbers(state: Slot['state']): number[] {
    return this.slots.filter((slot) => slot.state === state).map((slot) => slot.number);
  }

  /** The process of a worker. */
  childOf(number: number): Child {
    return this.slot(number).child;
  }

  /**
   * Starts the workers that the scenario begins with.
   * @returns resolves when all are ready, with what one of them said or how it exited where one isn't
   */
  async startAll(): Promise<string | null> {
    const { workers } = specOf(this.options.plan, this.queue);
    const started = Array.from({ length: workers }, () => this.add());
    const ready = await Promise.all(started.map(({ child }) => child.next('ready')));
    const missing = started.find((_, i) => ready[i] === null);
    return missing === undefined
      ? null
      : `worker ${missing.number} of ${this.queue} exited before it was ready`;
  }

  /** The workers that have not said that they are ready. */
  notReady(): string[] {
    return this.slots
      .filter(({ child }) => !child.isReady)
      .map(({ number }) => `worker ${number} of ${this.queue}`);
  }

  /** Gives every worker the clock, and resolves when all have it. From now on the pool writes to the ledger. */
  async arm(zero: bigint, ledger: LedgerWriter): Promise<void> {
    this.zero = zero;
    this.ledger = ledger;
    for (const { event, at } of this.beforeZero) this.note(event, at);
    const armed = [...this.living].map((child) => child.next('armed'));
    for (const child of this.living) child.send({ type: 'clock', zero: zero.toString() });
    await Promise.all(armed);
  }

  /** Starts a further worker. */
  add(): Slot {
    const number = this.slots.length + 1;
    const slot: Slot = { number, generation: 1, state: 'up', child: this.spawn(number, 1) };
    this.slots.push(slot);
    return slot;
  }

  /** Starts a new process for a worker that is down. */
  restart(number: number): void {
    this.supervisor.callOff(number);
    const slot = this.slot(number);
    slot.generation++;
    slot.child = this.spawn(number, slot.generation);
    slot.state = 'up';
  }

  /** From now on as many workers as are up are meant to be: those that had died stay down, also those that were killed a moment ago and still are to exit. */
  leaveDown(): void {
    this.supervisor.callOff();
    for (const { state, child } of this.slots) if (state === 'down') this.dismissed.add(child);
  }

  /** Sends a worker a signal and notes what that makes of it. */
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
    const frozen = new Set(this.numbers('frozen').map((number) => this.childOf(number)));
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

  private spawn(number: number, generation: number): Child {
    const { queue, setup, logDirectory, guard, startChild = startProcess } = this.options;
    const file = `worker-${queue}-${number}${generation === 1 ? '' : `.${generation}`}`;
    const child = startChild('worker/main', join(logDirectory, `${file}.log`));
    guard.watch(child.pid);
    this.living.add(child);
    child.on((message) => {
      if (message.type === 'ready') this.note({ e: 'ready', q: queue, worker: number, pid: child.pid });
      if (message.type === 'failed') this.options.onFailure(message.message, message.diskFull);
    });
    void child.exited.then((exit) => this.exited(child, number, exit));
    child.send({ type: 'setup', setup: { ...setup, ...this.workerSetup(number), ledgerFile: file } });
    if (this.zero !== null) child.send({ type: 'clock', zero: this.zero.toString() });
    return child;
  }

  private workerSetup(
    number: number,
  ): Pick<WorkerSetup, 'role' | 'queue' | 'worker' | 'redelivery' | 'rate'> {
    const { plan } = this.options;
    const spec = specOf(plan, this.queue);
    const planned = plan.queues.find((candidate) => candidate.name === this.queue);
    // Where each worker holds its share of the limit, it is the share of the workers that the scenario begins with.
    const share = plan.capabilities.rateScope === 'queue' ? 1 : Math.max(1, spec.workers);
    return {
      role: 'worker',
      queue: spec,
      worker: number,
      redelivery: planned?.redelivery ?? plan.capabilities.redelivery.defaults,
      rate: spec.rate === null ? null : { count: spec.rate.count, perSeconds: spec.rate.perSeconds * share },
    };
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
    const who = { role: 'worker', name: this.queue, worker: number, pid: child.pid } as const;
    this.note({ e: 'exited', ...who, code, signal, ordered, up: this.up, ...whyOf(child) });
    // A worker that was started again meanwhile (a restart of its own) is not this one. Before the clock a death ends the run.
    if (slot.child === child && this.ledger !== null && !this.dismissed.has(child))
      this.supervisor.died(number);
  }
}

function startProcess(entry: string, outputFile: string): Child {
  return new Child(entry, outputFile);
}
