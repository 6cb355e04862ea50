import type { Depth } from '../broker/types.js';
import type { EndedEvent } from '../ledger/events.js';
import type { Clock } from '../ledger/write.js';
import { specOf } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import { aborted } from './interruption.js';
import type { ProcessPool } from './pool.js';
import type { Sampler } from './sampler.js';
import { type AskedService, loadOf } from './service-load.js';

/** Why a drain ended. */
export type DrainEnd = Omit<EndedEvent, 't' | 'e'>;

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

/** Where a drain looks for what is left. */
export interface DrainSources {
  readonly sampler: Pick<Sampler, 'fresh' | 'latest'>;
  /** The workers by their queue. */
  readonly workers: ReadonlyMap<string, Pick<ProcessPool, 'isServed'>>;
  readonly services: readonly AskedService[];
}

/**
 * Waits until nothing is ready, in flight or delayed on any queue, and no service is at anything; what is in a queue for the
 * dead may stay.
 * @param signal aborted when the run ended for another reason
 * @returns why it ended: `drained`, `drain-limit`, or `nobody-left` where only queues that nobody serves hold messages
 */
export async function drain(
  { sampler, workers, services }: DrainSources,
  clock: Clock,
  limits: DrainLimits,
  signal: AbortSignal,
): Promise<DrainEnd> {
  const over = aborted(signal);
  const unmoved = new Unmoved(limits.moveMicros);
  // In the order that things go on in: who publishes, the queues, and whom their workers call. So nothing is overlooked
  // that is passed on meanwhile.
  const publishing = services.filter(({ role }) => role === 'order-service');
  const called = services.filter(({ role }) => role === 'provider');
  const look = async (): Promise<string[]> => {
    const orders = await Promise.all(publishing.map(loadOf));
    await sampler.fresh();
    const calls = await Promise.all(called.map(loadOf));
    return [...orders, ...calls].filter((load) => load !== null);
  };
  for (;;) {
    const loads = await Promise.race([look(), over]);
    if (loads === undefined || signal.aborted)
      return { reason: 'interrupted', detail: 'the run ended before the drain did' };
    const holding = [...workers].flatMap(([queue, pool]) => {
      const depth = sampler.latest.get(queue);
      if (depth === undefined) return [];
      const moving = unmoved.count(queue, depth.dead, pool.isServed, clock.now());
      const count = unfinished(depth) + moving;
      return count === 0 ? [] : [{ queue, count, isServed: pool.isServed }];
    });
    const left = [...holding.map(({ queue, count }) => `${queue} ${count}`), ...loads].join(', ');
    if (left === '') return { reason: 'drained', detail: 'nothing was left' };
    if (loads.length === 0 && holding.every(({ isServed }) => !isServed)) {
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
