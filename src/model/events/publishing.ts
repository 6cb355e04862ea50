import type { Deduplicator, Published } from './deduplication.js';
import { moment } from './moments.js';
import type { QueueState } from './queue.js';
import type { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** A publish that the broker has yet to get. */
interface Flying {
  readonly queue: QueueState;
  readonly slot: number;
  readonly name: string;
  readonly file: number;
  /** The worker's delivery that waits for it, with its stamp; −1: a producer's. */
  readonly delivery: number;
  readonly stamp: number;
}

/** The publishes that are on their way to one queue. None overtakes another, so the first is the next. */
interface Flight {
  readonly publishes: Flying[];
  /** How many of them the broker has. */
  landed: number;
  /** When the last of them will be there. */
  until: number;
}

/** Publishes, of producers and of workers that publish on. */
export class Publishing {
  /** By queue. */
  private readonly flying = new Map<number, Flight>();

  constructor(private readonly world: World) {}

  /** A producer publishes a message. */
  of(queue: QueueState, slot: number, name: string, file: number): void {
    const { scribe } = this.world;
    scribe.attempted(file, queue.name, name);
    if (queue.measured.publish > 0) {
      this.fly({ queue, slot, name, file, delivery: -1, stamp: 0 });
      return;
    }
    scribe.outcome(file, this.add(queue, slot), queue.name, name);
    this.world.dispatch.serve(queue);
  }

  /**
   * A worker publishes a message on to another queue.
   * @param d the delivery that waits for it
   * @returns whether the broker has it already
   */
  on(process: WorkerProcess, slot: number, target: string, d: number): boolean {
    const { scribe, deliveries } = this.world;
    const queue = this.world.queue(target);
    const there = this.slotBehind(process.queue, slot, queue);
    const name = queue.names.of(there);
    scribe.attempted(process.file, queue.name, name);
    if (queue.measured.publish > 0) {
      const { file } = process;
      this.fly({ queue, slot: there, name, file, delivery: d, stamp: deliveries.stamp[d] });
      return false;
    }
    scribe.outcome(process.file, this.add(queue, there), queue.name, name);
    this.world.dispatch.serve(queue);
    return true;
  }

  /** The broker has the next of those that are on their way to a queue. */
  land(index: number): void {
    const { scribe, deliveries, heap, now, processes } = this.world;
    const flight = this.flightTo(index);
    const { queue, slot, name, file, delivery, stamp } = flight.publishes[flight.landed++] as Flying;
    const outcome = this.add(queue, slot);
    if (delivery < 0) scribe.outcome(file, outcome, queue.name, name);
    else if (deliveries.stamp[delivery] === stamp) {
      // A worker that is frozen hears of it later, one that was killed never.
      const process = processes[deliveries.process[delivery]] as WorkerProcess;
      if (process.isAlive) scribe.outcome(file, outcome, queue.name, name);
      heap.push(now, moment.published, delivery, stamp);
    }
    this.world.dispatch.serve(queue);
    if (flight.landed === flight.publishes.length) {
      flight.publishes.length = 0;
      flight.landed = 0;
    }
  }

  private fly(publish: Flying): void {
    const { queue, slot } = publish;
    const flight = this.flightTo(queue.index);
    flight.publishes.push(publish);
    flight.until = Math.max(flight.until, this.world.now + queue.publishMicros(slot));
    this.world.heap.push(flight.until, moment.landed, queue.index, 0);
  }

  private flightTo(index: number): Flight {
    let flight = this.flying.get(index);
    if (flight === undefined) {
      flight = { publishes: [], landed: 0, until: 0 };
      this.flying.set(index, flight);
    }
    return flight;
  }

  /** The broker gets a message. */
  add(queue: QueueState, slot: number): Published {
    const { deduplicators, heap, now } = this.world;
    const deduplicator = deduplicators[queue.index] as Deduplicator;
    const outcome = deduplicator.add(slot, now);
    if (deduplicator.delay > 0)
      heap.push(now + deduplicator.delay + queue.measured.dueExtra, moment.due, queue.index, 0);
    return outcome;
  }

  /** The message that a queue's message is on the next queue. */
  private slotBehind(from: QueueState, slot: number, to: QueueState): number {
    const { producer, path, base, onward } = from.names.wayOf(slot);
    const way = onward.get(to.names) ?? to.names.find(producer, [...path, from.name]);
    if (way !== undefined) onward.set(to.names, way);
    return (way?.base ?? 0) + slot - base;
  }
}
