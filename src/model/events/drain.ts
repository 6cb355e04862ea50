import type { EndedEvent } from '../../ledger/events.js';
import { moment } from './moments.js';
import { toMicros } from './options.js';
import type { QueueState } from './queue.js';
import type { World } from './world.js';

/** Why a run ends. */
export type End = Pick<EndedEvent, 'reason' | 'detail'>;

/** What a worker may take to start, in seconds, before it looks for the dead; and how many checks it may take until they were moved. */
const startSeconds = 1;
const checksUntilMoved = 2;

/** A queue that still holds messages. */
interface Holding {
  readonly queue: QueueState;
  readonly count: number;
  readonly isServed: boolean;
}

/** Whether a run is over, once all of its messages were published and all faults are done: as the lab has it. */
export class Drain {
  /** Dead that have yet to be moved: how many, and since when it is that many; by queue. */
  private readonly unmoved = new Map<QueueState, { readonly dead: number; readonly since: number }>();

  constructor(private readonly world: World) {}

  /** @returns null: it goes on */
  look(): End | null {
    if (this.plainlyGoesOn()) return null;
    const holding = this.world.queues.flatMap((queue): Holding[] => {
      const { isServed } = this.world.crews[queue.index];
      const count = queue.left + this.moving(queue, isServed);
      return count === 0 ? [] : [{ queue, count, isServed }];
    });
    const loads = this.world.services.loads();
    if (holding.length + loads.length === 0) return { reason: 'drained', detail: 'nothing was left' };
    if (loads.length > 0 || holding.some(({ isServed }) => isServed)) return null;
    const names = holding.map(({ queue }) => queue.name).join(' and ');
    const left = this.left();
    return { reason: 'nobody-left', detail: `nobody left to serve ${names}; still there: ${left}` };
  }

  /** Whether some queue holds messages and is served, and nothing dead waits to be moved: mostly there is no more to it. */
  private plainlyGoesOn(): boolean {
    const { queues, crews } = this.world;
    let goesOn = false;
    for (const queue of queues) {
      if (queue.failed.size > 0 && queue.movesSafely) return false;
      if (queue.left > 0 && crews[queue.index].isServed) goesOn = true;
    }
    this.unmoved.clear();
    return goesOn;
  }

  /** The end at the drain's limit, or where nothing can happen any more. */
  atLimit(): End {
    return { reason: 'drain-limit', detail: `still there: ${this.left()}` };
  }

  /** Whether nothing can happen any more but that workers look, sleep and look again. */
  get isStuck(): boolean {
    const { heap, queues, crews } = this.world;
    const { counts } = heap;
    if (heap.size > counts[moment.check] + counts[moment.sample] + counts[moment.poll]) return false;
    return queues.every((queue) => {
      const crew = crews[queue.index];
      if (!crew.isLookedAfter) return true;
      const isAsked = queue.spec.polling !== null && crew.processes.some((p) => p.takes && !p.isBatchOpen);
      return queue.orphans.length === 0 && !(isAsked && queue.ready.length + queue.delayed.size > 0);
    });
  }

  /** What is still there, by queue, and what services are at. */
  private left(): string {
    const queues = this.world.queues
      .map((queue) => ({ queue, count: queue.left + this.patientlyMoving(queue) }))
      .filter(({ count }) => count > 0)
      .map(({ queue, count }) => `${queue.name} ${count}`);
    return [...queues, ...this.world.services.loads()].join(', ');
  }

  /** How many of a queue's dead are still worth waiting for. Where their number changes, somebody is at it. */
  private moving(queue: QueueState, isServed: boolean): number {
    const dead = queue.failed.size;
    if (!queue.movesSafely || dead === 0 || !isServed) {
      this.unmoved.delete(queue);
      return 0;
    }
    const { now, heap } = this.world;
    const before = this.unmoved.get(queue);
    if (before?.dead !== dead) {
      this.unmoved.set(queue, { dead, since: now });
      heap.push(now + patienceOf(queue), moment.look, 0, 0);
    }
    return this.patientlyMoving(queue);
  }

  private patientlyMoving(queue: QueueState): number {
    const known = this.unmoved.get(queue);
    return known !== undefined && this.world.now - known.since < patienceOf(queue) ? known.dead : 0;
  }
}

/** How long a queue's dead are waited for, in microseconds. */
function patienceOf({ spec, planned }: QueueState): number {
  const untilStarted = spec.superviseSeconds ?? 0;
  return toMicros(startSeconds + untilStarted + checksUntilMoved * planned.redelivery.checkSeconds);
}
