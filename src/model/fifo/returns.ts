import type { Lost } from './hands.js';

/** What a dead worker had in hand, on its way back; the next one last. */
interface Batch {
  readonly availableAt: number;
  readonly messages: Lost[];
}

/** Messages that were lost by workers and come back: each lot at the head of the queue, before those that came back earlier. */
export class Returns {
  private readonly batches: Batch[] = [];
  private readonly attempts = new Map<number, number>();

  /** How many lots there are. */
  get length(): number {
    return this.batches.length;
  }

  /** When the first of them is there. */
  get nextAt(): number {
    return this.batches[0]?.availableAt ?? Number.POSITIVE_INFINITY;
  }

  add(availableAt: number, lost: readonly Lost[], order: 'kept' | 'reversed'): void {
    if (lost.length === 0) return;
    const sign = order === 'kept' ? -1 : 1;
    this.batches.push({
      availableAt,
      messages: [...lost].sort((a, b) => sign * (a.message - b.message)),
    });
    this.batches.sort((a, b) => a.availableAt - b.availableAt);
  }

  /** The one at the head at a time, at which there is one. `attempt`: which delivery it will be, from 2. */
  take(at: number): Lost & { readonly attempt: number } {
    const index = this.batches.findLastIndex((batch) => batch.availableAt <= at);
    const batch = this.batches[index] as Batch;
    const lost = batch.messages.pop() as Lost;
    if (batch.messages.length === 0) this.batches.splice(index, 1);
    const attempt = (this.attempts.get(lost.message) ?? 1) + 1;
    this.attempts.set(lost.message, attempt);
    return { ...lost, attempt };
  }

  /** When those arrived that have had no effect. */
  arrivals(): number[] {
    return this.batches
      .flatMap(({ messages }) => messages.map(({ arrival }) => arrival))
      .filter((at) => at >= 0);
  }
}
