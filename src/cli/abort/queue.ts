import { Slots } from '../../analysis/slots.js';
import type { DepthEvent, LedgerEvent } from '../../ledger/events.js';
import type { Plan, PlannedQueue } from '../../plan/types.js';

/** What was seen of a message: bits of a byte. */
const seen = {
  /** It is certain that it arrived: the broker confirmed it, or a worker has it. */
  arrived: 1,
  started: 2,
  effected: 4,
  dead: 8,
  /** It is not waited for any more. */
  over: 16,
  /** The last attempt to publish it was refused. */
  refused: 32,
} as const;

/**
 * What is certain of one queue while its run goes on, from the events so far in order of time. Every value is at most what the analysis
 * of the whole ledger will say, but for messages that turn out to be lost: only a census tells these from waiting ones. Messages outside
 * of the plan are left out. All times in microseconds of real time.
 */
export class WatchedQueue {
  readonly name: string;
  duplicateEffects = 0;
  suppressed = 0;
  redeliveries = 0;
  failed = 0;
  timedOut = 0;
  deaths = 0;
  workersDied = 0;
  /** ready + in flight + delayed. */
  depthPeak = 0;
  deadLettersPeak = 0;
  longestWait = 0;
  longestEndToEnd = 0;
  /** Of messages whose turn it is to be over; those that wait still are in `oldestAge`. */
  private longestStay = 0;
  /** Messages that have arrived and are not over, and the most that there were before the latest moment. */
  private waiting = 0;
  private mostWaiting = 0;
  private latest = Number.NEGATIVE_INFINITY;
  /** Messages that were over without their effect. */
  private overOtherwise = 0;
  private starts = 0;
  private startedOnce = 0;
  /** The latest depth, and when it was sampled. */
  private depth = 0;
  private depthAt = 0;
  private readonly slots: Slots;
  private readonly arrivedAt: Float64Array;
  private readonly endedAt: Float64Array;
  private readonly flags: Uint8Array;
  /** By block: no slot of it before this one waits. */
  private readonly oldest: number[];

  constructor({ producers }: Pick<Plan, 'producers'>, planned: Pick<PlannedQueue, 'name' | 'sources'>) {
    this.name = planned.name;
    this.slots = new Slots(
      planned,
      (producer) => producers.find(({ name }) => name === producer)?.scheduled ?? 0,
    );
    const size = this.slots.planned;
    this.arrivedAt = new Float64Array(size).fill(Number.NaN);
    this.endedAt = new Float64Array(size).fill(Number.NaN);
    this.flags = new Uint8Array(size);
    this.oldest = this.slots.blocks.map(({ base, count }) => base + count);
  }

  /** Starts beyond a message's first. */
  get duplicateDeliveries(): number {
    return this.starts - this.startedOnce;
  }

  /** @param isCall whether the order service wrote it, which calls the queue's provider itself */
  visit(event: LedgerEvent, isCall: boolean): void {
    if (event.t > this.latest) {
      this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
      this.latest = event.t;
    }
    if (event.e === 'depth') this.sampled(event);
    else if ('m' in event && typeof event.m === 'string') {
      const slot = this.slots.slot(event.m);
      if (slot < this.flags.length) this.message(slot, event, isCall);
    }
  }

  /** Whether it is in the plan, and was not attempted yet. */
  isNew(message: string): boolean {
    return Number.isNaN(this.arrivedAt[this.slots.slot(message)] ?? 0);
  }

  /** A sample of the queue's own dead-letter queue. */
  deadLettersSampled(event: DepthEvent): void {
    this.deadLettersPeak = Math.max(this.deadLettersPeak, depthOf(event));
  }

  /** The most messages that waited at once. What comes and goes at the same moment never did. */
  backlogPeak(now: number): number {
    return now > this.latest ? Math.max(this.mostWaiting, this.waiting) : this.mostWaiting;
  }

  /** The longest that a message has been waiting for its effect. */
  oldestAge(now: number): number {
    let longest = this.longestStay;
    this.slots.blocks.forEach(({ base, count }, i) => {
      let slot = this.oldest[i] as number;
      while (slot < base + count && !this.isWaiting(slot)) slot++;
      this.oldest[i] = slot;
      if (slot < base + count) longest = Math.max(longest, now - (this.arrivedAt[slot] as number));
    });
    return longest;
  }

  /** The latest time at which it is certain that the queue was not drained yet; 0: none is. */
  get undrainedAt(): number {
    return this.waiting > 0 && this.depth > 0 ? this.depthAt : 0;
  }

  /** Whether all that is over had its effect: what died, or was suppressed without one, may yet be put back and start again. */
  get isOverForGood(): boolean {
    return this.overOtherwise === 0;
  }

  /** The arrivals of the messages so far, and beside them their ends; Infinity: they wait. */
  stays(): { readonly arrivals: Float64Array; readonly ends: Float64Array } {
    const arrivals = new Float64Array(this.flags.length);
    const ends = new Float64Array(this.flags.length);
    let count = 0;
    for (let slot = 0; slot < this.flags.length; slot++) {
      if (!this.has(slot, seen.arrived)) continue;
      arrivals[count] = this.arrivedAt[slot] as number;
      ends[count++] = this.has(slot, seen.over) ? (this.endedAt[slot] as number) : Number.POSITIVE_INFINITY;
    }
    return { arrivals: arrivals.subarray(0, count), ends: ends.subarray(0, count) };
  }

  private message(slot: number, event: LedgerEvent, isCall: boolean): void {
    const { t } = event;
    switch (event.e) {
      case 'attempted':
        if (Number.isNaN(this.arrivedAt[slot] as number) || this.has(slot, seen.refused))
          this.arrivedAt[slot] = t;
        this.clear(slot, seen.refused);
        break;
      case 'refused':
        if (!this.has(slot, seen.arrived)) this.set(slot, seen.refused);
        break;
      case 'acknowledged':
        this.arrived(slot, t);
        break;
      case 'started':
        this.starts++;
        if (!isCall) this.handed(slot, t, event.r ?? (event.n ?? 1) > 1);
        if (!this.has(slot, seen.started)) this.startedOnce++;
        this.set(slot, seen.started);
        this.clear(slot, seen.dead);
        break;
      case 'effect':
        this.effect(slot, t);
        break;
      case 'suppressed':
        this.suppressed++;
        this.end(slot, t);
        break;
      case 'failed':
        this.failed++;
        if (event.kind === 'timeout') this.timedOut++;
        break;
      case 'dead':
      case 'dead-lettered':
        if (!this.has(slot, seen.dead)) this.deaths++;
        this.set(slot, seen.dead);
        this.end(slot, t);
        break;
      case 'redriven':
        this.putBack(slot, t);
    }
  }

  /** A worker has it. */
  private handed(slot: number, t: number, isRedelivery: boolean): void {
    this.arrived(slot, t);
    if (isRedelivery) this.redeliveries++;
    if (!this.has(slot, seen.started))
      this.longestWait = Math.max(this.longestWait, t - (this.arrivedAt[slot] as number));
  }

  private effect(slot: number, t: number): void {
    this.arrived(slot, t);
    if (this.has(slot, seen.effected)) this.duplicateEffects++;
    else this.longestEndToEnd = Math.max(this.longestEndToEnd, t - (this.arrivedAt[slot] as number));
    this.set(slot, seen.effected);
    this.end(slot, t);
  }

  private arrived(slot: number, t: number): void {
    if (this.has(slot, seen.arrived)) return;
    if (Number.isNaN(this.arrivedAt[slot] as number)) this.arrivedAt[slot] = t;
    this.set(slot, seen.arrived);
    if (!this.has(slot, seen.over)) this.waits(slot);
  }

  private waits(slot: number): void {
    this.waiting++;
    const block = this.slots.blocks.findIndex(({ base, count }) => slot >= base && slot < base + count);
    this.oldest[block] = Math.min(this.oldest[block] as number, slot);
  }

  private end(slot: number, t: number): void {
    if (this.has(slot, seen.over)) return;
    if (this.isWaiting(slot)) {
      this.waiting--;
      this.longestStay = Math.max(this.longestStay, t - (this.arrivedAt[slot] as number));
    }
    this.endedAt[slot] = t;
    this.set(slot, seen.over);
    if (!this.has(slot, seen.effected)) this.overOtherwise++;
  }

  /** From the dead; from then on it is waited for again. */
  private putBack(slot: number, t: number): void {
    this.clear(slot, seen.dead);
    if (this.has(slot, seen.effected) || !this.has(slot, seen.over)) return;
    this.clear(slot, seen.over);
    this.arrivedAt[slot] = t;
    if (this.has(slot, seen.arrived)) this.waits(slot);
  }

  private sampled(event: DepthEvent): void {
    this.depth = depthOf(event);
    this.depthAt = event.t;
    this.depthPeak = Math.max(this.depthPeak, this.depth);
  }

  private isWaiting(slot: number): boolean {
    return ((this.flags[slot] as number) & (seen.arrived | seen.over)) === seen.arrived;
  }

  private has(slot: number, bits: number): boolean {
    return ((this.flags[slot] as number) & bits) !== 0;
  }

  private set(slot: number, bits: number): void {
    this.flags[slot] = (this.flags[slot] as number) | bits;
  }

  private clear(slot: number, bits: number): void {
    this.flags[slot] = (this.flags[slot] as number) & ~bits;
  }
}

function depthOf({ ready, inFlight, delayed }: DepthEvent): number {
  return ready + inFlight + delayed;
}
