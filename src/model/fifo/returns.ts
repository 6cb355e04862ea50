import type { Lost } from './hands.js';

/** What a dead worker had in hand, on its way back; the next one last. */
interface Batch {
  readonly availableAt: number;
  /** When its worker died. */
  readonly lostAt: number;
  readonly messages: Lost[];
}

/** A message that is delivered again. */
interface Returned extends Lost {
  /** Which delivery it is, from 2. */
  readonly attempt: number;
  readonly lostAt: number;
}

/** Messages that were lost by workers and come back: each lot at the head of the queue, before those that came back earlier. */
export class Returns {
  private readonly batches: Batch[] = [];
  private readonly attempts = new Map<number, number>();
  /** Those that never come back. */
  private readonly gone: Lost[] = [];

  /** How many lots there are. */
  get length(): number {
    return this.batches.length;
  }

  /** When the first of them is there. */
  get nextAt(): number {
    return this.batches[0]?.availableAt ?? Number.POSITIVE_INFINITY;
  }

  /** @param lost in the order of their starts */
  add(lostAt: number, availableAt: number, lost: readonly Lost[], order: 'kept' | 'reversed'): void {
    if (lost.length === 0) return;
    if (availableAt === Number.POSITIVE_INFINITY) {
      this.gone.push(...lost);
      return;
    }
    this.batches.push({
      availableAt,
      lostAt,
      messages: order === 'reversed' ? [...lost] : [...lost].reverse(),
    });
    this.batches.sort((a, b) => a.availableAt - b.availableAt);
  }

  /** The one at the head at a time, at which there is one. */
  take(at: number): Returned {
    const index = this.batches.findLastIndex((batch) => batch.availableAt <= at);
    const batch = this.batches[index] as Batch;
    const lost = batch.messages.pop() as Lost;
    if (batch.messages.length === 0) this.batches.splice(index, 1);
    const attempt = (this.attempts.get(lost.message) ?? 1) + 1;
    this.attempts.set(lost.message, attempt);
    return { ...lost, attempt, lostAt: batch.lostAt };
  }

  /** All that have not been taken. */
  left(): Lost[] {
    return [...this.batches.flatMap(({ messages }) => messages), ...this.gone];
  }
}
