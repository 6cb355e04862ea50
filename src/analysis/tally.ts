import type { LedgerEvent } from '../ledger/events.js';
import type { Plan } from '../plan/types.js';

/** What was seen of a message. */
const seen = {
  attempted: 1,
  acknowledged: 2,
  started: 4,
  effected: 8,
  live: 16,
  dead: 32,
  /** The broker had it. */
  had: 64,
} as const;

/**
 * Counts one queue's messages straight from the events, as they come and apart from QueueTable: it finds messages by
 * its own means, and keeps running counts. So the books, which are summed up from the table, can be held against it.
 * Beside the counts it keeps one byte per message.
 */
export class Tally {
  /** Messages of the plan. */
  readonly scheduled: number;
  /** Of the plan, and tried at least once. */
  attempted = 0;
  /** Of these, those that the broker confirmed. */
  acknowledged = 0;
  /** Messages that the broker had: it confirmed them, or a worker or the census saw them. */
  had = 0;
  /** Messages with at least one start, and with at least one effect. */
  started = 0;
  effected = 0;
  /** Messages that the census found, by state: dead, and any other. */
  live = 0;
  dead = 0;
  /** Events: attempts beyond a message's first, starts, effects. */
  repeatedAttempts = 0;
  starts = 0;
  effects = 0;
  private readonly producers: { readonly prefix: string; readonly base: number; readonly count: number }[] =
    [];
  private readonly planned: Uint8Array;
  /** Messages that are not in the plan. */
  private readonly others = new Map<string, number>();

  constructor(plan: Plan, queue: string) {
    let base = 0;
    for (const { name, scheduled, to } of plan.producers) {
      if (!to.includes(queue)) continue;
      this.producers.push({ prefix: `${name}/`, base, count: scheduled });
      base += scheduled;
    }
    this.scheduled = base;
    this.planned = new Uint8Array(base);
  }

  /** Counts an event of this queue. */
  visit(event: LedgerEvent): void {
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
        if (this.mark(event.m, seen.started | seen.had)) this.started++;
        break;
      case 'effect':
        this.effects++;
        if (this.mark(event.m, seen.effected | seen.had)) this.effected++;
        break;
      case 'dead':
        this.mark(event.m, seen.had);
        break;
      case 'census':
        for (const message of event.m) this.found(message, event.state === 'dead');
        break;
    }
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
    if (index >= 0 && holds(after, seen.attempted)) {
      if (!holds(before, seen.attempted)) this.attempted++;
      if (holds(after, seen.acknowledged)) {
        if (!holds(before, seen.attempted | seen.acknowledged)) this.acknowledged++;
        after |= seen.had;
      }
    }
    if (holds(after, seen.had) && !holds(before, seen.had)) this.had++;
    if (index < 0) this.others.set(message, after);
    else this.planned[index] = after;
    return (bits & ~before & ~seen.had) !== 0;
  }

  /** −1: it is not in the plan. */
  private indexOf(message: string): number {
    for (const { prefix, base, count } of this.producers) {
      if (!message.startsWith(prefix)) continue;
      const text = message.slice(prefix.length);
      return /^[1-9]\d*$/.test(text) && Number(text) <= count ? base + Number(text) - 1 : -1;
    }
    return -1;
  }
}

/** Whether all of the bits are set. */
function holds(value: number, bits: number): boolean {
  return (value & bits) === bits;
}
