import { moment } from './moments.js';
import { toMicros } from './options.js';
import type { QueueState } from './queue.js';
import { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** A worker's place in its crew; it keeps its number over restarts. */
interface Place {
  readonly number: number;
  state: 'up' | 'frozen' | 'down';
  process: WorkerProcess;
}

/** How a process ends. */
const ends = {
  killed: { code: null, signal: 'SIGKILL' },
  left: { code: 0, signal: null },
} as const;

/** The workers of a queue, and their supervisor: who is there, who is up, who comes back. */
export class Crew {
  private readonly places: Place[] = [];
  private readonly living = new Set<WorkerProcess>();
  /** Dead workers that the supervisor is going to start, and when. */
  private readonly pending = new Map<number, number>();
  /** How many places are in which state. */
  private readonly counts = { up: 0, frozen: 0, down: 0 };

  constructor(
    private readonly world: World,
    private readonly queue: QueueState,
  ) {}

  /** Workers that are up: started, and not killed, stopped or frozen. */
  get up(): number {
    return this.counts.up;
  }

  /** Whether anybody serves the queue, or is going to. */
  get isServed(): boolean {
    return this.up > 0 || this.pending.size > 0 || this.living.size > this.counts.frozen;
  }

  /** Whether somebody looks for stalled messages and for the dead. */
  get isLookedAfter(): boolean {
    return this.up > 0 || this.pending.size > 0;
  }

  /** All that have not exited. */
  get processes(): readonly WorkerProcess[] {
    return [...this.living];
  }

  numbers(state: Place['state']): number[] {
    return this.places.filter((place) => place.state === state).map(({ number }) => number);
  }

  processOf(number: number): WorkerProcess {
    return this.place(number).process;
  }

  /** Starts the workers that a run begins with: they are ready by its zero. */
  begin(): void {
    const { heap, now, measured } = this.world;
    const readyAt = measured.queues?.[this.queue.name]?.readyAtSeconds;
    const { planned, spec } = this.queue;
    const count = planned.isServed ? spec.workers : 0;
    for (let number = 1; number <= count; number++) {
      const process = this.create(number);
      this.fill(number, process);
      const at = Math.min(0, toMicros(readyAt?.[number - 1] ?? 0));
      if (at === now) this.ready(process);
      else heap.push(at, moment.ready, process.index, 0);
    }
  }

  /** Starts a further worker. */
  add(): WorkerProcess {
    const number = this.places.length + 1;
    const process = this.spawn(number);
    this.fill(number, process);
    return process;
  }

  /** Starts a new worker in the place of one that is down. */
  restart(number: number): WorkerProcess {
    this.pending.delete(number);
    const place = this.place(number);
    place.process = this.spawn(number);
    this.change(place, 'up');
    return place.process;
  }

  /** Marks the worker as what a signal makes of it. What it does about it follows. */
  mark(number: number, state: Place['state']): WorkerProcess {
    const place = this.place(number);
    this.change(place, state);
    return place.process;
  }

  /** Those that are down stay so. */
  leaveDown(): void {
    this.pending.clear();
    for (const { state, process } of this.places) if (state === 'down') process.isDismissed = true;
  }

  /** A worker is killed, by a signal of the lab or by itself. */
  kill(process: WorkerProcess): void {
    this.die(process, ends.killed);
  }

  /** A worker was told to finish what it holds and go. */
  close(process: WorkerProcess): void {
    process.isClosing = true;
    if (process.inHand === 0) this.leave(process);
  }

  /** A worker's hands are empty, and it goes. It looks through the dead a last time. */
  leave(process: WorkerProcess): void {
    if (process.isReady && this.world.burial.sweep(process, 'all')) return;
    this.die(process, ends.left);
  }

  /** A worker takes messages from now on. It looks for stalled ones and through the dead first. */
  ready(process: WorkerProcess): void {
    const { scribe, now, burial, polling, dispatch } = this.world;
    const { number: worker, pid } = process;
    const { name } = this.queue;
    process.file = scribe.open({ role: 'worker', pid, name, worker });
    scribe.lab({ t: now, e: 'ready', q: name, worker, pid });
    process.isReady = true;
    process.renewsSince = now;
    if (burial.sweep(process, 'all')) return;
    this.checkAfter(process);
    if (this.queue.spec.polling !== null) polling.poll(process);
    dispatch.wait(process);
    dispatch.serve(this.queue);
  }

  /** A worker looks for stalled messages and through the dead, as it does every so often. */
  check(process: WorkerProcess): void {
    if (process.isClosing || this.world.burial.sweep(process, 'seen')) return;
    this.checkAfter(process);
    this.world.dispatch.serve(this.queue);
  }

  private checkAfter(process: WorkerProcess): void {
    const { redelivery, heap, now } = this.world;
    redelivery.check(this.queue);
    heap.push(now + this.queue.check, moment.check, process.index, 0);
  }

  /** The supervisor starts a worker again, unless that was called off. */
  supervise(number: number): void {
    const { scribe, now } = this.world;
    if (this.pending.get(number) !== now) return;
    const { pid } = this.restart(number);
    scribe.lab({ t: now, e: 'supervised', q: this.queue.name, worker: number, pid, up: this.up });
  }

  private spawn(number: number): WorkerProcess {
    const { heap, now } = this.world;
    const process = this.create(number);
    heap.push(now + this.queue.starts.next(), moment.ready, process.index, 0);
    return process;
  }

  private create(number: number): WorkerProcess {
    const { processes, scribe } = this.world;
    const process = new WorkerProcess(processes.length, this.queue, number, scribe.nextPid());
    processes.push(process);
    this.living.add(process);
    return process;
  }

  private die(process: WorkerProcess, end: (typeof ends)[keyof typeof ends]): void {
    const { deliveries, redelivery, scribe, now, heap } = this.world;
    const { queue, number, pid, isOrdered: ordered } = process;
    process.isAlive = false;
    process.aim = null;
    for (const d of deliveries.of(process.index)) {
      if (!process.isFrozen && deliveries.isLost[d] === 0) redelivery.orphan(process, deliveries.job[d]);
      deliveries.release(d);
    }
    for (const job of [process.taken, ...process.batchTaken.splice(0)])
      if (job >= 0) redelivery.orphan(process, job);
    this.living.delete(process);
    const place = this.place(number);
    const isCurrent = place.process === process;
    if (isCurrent) this.change(place, 'down');
    const who = { role: 'worker', name: queue.name, worker: number, pid } as const;
    scribe.lab({ t: now, e: 'exited', ...who, ...end, ordered, up: this.up });
    const { superviseSeconds } = queue.spec;
    if (superviseSeconds === null || process.isDismissed || !isCurrent) return;
    const again = now + toMicros(superviseSeconds);
    this.pending.set(number, again);
    heap.push(again, moment.supervise, queue.index, number);
  }

  private fill(number: number, process: WorkerProcess): void {
    this.places.push({ number, state: 'up', process });
    this.counts.up++;
  }

  private change(place: Place, state: Place['state']): void {
    this.counts[place.state]--;
    this.counts[state]++;
    place.state = state;
  }

  private place(number: number): Place {
    return this.places[number - 1] as Place;
  }
}
