import type { RedeliveryCapability, RedeliverySettings } from '../broker/types.js';

/** What a silent worker holds, as far as it decides when the broker gives it back. */
export interface Silent {
  /** When the broker no longer waits for the worker. */
  readonly expiresSeconds: number;
  /** Checks since it fell silent. */
  checks: number;
}

/**
 * When a broker looks for messages whose worker is silent. It looks every `checkSeconds` while a worker of the queue
 * is up (BullMQ's stalled check runs in the workers), and gives a message back at the first look that is both the
 * `checks`-th since its worker fell silent and no earlier than the expiry.
 */
export class Checks {
  /** When somebody looked last. */
  lastSeconds = 0;
  private nextSeconds: number | null;
  /** When somebody would have looked next who then stood still. */
  private missedSeconds = 0;

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

  /** When a batch comes back if nothing changes from now on; null: it doesn't. */
  availableAt(batch: Silent, nowSeconds: number): number | null {
    if (this.capability.checks === 0) return Math.max(nowSeconds, batch.expiresSeconds);
    if (this.nextSeconds === null) return null;
    const missing = Math.max(1, this.capability.checks - batch.checks);
    const toExpiry = Math.ceil((batch.expiresSeconds - this.nextSeconds) / this.settings.checkSeconds - 1e-9);
    return this.nextSeconds + Math.max(missing - 1, toExpiry) * this.settings.checkSeconds;
  }

  /** Goes on to a time and counts the checks on the way, in closed form. */
  advance(nowSeconds: number, batches: readonly Silent[]): void {
    if (this.capability.checks === 0 || this.nextSeconds === null || this.nextSeconds > nowSeconds + 1e-9)
      return;
    const passed = Math.floor((nowSeconds - this.nextSeconds) / this.settings.checkSeconds + 1e-9) + 1;
    this.lastSeconds = this.nextSeconds + (passed - 1) * this.settings.checkSeconds;
    this.nextSeconds += passed * this.settings.checkSeconds;
    for (const batch of batches) batch.checks += passed;
  }

  /** No worker is up any more. */
  pause(): void {
    if (!this.capability.needsWorker) return;
    this.missedSeconds = this.nextSeconds ?? this.missedSeconds;
    this.nextSeconds = null;
  }

  /** A worker is there again, or one more. A thawed one makes up for a look that it missed; a new one looks at once, unless one is less than an interval ago. */
  resume(nowSeconds: number, thawed: boolean): void {
    const due = this.lastSeconds + this.settings.checkSeconds;
    const isDue = nowSeconds >= due - 1e-9;
    if (this.nextSeconds !== null) this.nextSeconds = isDue ? nowSeconds : this.nextSeconds;
    else if (thawed) this.nextSeconds = Math.max(nowSeconds, this.missedSeconds);
    else this.nextSeconds = isDue ? nowSeconds : nowSeconds + this.settings.checkSeconds;
  }
}
