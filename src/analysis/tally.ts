import type { LedgerEvent } from '../ledger/events.js';
import type { PlannedQueue } from '../plan/types.js';

/** What was seen of a message. */
const seen = {
  attempted: 1,
  acknowledged: 2,
  started: 4,
  /** A worker recorded an effect. */
  effected: 8,
  live: 16,
  dead: 32,
  /** The broker had it. */
  had: 64,
  /** It is to come to this queue. */
  due: 128,
  /** Refused by whoever brings the effect about: there was one. */
  witnessed: 256,
  /** A worker went on as after an effect. */
  passed: 512,
} as const;

/** Of what is to come: it was attempted; it was attempted and confirmed. */
const isIn = seen.due | seen.attempted;
const isConfirmed = isIn | seen.acknowledged;

/** There was an effect. */
const anyEffect = seen.effected | seen.witnessed;

/** Where an event of a queue is from: the queue itself, its dead-letter queue, or the order service, which called its provider. */
export type Origin = 'queue' | 'dead-letter queue' | 'order service';

/** A producer's messages by one way, and how many of them had an effect. */
interface Way {
  readonly producer: string;
  /** What the ids begin and end with; between the two is the sequence number. */
  readonly prefix: string;
  readonly suffix: string;
  readonly base: number;
  readonly count: number;
  effected: number;
}

/**
 * Counts one queue's messages straight from the events, as they come and apart from QueueTable: it finds messages by
 * its own means, and keeps running counts. So the books, which are summed up from the table, can be held against it.
 * Beside the counts it keeps two bytes per message.
 */
export class Tally {
  /** Messages that are to come: the producers' own, the steps of orders that were received, and what was passed on to here. */
  scheduled = 0;
  /** Of these, tried at least once. */
  attempted = 0;
  /** Of these, those that the broker confirmed. */
  acknowledged = 0;
  /** Messages that the broker had: it confirmed them, or a worker or the census saw them. */
  had = 0;
  /** Messages with at least one start, and with at least one effect, recorded or witnessed. */
  started = 0;
  effected = 0;
  /** Messages that the census found, by state: dead, and any other. */
  live = 0;
  dead = 0;
  /** Events: attempts beyond a message's first, starts, effects, effects beyond a message's first recorded one. */
  repeatedAttempts = 0;
  starts = 0;
  effects = 0;
  repeatedEffects = 0;
  private readonly ways: Way[] = [];
  private readonly planned: Uint16Array;
  /** Messages that are not in the plan. */
  private readonly others = new Map<string, number>();

  /**
   * @param scheduled how many messages a producer has
   * @param passOn called for each message with which a worker of the queue went on, once
   * @param isHttp whether a producer's orders come through the order service
   */
  constructor(
    queue: PlannedQueue,
    scheduled: (producer: string) => number,
    private readonly passOn: ((message: string, isPlanned: boolean) => void) | null = null,
    isHttp: (producer: string) => boolean = () => false,
  ) {
    let base = 0;
    for (const { producer, path } of queue.sources) {
      const count = scheduled(producer);
      const suffix = path.map((name) => `.${name}`).join('');
      this.ways.push({ producer, prefix: `${producer}/`, suffix, base, count, effected: 0 });
      base += count;
    }
    this.planned = new Uint16Array(base);
    for (const { producer, suffix, base: from, count } of this.ways) {
      if (suffix !== '' || isHttp(producer)) continue;
      this.planned.fill(seen.due, from, from + count);
      this.scheduled += count;
    }
  }

  /**
   * Counts an event of this queue. Of its dead-letter queue's census, what was found is dead; and where the order service
   * has started on a message, no broker had it for that.
   */
  visit(event: LedgerEvent, from: Origin = 'queue'): void {
    switch (event.e) {
      case 'attempted':
        if (!this.mark(event.m, seen.attempted)) this.repeatedAttempts++;
        break;
      case 'acknowledged':
      case 'merged':
        this.mark(event.m, seen.acknowledged);
        break;
      case 'started':
        this.starts++;
        if (this.mark(event.m, seen.started | (from === 'order service' ? 0 : seen.had))) this.started++;
        break;
      case 'effect':
        this.effects++;
        if (!this.mark(event.m, seen.effected | seen.had)) this.repeatedEffects++;
        this.passed(event.m);
        break;
      case 'suppressed':
        this.mark(event.m, seen.had | (event.by === 'provider' ? seen.witnessed : 0));
        this.passed(event.m);
        break;
      case 'dead':
      case 'dead-lettered':
      case 'redriven':
        this.mark(event.m, seen.had);
        break;
      case 'census':
        for (const message of event.m) {
          this.found(message, from === 'dead-letter queue' || event.state === 'dead');
        }
        break;
    }
  }

  /** A message of the plan was passed on to this queue. */
  expect(message: string): void {
    if (this.indexOf(message) >= 0) this.receive(message);
  }

  /** The order that a message is a step of was received; in the plan or not, it is to come to this queue. */
  receive(message: string): void {
    this.mark(message, seen.due);
  }

  /** How many of a producer's messages had an effect here, by that way. */
  effectedOf(producer: string, path: readonly string[]): number {
    const suffix = path.map((name) => `.${name}`).join('');
    return this.ways.find((way) => way.producer === producer && way.suffix === suffix)?.effected ?? 0;
  }

  /** What is not in the plan and was not to come here is to come nowhere else either. */
  private passed(message: string): void {
    if (this.passOn === null || !this.mark(message, seen.passed)) return;
    const isPlanned = this.indexOf(message) >= 0;
    if (isPlanned || ((this.others.get(message) ?? 0) & seen.due) !== 0) this.passOn(message, isPlanned);
  }

  private found(message: string, isDead: boolean): void {
    const isNew = this.mark(message, (isDead ? seen.dead : seen.live) | seen.had);
    if (isNew && isDead) this.dead++;
    else if (isNew) this.live++;
  }

  /** @returns whether any but `had` of the bits is new to the message */
  private mark(message: string, bits: number): boolean {
    const index = this.indexOf(message);
    const before = index < 0 ? (this.others.get(message) ?? 0) : (this.planned[index] as number);
    let after = before | bits;
    if (isNew(seen.due, before, after)) this.scheduled++;
    if (isNew(isIn, before, after)) this.attempted++;
    if (isNew(isConfirmed, before, after)) {
      this.acknowledged++;
      after |= seen.had;
    }
    if (isNew(seen.had, before, after)) this.had++;
    if ((before & anyEffect) === 0 && (after & anyEffect) !== 0) {
      this.effected++;
      const way = index < 0 ? undefined : this.ways.find(({ base, count }) => index < base + count);
      if (way !== undefined) way.effected++;
    }
    if (index < 0) this.others.set(message, after);
    else this.planned[index] = after;
    return (bits & ~before & ~seen.had) !== 0;
  }

  /** −1: it is not in the plan. */
  private indexOf(message: string): number {
    for (const { prefix, suffix, base, count } of this.ways) {
      if (!message.startsWith(prefix) || (suffix !== '' && !message.endsWith(suffix))) continue;
      const sequence = sequenceBetween(message, prefix.length, message.length - suffix.length);
      if (sequence >= 1 && sequence <= count) return base + sequence - 1;
    }
    return -1;
  }
}

/** The whole number that stands there, as ids have it: no sign, no leading zero. 0: none does. */
function sequenceBetween(message: string, from: number, to: number): number {
  let sequence = 0;
  for (let i = from; i < to; i++) {
    const digit = message.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9 || (digit === 0 && sequence === 0)) return 0;
    sequence = sequence * 10 + digit;
  }
  return sequence;
}

/** Whether all of the bits are set, and were not before. */
function isNew(bits: number, before: number, after: number): boolean {
  return (after & bits) === bits && (before & bits) !== bits;
}
