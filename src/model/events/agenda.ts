import { Lane } from './lane.js';
import { kindCount, MomentHeap, moment, orderOf } from './moments.js';

/** What mostly comes in order of time: it follows a schedule, or takes the same each time. */
const inOrder = [moment.arrival, moment.work, moment.acknowledge, moment.due];

/**
 * All moments that are to come, earliest first; ties by rank and then by when they were added. What is added in order of time has a lane
 * of its own; the heap is for the rest.
 */
export class Agenda {
  size = 0;
  /** When the first moment is; Infinity: there is none. */
  nextTime = Number.POSITIVE_INFINITY;
  /** The moment that `pop` took out: its time in microseconds, its kind, and what it is about. */
  time = 0;
  kind = 0;
  a = 0;
  b = 0;
  /** How many there are of each kind. */
  readonly counts = new Int32Array(kindCount);
  private sequence = 0;
  private readonly heap = new MomentHeap();
  private readonly lanes = inOrder.map((kind) => new Lane(kind));
  /** By kind; null: it has none. */
  private readonly laneOf = Array.from(
    { length: kindCount },
    (_, kind) => this.lanes.find((lane) => lane.kind === kind) ?? null,
  );

  push(time: number, kind: number, a: number, b: number): void {
    const order = orderOf(kind, this.sequence++);
    const lane = this.laneOf[kind] as Lane | null;
    if (lane === null || !lane.push(time, order, a, b)) this.heap.push(time, kind, a, b, order);
    this.size++;
    this.counts[kind]++;
    if (time < this.nextTime) this.nextTime = time;
  }

  /** Takes the first moment out; there has to be one. */
  pop(): void {
    const { heap, lanes } = this;
    const lane = this.firstLane();
    this.time = this.nextTime;
    if (lane === null) {
      heap.pop();
      this.kind = heap.kind;
      this.a = heap.a;
      this.b = heap.b;
    } else {
      this.kind = lane.kind;
      this.a = lane.a;
      this.b = lane.b;
      lane.shift();
    }
    this.size--;
    this.counts[this.kind]--;
    let next = heap.nextTime;
    for (const { firstTime } of lanes) if (firstTime < next) next = firstTime;
    this.nextTime = next;
  }

  /** The lane that the first moment is in; null: it is in the heap. */
  private firstLane(): Lane | null {
    let first: Lane | null = null;
    let { nextTime: time, nextOrder: order } = this.heap;
    for (const lane of this.lanes) {
      if (lane.firstTime > time || (lane.firstTime === time && lane.firstOrder >= order)) continue;
      first = lane;
      time = lane.firstTime;
      order = lane.firstOrder;
    }
    return first;
  }
}
