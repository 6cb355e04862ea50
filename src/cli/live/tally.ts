import type { ExitedEvent, LedgerEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';
import { ServicesTally } from './services.js';
import { type Stream, streamOf, streamsTo, waitsIn } from './stream.js';

/** What the live view knows of one queue. */
export class QueueTally {
  /** Messages attempted and not refused. */
  arrived = 0;
  /** Messages with an effect. */
  effected = 0;
  /** Messages that were given up, and not put back since. */
  dead = 0;
  /** Messages whose first effect idempotency kept from happening, by what it knew. */
  private suppressed = 0;
  /** Attempts whose work failed. */
  failed = 0;
  depth = { ready: 0, inFlight: 0, delayed: 0, dead: 0 };
  /** In the dead-letter queue, as the broker says. */
  deadLetters = 0;
  workersUp: number;
  readonly streams: readonly Stream[];
  /** Messages in hand by worker file, with whether they had their effect. */
  readonly hands = new Map<string, Map<string, boolean>>();

  constructor(
    plan: Plan,
    readonly name: string,
  ) {
    const spec = plan.scenario.queues.find((queue) => queue.name === name);
    this.workersUp = spec?.workers ?? 0;
    this.streams = streamsTo(plan, name);
  }

  /** The message that has waited longest for its effect, and since when (microseconds); null: none. */
  oldestMessage(): { readonly message: string; readonly since: number } | null {
    let found: { message: string; since: number } | null = null;
    for (const stream of this.streams) {
      const oldest = waitsIn(stream);
      if (oldest !== null && (found === null || oldest.since < found.since)) found = oldest;
    }
    return found;
  }

  /** Messages that have arrived and are not over. The files are read one after the other, so an effect may be seen before its attempt. */
  get backlog(): number {
    return Math.max(0, this.arrived - this.over);
  }

  /** Messages that are not waited for any more. */
  get over(): number {
    return this.effected + this.dead + this.suppressed;
  }

  /** The first attempt counts; further copies of the same message are no further messages. */
  attempted(message: string, t: number): void {
    const found = streamOf(this.streams, message);
    if (found === null) return;
    const { stream, index } = found;
    const wasRefused = stream.state[index] === 'refused';
    if (!Number.isNaN(stream.attemptedAt[index]) && !wasRefused) return;
    if (wasRefused) stream.state[index] = undefined;
    this.arrived++;
    stream.attemptedAt[index] = t;
    stream.attempted = Math.max(stream.attempted, index + 1);
    stream.oldest = Math.min(stream.oldest, index);
  }

  refused(message: string): void {
    if (this.end(message, 'refused')) this.arrived--;
  }

  effect(message: string): void {
    if (this.end(message, 'effected')) this.effected++;
  }

  /** What is suppressed is over for its queue, whether its effect ever happened or not. */
  suppress(message: string): void {
    if (this.end(message, 'suppressed')) this.suppressed++;
  }

  died(message: string): void {
    if (this.end(message, 'dead')) this.dead++;
  }

  redriven(message: string): void {
    const found = streamOf(this.streams, message);
    if (found === null || found.stream.state[found.index] !== 'dead') return;
    found.stream.state[found.index] = undefined;
    found.stream.oldest = Math.min(found.stream.oldest, found.index);
    this.dead--;
  }

  /** Marks it as over. @returns whether it was not before */
  private end(message: string, how: 'refused' | 'effected' | 'suppressed' | 'dead'): boolean {
    const found = streamOf(this.streams, message);
    if (found === null || found.stream.state[found.index] !== undefined) return false;
    found.stream.state[found.index] = how;
    return true;
  }
}

/** Counts what the ledger says while a run goes on. */
export class Tally {
  readonly queues: ReadonlyMap<string, QueueTally>;
  readonly services: ServicesTally;
  /** The queues by the names of their dead-letter queues. */
  private readonly deadLetterQueues: ReadonlyMap<string, QueueTally>;

  constructor(plan: Plan) {
    this.services = new ServicesTally(plan);
    this.queues = new Map(plan.queues.map(({ name }) => [name, new QueueTally(plan, name)]));
    this.deadLetterQueues = new Map(
      plan.scenario.queues.flatMap(({ name, deadLetter }) => {
        const queue = this.queues.get(name);
        return deadLetter === null || queue === undefined ? [] : [[deadLetter.queue, queue] as const];
      }),
    );
  }

  add({ event, file }: TailedEvent): void {
    this.services.add(event);
    if (!('q' in event)) {
      if (event.e === 'exited' && event.role === 'worker') this.exited(event);
      return;
    }
    const queue = this.queues.get(event.q);
    if (queue === undefined) {
      const owner = this.deadLetterQueues.get(event.q);
      if (owner !== undefined && event.e === 'depth') owner.deadLetters = event.ready + event.dead;
      return;
    }
    if (event.e === 'fault' || event.e === 'supervised') queue.workersUp = event.up;
    else if (event.e === 'depth') queue.depth = event;
    else if ('m' in event && typeof event.m === 'string') this.message(queue, event, event.m, file);
  }

  private message(queue: QueueTally, event: LedgerEvent, id: string, file: string): void {
    switch (event.e) {
      case 'attempted':
        queue.attempted(id, event.t);
        break;
      case 'refused':
        queue.refused(id);
        break;
      case 'started': {
        const hands = queue.hands.get(file) ?? new Map<string, boolean>();
        queue.hands.set(file, hands.set(id, false));
        break;
      }
      case 'effect':
        queue.effect(id);
        // What a provider has done is in the hands of whoever called it.
        for (const hands of event.s === undefined ? [queue.hands.get(file)] : queue.hands.values()) {
          if (hands?.has(id)) hands.set(id, true);
        }
        break;
      case 'suppressed':
        queue.suppress(id);
        break;
      case 'failed':
        queue.failed++;
        break;
      case 'redriven':
        queue.redriven(id);
        break;
      case 'dead':
        queue.died(id);
        queue.hands.get(file)?.delete(id);
        break;
      case 'settled':
      case 'lost-lock':
      case 'settle-unknown':
        queue.hands.get(file)?.delete(id);
    }
  }

  /** A process that is gone holds nothing any more. */
  private exited({ name, worker, up }: ExitedEvent): void {
    const queue = this.queues.get(name);
    if (queue === undefined) return;
    if (up !== undefined) queue.workersUp = up;
    for (const file of queue.hands.keys()) {
      if (worker !== undefined && isFileOf(file, name, worker)) queue.hands.delete(file);
    }
  }
}

/** Whether a ledger file is of that worker, of its first process or a later one. */
export function isFileOf(file: string, queue: string, worker: number): boolean {
  return new RegExp(`^worker-${queue}-${worker}(\\.|$)`).test(file);
}
