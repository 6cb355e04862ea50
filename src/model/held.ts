import type { RedeliveryCapability, RedeliverySettings } from '../broker/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { amountOf, type Cohort } from './cohort.js';
import { Checks, type HeldBatch } from './redelivery.js';

/** Messages that a dead or frozen worker holds. */
interface Grip extends HeldBatch {
  readonly frozen: boolean;
  /** Those with their effect are noted down as done. */
  readonly recorded: boolean;
  /** Of single messages that hang or crash their worker: their own fate goes with them. */
  readonly cohorts: readonly Cohort[];
  /** How often they were held by a worker when it died. */
  readonly deaths: number;
}

/** What a worker had when it was taken away. */
export interface Taken {
  readonly atSeconds: number;
  readonly withEffect: number;
  readonly without: number;
  readonly frozen: boolean;
  readonly recorded: boolean;
  readonly cohorts: readonly Cohort[];
  /** Up to when it acknowledged. */
  readonly acknowledgedUntilSeconds: number;
}

/** What comes back. */
export interface Returned {
  readonly without: number;
  readonly cohorts: readonly Cohort[];
  /** Had their effect, and are served once more. */
  readonly repeats: number;
  /** Given up, instead of coming back. */
  readonly dead: {
    readonly without: number;
    readonly withEffect: number;
    readonly cohorts: readonly Cohort[];
  };
}

/** A batch that came back, until it has been served. */
interface Back {
  readonly atSeconds: number;
  count: number;
  readonly deaths: number;
}

/** What dead and frozen workers hold, when it comes back, and what was done twice by then. */
export class Held {
  readonly checks: Checks;
  readonly tally = {
    redeliveries: 0,
    redeliveriesWithoutEffect: 0,
    duplicateEffects: 0,
    suppressed: 0,
    lost: 0,
    deadAfterEffect: 0,
  };
  readonly delays: number[] = [];
  private grips: Grip[] = [];
  private readonly owed: Grip[] = [];
  private back: Back[] = [];

  constructor(
    private readonly queue: QueueSpec,
    private readonly settings: RedeliverySettings,
    private readonly capability: RedeliveryCapability,
  ) {
    this.checks = new Checks(settings, capability, queue.workers);
  }

  get nothing(): boolean {
    return this.grips.length === 0;
  }

  /** Messages without an effect. */
  get without(): number {
    return this.grips.reduce((sum, grip) => sum + grip.without + amountOf(grip.cohorts), 0);
  }

  get withEffect(): number {
    return this.grips.reduce((sum, grip) => sum + grip.withEffect, 0);
  }

  /** When messages that had no effect at their worker's death were done; null: never. */
  get done(): { readonly atSeconds: number; readonly doneAtSeconds: number | null }[] {
    return this.owed.map(({ atSeconds, doneAtSeconds }) => ({ atSeconds, doneAtSeconds }));
  }

  /** When the next of it comes back; Infinity: nothing does. */
  nextChange(now: number, workersUp: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const grip of this.grips) {
      grip.availableAtSeconds = workersUp === 0 ? null : this.checks.availableAt(grip, now);
      next = Math.min(next, grip.availableAtSeconds ?? next);
    }
    return next;
  }

  advance(now: number): void {
    this.checks.advance(now, this.grips);
  }

  /** @param perSecond at which they were being served */
  take(taken: Taken, perSecond: number, holdSeconds: number): HeldBatch[] {
    const { withEffect, without } = taken;
    const before = taken.frozen ? [] : this.heldBefore(taken, withEffect + without, perSecond, holdSeconds);
    const again = before.reduce((sum, { count }) => sum + count, 0);
    const parts = before.map(({ count, deaths }) => {
      const share = withEffect + without === 0 ? 0 : withEffect / (withEffect + without);
      const effected = Math.round(count * share);
      return { withEffect: effected, without: count - effected, deaths: deaths + 1 };
    });
    const had = parts.reduce((sum, part) => sum + part.withEffect, 0);
    parts.push({
      withEffect: withEffect - had,
      without: without - (again - had),
      deaths: taken.frozen ? 0 : 1,
    });
    const grips = parts.map((part) => this.grip(taken, { ...part, cohorts: [] }));
    const own = taken.cohorts.map((cohort) => ({ ...cohort, deaths: cohort.deaths + 1, started: true }));
    for (const deaths of new Set(own.map((cohort) => cohort.deaths))) {
      const cohorts = own.filter((cohort) => cohort.deaths === deaths);
      grips.push(this.grip(taken, { withEffect: 0, without: 0, deaths, cohorts }));
    }
    return grips;
  }

  /** What is due comes back; null: nothing is. @param waiting how many others wait, @param perSecond and are served */
  release(now: number, waiting: number, perSecond: number): Returned | null {
    const due = this.grips.find((grip) => (grip.availableAtSeconds ?? now + 1) <= now + 1e-9);
    if (due === undefined) return null;
    this.let(due);
    const { withEffect, without, cohorts } = due;
    if (due.deaths > this.settings.limit) {
      this.tally.deadAfterEffect += withEffect;
      due.doneAtSeconds ??= now;
      return { without: 0, cohorts: [], repeats: 0, dead: { without, withEffect, cohorts } };
    }
    const { tally } = this;
    const count = withEffect + without + amountOf(cohorts);
    this.delays.push(now - due.atSeconds);
    tally.redeliveries += count;
    tally.redeliveriesWithoutEffect += count - withEffect;
    // Behind others, nobody knows when it is in hand again.
    if (due.deaths > 0 && this.capability.position === 'head')
      this.back.push({ atSeconds: now, count: withEffect + without, deaths: due.deaths });
    if (this.suppresses(due)) tally.suppressed += withEffect;
    else tally.duplicateEffects += withEffect;
    due.doneAtSeconds ??= now + (waiting + withEffect + without) / perSecond;
    const none = { without: 0, withEffect: 0, cohorts: [] };
    if (!this.recordsFirst) return { without, cohorts, repeats: withEffect, dead: none };
    // The record says that it is done, so nobody does it, unless the one who froze goes on.
    tally.suppressed += without;
    if (!due.frozen) tally.lost += without;
    return { without: 0, cohorts, repeats: withEffect + without, dead: none };
  }

  /** A frozen worker goes on. If it is not listened to any more, what it held is done twice: by it, and by whoever gets it. */
  thaw(grip: HeldBatch, now: number): void {
    const { mode } = this.queue.idempotency;
    if (grip.released) {
      if (mode === 'effect-key') this.tally.suppressed += grip.without;
      else if (!this.recordsFirst) this.tally.duplicateEffects += grip.without;
      return;
    }
    grip.doneAtSeconds = now;
    if (now > grip.expiresSeconds) grip.withEffect += grip.without;
    else this.let(grip);
    grip.without = 0;
  }

  private get recordsFirst(): boolean {
    const { idempotency } = this.queue;
    return idempotency.mode === 'delivery-log' && idempotency.record === 'before';
  }

  /** Whether the effect of those that had it is not brought about again. */
  private suppresses(grip: Grip): boolean {
    const { idempotency, workers } = this.queue;
    if (idempotency.mode === 'none') return false;
    // A process's memory dies with it; one that only stood still has it yet, and is alone in that.
    if (idempotency.mode === 'memory') return grip.frozen && workers === 1;
    return idempotency.mode === 'effect-key' || this.recordsFirst || grip.recorded;
  }

  private grip(
    taken: Taken,
    part: { withEffect: number; without: number; deaths: number; cohorts: readonly Cohort[] },
  ): Grip {
    const { atSeconds, frozen, recorded } = taken;
    const messages = part.withEffect + part.without + amountOf(part.cohorts);
    const grip: Grip = {
      atSeconds,
      frozen,
      recorded,
      expiresSeconds: this.checks.expiryOf(atSeconds, frozen),
      owesEffects: messages > part.withEffect,
      checks: 0,
      availableAtSeconds: null,
      released: messages === 0,
      doneAtSeconds: null,
      ...part,
    };
    if (!grip.released) this.grips.push(grip);
    if (grip.owesEffects) this.owed.push(grip);
    return grip;
  }

  /** Of what came back before, what the dead worker held again: it is served first, so what was not served and settled meanwhile. */
  private heldBefore(taken: Taken, most: number, perSecond: number, holdSeconds: number): Back[] {
    let left = most;
    const found: Back[] = [];
    for (const back of this.back) {
      const settling = Math.max(0, taken.acknowledgedUntilSeconds - holdSeconds - back.atSeconds);
      const settled = settling === 0 ? 0 : Math.ceil(perSecond * settling);
      const count = Math.min(left, Math.max(0, back.count - settled));
      back.count -= count + settled;
      left -= count;
      if (count > 0) found.push({ ...back, count });
    }
    this.back = this.back.filter(({ count }) => count > 0);
    return found;
  }

  private let(grip: HeldBatch): void {
    grip.released = true;
    this.grips = this.grips.filter((other) => other !== grip);
  }
}
