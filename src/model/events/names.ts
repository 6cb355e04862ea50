import type { Plan, PlannedQueue } from '../../plan/types.js';

/** The messages that come to a queue by one way: a producer and the queues between. */
export interface Way {
  readonly producer: string;
  readonly path: readonly string[];
  /** The slot of the producer's first message; the others follow, as many as the producer has. */
  readonly base: number;
  readonly count: number;
  readonly prefix: string;
  readonly suffix: string;
  /** The ways that go on from here, by the names of the next queue: those that were asked for. */
  readonly onward: Map<Names, Way>;
}

/** The names of a queue's messages. A message is a number in here, its slot; its name is made when somebody is told of it. */
export class Names {
  readonly ways: readonly Way[];
  /** Slots of the queue. */
  readonly size: number;
  private readonly only: Way | null;

  constructor(plan: Plan, { sources }: PlannedQueue) {
    const ways: Way[] = [];
    let base = 0;
    for (const { producer, path } of sources) {
      const count = plan.producers.find(({ name }) => name === producer)?.scheduled ?? 0;
      const [prefix, suffix] = [`${producer}/`, path.map((name) => `.${name}`).join('')];
      ways.push({ producer, path, base, count, prefix, suffix, onward: new Map() });
      base += count;
    }
    this.ways = ways;
    this.size = base;
    this.only = ways.length === 1 ? (ways[0] as Way) : null;
  }

  /** `orders/142.intake` */
  of(slot: number): string {
    const way = this.only ?? this.wayOf(slot);
    const name = way.prefix + (slot - way.base + 1);
    return way.suffix === '' ? name : name + way.suffix;
  }

  /** The way by which a message came. */
  wayOf(slot: number): Way {
    let found = this.ways[0] as Way;
    for (const way of this.ways) if (way.base <= slot) found = way;
    return found;
  }

  /** The way that begins with a producer and leads through these queues; undefined: there is none. */
  find(producer: string, path: readonly string[]): Way | undefined {
    const text = path.join('.');
    return this.ways.find((way) => way.producer === producer && way.path.join('.') === text);
  }
}
