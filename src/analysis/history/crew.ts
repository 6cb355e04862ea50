import type {
  ExitedEvent,
  FaultEvent,
  OpenedEvent,
  ReadyEvent,
  SupervisedEvent,
} from '../../ledger/events.js';
import type { WorkerMoment } from '../../result/history.js';

/** A worker process, or a service's. Microseconds. */
export interface CrewMember {
  /** Or the service's name. */
  readonly queue: string;
  readonly worker: number | null;
  readonly pid: number;
  state: WorkerMoment['state'];
  since: number;
}

type CrewEvent = OpenedEvent | ReadyEvent | SupervisedEvent | ExitedEvent | FaultEvent;

/** The worker processes of all queues and those of the services, and what state each is in. */
export class Crew {
  private readonly members: CrewMember[] = [];
  private readonly byPid = new Map<number, CrewMember>();
  private readonly byFile = new Map<number, CrewMember>();

  visit(event: CrewEvent, file: number): void {
    if (event.e === 'opened') this.opened(event, file);
    else if (event.e === 'ready') this.become(event.pid, 'up', event.t);
    else if (event.e === 'exited') this.become(event.pid, 'down', event.t);
    else if (event.e === 'supervised') this.ordered(event.q, event.worker, event.pid, event.t);
    else this.fault(event);
  }

  /** A process that does something is up, also where its readiness was not written down. */
  active(file: number, t: number): void {
    const member = this.byFile.get(file);
    if (member?.state !== 'starting') return;
    member.state = 'up';
    member.since = t;
  }

  /** The process that writes the file. */
  of(file: number): CrewMember | undefined {
    return this.byFile.get(file);
  }

  /** The file of the process with this pid; undefined: it wrote nothing. */
  fileOf(pid: number): number | undefined {
    for (const [file, member] of this.byFile) if (member.pid === pid && member.state !== 'down') return file;
    return undefined;
  }

  isGone(file: number): boolean {
    return this.byFile.get(file)?.state === 'down';
  }

  /** The latest process of each worker of the queue, by number. */
  latestOf(queue: string): CrewMember[] {
    const latest = new Map<number | null, CrewMember>();
    for (const member of this.members) if (member.queue === queue) latest.set(member.worker, member);
    return [...latest.values()].sort((a, b) => (a.worker ?? 0) - (b.worker ?? 0));
  }

  private opened({ role, name, worker, pid, t }: OpenedEvent, file: number): void {
    if (role === 'lab' || role === 'producer' || name === undefined) return;
    const known = this.byPid.get(pid);
    const isOrdered = known !== undefined && known.state !== 'down' && known.queue === name;
    const member = isOrdered ? known : this.add(name, worker ?? null, pid, t);
    this.byFile.set(file, member);
  }

  private fault({ kind, q, t, workers, pids }: FaultEvent): void {
    for (const [i, pid] of pids.entries()) {
      if (kind === 'kill') this.become(pid, 'down', t);
      else if (kind === 'stop') this.become(pid, 'stopping', t);
      else if (kind === 'freeze') this.become(pid, 'frozen', t);
      else if (kind === 'thaw') this.become(pid, 'up', t);
      else if (kind === 'restart' || kind === 'scale') this.ordered(q, workers[i] ?? null, pid, t);
    }
  }

  /** A scale names those that it stopped too: they are known, and end by themselves. */
  private ordered(queue: string, worker: number | null, pid: number, t: number): void {
    const known = this.byPid.get(pid);
    if (known === undefined || known.state === 'down') this.add(queue, worker, pid, t);
  }

  private become(pid: number, state: CrewMember['state'], t: number): void {
    const member = this.byPid.get(pid);
    if (member === undefined || member.state === state || member.state === 'down') return;
    member.state = state;
    member.since = t;
  }

  private add(queue: string, worker: number | null, pid: number, t: number): CrewMember {
    const member: CrewMember = { queue, worker, pid, state: 'starting', since: t };
    this.members.push(member);
    if (pid !== 0) this.byPid.set(pid, member);
    return member;
  }
}
