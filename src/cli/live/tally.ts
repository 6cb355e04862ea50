import type { LedgerEvent, StartedEvent } from '../../ledger/events.js';
import type { TailedEvent } from '../../ledger/tail.js';
import type { Plan } from '../../plan/types.js';

/** What the live view knows of one producer's messages on one queue. */
interface Stream {
  readonly producer: string;
  readonly attemptedAt: Float64Array;
  readonly effected: Uint8Array;
  /** The first that has been attempted and not effected, as far as known. */
  oldest: number;
  attempted: number;
}

/** What the live view knows of one queue. */
export class QueueTally {
  arrived = 0;
  effected = 0;
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
        effected: new Uint8Array(producer.scheduled),
        oldest: 0,
        attempted: 0,
      }));
  }

  /** The message that has waited longest for its effect, and since when (microseconds); null: none. */
  oldestMessage(): { readonly message: string; readonly since: number } | null {
    let found: { message: string; since: number } | null = null;
    for (const stream of this.streams) {
      while (stream.oldest < stream.attempted && stream.effected[stream.oldest] === 1) stream.oldest++;
      if (stream.oldest >= stream.attempted) continue;
      const since = stream.attemptedAt[stream.oldest] as number;
      if (found === null || since < found.since)
        found = { message: `${stream.producer}/${stream.oldest + 1}`, since };
    }
    return found;
  }

  /** Messages that have arrived and had no effect yet. */
  get backlog(): number {
    return this.arrived - this.effected;
  }

  attempted(message: string, t: number): void {
    const found = this.find(message);
    if (found === null) return;
    const { stream, index } = found;
    this.arrived++;
    stream.attemptedAt[index] = t;
    stream.attempted = Math.max(stream.attempted, index + 1);
  }

  refused(): void {
    this.arrived--;
  }

  effect(message: string): void {
    const found = this.find(message);
    if (found === null || found.stream.effected[found.index] === 1) return;
    found.stream.effected[found.index] = 1;
    this.effected++;
  }

  private find(message: string): { stream: Stream; index: number } | null {
    const slash = message.lastIndexOf('/');
    const stream = this.streams.find((candidate) => candidate.producer === message.slice(0, slash));
    const index = Number(message.slice(slash + 1)) - 1;
    return stream === undefined || !(index < stream.effected.length) ? null : { stream, index };
  }
}

/** Counts what the ledger says while a run goes on. */
export class Tally {
  readonly queues: ReadonlyMap<string, QueueTally>;
  /** Messages attempted so far, by producer. */
  readonly attempted = new Map<string, number>();

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

  private message(
    queue: QueueTally,
    event: Exclude<LedgerEvent, StartedEvent> | StartedEvent,
    id: string,
    file: string,
  ): void {
    if (event.e === 'attempted') {
      queue.attempted(id, event.t);
      const producer = id.slice(0, id.lastIndexOf('/'));
      this.attempted.set(producer, (this.attempted.get(producer) ?? 0) + 1);
    } else if (event.e === 'refused') {
      queue.refused();
    } else if (event.e === 'started') {
      const hands = queue.hands.get(file) ?? new Map<string, boolean>();
      queue.hands.set(file, hands.set(id, false));
    } else if (event.e === 'effect') {
      queue.effect(id);
      queue.hands.get(file)?.set(id, true);
    } else if (event.e === 'settled' || event.e === 'lost-lock' || event.e === 'settle-unknown') {
      queue.hands.get(file)?.delete(id);
    }
  }

  private workers(name: string, up: number | undefined): void {
    const queue = this.queues.get(name);
    if (queue !== undefined && up !== undefined) queue.workersUp = up;
  }
}
