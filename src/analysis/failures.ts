import type { FailedEvent } from '../ledger/events.js';
import type { FailuresResult, Reason } from '../result/failures.js';
import { known, type QueueTable } from './tables.js';

/** How many reasons are listed. */
const mostReasons = 10;

/** Counts the failed attempts of one queue. */
export class FailureLog {
  private failed = 0;
  private retried = 0;
  private timedOut = 0;
  private readonly reasons = new Reasons();

  visit({ why, kind, again }: FailedEvent): void {
    this.failed++;
    if (again !== undefined) this.retried++;
    if (kind === 'timeout') this.timedOut++;
    this.reasons.add(why);
  }

  result(table: QueueTable): FailuresResult {
    let messages = 0;
    let recovered = 0;
    for (let slot = 0; slot < table.size && this.failed > 0; slot++) {
      if (!table.has(slot, known.failed)) continue;
      messages++;
      if (table.hadEffect(slot)) recovered++;
    }
    const { failed, retried, timedOut } = this;
    return { failed, retried, timedOut, messages, recovered, reasons: this.reasons.most() };
  }
}

/** How often what was given as the reason. */
export class Reasons {
  private readonly counts = new Map<string, number>();

  add(why: string): void {
    this.counts.set(why, (this.counts.get(why) ?? 0) + 1);
  }

  /** The ten most frequent, the most frequent first; equally frequent ones by their text. */
  most(): Reason[] {
    return [...this.counts]
      .map(([why, count]) => ({ why, count }))
      .sort((a, b) => b.count - a.count || (a.why < b.why ? -1 : 1))
      .slice(0, mostReasons);
  }
}
