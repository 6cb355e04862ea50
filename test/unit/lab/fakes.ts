import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Aim, FromChild, ToChild } from '../../../src/lab/protocol.js';
import type { WorkerPool } from '../../../src/lab/workers.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { Clock, LedgerWriter } from '../../../src/ledger/write.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

/** A ledger file of the lab's own, and what was written to it. */
export function labLedger() {
  const directory = temporaryDirectory();
  const clock = new Clock(process.hrtime.bigint());
  const ledger = new LedgerWriter(directory, 'lab', clock, { role: 'lab' });
  const events = (): LedgerEvent[] =>
    readFileSync(join(directory, 'lab.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as LedgerEvent);
  return { clock, ledger, events };
}

type State = 'up' | 'frozen' | 'down';

/** A worker process that is none: it notes what it is told, and says what a test makes it say. */
export class FakeChild {
  readonly told: ToChild['type'][] = [];
  readonly aims: Aim[] = [];
  private readonly listeners = new Set<(message: FromChild) => void>();

  constructor(readonly pid: number) {}

  send(message: ToChild): void {
    this.told.push(message.type);
    if (message.type === 'aim') this.aims.push(message.aim);
  }

  on(listener: (message: FromChild) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  say(message: FromChild): void {
    for (const listener of [...this.listeners]) listener(message);
  }
}

/** A pool whose workers have the given states, numbered from 1 with pids from 101; it notes what is done to them. */
export class FakePool {
  readonly done: string[] = [];
  readonly children: FakeChild[];
  /** Processes that are told to stop, and still finish what they hold. */
  finishing = 0;
  /** Dead workers that a supervisor is going to start again. */
  pending = 0;

  constructor(
    readonly queue: string,
    readonly states: State[],
  ) {
    this.children = states.map((_, i) => new FakeChild(101 + i));
  }

  get up(): number {
    return this.numbers('up').length;
  }

  get running(): number {
    return this.states.filter((state) => state !== 'down').length + this.finishing;
  }

  get isServed(): boolean {
    return this.up > 0 || this.pending > 0 || this.running > this.numbers('frozen').length;
  }

  leaveDown(): void {
    this.pending = 0;
  }

  numbers(state: State): number[] {
    return this.states.flatMap((own, i) => (own === state ? [i + 1] : []));
  }

  childOf(number: number): FakeChild {
    return this.children[number - 1] as FakeChild;
  }

  add(): { number: number } {
    const number = this.states.push('up');
    this.children.push(new FakeChild(100 + number));
    this.done.push(`add ${number}`);
    return { number };
  }

  restart(number: number): void {
    this.states[number - 1] = 'up';
    this.children[number - 1] = new FakeChild(200 + number);
    this.done.push(`restart ${number}`);
  }

  signal(number: number, signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void {
    this.states[number - 1] = signal === 'SIGCONT' ? 'up' : signal === 'SIGSTOP' ? 'frozen' : 'down';
    this.done.push(`${signal} ${number}`);
  }

  /** As what the lab takes it for; it has all that is used of one here. */
  get asPool(): WorkerPool {
    return this as unknown as WorkerPool;
  }
}

/** The pools by their queues. */
export function poolsOf(...pools: readonly FakePool[]): Map<string, WorkerPool> {
  return new Map(pools.map((pool) => [pool.queue, pool.asPool]));
}
