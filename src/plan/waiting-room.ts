/** What a waiting room is like. Times are in microseconds of any one clock; they are passed in, and only ever grow. */
export interface WaitingRoomOptions<Call> {
  /** From one start to the next. */
  readonly spacing: number;
  /** How many calls can wait. */
  readonly places: number;
  /** How much later than it could have been a start is forgiven: what a timer is late by. */
  readonly lateness: number;
  /** Takes a call into service. */
  readonly start: (call: Call) => void;
}

interface Waiting<Call> {
  readonly call: Call;
  readonly since: number;
}

/**
 * Lets calls into service at a hard pace, first come first served, and lets so many wait.
 *
 * The moments at which a start was due are at least a spacing apart, and a start comes at most the lateness after its moment;
 * one that comes later than that (the process stood still) has its moment put off. So no window w holds more than
 * (w + lateness) / spacing + 1 starts, a standstill is never caught up with, and timers that are a little late cost no capacity.
 *
 * The room is full from when its last place is taken until a place is free at the moment of the next start: one that a start
 * freed counts as taken where somebody comes before the next. A room without places is never full: nobody can wait in it.
 */
export class WaitingRoom<Call> {
  private readonly calls: Waiting<Call>[] = [];
  private nextAt = Number.NEGATIVE_INFINITY;
  private full: number | null = null;

  constructor(private readonly options: WaitingRoomOptions<Call>) {}

  /** Calls that wait. */
  get waiting(): number {
    return this.calls.length;
  }

  /** When the next of those that wait is to be taken into service; null: nobody waits. */
  get dueAt(): number | null {
    return this.calls.length === 0 ? null : this.nextAt;
  }

  /** Since when the room has been full, as of the last call of `enter` or `advance`; null: it is not. */
  get fullSince(): number | null {
    return this.full;
  }

  /** @returns how many wait before it; null: there is no place, and it was not let in */
  enter(call: Call, now: number): number | null {
    this.advance(now);
    if (this.calls.length === 0 && this.nextAt <= now) {
      this.take({ call, since: now }, now);
      return 0;
    }
    const { places } = this.options;
    const before = this.calls.length;
    if (before >= places) return null;
    this.calls.push({ call, since: now });
    if (this.calls.length === places) this.full ??= now;
    return before;
  }

  /** Takes into service whatever is due. */
  advance(now: number): void {
    if (this.nextAt <= now && this.calls.length < this.options.places) this.full = null;
    while (this.nextAt <= now) {
      const head = this.calls.shift();
      if (head === undefined) return;
      this.take(head, now);
    }
  }

  /** Sends away all that wait. */
  clear(): Call[] {
    this.full = null;
    return this.calls.splice(0).map(({ call }) => call);
  }

  private take({ call, since }: Waiting<Call>, now: number): void {
    const { spacing, lateness, start } = this.options;
    this.nextAt = Math.max(this.nextAt, since, now - lateness) + spacing;
    start(call);
  }
}
