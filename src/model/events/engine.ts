import type { Plan, PlannedQueue } from '../../plan/types.js';
import { ProducerProcess } from './arrivals.js';
import { queuesAlongTheWay, readDepths, takeCensus } from './census.js';
import { Drain, type End } from './drain.js';
import type { Measurements } from './measurements.js';
import { moment } from './moments.js';
import { type EngineMicros, mostSamples, toMicros } from './options.js';
import type { Scribe } from './scribe.js';
import { Customers } from './services/customers.js';
import type { WorkerProcess } from './worker.js';
import { World } from './world.js';

/** What workers may take to finish what they hold at the end of a run that was not drained; microseconds. */
const graceMicros = 500_000;

/** When the first worker is ready; microseconds, not above 0. */
function firstMomentOf({ queues = {} }: Measurements): number {
  const ready = Object.values(queues).flatMap(({ readyAtSeconds = [] }) => readyAtSeconds);
  return toMicros(Math.min(0, ...ready));
}

/** Plays a plan from its first moment to its census. */
export class Engine {
  private readonly world: World;
  private readonly drain: Drain;
  private readonly along: readonly PlannedQueue[];
  private producers: readonly (ProducerProcess | Customers)[] = [];
  /** Producers that have not published everything. */
  private producing = 0;
  private isOver = false;

  constructor(
    private readonly plan: Plan,
    private readonly micros: EngineMicros,
    measured: Measurements,
    private readonly scribe: Scribe,
  ) {
    this.world = new World(plan, micros, measured, scribe);
    this.drain = new Drain(this.world);
    this.along = queuesAlongTheWay(plan);
  }

  run(): void {
    this.begin();
    this.end(this.untilTheEnd());
  }

  private begin(): void {
    const { world, scribe, plan, micros } = this;
    this.goTo(firstMomentOf(world.measured));
    scribe.open({ role: 'lab', pid: scribe.nextPid() });
    this.producers = plan.producers.map((spec, i) =>
      spec.via === 'http' ? new Customers(world, spec, i) : new ProducerProcess(world, spec, i),
    );
    this.producing = this.producers.length;
    world.services.begin();
    for (const crew of world.crews) crew.begin();
    world.faults.begin();
    if (micros.sample > 0) world.heap.push(0, moment.sample, 0, 0);
  }

  private untilTheEnd(): End {
    const { world, drain, micros } = this;
    const { heap } = world;
    for (;;) {
      const next = heap.nextTime;
      if (next > world.now && this.producing === 0 && world.faults.left === 0) {
        const end = drain.look();
        if (end !== null) return end;
        if (drain.isStuck) {
          if (micros.limitAt !== Number.POSITIVE_INFINITY) this.goTo(micros.limitAt);
          return drain.atLimit();
        }
      }
      if (next > micros.limitAt) {
        this.goTo(micros.limitAt);
        return drain.atLimit();
      }
      this.happenNext();
    }
  }

  private goTo(time: number): void {
    this.world.now = time;
    this.scribe.now = time;
  }

  private happenNext(): void {
    const { world } = this;
    const { heap } = world;
    heap.pop();
    const { kind, a, b } = heap;
    this.goTo(heap.time);
    switch (kind) {
      case moment.arrival:
        this.producers[a]?.publish();
        break;
      case moment.work:
      case moment.acknowledge:
      case moment.published:
        this.goOn(kind, a, b);
        break;
      case moment.landed:
        world.publishing.land(a);
        break;
      case moment.answer:
      case moment.timer:
      case moment.request:
      case moment.pace:
        world.services.timers.happen(kind, a);
        break;
      case moment.overrun:
      case moment.ready:
      case moment.check:
      case moment.poll:
        this.ofProcess(kind, a);
        break;
      default:
        if (!this.isOver) this.ofTheRun(kind, a, b);
    }
  }

  /** Something that a delivery waited for. */
  private goOn(kind: number, d: number, stamp: number): void {
    const { deliveries, processes, handling } = this.world;
    if (deliveries.stamp[d] !== stamp) return;
    const process = processes[deliveries.process[d]] as WorkerProcess;
    if (process.isFrozen) process.deferred.push({ kind, a: d, b: stamp });
    else if (kind === moment.work) handling.worked(d);
    else if (kind === moment.acknowledge) handling.acknowledged(d);
    else handling.publishOn(d);
  }

  /** Something that a process does by itself, if it lives. */
  private ofProcess(kind: number, a: number): void {
    const { processes, handling, polling, crews } = this.world;
    const process = kind === moment.overrun ? handling.overrunOf(a) : (processes[a] as WorkerProcess);
    if (!process.isAlive) return;
    if (process.isFrozen) process.deferred.push({ kind, a, b: 0 });
    else if (kind === moment.overrun) handling.overran(a);
    else if (this.isOver) return;
    else if (kind === moment.poll) polling.poll(process);
    else if (kind === moment.ready) crews[process.queue.index].ready(process);
    else crews[process.queue.index].check(process);
  }

  private ofTheRun(kind: number, a: number, b: number): void {
    const { world, micros } = this;
    switch (kind) {
      case moment.fault:
        world.faults.apply(a);
        break;
      case moment.supervise:
        world.crews[a].supervise(b);
        break;
      case moment.due:
      case moment.window:
        world.dispatch.serve(world.queues[a]);
        break;
      case moment.exit:
        this.producers[a]?.exit();
        this.producing--;
        break;
      case moment.sample:
        readDepths(world, this.along);
        // The later it is, the more rarely, so that a drain without a limit costs no more than a few thousand readings.
        world.heap.push(
          world.now + Math.max(micros.sample, Math.floor(world.now / mostSamples)),
          moment.sample,
          0,
          0,
        );
        break;
      default:
      // At a `look` nothing happens but that the drain is looked at.
    }
  }

  /** Why the run ended, what is still done about it, and what is left. */
  private end({ reason, detail }: End): void {
    const { world, scribe } = this;
    this.isOver = true;
    world.faults.callOff();
    readDepths(world, this.along);
    scribe.lab({ t: world.now, e: 'ended', reason, detail });
    // What follows is no part of the run any more, so it is later.
    this.goTo(world.now + 1);
    for (const producer of this.producers) if (producer instanceof Customers) producer.exit();
    const { services } = world;
    const living = (): WorkerProcess[] => world.crews.flatMap((crew) => crew.processes);
    for (const crew of world.crews) crew.leaveDown();
    services.dismissCallers();
    for (const process of living()) {
      process.isOrdered = true;
      process.isDismissed = true;
      if (process.isFrozen) world.crews[process.queue.index].kill(process);
      else world.crews[process.queue.index].close(process);
    }
    const until = world.now + graceMicros;
    this.goOnUntil(until, () => living().length === 0 && services.areCallersGone);
    for (const process of living()) world.crews[process.queue.index].kill(process);
    services.killCallers();
    // Whoever calls them has gone.
    services.dismissProviders();
    this.goOnUntil(until, () => services.areProvidersGone);
    services.killProviders();
    takeCensus(world, this.along);
  }

  /** Lets things happen until all are gone, but no longer than the grace. */
  private goOnUntil(time: number, areGone: () => boolean): void {
    while (!areGone() && this.world.heap.nextTime <= time) this.happenNext();
    if (!areGone()) this.goTo(time);
  }
}
