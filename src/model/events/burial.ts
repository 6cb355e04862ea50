import type { DeadJob, QueueState } from './queue.js';
import type { WorkerProcess } from './worker.js';
import type { World } from './world.js';

/** What workers do with the dead: the move to the dead-letter queue. */
export class Burial {
  constructor(private readonly world: World) {}

  /**
   * A worker has seen a message given up, and has said so.
   * @returns whether the worker was killed before it had moved it
   */
  bury(process: WorkerProcess, dead: DeadJob): boolean {
    return process.queue.spec.deadLetter !== null && this.move(process, dead);
  }

  /**
   * A worker looks through the dead that nobody has moved yet.
   * @param which `seen`: only those that were there at its last look, as a message that died just now is another's to move
   * @returns whether the worker was killed by that
   */
  sweep(process: WorkerProcess, which: 'all' | 'seen'): boolean {
    const { queue } = process;
    if (!queue.movesSafely) return false;
    const before = which === 'all' ? Number.POSITIVE_INFINITY : process.sweptStep;
    process.sweptStep = this.world.nextStep();
    for (const dead of [...queue.failed]) {
      if (dead.step > before) continue;
      this.world.scribe.dead(process.file, queue.name, queue.names.of(dead.slot), dead.why);
      if (this.move(process, dead)) return true;
    }
    return false;
  }

  private move(process: WorkerProcess, dead: DeadJob): boolean {
    const { gate, scribe, deduplicators } = this.world;
    const { queue } = process;
    if (gate.beforeDeadLetter(process)) return true;
    if (queue.movesSafely) {
      queue.failed.delete(dead);
      deduplicators[queue.index].forgetFailed(dead.slot);
      queue.letters.set(dead.slot, dead);
    } else if (!queue.letters.has(dead.slot)) queue.letters.set(dead.slot, dead);
    scribe.settled(process.file, 'dead-lettered', queue.name, queue.names.of(dead.slot));
    return false;
  }
}

/** What was put back. */
export interface Redriven {
  /** How many there were. */
  readonly dead: number;
  /** How many of them the broker took. */
  readonly messages: number;
}

/** Puts all of a queue's dead letters back on it; without a dead-letter queue, what the broker itself keeps. The oldest come first. */
export function redrive(world: World, queue: QueueState, repaired: boolean): Redriven {
  const { scribe, now, dispatch } = world;
  const deduplicator = world.deduplicators[queue.index];
  const hasLetters = queue.spec.deadLetter !== null;
  const dead = [...(hasLetters ? queue.letters.values() : queue.failed)].sort((a, b) => a.at - b.at);
  for (const { slot } of dead)
    scribe.lab({ t: now, e: 'redriven', q: queue.name, m: queue.names.of(slot), repaired });
  let messages = 0;
  for (const one of dead) {
    if (!hasLetters) {
      queue.failed.delete(one);
      deduplicator.retry(one, repaired);
      messages++;
      continue;
    }
    for (const failed of [...queue.failed]) if (failed.slot === one.slot) queue.failed.delete(failed);
    if (deduplicator.addBack(one.slot, now, repaired || one.isRepaired) === 'acknowledged') messages++;
    queue.letters.delete(one.slot);
  }
  dispatch.serve(queue);
  return { dead: dead.length, messages };
}
