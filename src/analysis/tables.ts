import type { LedgerEvent } from '../ledger/events.js';
import type { Plan } from '../plan/types.js';
import { TimeLog } from './time-log.js';

/** What is known of a message on a queue: bits of QueueTable.flags. */
export const known = {
  attempted: 1,
  /** An attempt whose outcome is not yet in the ledger. */
  open: 2,
  acknowledged: 4,
  unknown: 8,
  refused: 16,
  merged: 32,
  started: 64,
  effected: 128,
  /** The last word of the workers was that it is dead. */
  dead: 256,
  censusLive: 512,
  censusDead: 1024,
} as const;

/** What the broker still held at the end, by the census, or the workers' word. */
const arrivedBits = known.started | known.effected | known.dead | known.censusLive | known.censusDead;

/**
 * All that is kept of the messages of one queue: columns of numbers, one row (slot) per message, 50 bytes each, and
 * the times of all starts. Slots follow the plan: a producer's base + sequence − 1. Messages that are not in the plan
 * get the slots behind it. Times are microseconds of real time; NaN: not yet.
 */
export class QueueTable {
  /** Slots of the plan; higher ones are of messages outside of it. */
  readonly planned: number;
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
  flags: Uint16Array;
  /** The file that recorded the last start, + 1. */
  startedBy: Uint16Array;
  /** The file that recorded the first effect, + 1. */
  effectBy: Uint16Array;
  readonly starts: TimeLog;
  effects = 0;
  suppressed = 0;
  republished = 0;
  censusComplete = false;
  private readonly bases = new Map<string, { readonly base: number; readonly count: number }>();
  private readonly outside = new Map<string, number>();

  constructor(
    plan: Plan,
    readonly name: string,
  ) {
    let base = 0;
    for (const { name: producer, scheduled, to } of plan.producers) {
      if (!to.includes(name)) continue;
      this.bases.set(producer, { base, count: scheduled });
      base += scheduled;
    }
    this.planned = base;
    this.arrival = new Float64Array(base).fill(Number.NaN);
    this.firstStart = new Float64Array(base).fill(Number.NaN);
    this.done = new Float64Array(base).fill(Number.NaN);
    this.lastSettled = new Float64Array(base).fill(Number.NaN);
    this.lag = new Float32Array(base).fill(Number.NaN);
    this.confirm = new Float32Array(base).fill(Number.NaN);
    this.work = new Float32Array(base).fill(Number.NaN);
    this.flags = new Uint16Array(base);
    this.startedBy = new Uint16Array(base);
    this.effectBy = new Uint16Array(base);
    this.starts = new TimeLog(base);
  }

  /** Slots in use. */
  get size(): number {
    return this.planned + this.outside.size;
  }

  /** The slots of a producer's messages. */
  slotsOf(producer: string): { readonly from: number; readonly to: number } {
    const found = this.bases.get(producer);
    return found === undefined ? { from: 0, to: 0 } : { from: found.base, to: found.base + found.count };
  }

  /** The slot of a message; one that is not in the plan is given the next free one. */
  slot(message: string): number {
    const cut = message.lastIndexOf('/');
    const producer = this.bases.get(message.slice(0, Math.max(0, cut)));
    const sequence = sequenceOf(message, cut + 1);
    if (producer !== undefined && sequence >= 1 && sequence <= producer.count)
      return producer.base + sequence - 1;
    let slot = this.outside.get(message);
    if (slot === undefined) {
      slot = this.size;
      this.outside.set(message, slot);
      if (slot >= this.flags.length) this.grow();
    }
    return slot;
  }

  has(slot: number, bits: number): boolean {
    return ((this.flags[slot] as number) & bits) !== 0;
  }

  /** Whether there is a sign that the broker had it. */
  arrived(slot: number): boolean {
    return this.has(slot, arrivedBits);
  }

  /** Whether it ended dead: the census says so, or the workers did and the census did not find it elsewhere. */
  endedDead(slot: number): boolean {
    return (
      this.has(slot, known.censusDead) || (this.has(slot, known.dead) && !this.has(slot, known.censusLive))
    );
  }

  /** Whether it was merged into another: the broker said so, and nothing of it was seen afterwards. */
  endedMerged(slot: number): boolean {
    return this.has(slot, known.merged) && !this.arrived(slot);
  }

  /** Notes what the census found. */
  census(state: Extract<LedgerEvent, { e: 'census' }>['state'], messages: readonly string[]): void {
    for (const message of messages) {
      const slot = this.slot(message);
      this.flags[slot] =
        (this.flags[slot] as number) | (state === 'dead' ? known.censusDead : known.censusLive);
    }
  }

  /** Lets go of the columns that nothing needs once waits, work and lag were worked out. */
  forgetTimes(): void {
    this.lastSettled = new Float64Array();
    this.lag = new Float32Array();
    this.confirm = new Float32Array();
    this.work = new Float32Array();
  }

  private grow(): void {
    const length = this.flags.length + Math.max(16, this.outside.size);
    this.arrival = grown(this.arrival, new Float64Array(length).fill(Number.NaN));
    this.firstStart = grown(this.firstStart, new Float64Array(length).fill(Number.NaN));
    this.done = grown(this.done, new Float64Array(length).fill(Number.NaN));
    this.lastSettled = grown(this.lastSettled, new Float64Array(length).fill(Number.NaN));
    this.lag = grown(this.lag, new Float32Array(length).fill(Number.NaN));
    this.confirm = grown(this.confirm, new Float32Array(length).fill(Number.NaN));
    this.work = grown(this.work, new Float32Array(length).fill(Number.NaN));
    this.flags = grown(this.flags, new Uint16Array(length));
    this.startedBy = grown(this.startedBy, new Uint16Array(length));
    this.effectBy = grown(this.effectBy, new Uint16Array(length));
  }
}

function grown<Column extends Float64Array | Float32Array | Uint16Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

/** The whole number that the text is from there on, as ids have it (no sign, no leading zero); 0: it is none. */
function sequenceOf(message: string, start: number): number {
  if (start === 0 || message.charCodeAt(start) === 48) return 0;
  let value = 0;
  for (let i = start; i < message.length; i++) {
    const digit = message.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}
