import type { Rate } from '../../scenario/types.js';
import { toMicros } from './options.js';

/**
 * A queue's limit over all its workers, as BullMQ has it: a window that the first start after the last window opens, and that lets so
 * many start. The next one does not begin by itself.
 */
export class Limiter {
  /** When the window ends, in microseconds. */
  windowEnd = Number.NEGATIVE_INFINITY;
  private readonly most: number;
  private readonly windowMicros: number;
  private count = 0;

  /** @param extraMicros how much longer its windows are than configured */
  constructor(rate: Rate | null, extraMicros: number) {
    this.most = rate?.count ?? Number.POSITIVE_INFINITY;
    this.windowMicros = rate === null ? 0 : Math.max(1, toMicros(rate.perSeconds) + extraMicros);
  }

  isLimited(now: number): boolean {
    return this.count >= this.most && now < this.windowEnd;
  }

  /** A message is started. */
  start(now: number): void {
    if (now >= this.windowEnd) {
      this.windowEnd = now + this.windowMicros;
      this.count = 0;
    }
    this.count++;
  }
}
