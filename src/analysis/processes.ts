import type { ExitedEvent, FaultEvent, OpenedEvent } from '../ledger/events.js';

/** A span in which a process was frozen; to null: it never thawed. Microseconds. */
interface Freeze {
  readonly from: number;
  to: number | null;
}

/** What a process has in hand of one queue, by the slots of the queue's table. */
export interface Hands {
  /** Deliveries, and calls of the order service: slot and time of the start. Those of a dead process stay as they were. */
  readonly held: Map<number, number>;
  /** Those of them that had their effect. */
  readonly withEffect: Set<number>;
  /** Deliveries whose work ran into its time limit, and may be going on: slot and time of the start. */
  readonly overran: Map<number, number>;
  /** Messages whose latest delivery here was of a second job, published again. */
  readonly secondJobs: Set<number>;
  /** When its free hands became free, the longest free first; those that were never used are not in it. */
  readonly freedAt: number[];
}

/** What the ledger says of the process that wrote one of its files. */
export interface Process {
  /** The index of the file. */
  readonly file: number;
  readonly role: OpenedEvent['role'];
  /** 0: its file does not say. */
  readonly pid: number;
  /** The queue that it served, or the producer's or provider's name. */
  readonly name: string | null;
  readonly worker: number | null;
  /** When it opened the file, in microseconds. */
  readonly openedAt: number;
  /** By queue: a worker has one, the order service may have several. */
  readonly hands: Map<string, Hands>;
  /** When it was killed or had exited. */
  diedAt: number | null;
  /** How: `was killed`, `exited with code 1`. */
  death: string;
  readonly freezes: Freeze[];
}

/** What the process has in hand of that queue. */
export function handsOf(process: Process, queue: string): Hands {
  let hands = process.hands.get(queue);
  if (hands === undefined) {
    hands = {
      held: new Map(),
      withEffect: new Set(),
      overran: new Map(),
      secondJobs: new Set(),
      freedAt: [],
    };
    process.hands.set(queue, hands);
  }
  return hands;
}

/** The processes behind the ledger's files, and when they died and froze. */
export class Processes {
  private readonly byFile: Process[] = [];
  private readonly byPid = new Map<number, Process>();

  /** The process that writes the file. */
  of(file: number): Process {
    const process = this.byFile[file];
    return process ?? this.add(file, { t: 0, e: 'opened', role: 'worker', pid: 0 });
  }

  /** All that wrote something, in order of their files. */
  all(): readonly Process[] {
    return this.byFile.filter((process) => process !== undefined);
  }

  /** The process that had this pid last; undefined: it wrote nothing. */
  withPid(pid: number): Process | undefined {
    return this.byPid.get(pid);
  }

  /** All that opened a file as a worker of the queue. */
  workersOf(queue: string): Process[] {
    return this.byFile.filter((process) => process?.role === 'worker' && process.name === queue);
  }

  /** How many processes a service had: a provider, or, without a name, the order service. */
  startsOf(provider: string | null): number {
    return this.byFile.filter((process) =>
      provider === null
        ? process?.role === 'order-service'
        : process?.role === 'provider' && process.name === provider,
    ).length;
  }

  opened(event: OpenedEvent, file: number): void {
    this.add(file, event);
  }

  fault(event: FaultEvent): void {
    for (const pid of event.pids) {
      const process = this.byPid.get(pid);
      if (process === undefined) continue;
      if (event.kind === 'kill') die(process, event.t, 'was killed');
      if (event.kind === 'freeze') process.freezes.push({ from: event.t, to: null });
      const freeze = process.freezes.at(-1);
      if (event.kind === 'thaw' && freeze !== undefined) freeze.to ??= event.t;
    }
  }

  exited(event: ExitedEvent): void {
    const process = this.byPid.get(event.pid);
    if (process !== undefined) die(process, event.t, endOf(event));
  }

  private add(file: number, event: OpenedEvent): Process {
    const process: Process = {
      file,
      role: event.role,
      pid: event.pid,
      name: event.name ?? null,
      worker: event.worker ?? null,
      openedAt: event.t,
      hands: new Map(),
      diedAt: null,
      death: '',
      freezes: [],
    };
    this.byFile[file] = process;
    if (event.pid !== 0) this.byPid.set(event.pid, process);
    return process;
  }
}

/** `exited with code 1`, `was ended by SIGKILL` */
function endOf({ code, signal }: ExitedEvent): string {
  return signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
}

function die(process: Process, at: number, how: string): void {
  if (process.diedAt !== null) return;
  process.diedAt = at;
  process.death = how;
}

/** `worker 1 (pid 4711)`, `the order service (pid 4712)`, `email (pid 4713)` */
export function nameOf(process: Process): string {
  const { pid } = process;
  return pid === 0 ? titleOf(process) : `${titleOf(process)} (pid ${pid})`;
}

function titleOf({ role, name, worker }: Process): string {
  if (role === 'order-service') return 'the order service';
  if (role === 'provider') return name ?? 'a provider';
  return worker === null ? 'a worker' : `worker ${worker}`;
}
