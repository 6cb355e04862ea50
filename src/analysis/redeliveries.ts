import type { FailedEvent, StartedEvent } from '../ledger/events.js';
import type { DuplicateEffect, Redeliveries } from '../result/types.js';
import { type RecordedEffect, type Repeated, type Surroundings, whyRepeated } from './causes.js';
import type { Process } from './processes.js';

/** How many messages with more than one effect are listed. */
const mostListed = 100;

/** Counts redeliveries and gathers duplicate effects of one queue, while the ledger is read in order of time. */
export class RedeliveryLog {
  private count = 0;
  private neverStarted = 0;
  private shortest: number | null = null;
  private longest: number | null = null;
  private readonly repeated = new Map<number, Repeated>();
  /** Messages whose first effect came from work that had run into its time limit. */
  private readonly overran = new Set<number>();
  /** Attempts that failed after the message's effect, and were to be made again. */
  private readonly failures = new Map<number, FailedEvent>();

  /** @param holder who started it before; null: no worker had */
  started(event: StartedEvent, holder: Process | null): void {
    // Where the broker has no such flag, its count of deliveries says the same.
    if (!(event.r ?? (event.n ?? 1) > 1)) return;
    this.count++;
    if (holder === null) {
      this.neverStarted++;
      return;
    }
    const gone = goneAt(holder, event.t);
    if (gone === null) return;
    const delay = event.t - gone;
    this.shortest = Math.min(this.shortest ?? delay, delay);
    this.longest = Math.max(this.longest ?? delay, delay);
  }

  /** A message's first effect came from work that had run into its time limit. */
  firstOverran(slot: number): void {
    this.overran.add(slot);
  }

  /** An attempt failed although the message had had its effect, and is to be made again. */
  failedAfter(slot: number, event: FailedEvent): void {
    if (!this.failures.has(slot)) this.failures.set(slot, event);
  }

  /** An effect beyond a message's first. */
  repeatedEffect(
    message: string,
    slot: number,
    first: Omit<RecordedEffect, 'overran'>,
    effect: RecordedEffect,
  ): void {
    const entry = this.repeated.get(slot);
    if (entry !== undefined) entry.effects.push(effect);
    else if (this.repeated.size < mostListed) {
      const overran = this.overran.has(slot);
      this.repeated.set(slot, { message, slot, effects: [{ ...first, overran }, effect] });
    }
  }

  result(seconds: (micros: number) => number): Redeliveries {
    const { count, neverStarted } = this;
    const min = this.shortest === null ? null : seconds(this.shortest);
    const max = this.longest === null ? null : seconds(this.longest);
    return { count, neverStarted, delaySeconds: { min, max } };
  }

  /** The first hundred, in the order of their second effects, each with its reason in words. */
  duplicates(
    seconds: (micros: number) => number,
    surroundings: Omit<Surroundings, 'failedAfter'>,
  ): readonly DuplicateEffect[] {
    const all = { ...surroundings, failedAfter: (slot: number) => this.failures.get(slot) ?? null };
    return [...this.repeated.values()].map((entry) => ({
      message: entry.message,
      effects: entry.effects.map(({ at, process }) => ({ atSeconds: seconds(at), pid: process.pid })),
      why: whyRepeated(entry, seconds, all),
    }));
  }
}

/** When a process that held a message was lost to it: its death, or the last freeze before that time. */
function goneAt(process: Process, before: number): number | null {
  if (process.diedAt !== null && process.diedAt <= before) return process.diedAt;
  return process.freezes.findLast((freeze) => freeze.from <= before)?.from ?? null;
}
