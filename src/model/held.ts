import type { RedeliveryCapability, RedeliverySettings } from '../broker/types.js';
import type { Hands, Range } from './hands.js';
import { Checks, type Silent } from './redelivery.js';
import type { HeldRange } from './run.js';

/** The messages of a batch that may come back first, or last. */
interface End extends Silent {
  /** When they do, as far as known; Infinity: never. */
  dueSeconds: number;
}

/** Messages that a crew held when it was killed, until they have been served once more. */
interface Batch {
  readonly atSeconds: number;
  readonly first: End;
  readonly last: End;
  readonly fromNumber: number;
  readonly toNumber: number;
  /** Without an effect, and with one: not yet started again. */
  owing: number;
  repeats: number;
  backAtSeconds: number | null;
  doneAtSeconds: number | null;
}

const slack = 1e-9;
const never = Number.POSITIVE_INFINITY;

/** What dead workers hold, when it comes back, and what was done twice by then. */
export class Held {
  readonly checks: Checks;
  readonly delays: number[] = [];
  redeliveries = 0;
  duplicateEffects = 0;
  /** Not all of a batch come back at the same time. */
  isParted = false;
  private readonly batches: Batch[] = [];
  /** Came back and are not all started again; the first of them is the last, and the next to be served. */
  private readonly back: Batch[] = [];

  constructor(
    private readonly settings: RedeliverySettings,
    private readonly capability: RedeliveryCapability,
    workers: number,
  ) {
    this.checks = new Checks(settings, capability, workers);
  }

  /** Messages without an effect that are to be started again. */
  get owing(): number {
    return this.batches.reduce((sum, { owing }) => sum + owing, 0);
  }

  /** Messages with an effect that are to be started again. */
  get repeats(): number {
    return this.batches.reduce((sum, { repeats }) => sum + repeats, 0);
  }

  /** What is to be served before all others: of one batch those without an effect, then those with one. */
  get next(): { readonly messages: number; readonly owe: boolean } {
    const batch = this.back.at(-1);
    if (batch === undefined) return { messages: 0, owe: false };
    return batch.owing > 0 ? { messages: batch.owing, owe: true } : { messages: batch.repeats, owe: false };
  }

  get ranges(): HeldRange[] {
    return this.batches
      .filter(({ fromNumber, toNumber }) => toNumber > fromNumber)
      .map(({ atSeconds, fromNumber, toNumber, backAtSeconds, doneAtSeconds }) => {
        return { atSeconds, fromNumber, toNumber, backAtSeconds, doneAtSeconds };
      });
  }

  /**
   * A crew dies.
   * @param marked how many of what it has in hand were so at the last check, at least and at most: the oldest
   * @param holdSeconds how long a message is in hand at most
   */
  take(hands: Hands, marked: Range, atSeconds: number, holdSeconds: number): void {
    const { messages, withEffect, started } = hands;
    const old = Math.max(0, Math.min(marked.least, messages));
    // A worker renews a lock that is a quarter of its time old, every quarter; that clears the check's mark, too.
    const mayRenew = holdSeconds >= this.settings.afterSeconds / 4;
    const isSure = marked.least === marked.most && !mayRenew && this.capability.checks > 0;
    const older = { messages: old, withEffect: Math.min(withEffect, old), started: started - messages + old };
    const younger = { messages: messages - old, withEffect: withEffect - older.withEffect, started };
    const age = Math.min(holdSeconds, this.settings.afterSeconds / 2);
    if (isSure) {
      this.add(older, { first: 1, last: 1 }, atSeconds, age);
      this.add(younger, { first: 0, last: 0 }, atSeconds, age);
    } else this.add(hands, { first: marked.most > 0 ? 1 : 0, last: 0 }, atSeconds, age);
  }

  /** @param checks that the first and the last of them have seen @param ageSeconds of their oldest lock */
  private add(
    { messages, withEffect, started }: Hands,
    checks: { readonly first: number; readonly last: number },
    atSeconds: number,
    ageSeconds: number,
  ): void {
    if (messages === 0) return;
    const age = this.capability.on === 'lock-expiry' ? ageSeconds : 0;
    const expiresSeconds = atSeconds + this.settings.afterSeconds;
    this.batches.push({
      atSeconds,
      first: { expiresSeconds: expiresSeconds - age, checks: checks.first, dueSeconds: never },
      last: { expiresSeconds, checks: checks.last, dueSeconds: never },
      fromNumber: started - (messages - withEffect),
      toNumber: started,
      owing: messages - withEffect,
      repeats: withEffect,
      backAtSeconds: null,
      doneAtSeconds: null,
    });
  }

  /** When the next of it comes back; Infinity: nothing does. */
  nextChange(now: number, workersUp: number): number {
    const { away, checks } = this;
    for (const end of endsOf(away))
      end.dueSeconds = workersUp === 0 ? never : (checks.availableAt(end, now) ?? never);
    return Math.min(never, ...away.map(({ first }) => first.dueSeconds));
  }

  advance(now: number): void {
    this.checks.advance(now, endsOf(this.away));
  }

  /** What is due comes back. @returns whether anything did */
  release(now: number): boolean {
    const due = this.away.find(({ first }) => first.dueSeconds <= now + slack);
    if (due === undefined) return false;
    if (due.last.dueSeconds > now + slack) this.isParted = true;
    due.backAtSeconds = now;
    this.delays.push(now - due.atSeconds);
    this.back.push(due);
    return true;
  }

  /** Serves so many of the next, or all of them. @param workSeconds from a start to its effect */
  serve(messages: number, all: boolean, now: number, workSeconds: number): void {
    const batch = this.back.at(-1);
    if (batch === undefined) return;
    const { owe } = this.next;
    this.redeliveries += messages;
    if (owe) {
      batch.owing = all ? 0 : batch.owing - messages;
      if (all) batch.doneAtSeconds = now + workSeconds;
    } else {
      this.duplicateEffects += messages;
      batch.repeats = all ? 0 : batch.repeats - messages;
    }
    if (batch.owing === 0 && batch.repeats === 0) this.back.pop();
  }

  private get away(): Batch[] {
    return this.batches.filter(({ backAtSeconds }) => backAtSeconds === null);
  }
}

function endsOf(batches: readonly Batch[]): End[] {
  return batches.flatMap(({ first, last }) => [first, last]);
}
