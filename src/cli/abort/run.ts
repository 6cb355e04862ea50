import { Story } from '../../analysis/story.js';
import { scenarioSeconds } from '../../analysis/time.js';
import type { LedgerEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';
import { orderServiceName } from '../../result/orders.js';
import { CatchUpWatch } from './catch-up.js';
import { WatchedQueue } from './queue.js';

/** What is certain of a producer: how late an attempt was at the worst, in microseconds. */
interface WatchedProducer {
  readonly isByHttp: boolean;
  longestLag: number;
}

/** What is certain of a service. */
interface WatchedService {
  turnedAway: number;
  fellOver: number;
  breakerOpened: number;
  died: number;
}

/**
 * What is certain of a run while it goes on, by the measures that an expectation with `abort` may be about: never more than the analysis of
 * the whole run will say.
 */
export class WatchedRun {
  private readonly queues: ReadonlyMap<string, WatchedQueue>;
  private readonly producers: ReadonlyMap<string, WatchedProducer>;
  private readonly services: ReadonlyMap<string, WatchedService>;
  private readonly story = new Story();
  private readonly catchUps: ReadonlyMap<string, CatchUpWatch>;
  /** Files that the order service writes. */
  private readonly ofOrderService = new Set<string>();
  /** The queues by the names of their dead-letter queues. */
  private readonly byDeadLetters = new Map<string, WatchedQueue>();
  private readonly posted = new Set<string>();
  private readonly seconds: (micros: number) => number;
  private now = 0;

  constructor(plan: Plan) {
    const { scenario, producers, queues } = plan;
    this.seconds = scenarioSeconds(plan.speed);
    this.queues = new Map(queues.map((planned) => [planned.name, new WatchedQueue(plan, planned)]));
    this.producers = new Map(
      producers.map(({ name, via }) => [name, { isByHttp: via === 'http', longestLag: 0 }]),
    );
    const services = [
      ...scenario.providers.map(({ name }) => name),
      ...(scenario.orderService === null ? [] : [orderServiceName]),
    ];
    this.services = new Map(
      services.map((name) => [name, { turnedAway: 0, fellOver: 0, breakerOpened: 0, died: 0 }]),
    );
    for (const { name, deadLetter } of scenario.queues) {
      const queue = this.queues.get(name);
      if (deadLetter !== null && queue !== undefined) this.byDeadLetters.set(deadLetter.queue, queue);
    }
    // What comes through other queues has no planned rate, so what may still come can't be told.
    const unfed = queues.filter(({ feeders }) => feeders.length === 0);
    this.catchUps = new Map(
      unfed.flatMap(({ name }) => {
        const queue = this.queues.get(name);
        return queue === undefined ? [] : [[name, new CatchUpWatch(plan, queue, this.story)] as const];
      }),
    );
  }

  /** Scenario seconds up to which all is known. */
  get nowSeconds(): number {
    return this.seconds(this.now);
  }

  /** All that happened up to a time is known. Microseconds. */
  knownUntil(t: number): void {
    this.now = Math.max(this.now, t);
  }

  /** To be called in order of time. */
  visit({ event, file }: TailedEvent): void {
    this.knownUntil(event.t);
    // Samples of the depth are many, and their latest is all that is asked for.
    if (!('m' in event) && event.e !== 'depth') this.story.visit(event);
    if (event.e === 'opened' && event.role === 'order-service') this.ofOrderService.add(file);
    else if (event.e === 'exited') this.exited(event);
    else if (event.e === 'attempted' || event.e === 'posted') this.published(event);
    this.ofService(event);
    if (!('q' in event)) return;
    const queue = this.queues.get(event.q);
    if (queue !== undefined) queue.visit(event, this.ofOrderService.has(file));
    else if (event.e === 'depth') this.byDeadLetters.get(event.q)?.deadLettersSampled(event);
  }

  /**
   * What is certain of a measure so far, in its own unit. Of a queue that is not drained, or has not caught up, the time that this has been
   * going on for.
   * @param scope a name; null: over all that have it
   */
  value(measure: string, scope: string | null): number {
    const ofQueues = this.ofQueues[measure];
    if (ofQueues !== undefined) return ofQueues.over(values(this.queues, scope).map(ofQueues.of));
    const ofProducers = this.ofProducers[measure];
    if (ofProducers !== undefined) return highest(values(this.producers, scope).map(ofProducers));
    const ofServices = this.ofServices[measure];
    return ofServices === undefined ? 0 : sum(values(this.services, scope).map(ofServices));
  }

  private readonly ofQueues: Readonly<
    Record<string, { of: (queue: WatchedQueue) => number; over: (all: readonly number[]) => number }>
  > = {
    'backlog.peak': { of: (queue) => queue.backlogPeak(this.now), over: highest },
    'depth.peak': { of: ({ depthPeak }) => depthPeak, over: highest },
    'oldestAgeSeconds.peak': { of: (queue) => this.seconds(queue.oldestAge(this.now)), over: highest },
    'waitSeconds.max': { of: ({ longestWait }) => this.seconds(longestWait), over: highest },
    'endToEndSeconds.max': { of: ({ longestEndToEnd }) => this.seconds(longestEndToEnd), over: highest },
    catchUpSeconds: { of: ({ name }) => this.catchUps.get(name)?.longest(this.now) ?? 0, over: highest },
    drainedAtSeconds: { of: ({ undrainedAt }) => this.seconds(undrainedAt), over: highest },
    'accounting.duplicateEffects': { of: ({ duplicateEffects }) => duplicateEffects, over: sum },
    'accounting.duplicateDeliveries': { of: ({ duplicateDeliveries }) => duplicateDeliveries, over: sum },
    'accounting.suppressed': { of: ({ suppressed }) => suppressed, over: sum },
    'redeliveries.count': { of: ({ redeliveries }) => redeliveries, over: sum },
    'failures.failed': { of: ({ failed }) => failed, over: sum },
    'failures.timedOut': { of: ({ timedOut }) => timedOut, over: sum },
    'deadLetters.given': { of: ({ deaths }) => deaths, over: sum },
    'deadLetters.depth.peak': { of: ({ deadLettersPeak }) => deadLettersPeak, over: highest },
    'workers.died': { of: ({ workersDied }) => workersDied, over: sum },
  };

  private readonly ofProducers: Readonly<Record<string, (producer: WatchedProducer) => number>> = {
    'lagSeconds.max': ({ longestLag }) => this.seconds(longestLag),
    'lagRealSeconds.max': ({ longestLag }) => longestLag / 1e6,
  };

  private readonly ofServices: Readonly<Record<string, (service: WatchedService) => number>> = {
    turnedAway: ({ turnedAway }) => turnedAway,
    fellOver: ({ fellOver }) => fellOver,
    breakerOpened: ({ breakerOpened }) => breakerOpened,
    died: ({ died }) => died,
  };

  private exited({ role, name, ordered }: Extract<LedgerEvent, { e: 'exited' }>): void {
    if (ordered) return;
    const queue = role === 'worker' ? this.queues.get(name) : undefined;
    if (queue !== undefined) queue.workersDied++;
    const service = role === 'provider' || role === 'order-service' ? this.services.get(name) : undefined;
    if (service !== undefined) service.died++;
  }

  /** The first attempt of a message that its producer publishes itself, on each of its queues; of an order, its first post. */
  private published(event: Extract<LedgerEvent, { e: 'attempted' | 'posted' }>): void {
    const name = event.m.slice(0, event.m.indexOf('/'));
    const producer = this.producers.get(name);
    if (producer === undefined || producer.isByHttp !== (event.e === 'posted')) return;
    const isFirst =
      event.e === 'posted' ? !this.posted.has(event.m) : this.queues.get(event.q)?.isNew(event.m) === true;
    if (event.e === 'posted') this.posted.add(event.m);
    else if (event.m.includes('.')) return;
    if (isFirst) producer.longestLag = Math.max(producer.longestLag, event.t - event.due);
  }

  private ofService(event: LedgerEvent): void {
    const service = 's' in event && event.s !== undefined ? this.services.get(event.s) : undefined;
    if (service === undefined) return;
    if (event.e === 'turned-away') service.turnedAway++;
    else if (event.e === 'fell-over') service.fellOver++;
    else if (event.e === 'breaker' && event.state === 'open') service.breakerOpened++;
  }
}

function values<T>(all: ReadonlyMap<string, T>, scope: string | null): T[] {
  const one = scope === null ? undefined : all.get(scope);
  return scope === null ? [...all.values()] : one === undefined ? [] : [one];
}

function highest(all: readonly number[]): number {
  return Math.max(0, ...all);
}

function sum(all: readonly number[]): number {
  return all.reduce((total, value) => total + value, 0);
}
