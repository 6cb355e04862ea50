import type { RedeliveryCapability, RedeliverySettings } from '../broker/types.js';

/** Messages that a dead or frozen worker holds, out of reach until the broker gives them back. Whole numbers. */
export interface HeldBatch {
  /** When the worker was taken away. */
  readonly atSeconds: number;
  /** When the broker no longer waits for it; Infinity: never. */
  readonly expiresSeconds: number;
  /** Checks since then. */
  checks: number;
  /** Held messages that had their effect; coming back they are duplicates. */
  withEffect: number;
  /** Held messages that had not: they are part of the backlog. */
  without: number;
  /** When the broker gives them back, as far as known now; null: nobody does. */
  availableAtSeconds: number | null;
  /** It came back, or its worker did and finished it. */
  released: boolean;
  /** Whether there were messages without an effect in it. */
  readonly owesEffects: boolean;
  /** When the last of those without an effect got it; null: not yet. */
  doneAtSeconds: number | null;
}

/**
 * When a broker looks for messages whose worker is silent. It looks every `checkSeconds` while a worker of the queue
 * is up (BullMQ's stalled check runs in the workers), and gives a message back at the first look that is both the
 * `checks`-th since its worker fell silent and no earlier than the expiry.
 */
export class Checks {
  private lastSeconds = 0;
  private nextSeconds: number | null;

  constructor(
    private readonly settings: Omit<RedeliverySettings, 'limit'>,
    private readonly capability: RedeliveryCapability,
    workersUp: number,
  ) {
    // Workers look once when they start, just before the run's zero.
    if (workersUp === 0 && capability.needsWorker) {
      this.lastSeconds = Number.NEGATIVE_INFINITY;
      this.nextSeconds = null;
    } else this.nextSeconds = settings.checkSeconds;
  }

  /** When the broker gives up on a worker that fell silent at this time. A frozen worker keeps its connection. */
  expiryOf(atSeconds: number, frozen: boolean): number {
    if (frozen && this.capability.on === 'disconnect') return Number.POSITIVE_INFINITY;
    return atSeconds + this.settings.afterSeconds;
  }

  /** When a batch comes back if nothing changes from now on; null: it doesn't. */
  availableAt(batch: HeldBatch, nowSeconds: number): number | null {
    if (!Number.isFinite(batch.expiresSeconds)) return null;
    if (this.capability.checks === 0) return Math.max(nowSeconds, batch.expiresSeconds);
    if (this.nextSeconds === null) return null;
    const missing = Math.max(1, this.capability.checks - batch.checks);
    const toExpiry = Math.ceil((batch.expiresSeconds - this.nextSeconds) / this.settings.checkSeconds - 1e-9);
    return this.nextSeconds + Math.max(missing - 1, toExpiry) * this.settings.checkSeconds;
  }

  /** Goes on to a time and counts the checks on the way, in closed form. */
  advance(nowSeconds: number, batches: readonly HeldBatch[]): void {
    if (this.capability.checks === 0 || this.nextSeconds === null || this.nextSeconds > nowSeconds + 1e-9)
      return;
    const passed = Math.floor((nowSeconds - this.nextSeconds) / this.settings.checkSeconds + 1e-9) + 1;
    this.lastSeconds = this.nextSeconds + (passed - 1) * this.settings.checkSeconds;
    this.nextSeconds += passed * this.settings.checkSeconds;
    for (const batch of batches) batch.checks += passed;
  }

  /** No worker is up any more. */
  pause(): void {
    if (this.capability.needsWorker) this.nextSeconds = null;
  }

  /** A worker is up again. A thawed one makes up for a look that it missed; a new one looks at once, unless one is less than an interval ago. */
  resume(nowSeconds: number, thawed: boolean): void {
    if (this.nextSeconds !== null) return;
    const due = this.lastSeconds + this.settings.checkSeconds;
    if (thawed) this.nextSeconds = Math.max(nowSeconds, due);
    else this.nextSeconds = nowSeconds >= due - 1e-9 ? nowSeconds : nowSeconds + this.settings.checkSeconds;
  }
}
