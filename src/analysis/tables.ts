import type { PlannedQueue } from '../plan/types.js';
import { type Block, Slots } from './slots.js';
import { TimeLog } from './time-log.js';

/** What is known of a message on a queue: bits of QueueTable.flags. */
export const known = {
  attempted: 1,
  /** An attempt, or a call of the order service, whose outcome is not yet in the ledger. */
  open: 2,
  /** The broker confirmed a publish, whether or not it created anything. */
  acknowledged: 4,
  unknown: 8,
  refused: 16,
  /** The broker said of a publish that it created nothing. */
  merged: 32,
  started: 64,
  /** A worker recorded an effect. */
  effected: 128,
  /** The last word of the workers was that it is dead. */
  dead: 256,
  censusLive: 512,
  censusDead: 1024,
  /** The census found it in the dead-letter queue. */
  censusDeadLetter: 2048,
  suppressed: 4096,
  /** Whoever brings the effect about refused it as a second one: so there was a first. */
  witnessed: 8192,
  /**
   * It is to come to this queue: its producer publishes it there, the order service has taken up its order, or what came
   * of it on the queue before leads there.
   */
  due: 16_384,
  /** The broker confirmed a publish, and did not say that it created nothing. */
  created: 32_768,
  /** At least one attempt at its work failed. */
  failed: 65_536,
  redriven: 131_072,
  /** A worker was handed it, so the broker had it; a call of the order service starts it too, and says nothing of a broker. */
  handed: 262_144,
} as const;

/** What the broker still held at the end, by the census, or the workers' word. */
const arrivedBits =
  known.handed |
  known.effected |
  known.suppressed |
  known.dead |
  known.redriven |
  known.censusLive |
  known.censusDead |
  known.censusDeadLetter;

/**
 * All that is kept of the messages of one queue: columns of numbers, one row (slot) per message, 54 bytes each, and
 * the times of all starts. Which row a message has, Slots says. Times are microseconds of real time; NaN: not yet.
 */
export class QueueTable {
  readonly name: string;
  /** Whether the queue has a dead-letter queue, whose census belongs to this queue's. */
  readonly hasDeadLetterQueue: boolean;
  /** The attempt that took effect: the first that was not refused. */
  arrival: Float64Array;
  firstStart: Float64Array;
  /** The first effect, or, without one, the end otherwise. */
  done: Float64Array;
  lastSettled: Float64Array;
  /** First attempt against schedule. */
  lag: Float32Array;
  /** From due to the latest attempt; once acknowledged, to the confirmation. */
  confirm: Float32Array;
  /** From start to effect, of the delivery that had the first effect. */
  work: Float32Array;
  flags: Uint32Array;
  /** The file that recorded the last start, + 1. */
  startedBy: Uint16Array;
  /** The file that recorded the first effect, + 1. */
  effectBy: Uint16Array;
  /** Starts of the message; 65,535 stands for all above, too. */
  tries: Uint16Array;
  readonly starts: TimeLog;
  /** Effects that workers recorded. */
  effects = 0;
  suppressed = 0;
  republished = 0;
  censusOfQueue: boolean;
  censusOfDeadLetterQueue: boolean;
  private readonly slots: Slots;
  /** Effects beyond a message's first, by its slot. */
  private readonly repeats = new Map<number, number>();

  /**
   * @param scheduled how many messages a producer has
   * @param isHttp whether a producer's orders come through the order service, which then says which of them are to come
   */
  constructor(
    planned: PlannedQueue,
    scheduled: (producer: string) => number,
    hasDeadLetterQueue: boolean,
    isHttp: (producer: string) => boolean = () => false,
  ) {
    this.name = planned.name;
    this.hasDeadLetterQueue = hasDeadLetterQueue;
    // Where nothing comes on the broker, there is nothing to find there.
    this.censusOfQueue = !planned.isServed;
    this.censusOfDeadLetterQueue = !planned.isServed;
    this.slots = new Slots(planned, scheduled);
    const { planned: base, blocks } = this.slots;
    this.arrival = new Float64Array(base).fill(Number.NaN);
    this.firstStart = new Float64Array(base).fill(Number.NaN);
    this.done = new Float64Array(base).fill(Number.NaN);
    this.lastSettled = new Float64Array(base).fill(Number.NaN);
    this.lag = new Float32Array(base).fill(Number.NaN);
    this.confirm = new Float32Array(base).fill(Number.NaN);
    this.work = new Float32Array(base).fill(Number.NaN);
    this.flags = new Uint32Array(base);
    this.startedBy = new Uint16Array(base);
    this.effectBy = new Uint16Array(base);
    this.tries = new Uint16Array(base);
    this.starts = new TimeLog(
      blocks.reduce((sum, { path, count }) => sum + (path.length === 0 ? count : 0), 0),
    );
    for (const block of blocks) {
      if (block.path.length > 0 || isHttp(block.producer)) continue;
      this.flags.fill(known.due, block.base, block.base + block.count);
    }
  }

  get blocks(): readonly Block[] {
    return this.slots.blocks;
  }

  /** Slots in use. */
  get size(): number {
    return this.slots.size;
  }

  /** Whether the census lists all that there was, in the dead-letter queue too. */
  get censusComplete(): boolean {
    return this.censusOfQueue && (this.censusOfDeadLetterQueue || !this.hasDeadLetterQueue);
  }

  /** Messages that are not in the plan, with their slots. */
  get outside(): ReadonlyMap<string, number> {
    return this.slots.outside;
  }

  /** The rows of the messages that come by one way; null: none do. */
  blockOf(producer: string, path: readonly string[]): Block | null {
    return this.slots.blockOf(producer, path);
  }

  /** The slots of a producer's own publishes to this queue. */
  slotsOf(producer: string): { readonly from: number; readonly to: number } {
    const found = this.blockOf(producer, []);
    return found ? { from: found.base, to: found.base + found.count } : { from: 0, to: 0 };
  }

  /** The slot of a message; one that is not in the plan is given the next free one. */
  slot(message: string): number {
    const slot = this.slots.slot(message);
    if (slot >= this.flags.length) this.grow();
    return slot;
  }

  /** Notes an effect beyond the message's first. */
  repeated(slot: number): void {
    this.repeats.set(slot, this.repeatsOfSlot(slot) + 1);
  }

  /** Effects beyond the message's first. */
  repeatsOfSlot(slot: number): number {
    return this.repeats.get(slot) ?? 0;
  }

  /** Effects beyond a message's first, of the messages that a producer publishes here itself. */
  repeatsOf(producer: string): number {
    const { from, to } = this.slotsOf(producer);
    let sum = 0;
    for (const [slot, repeats] of this.repeats) if (slot >= from && slot < to) sum += repeats;
    return sum;
  }

  has(slot: number, bits: number): boolean {
    return ((this.flags[slot] as number) & bits) !== 0;
  }

  set(slot: number, bits: number): void {
    this.flags[slot] = (this.flags[slot] as number) | bits;
  }

  clear(slot: number, bits: number): void {
    this.flags[slot] = (this.flags[slot] as number) & ~bits;
  }

  /** Whether there is a sign that the broker had it. */
  arrived(slot: number): boolean {
    return this.has(slot, arrivedBits);
  }

  /** Whether it had its effect: a worker recorded it, or whoever brings it about is a witness of it. */
  hadEffect(slot: number): boolean {
    return this.has(slot, known.effected | known.witnessed);
  }

  /** Whether a worker went on as after an effect: publishing on what comes of it. */
  wentOn(slot: number): boolean {
    return this.has(slot, known.effected | known.suppressed);
  }

  /** Whether it ended dead: the census says so, or the workers did and the census did not find it elsewhere. */
  endedDead(slot: number): boolean {
    return (
      this.has(slot, known.censusDead | known.censusDeadLetter) ||
      (this.has(slot, known.dead) && !this.has(slot, known.censusLive))
    );
  }

  /** Whether it was merged into another: the broker said so of all that it confirmed, and nothing of it was seen afterwards. */
  endedMerged(slot: number): boolean {
    return (
      this.has(slot, known.merged) && !this.has(slot, known.created | known.unknown) && !this.arrived(slot)
    );
  }

  /** Its first arrival; of one that nobody attempted, its first sign of life. NaN: there is none. */
  firstSign(slot: number): number {
    const arrival = this.arrival[slot] as number;
    if (!Number.isNaN(arrival)) return arrival;
    const start = this.firstStart[slot] as number;
    return Number.isNaN(start) ? (this.done[slot] as number) : start;
  }

  /** Lets go of the columns that nothing needs once waits, work and lag were worked out. */
  forgetTimes(): void {
    this.lastSettled = new Float64Array();
    this.lag = new Float32Array();
    this.confirm = new Float32Array();
    this.work = new Float32Array();
  }

  private grow(): void {
    const length = this.flags.length + Math.max(16, this.slots.outside.size);
    this.arrival = grown(this.arrival, new Float64Array(length).fill(Number.NaN));
    this.firstStart = grown(this.firstStart, new Float64Array(length).fill(Number.NaN));
    this.done = grown(this.done, new Float64Array(length).fill(Number.NaN));
    this.lastSettled = grown(this.lastSettled, new Float64Array(length).fill(Number.NaN));
    this.lag = grown(this.lag, new Float32Array(length).fill(Number.NaN));
    this.confirm = grown(this.confirm, new Float32Array(length).fill(Number.NaN));
    this.work = grown(this.work, new Float32Array(length).fill(Number.NaN));
    this.flags = grown(this.flags, new Uint32Array(length));
    this.startedBy = grown(this.startedBy, new Uint16Array(length));
    this.effectBy = grown(this.effectBy, new Uint16Array(length));
    this.tries = grown(this.tries, new Uint16Array(length));
  }
}

function grown<Column extends Float64Array | Float32Array | Uint32Array | Uint16Array>(
  from: Column,
  to: Column,
): Column {
  to.set(from);
  return to;
}
