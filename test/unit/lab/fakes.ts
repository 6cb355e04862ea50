import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Child, ChildExit } from '../../../src/lab/child.js';
import type { Guard } from '../../../src/lab/guard/guard.js';
import type { ProcessOptions, ProcessPool } from '../../../src/lab/pool.js';
import type { Aim, FromChild, Setup, ToChild } from '../../../src/lab/protocol.js';
import type { RunSetup } from '../../../src/lab/run-setup.js';
import type { AskedService } from '../../../src/lab/service-load.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { Clock, LedgerWriter } from '../../../src/ledger/write.js';
import type { Plan } from '../../../src/plan/types.js';
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

/** A process that lives until a test, or a signal that kills, ends it. */
export class FakeProcess extends FakeChild {
  readonly exited: Promise<ChildExit>;
  readonly signals: string[] = [];
  failure: string | undefined;
  isReady = false;
  setup: Setup | undefined;
  end: (exit?: Partial<ChildExit>) => void = () => undefined;

  /**
   * @param entry what it was to be started from, and where its output would go
   * @param output the same
   */
  constructor(
    pid: number,
    readonly entry: string,
    readonly output: string,
  ) {
    super(pid);
    this.exited = new Promise((resolve) => {
      this.end = (exit = {}) => resolve({ code: null, signal: null, ...exit });
    });
  }

  override send(message: ToChild): void {
    super.send(message);
    if (message.type === 'setup') this.setup = message.setup;
  }

  signal(signal: NodeJS.Signals): void {
    this.signals.push(signal);
    if (signal === 'SIGKILL') this.end({ signal });
  }

  /** It says nothing that one could wait for. */
  async next(): Promise<null> {
    return null;
  }
}

/** Processes that are none, in the order in which they were started, with pids from 101. */
export function fakeProcesses() {
  const processes: FakeProcess[] = [];
  const startedAt: bigint[] = [];
  const options: ProcessOptions = {
    logDirectory: '',
    guard: { watch: () => undefined, forget: () => undefined } as unknown as Guard,
    onFailure: () => undefined,
    startChild: (entry, output) => {
      startedAt.push(process.hrtime.bigint());
      const child = new FakeProcess(101 + processes.length, entry, output);
      processes.push(child);
      return child as unknown as Child;
    },
  };
  return { options, processes, startedAt, process: (index: number) => processes[index] as FakeProcess };
}

/** What the processes of a plan are told, with its services on ports from 20001. */
export function runSetup(plan: Plan): RunSetup {
  const { orderService, providers } = plan.scenario;
  const names = [...(orderService === null ? [] : ['order-service']), ...providers.map(({ name }) => name)];
  return {
    plan,
    setup: {
      driver: 'none',
      url: '',
      namespace: '',
      queues: [],
      ledgerDirectory: '',
      storesDirectory: '',
      seed: plan.seed,
      speed: plan.speed,
    },
    addresses: names.map((name, i) => ({
      name,
      port: 20_001 + i,
      url: `http://127.0.0.1:${20_001 + i}`,
    })),
  };
}

/** A pool whose processes have the given states, numbered from 1 with pids from 101; it notes what is done to them. */
export class FakePool {
  readonly done: string[] = [];
  readonly children: FakeChild[];
  /** Processes that are told to stop, and still finish what they hold. */
  finishing = 0;
  /** Dead workers that a supervisor is going to start again. */
  pending = 0;

  constructor(
    readonly name: string,
    readonly states: State[],
    readonly role: ProcessPool['role'] = 'worker',
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
  get asPool(): ProcessPool {
    return this as unknown as ProcessPool;
  }
}

/** The pools by their names. */
export function poolsOf(...pools: readonly FakePool[]): Map<string, ProcessPool> {
  return new Map(pools.map((pool) => [pool.name, pool.asPool]));
}

/** A service of one process that gives these answers when it is asked for what it is at, the last of them from then on. */
export function answeringService(
  name: string,
  role: AskedService['role'],
  counts: readonly number[],
  asked: () => void = () => undefined,
): AskedService {
  let answered = 0;
  const child = {
    isReady: true,
    send: asked,
    next: async () => ({ type: 'busy', count: counts[Math.min(answered++, counts.length - 1)] ?? 0 }),
  } as unknown as Child;
  return { name, role, pending: 0, working: [child] };
}
