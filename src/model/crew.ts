import type { PlannedFault } from '../plan/types.js';
import type { FluidInput, PredictedFault } from './fluid.js';
import { type AimedMoment, aimedMoment, type Hands, handsAt, type Situation } from './hands.js';
import { Checks, type HeldBatch } from './redelivery.js';
import { Repeats } from './repeats.js';
import type { Taking } from './troubles.js';
import { takingCause } from './words.js';

/** What a fault, or messages that come back, change in what can be served. */
export interface Change {
  /** Messages that can be served again. */
  readonly returned: number;
  /** Messages that a dead worker holds from now on. */
  readonly taken: number;
  /** Where all workers are down and it is known exactly: first starts so far. */
  readonly started: number | null;
}

interface Aim {
  readonly fault: PlannedFault;
  readonly moment: AimedMoment;
}

const slack = 1e-9;
const unchanged: Change = { returned: 0, taken: 0, started: null };

/** A queue's workers, what befalls them, and what they take with them. */
export class Crew {
  up: number;
  /** Messages that had their effect and are to be served again. */
  readonly repeats = new Repeats();
  private frozen = 0;
  private down = 0;
  private nextFault = 0;
  private aims: Aim[] = [];
  private readonly checks: Checks;
  private readonly batches: HeldBatch[] = [];
  /** What each frozen worker holds, the longest frozen first. */
  private readonly frozenHands: HeldBatch[] = [];
  private readonly done = new Map<number, PredictedFault>();
  private readonly takings: Taking[] = [];
  private redeliveries = 0;
  private redeliveriesWithoutEffect = 0;
  private duplicateEffects = 0;
  private readonly delays: number[] = [];
  private workersStarted: number;

  constructor(private readonly input: FluidInput) {
    this.up = input.queue.workers;
    this.workersStarted = this.up;
    this.checks = new Checks(input.redelivery, input.capabilities.redelivery, this.up);
  }

  /** Messages without an effect that dead or frozen workers hold. */
  get heldWithout(): number {
    return this.unreleased().reduce((sum, batch) => sum + batch.without, 0);
  }

  get holdsNothing(): boolean {
    return this.repeats.count === 0 && this.unreleased().length === 0;
  }

  /** When the next thing happens here; Infinity: nothing does. */
  nextChange(now: number): number {
    for (const batch of this.unreleased())
      batch.availableAtSeconds = this.up === 0 ? null : this.checks.availableAt(batch, now);
    return Math.min(
      this.input.faults[this.nextFault]?.atSeconds ?? Number.POSITIVE_INFINITY,
      ...this.aims.map(({ moment }) => moment.atSeconds),
      ...this.unreleased().map((batch) => batch.availableAtSeconds ?? Number.POSITIVE_INFINITY),
    );
  }

  advance(now: number): void {
    this.checks.advance(now, this.unreleased());
  }

  /** Does the next thing that is due; null: nothing is. */
  apply(now: number, fresh: number, situation: Situation): Change | null {
    const due = this.unreleased().find((batch) => (batch.availableAtSeconds ?? now + 1) <= now + slack);
    if (due !== undefined && this.up > 0) return this.release(due, now, fresh, situation.perSecond);
    const aim = this.aims.find(({ moment }) => moment.atSeconds <= now + slack);
    if (aim !== undefined) {
      this.aims = this.aims.filter((other) => other !== aim);
      return this.takeAway(aim.fault, 1, now, situation, aim.moment.hands);
    }
    const fault = this.input.faults[this.nextFault];
    if (fault === undefined || fault.atSeconds > now + slack) return null;
    this.nextFault++;
    // The next fault on a queue calls off an aimed kill that still waits for its moment.
    this.aims = [];
    return this.applyFault(fault, now, situation);
  }

  outcome() {
    const owed = this.batches.filter((batch) => batch.owesEffects);
    return {
      takings: this.takings,
      faults: this.input.faults.map((fault) => this.done.get(fault.index) ?? notDone(fault)),
      heldDone: owed.map(({ atSeconds, doneAtSeconds }) => ({ atSeconds, doneAtSeconds })),
      redeliveries: this.redeliveries,
      redeliveriesWithoutEffect: this.redeliveriesWithoutEffect,
      redeliveryDelays: this.delays,
      duplicateEffects: this.duplicateEffects,
      redeliveryPending: this.unreleased().reduce((sum, batch) => sum + batch.withEffect, this.repeats.count),
      workersStarted: this.workersStarted,
    };
  }

  private unreleased(): HeldBatch[] {
    return this.batches.filter((batch) => !batch.released);
  }

  private applyFault(fault: PlannedFault, now: number, situation: Situation): Change {
    const many = (of: number): number => (fault.workers === 'all' ? of : Math.min(fault.workers, of));
    switch (fault.kind) {
      case 'kill': {
        if (fault.when === 'after-effect') return this.aim(fault, many(this.up), now, situation);
        const running = many(this.up);
        this.killFrozen(fault, now, many(this.up + this.frozen) - running);
        return this.takeAway(fault, running, now, situation, null);
      }
      case 'stop':
      case 'freeze':
        return this.takeAway(fault, many(this.up), now, situation, null);
      case 'restart': {
        const workers = many(this.down);
        this.down -= workers;
        return this.bring(fault, workers, workers, now);
      }
      case 'thaw':
        return this.thaw(fault, many(this.frozen), now);
      case 'scale': {
        const wanted = fault.workers === 'all' ? this.up : fault.workers;
        if (wanted < this.up) return this.takeAway(fault, this.up - wanted, now, situation, null);
        return this.bring(fault, wanted - this.up, wanted - this.up, now);
      }
    }
  }

  /** Each worker that is aimed at has a moment of its own. */
  private aim(fault: PlannedFault, workers: number, now: number, situation: Situation): Change {
    for (let worker = 0; worker < workers; worker++) {
      const moment = aimedMoment(situation, now, worker);
      if (moment !== null) this.aims.push({ fault, moment });
    }
    return unchanged;
  }

  private killFrozen(fault: PlannedFault, now: number, workers: number): void {
    if (workers === 0) return;
    // What they hold comes back, if at all, as it would have.
    this.frozenHands.splice(0, workers);
    this.frozen -= workers;
    this.down += workers;
    this.note(fault, now, workers, null);
  }

  private takeAway(
    fault: PlannedFault,
    workers: number,
    now: number,
    situation: Situation,
    aimed: Hands | null,
  ): Change {
    if (workers === 0) return unchanged;
    const { kind } = fault;
    const before = this.up;
    const all = handsAt(situation, now);
    const hands = aimed ?? shareOf(all, workers / before, workers * this.input.queue.concurrency);
    this.takings.push({ atSeconds: now, cause: takingCause(kind, fault.queue, workers, before, now) });
    this.up -= workers;
    if (kind === 'freeze') this.frozen += workers;
    else this.down += workers;
    if (this.up === 0) this.checks.pause();
    const keeps = kind === 'kill' || kind === 'freeze';
    this.note(fault, now, workers, keeps ? hands : null);
    if (kind === 'kill') this.hold(now, hands, false);
    if (kind === 'freeze') {
      for (let i = 0; i < workers; i++)
        this.frozenHands.push(this.hold(now, partOf(hands, workers, i), true));
    }
    return {
      returned: 0,
      taken: keeps ? hands.messages - hands.withEffect : 0,
      started: this.up === 0 ? (aimed ?? all).started : null,
    };
  }

  private hold(atSeconds: number, hands: Hands, frozen: boolean): HeldBatch {
    const without = hands.messages - hands.withEffect;
    const batch: HeldBatch = {
      atSeconds,
      expiresSeconds: this.checks.expiryOf(atSeconds, frozen),
      owesEffects: without > 0,
      checks: 0,
      withEffect: hands.withEffect,
      without,
      availableAtSeconds: null,
      released: hands.messages === 0,
      doneAtSeconds: null,
    };
    this.batches.push(batch);
    return batch;
  }

  private release(batch: HeldBatch, now: number, fresh: number, perSecond: number): Change {
    const { withEffect, without } = batch;
    const { position } = this.input.capabilities.redelivery;
    batch.released = true;
    this.delays.push(now - batch.atSeconds);
    this.redeliveries += withEffect + without;
    this.redeliveriesWithoutEffect += without;
    this.duplicateEffects += withEffect;
    const behind = position === 'head' ? 0 : fresh;
    this.repeats.add(withEffect, behind);
    batch.doneAtSeconds ??= now + (behind + withEffect + without) / perSecond;
    return { returned: without, taken: 0, started: null };
  }

  /**
   * A thawed worker finishes what it held. If the broker has given up on it by then, it is not listened to: what it
   * held is done twice, once by it and once by whoever gets it.
   */
  private thaw(fault: PlannedFault, workers: number, now: number): Change {
    for (const batch of this.frozenHands.splice(0, workers)) {
      if (batch.released) {
        this.duplicateEffects += batch.without;
        continue;
      }
      batch.doneAtSeconds = now;
      if (now > batch.expiresSeconds) batch.withEffect += batch.without;
      else batch.released = true;
      batch.without = 0;
    }
    this.frozen -= workers;
    return this.bring(fault, workers, 0, now);
  }

  private bring(fault: PlannedFault, workers: number, started: number, now: number): Change {
    if (workers === 0) return unchanged;
    if (this.up === 0) this.checks.resume(now, fault.kind === 'thaw');
    this.up += workers;
    this.workersStarted += started;
    this.note(fault, now, workers, null);
    return unchanged;
  }

  private note(fault: PlannedFault, doneAtSeconds: number, workers: number, hands: Hands | null): void {
    const before = this.done.get(fault.index);
    const held = [before?.held, hands].filter((one) => one !== null && one !== undefined);
    this.done.set(fault.index, {
      index: fault.index,
      doneAtSeconds,
      workers: workers + (before?.workers ?? 0),
      held:
        held.length === 0
          ? null
          : {
              messages: held.reduce((sum, one) => sum + one.messages, 0),
              withEffect: held.reduce((sum, one) => sum + one.withEffect, 0),
            },
      detail: null,
    });
  }
}

function notDone(fault: PlannedFault): PredictedFault {
  const detail =
    fault.when === 'after-effect'
      ? 'the moment never came: no worker held messages that all had their effect'
      : 'there was no worker for it';
  return { index: fault.index, doneAtSeconds: null, workers: 0, held: null, detail };
}

/** A share of what is in hand, rounded to whole messages. */
function shareOf(hands: Hands, share: number, most: number): Hands {
  const messages = Math.min(most, Math.round(hands.messages * share));
  return { ...hands, messages, withEffect: Math.min(messages, Math.round(hands.withEffect * share)) };
}

/** One worker's part, such that all parts add up. */
function partOf(hands: Hands, workers: number, index: number): Hands {
  const part = (count: number): number =>
    Math.floor((count * (index + 1)) / workers) - Math.floor((count * index) / workers);
  const withEffect = part(hands.withEffect);
  return { ...hands, messages: withEffect + part(hands.messages - hands.withEffect), withEffect };
}
