import type { PlannedQueue } from '../plan/types.js';

/** The rows of the messages that come to a queue by one way: a producer and the queues between. */
export interface Block {
  readonly producer: string;
  readonly path: readonly string[];
  /** The slot of the producer's first message; the others follow. */
  readonly base: number;
  /** As many as the producer has messages: which of them come is not known beforehand. */
  readonly count: number;
}

/** A producer's rows: its own publishes to the queue, and those behind other queues by the path's text. */
interface Rows {
  readonly direct: Block | null;
  readonly behind: ReadonlyMap<string, Block>;
}

/**
 * Which row (slot) a message has in the columns of its queue. Slots follow the plan: the base of a producer's way to the
 * queue + sequence − 1. Messages that are not in the plan get the slots behind it.
 */
export class Slots {
  /** Slots of the plan; higher ones are of messages outside of it. */
  readonly planned: number;
  readonly blocks: readonly Block[];
  private readonly rows = new Map<string, Rows>();
  private readonly others = new Map<string, number>();

  /** @param scheduled how many messages a producer has */
  constructor({ sources }: Pick<PlannedQueue, 'sources'>, scheduled: (producer: string) => number) {
    const blocks: Block[] = [];
    let base = 0;
    for (const { producer, path } of sources) {
      const count = scheduled(producer);
      blocks.push({ producer, path, base, count });
      base += count;
    }
    this.blocks = blocks;
    this.planned = base;
    for (const { producer } of blocks) this.rows.set(producer, rowsOf(producer, blocks));
  }

  /** Slots in use. */
  get size(): number {
    return this.planned + this.others.size;
  }

  /** Messages that are not in the plan, with their slots. */
  get outside(): ReadonlyMap<string, number> {
    return this.others;
  }

  /** The rows of the messages that come by one way; null: none do. */
  blockOf(producer: string, path: readonly string[]): Block | null {
    const rows = this.rows.get(producer);
    return (path.length === 0 ? rows?.direct : rows?.behind.get(textOf(path))) ?? null;
  }

  /** The slot of a message; one that is not in the plan is given the next free one. */
  slot(message: string): number {
    const cut = message.indexOf('/');
    const rows = cut < 1 ? undefined : this.rows.get(message.slice(0, cut));
    if (rows !== undefined) {
      const sequence = sequenceOf(message, cut + 1);
      const block = sequence < 0 ? rows.behind.get(message.slice(message.indexOf('.', cut))) : rows.direct;
      const nth = Math.abs(sequence);
      if (block && nth >= 1 && nth <= block.count) return block.base + nth - 1;
    }
    let slot = this.others.get(message);
    if (slot === undefined) {
      slot = this.size;
      this.others.set(message, slot);
    }
    return slot;
  }
}

/** As it stands in a message's id: `.intake.inventory`. */
function textOf(path: readonly string[]): string {
  return path.map((name) => `.${name}`).join('');
}

function rowsOf(producer: string, blocks: readonly Block[]): Rows {
  const own = blocks.filter((block) => block.producer === producer);
  return {
    direct: own.find(({ path }) => path.length === 0) ?? null,
    behind: new Map(own.filter(({ path }) => path.length > 0).map((block) => [textOf(block.path), block])),
  };
}

/**
 * The whole number that the text is from there on, as ids have it (no sign, no leading zero); negative: a dot follows
 * it; 0: it is none.
 */
function sequenceOf(message: string, start: number): number {
  if (message.charCodeAt(start) === 48) return 0;
  let value = 0;
  for (let i = start; i < message.length; i++) {
    const code = message.charCodeAt(i);
    if (code === 46) return -value;
    const digit = code - 48;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}
