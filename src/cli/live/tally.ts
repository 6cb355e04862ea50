import type { LedgerEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';

/** What the live view knows of one producer's messages on one queue. */
interface Stream {
  readonly producer: string;
  readonly attemptedAt: Float64Array;
  /** 1 where the message is over: it had its effect, never arrived, or is dead. */
  readonly over: Uint8Array;
  /** The first that has been attempted and is not over, as far as known. */
  oldest: number;
  attempted: number;
}

/** What the live view knows of one queue. */
export class QueueTally {
  /** Messages attempted and not refused. */
  arrived = 0;
  /** Messages with an effect. */
  effected = 0;
  private dead = 0;
  depth = { ready: 0, inFlight: 0, delayed: 0, dead: 0 };
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
    this.streams = plan.producers
      .filter((producer) => producer.to.includes(name))
      .map((producer) => ({
        producer: producer.name,
        attemptedAt: new Float64Array(producer.scheduled).fill(Number.NaN),
        over: new Uint8Array(producer.scheduled),
        oldest: 0,
        attempted: 0,
      }));
  }

  /** The message that has waited longest for its effect, and since when (microseconds); null: none. */
  oldestMessage(): { readonly message: string; readonly since: number } | null {
    let found: { message: string; since: number } | null = null;
    for (const stream of this.streams) {
      // One that was given up was never attempted.
      while (stream.oldest < stream.attempted && isPast(stream, stream.oldest)) stream.oldest++;
      if (stream.oldest >= stream.attempted) continue;
      const since = stream.attemptedAt[stream.oldest] as number;
      if (found === null || since < found.since)
        found = { message: `${stream.producer}/${stream.oldest + 1}`, since };
    }
    return found;
  }

  /** Messages that have arrived and are not over. The files are read one after the other, so an effect may be seen before its attempt. */
  get backlog(): number {
    return Math.max(0, this.arrived - this.effected - this.dead);
  }

  attempted(message: string, t: number): void {
    const found = this.find(message);
    if (found === null) return;
    const { stream, index } = found;
    this.arrived++;
    stream.attemptedAt[index] = t;
    stream.attempted = Math.max(stream.attempted, index + 1);
  }

  refused(message: string): void {
    if (this.end(message)) this.arrived--;
  }

  effect(message: string): void {
    if (this.end(message)) this.effected++;
  }

  died(message: string): void {
    if (this.end(message)) this.dead++;
  }

  /** Marks it as over. @returns whether it was not before */
  private end(message: string): boolean {
    const found = this.find(message);
    if (found === null || found.stream.over[found.index] === 1) return false;
    found.stream.over[found.index] = 1;
    return true;
  }

  private find(message: string): { stream: Stream; index: number } | null {
    const slash = message.lastIndexOf('/');
    const stream = this.streams.find((candidate) => candidate.producer === message.slice(0, slash));
    const index = Number(message.slice(slash + 1)) - 1;
    return stream === undefined || !(index < stream.over.length) ? null : { stream, index };
  }
}

function isPast({ over, attemptedAt }: Stream, index: number): boolean {
  return over[index] === 1 || Number.isNaN(attemptedAt[index]);
}

/** Counts what the ledger says while a run goes on. */
export class Tally {
  readonly queues: ReadonlyMap<string, QueueTally>;

  constructor(plan: Plan) {
    this.queues = new Map(plan.queues.map(({ name }) => [name, new QueueTally(plan, name)]));
  }

  add({ event, file }: TailedEvent): void {
    if (!('q' in event)) {
      if (event.e === 'exited' && event.role === 'worker') this.workers(event.name, event.up);
      return;
    }
    const queue = this.queues.get(event.q);
    if (queue === undefined) return;
    if (event.e === 'fault') queue.workersUp = event.up;
    else if (event.e === 'depth') queue.depth = event;
    else if ('m' in event && typeof event.m === 'string') this.message(queue, event, event.m, file);
  }

  private message(queue: QueueTally, event: LedgerEvent, id: string, file: string): void {
    if (event.e === 'attempted') {
      queue.attempted(id, event.t);
    } else if (event.e === 'refused') {
      queue.refused(id);
    } else if (event.e === 'started') {
      const hands = queue.hands.get(file) ?? new Map<string, boolean>();
      queue.hands.set(file, hands.set(id, false));
    } else if (event.e === 'effect') {
      queue.effect(id);
      queue.hands.get(file)?.set(id, true);
    } else if (event.e === 'dead') {
      queue.died(id);
      queue.hands.get(file)?.delete(id);
    } else if (event.e === 'settled' || event.e === 'lost-lock' || event.e === 'settle-unknown') {
      queue.hands.get(file)?.delete(id);
    }
  }

  private workers(name: string, up: number | undefined): void {
    const queue = this.queues.get(name);
    if (queue !== undefined && up !== undefined) queue.workersUp = up;
  }
}
