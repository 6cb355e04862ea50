/** The kinds of moments that the engine comes to. */
export const moment = {
  fault: 0,
  arrival: 1,
  ready: 2,
  supervise: 3,
  check: 4,
  work: 5,
  acknowledge: 6,
  landed: 7,
  published: 8,
  overrun: 9,
  due: 10,
  window: 11,
  poll: 12,
  look: 13,
  sample: 14,
  exit: 15,
  /** Of services, and of those who wait for them; see services/timers.ts. */
  answer: 16,
  timer: 17,
  request: 18,
  pace: 19,
} as const;

/**
 * Which moments come first at the same time, by kind. What follows an absolute schedule (faults, arrivals) comes before what is the end of
 * something else, which in a real run takes a little longer than it says; a worker's check comes before what is taken at that time.
 */
const rankOfKind = [0, 1, 2, 2, 3, 4, 4, 4, 4, 4, 5, 5, 5, 7, 8, 6, 3, 4, 5, 3] as const;

/** Leaves room for 7e13 moments within a rank, and is exact in a double. */
const rankStep = 2 ** 46;

/** How many kinds there are. */
export const kindCount = rankOfKind.length;

/** Of moments at the same time the one with the lower order comes first. @param sequence which moment it is that was added */
export function orderOf(kind: number, sequence: number): number {
  return (rankOfKind[kind] as number) * rankStep + sequence;
}

/** A heap of moments, earliest first; ties by rank and then by when they were added. On typed arrays; no object per moment. */
export class MomentHeap {
  size = 0;
  /** The moment that `pop` took out: its time in microseconds, its kind, and what it is about. */
  time = 0;
  kind = 0;
  a = 0;
  b = 0;
  private sequence = 0;
  private times = new Float64Array(64);
  private orders = new Float64Array(64);
  /** Where the rest of each entry is: it stays in its place while the entries move. */
  private nodes = new Int32Array(64);
  private kinds = new Uint8Array(64);
  private as = new Int32Array(64);
  private bs = new Int32Array(64);
  private free = Int32Array.from({ length: 64 }, (_, i) => i);

  /** When the first moment is; Infinity: there is none. */
  get nextTime(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.times[0];
  }

  /** See `orderOf`; 0: there is none. */
  get nextOrder(): number {
    return this.size === 0 ? 0 : this.orders[0];
  }

  push(time: number, kind: number, a: number, b: number, order = orderOf(kind, this.sequence++)): void {
    if (this.size === this.times.length) this.grow();
    const node = this.free[this.size];
    this.kinds[node] = kind;
    this.as[node] = a;
    this.bs[node] = b;
    const { times, orders, nodes } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = times[parent];
      if (parentTime < time || (parentTime === time && orders[parent] < order)) break;
      times[at] = parentTime;
      orders[at] = orders[parent];
      nodes[at] = nodes[parent];
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    nodes[at] = node;
  }

  /** Takes the first moment out; there has to be one. */
  pop(): void {
    const { times, orders, nodes } = this;
    const node = nodes[0];
    this.time = times[0];
    this.kind = this.kinds[node];
    this.a = this.as[node];
    this.b = this.bs[node];
    const last = --this.size;
    this.free[last] = node;
    const time = times[last];
    const order = orders[last];
    const moved = nodes[last];
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      const right = child + 1;
      if (
        right < last &&
        (times[right] < times[child] || (times[right] === times[child] && orders[right] < orders[child]))
      )
        child = right;
      if (time < times[child] || (time === times[child] && order < orders[child])) break;
      times[at] = times[child];
      orders[at] = orders[child];
      nodes[at] = nodes[child];
      at = child;
    }
    times[at] = time;
    orders[at] = order;
    nodes[at] = moved;
  }

  /** The operands of the first moment, without taking it out. */
  get nextA(): number {
    return this.as[this.nodes[0]];
  }

  get nextB(): number {
    return this.bs[this.nodes[0]];
  }

  private grow(): void {
    const length = this.times.length * 2;
    this.times = grown(this.times, new Float64Array(length));
    this.orders = grown(this.orders, new Float64Array(length));
    this.nodes = grown(this.nodes, new Int32Array(length));
    this.kinds = grown(this.kinds, new Uint8Array(length));
    this.as = grown(this.as, new Int32Array(length));
    this.bs = grown(this.bs, new Int32Array(length));
    const free = grown(this.free, new Int32Array(length));
    for (let i = this.size; i < length; i++) free[i] = i;
    this.free = free;
  }
}

/** The longer array, with what was in the shorter one. */
export function grown<Column extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  from: Column,
  to: Column,
): Column {
  to.set(from);
  return to;
}
