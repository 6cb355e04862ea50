import type { FaultEvent, OpenedEvent } from '../../../ledger/events.js';
import type { PlannedFault } from '../../../plan/types.js';
import { WorkerStarts } from '../measurements.js';
import { moment } from '../moments.js';
import { toMicros } from '../options.js';
import type { World } from '../world.js';
import { type Ending, Exchange } from './exchange.js';
import { type Program, ServiceProcess } from './process.js';
import { catchUp } from './timers.js';

/** What a service is called, and what its processes do. */
export interface ServiceSpec<Request, Answer> {
  readonly role: Extract<OpenedEvent['role'], 'order-service' | 'provider'>;
  readonly name: string;
  /** One that died without an order is started again so long after that; null: it stays down. */
  readonly backSeconds: number | null;
  readonly program: (
    process: ServiceProcess<Request, Answer>,
    service: Service<Request, Answer>,
  ) => Program<Request, Answer>;
}

/** How a process ends. */
const ends = {
  killed: { code: null, signal: 'SIGKILL' },
  left: { code: 0, signal: null },
  failed: { code: 1, signal: null },
} as const;

/** What a fault of a service needs it to be. */
type Needed = 'running' | 'down' | 'frozen';

/** A service, which is one process at a time: who is there, what befalls it, who comes back. */
export class Service<Request, Answer> {
  private state: 'up' | 'frozen' | 'down' = 'up';
  private process: ServiceProcess<Request, Answer>;
  /** All that have not exited, among them those that finish what they hold beside their successor. */
  private readonly living = new Set<ServiceProcess<Request, Answer>>();
  /** The timer of its being started again; 0: it isn't going to be. */
  private pending = 0;
  private readonly starts: WorkerStarts;

  constructor(
    private readonly world: World,
    readonly spec: ServiceSpec<Request, Answer>,
  ) {
    this.starts = new WorkerStarts({
      workerStartSeconds: world.measured.services?.[spec.name]?.startSeconds ?? [],
    });
    this.process = this.create();
  }

  get name(): string {
    return this.spec.name;
  }

  /** Starts the process that a run begins with: it is ready. */
  begin(): void {
    this.ready(this.process);
  }

  /** Sends it a request. @param told hears how that ends, at once where it can't be reached */
  send(request: Request, told: (ending: Ending<Answer>) => void): Exchange<Answer> {
    const exchange = new Exchange(told);
    const { process } = this;
    if (process.listens) process.receive({ request, exchange });
    else exchange.end({ kind: 'unreached' });
    return exchange;
  }

  /** What it is at, for the end of a run: `email 3 calls`; null: nothing, or it is down or frozen and nobody brings it back. */
  load(): string | null {
    const { name, role } = this.spec;
    const working = [...this.living].filter((process) => !process.isFrozen);
    if (working.length === 0) return this.pending === 0 ? null : `${name} is about to be started again`;
    if (working.some(({ program }) => program === null)) return `${name} is starting`;
    const busy = working.reduce((sum, { program }) => sum + (program?.busy ?? 0), 0);
    if (busy === 0) return null;
    return `${name} ${busy} ${role === 'provider' ? 'call' : 'order'}${busy === 1 ? '' : 's'}`;
  }

  /** A fault of the plan befalls it. */
  befall(fault: PlannedFault): void {
    switch (fault.kind) {
      case 'kill':
        this.strike(fault);
        break;
      case 'stop':
        this.stop(fault);
        break;
      case 'restart':
        this.restart(fault);
        break;
      case 'freeze':
        this.freeze(fault);
        break;
      default:
        this.thaw(fault);
    }
  }

  /** Who is down stays so. */
  leaveDown(): void {
    this.world.services.timers.cancel(this.pending);
    this.pending = 0;
  }

  /** Tells all of its processes to finish what they hold and go, and kills one that is frozen. */
  dismiss(): void {
    for (const process of [...this.living]) {
      process.isOrdered = true;
      process.isDismissed = true;
      if (process.isFrozen) this.die(process, 'killed');
      else this.close(process);
    }
  }

  get isGone(): boolean {
    return this.living.size === 0;
  }

  /** Kills whatever of it is left. */
  killAll(): void {
    for (const process of [...this.living]) this.die(process, 'killed');
  }

  /** A process exits by itself, as one does that fails. */
  fail(process: ServiceProcess<Request, Answer>): void {
    this.die(process, 'failed');
  }

  /** A process that was told to go holds nothing any more. */
  leave(process: ServiceProcess<Request, Answer>): void {
    if (process.isAlive) this.die(process, 'left');
  }

  private strike(fault: PlannedFault): void {
    const { process } = this;
    if (this.state === 'down') {
      this.tellMissed(fault, 'running');
      return;
    }
    this.state = 'down';
    process.isOrdered = true;
    this.tell(fault, process);
    this.die(process, 'killed');
  }

  private stop(fault: PlannedFault): void {
    const { process } = this;
    if (this.state !== 'up') {
      this.tellMissed(fault, 'running');
      return;
    }
    this.state = 'down';
    process.isOrdered = true;
    process.isDismissed = true;
    this.tell(fault, process);
    this.close(process);
  }

  private restart(fault: PlannedFault): void {
    if (this.state !== 'down') {
      this.tellMissed(fault, 'down');
      return;
    }
    this.spawn();
    this.tell(fault, this.process);
  }

  private freeze(fault: PlannedFault): void {
    if (this.state !== 'up') {
      this.tellMissed(fault, 'running');
      return;
    }
    this.state = 'frozen';
    this.tell(fault, this.process);
    this.process.isFrozen = true;
  }

  private thaw(fault: PlannedFault): void {
    const { world, process } = this;
    if (this.state !== 'frozen') {
      this.tellMissed(fault, 'frozen');
      return;
    }
    this.state = 'up';
    this.tell(fault, process);
    process.isFrozen = false;
    catchUp(process, world);
    world.services.timers.at(world.now, moment.request, process, () => process.takeHeld());
  }

  private spawn(): void {
    const { services, now } = this.world;
    services.timers.cancel(this.pending);
    this.pending = 0;
    this.state = 'up';
    const process = this.create();
    this.process = process;
    const readyAt = now + this.starts.next();
    services.timers.at(readyAt, moment.request, process, () => this.ready(process));
  }

  private create(): ServiceProcess<Request, Answer> {
    const process = new ServiceProcess<Request, Answer>(this.world.scribe.nextPid());
    this.living.add(process);
    return process;
  }

  /** A process listens from now on, unless it was told to go meanwhile. */
  private ready(process: ServiceProcess<Request, Answer>): void {
    const { scribe, now } = this.world;
    const { role, name, program } = this.spec;
    const { pid } = process;
    if (process.isClosing) return;
    process.file = scribe.open({ role, pid, name });
    scribe.lab({ t: now, e: 'ready', q: name, worker: 1, pid });
    process.program = program(process, this);
  }

  private close(process: ServiceProcess<Request, Answer>): void {
    if (process.isClosing) return;
    process.isClosing = true;
    if (process.program === null) this.leave(process);
    else process.program.close();
  }

  private die(process: ServiceProcess<Request, Answer>, how: keyof typeof ends): void {
    const { world, spec } = this;
    const { scribe, now, services } = world;
    const { role, name, backSeconds } = spec;
    const { pid, isOrdered: ordered } = process;
    process.isAlive = false;
    this.living.delete(process);
    const isCurrent = this.process === process;
    if (isCurrent) this.state = 'down';
    const who = { role, name, worker: 1, pid } as const;
    scribe.lab({ t: now, e: 'exited', ...who, ...ends[how], ordered, up: this.up });
    if (isCurrent && backSeconds !== null && !ordered)
      this.pending = services.timers.at(now + toMicros(backSeconds), moment.timer, null, () =>
        this.supervise(),
      );
    process.breakOff();
  }

  private supervise(): void {
    const { scribe, now } = this.world;
    this.spawn();
    const { pid } = this.process;
    scribe.lab({ t: now, e: 'supervised', q: this.name, worker: 1, pid, up: this.up });
  }

  private get up(): number {
    return this.state === 'up' ? 1 : 0;
  }

  private tell(fault: PlannedFault, { pid }: ServiceProcess<Request, Answer>): void {
    this.tellFault(fault, { workers: [1], pids: [pid] });
  }

  private tellMissed(fault: PlannedFault, needed: Needed): void {
    this.tellFault(fault, { workers: [], pids: [], skipped: `${this.name} was not ${needed}` });
  }

  private tellFault(
    { queue: q, kind, index }: PlannedFault,
    hit: Pick<FaultEvent, 'workers' | 'pids' | 'skipped'>,
  ): void {
    const { scribe, now } = this.world;
    scribe.lab({ t: now, e: 'fault', q, kind, index, up: this.up, ...hit });
  }
}
