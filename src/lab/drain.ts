import type { Depth } from '../broker/types.js';
import type { EndedEvent } from '../ledger/events.js';
import type { Clock } from '../ledger/write.js';
import { specOf } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import { aborted } from './interruption.js';
import type { Sampler } from './sampler.js';
import type { WorkerPool } from './workers.js';

/** Why a drain ended. */
export type DrainEnd = Pick<EndedEvent, 'reason' | 'detail' | 'signal'>;

/** How a drain is told apart from a run that goes on. Times in microseconds, on the run's clock. */
export interface DrainLimits {
  /** When it ends whatever is left. */
  readonly endMicros: number;
  /**
   * Of the queues whose dead are moved, as often as it takes, to a queue of their own: how long a drain waits for workers
   * that live, or that their supervisor starts again, to do so. A queue that is not in here may keep its dead.
   */
  readonly moveMicros: ReadonlyMap<string, number>;
}

/** What a worker may take to start, in real seconds, before it looks for the dead. */
const startSeconds = 1;

/** How many checks of the queue it may take until the dead were moved. */
const checksUntilMoved = 2;

/** See DrainLimits.moveMicros. */
export function moveMicrosOf(plan: Plan): Map<string, number> {
  const moving = plan.queues.filter(({ name }) => specOf(plan, name).deadLetter?.move === 'safe');
  return new Map(
    moving.map(({ name, redelivery }) => {
      const untilStarted = specOf(plan, name).superviseSeconds ?? 0;
      const scaledSeconds = untilStarted + checksUntilMoved * redelivery.checkSeconds;
      const seconds = startSeconds + scaledSeconds / plan.speed;
      return [name, seconds * 1e6];
    }),
  );
}

/**
 * Waits until nothing is ready, in flight or delayed on any queue; what is in a queue for the dead may stay.
 * @param signal aborted when the run ended for another reason
 * @returns why it ended: `drained`, `drain-limit`, or `nobody-left` where only queues that nobody serves hold messages
 */
export async function drain(
  sampler: Pick<Sampler, 'fresh' | 'latest'>,
  pools: ReadonlyMap<string, Pick<WorkerPool, 'isServed'>>,
  clock: Clock,
  limits: DrainLimits,
  signal: AbortSignal,
): Promise<DrainEnd> {
  const over = aborted(signal);
  const unmoved = new Unmoved(limits.moveMicros);
  for (;;) {
    await Promise.race([sampler.fresh(), over]);
    if (signal.aborted) return { reason: 'interrupted', detail: 'the run ended before the drain did' };
    const holding = [...pools].flatMap(([queue, pool]) => {
      const depth = sampler.latest.get(queue);
      if (depth === undefined) return [];
      const moving = unmoved.count(queue, depth.dead, pool.isServed, clock.now());
      const count = unfinished(depth) + moving;
      return count === 0 ? [] : [{ queue, count, isServed: pool.isServed }];
    });
    if (holding.length === 0) return { reason: 'drained', detail: 'nothing was left' };
    const left = holding.map(({ queue, count }) => `${queue} ${count}`).join(', ');
    if (holding.every(({ isServed }) => !isServed)) {
      const names = holding.map(({ queue }) => queue).join(' and ');
      return { reason: 'nobody-left', detail: `nobody left to serve ${names}; still there: ${left}` };
    }
    if (clock.now() >= limits.endMicros) return { reason: 'drain-limit', detail: `still there: ${left}` };
  }
}

function unfinished({ ready, inFlight, delayed }: Depth): number {
  return ready + inFlight + delayed;
}

/** The dead that living workers have yet to move. */
class Unmoved {
  private readonly seen = new Map<string, { readonly dead: number; readonly since: number }>();

  constructor(private readonly moveMicros: ReadonlyMap<string, number>) {}

  /** How many of a queue's dead are still worth waiting for. Where their number changes, somebody is at it. */
  count(queue: string, dead: number, isServed: boolean, now: number): number {
    const patience = this.moveMicros.get(queue);
    if (patience === undefined || dead === 0 || !isServed) {
      this.seen.delete(queue);
      return 0;
    }
    const before = this.seen.get(queue);
    const since = before?.dead === dead ? before.since : now;
    this.seen.set(queue, { dead, since });
    return now - since < patience ? dead : 0;
  }
}
