import type { FailedEvent, RedrivenEvent, SettledEvent } from '../ledger/events.js';
import type { DeadLettersResult, DeadMessage } from '../result/failures.js';
import type { Peak } from '../result/types.js';
import { endingOf } from './books.js';
import { Reasons } from './failures.js';
import { known, type QueueTable } from './tables.js';

/** How many of the dead are listed. */
const mostListed = 100;

/** A span in which a message was dead, and not on its queue. Microseconds. */
export interface DeadSpan {
  readonly from: number;
  readonly to: number;
}

interface Death {
  readonly message: string;
  readonly at: number;
  readonly why: string;
  readonly attempts: number;
  redrivenAt: number | null;
}

/** Why a message was given up at last, and when that was said. */
interface GivenUp {
  readonly at: number;
  readonly why: string;
}

/** Follows the deaths of one queue's messages, and what was put back, while the ledger is read in order of time. */
export class DeathLog {
  private given = 0;
  private redriven = 0;
  private readonly reasons = new Reasons();
  private readonly last = new Map<number, Death>();
  private readonly spans = new Map<number, DeadSpan[]>();
  /** What the worker said when it gave a message up, for where the broker's word is not in the ledger. */
  private readonly failures = new Map<number, GivenUp>();
  /** Put back, and not started since. */
  private readonly waiting = new Set<number>();
  /** What the census found dead, by slot. */
  private readonly census = new Map<number, string>();

  constructor(private readonly table: QueueTable) {}

  failed(slot: number, { t, why, again }: FailedEvent): void {
    if (again === undefined) this.failures.set(slot, { at: t, why });
  }

  /** It was given up, or is in the dead-letter queue: whichever is said first. */
  dead(slot: number, { t, m, why }: SettledEvent): void {
    this.died(slot, m, t, why ?? this.failures.get(slot)?.why);
  }

  /** The lab is about to put it back. */
  putBack(slot: number, { t, m }: RedrivenEvent): void {
    let death = this.last.get(slot);
    if (death === undefined || death.redrivenAt !== null) {
      // That it died was said by nobody: its worker died too.
      const failure = this.failures.get(slot);
      death = this.died(slot, m, failure?.at ?? t, failure?.why);
    }
    death.redrivenAt = t;
    this.redriven++;
    this.waiting.add(slot);
    const spans = this.spans.get(slot);
    if (spans === undefined) this.spans.set(slot, [{ from: death.at, to: t }]);
    else spans.push({ from: death.at, to: t });
  }

  /** @returns whether it was put back, and this is its first start since */
  started(slot: number): boolean {
    return this.waiting.size > 0 && this.waiting.delete(slot);
  }

  /** When the message was dead and not on its queue, in order of time; without the last time, where it stayed so. */
  spansOf(slot: number): readonly DeadSpan[] {
    return this.spans.get(slot) ?? [];
  }

  /** When a message was put back from the dead between two times; null: it wasn't. */
  putBackBetween(slot: number, from: number, to: number): number | null {
    return this.spansOf(slot).find((span) => span.to >= from && span.to <= to)?.to ?? null;
  }

  /** The census found it dead. */
  found(slot: number, message: string): void {
    this.census.set(slot, message);
  }

  /**
   * Lets the census speak, once the ledger was read: it knows dead that nobody else spoke of, and that a message was
   * not put back after all.
   * @param endAt when those died of which nothing else is known, in microseconds
   */
  close(endAt: number): void {
    const { table } = this;
    for (const [slot, message] of this.census) {
      const death = this.last.get(slot);
      if (this.waiting.has(slot) && death !== undefined && !table.has(slot, known.censusLive)) {
        this.redriven--;
        death.redrivenAt = null;
        this.spans.get(slot)?.pop();
      } else if (death === undefined || death.redrivenAt !== null) {
        const failure = this.failures.get(slot);
        if (table.has(slot, known.censusLive) || (failure === undefined && this.endedSince(slot, death)))
          continue;
        const { at } = this.died(slot, message, failure?.at ?? endAt, failure?.why);
        // What has it as ended is the death before it was put back.
        if (death !== undefined && !table.hadEffect(slot)) table.done[slot] = at;
      }
    }
  }

  /** @param depth of the dead-letter queue, as the broker said it */
  result(queue: string | null, depth: Peak, seconds: (micros: number) => number): DeadLettersResult {
    const { table, given, redriven } = this;
    let final = 0;
    let stranded = 0;
    for (let slot = 0; slot < table.size; slot++) {
      if (!table.endedDead(slot)) continue;
      final++;
      if (this.isStranded(slot)) stranded++;
    }
    const list = [...this.last]
      .sort(([, a], [, b]) => a.at - b.at)
      .slice(0, mostListed)
      .map(([slot, { message, at, why, attempts, redrivenAt }]) => ({
        message,
        atSeconds: seconds(at),
        why,
        attempts,
        redrivenAtSeconds: redrivenAt === null ? null : seconds(redrivenAt),
        ended: this.endedAs(slot),
      }));
    return {
      queue,
      depth,
      given,
      final,
      stranded: table.censusComplete ? stranded : null,
      redriven,
      reasons: this.reasons.most(),
      list,
    };
  }

  private died(slot: number, message: string, at: number, why = 'not known: nobody said why'): Death {
    const death = { message, at, why, attempts: this.table.tries[slot] as number, redrivenAt: null };
    this.given++;
    this.reasons.add(why);
    this.last.set(slot, death);
    this.failures.delete(slot);
    return death;
  }

  /** Whether the broker confirmed the end of a delivery after the message was put back: what is left of it is its old self. */
  private endedSince(slot: number, death: Death | undefined): boolean {
    return death !== undefined && (this.table.lastSettled[slot] as number) > (death.redrivenAt as number);
  }

  private isStranded(slot: number): boolean {
    return this.table.hasDeadLetterQueue && !this.table.has(slot, known.censusDeadLetter);
  }

  private endedAs(slot: number): DeadMessage['ended'] {
    const { table } = this;
    if (table.endedDead(slot)) return table.censusComplete && this.isStranded(slot) ? 'stranded' : 'dead';
    const ending = endingOf(table, slot);
    if (ending === 'effected' || ending === 'pending' || ending === 'lost') return ending;
    return 'undetermined';
  }
}
