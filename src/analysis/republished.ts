/** A publish that made a second job of a message. Microseconds. */
export interface Republish {
  readonly at: number;
  /** The message's first publish. */
  readonly firstAt: number;
}

interface Attempts {
  readonly firstAt: number;
  /** The first further attempt that the broker did not merge. */
  added: number | null;
  /** The latest attempt. */
  latest: number;
}

/** Follows the messages of one queue that were published more than once. */
export class RepublishLog {
  private readonly attempts = new Map<number, Attempts>();
  /** Messages that were started afresh, as jobs of their own. */
  private readonly second = new Set<number>();

  /** An attempt beyond the message's first. */
  attempted(slot: number, t: number, firstAt: number): void {
    const known = this.attempts.get(slot);
    if (known === undefined) this.attempts.set(slot, { firstAt, added: t, latest: t });
    else {
      known.added ??= t;
      known.latest = t;
    }
  }

  /** The broker said of the latest attempt that it created nothing. */
  merged(slot: number): void {
    const known = this.attempts.get(slot);
    if (known !== undefined && known.added === known.latest) known.added = null;
  }

  /** A worker was handed the message as if for the first time, after it had been started. @returns whether it is a job of its own */
  startedAfresh(slot: number): boolean {
    if ((this.attempts.get(slot)?.added ?? null) === null) return false;
    this.second.add(slot);
    return true;
  }

  /** Whether any message was started afresh. */
  get hasSecondJobs(): boolean {
    return this.second.size > 0;
  }

  /** The publish that made a second job of the message; null: there was none, as far as the workers saw. */
  of(slot: number): Republish | null {
    const known = this.attempts.get(slot);
    if (known === undefined || known.added === null || !this.second.has(slot)) return null;
    return { at: known.added, firstAt: known.firstAt };
  }
}
