import { handSeconds, handsOf } from '../plan/capacity.js';
import type { PlannedFault } from '../plan/types.js';
import type { Attempts } from './attempts.js';
import { amountOf, type Cohort } from './cohort.js';
import {
  type AimedMoment,
  aimedMoment,
  type Hands,
  handsAt,
  partOf,
  type Situation,
  shareOf,
} from './hands.js';
import { Held, type Returned } from './held.js';
import { Notes } from './notes.js';
import type { HeldBatch } from './redelivery.js';
import { Repeats } from './repeats.js';
import type { FluidInput } from './run.js';
import type { Taking } from './troubles.js';
import { diedCause, takingCause } from './words.js';

/** What a fault, or messages that come back, change in what can be served. */
export interface Change {
  /** Messages that can be served again. */
  readonly returned: number;
  /** Of single messages that kill or hang their workers: they come back as they are. */
  readonly cohorts: readonly Cohort[];
  /** Messages that a dead worker holds from now on. */
  readonly taken: number;
  /** Where all workers are down and it is known exactly: first starts so far. */
  readonly started: number | null;
  /** What was given up at the death of a worker. */
  readonly dead: Returned['dead'] | null;
  /** To be put back from the dead. */
  readonly redrive: PlannedFault | null;
}

interface Aim {
  readonly fault: PlannedFault;
  readonly moment: AimedMoment;
}

/** How workers are taken away. */
interface Taker {
  readonly kind: 'kill' | 'stop' | 'freeze' | 'scale' | 'crash';
  readonly fault: PlannedFault | null;
  /** The aimed kill's moment. */
  readonly aimed: Hands | null;
}

const slack = 1e-9;
const never = Number.POSITIVE_INFINITY;
const unchanged: Change = { returned: 0, cohorts: [], taken: 0, started: null, dead: null, redrive: null };

/** A queue's workers, what befalls them, and what they take with them. */
export class Crew {
  up: number;
  /** Messages that had their effect and are to be served again. */
  readonly repeats = new Repeats();
  readonly notes = new Notes();
  readonly held: Held;
  /** Deaths that nobody ordered. */
  died = 0;
  private frozen = 0;
  private down = 0;
  private nextFault = 0;
  private aims: Aim[] = [];
  private untilDeath: PlannedFault[] = [];
  private revivals: { readonly atSeconds: number; readonly workers: number }[] = [];
  /** What each frozen worker holds, the longest frozen first. */
  private readonly frozenHands: HeldBatch[] = [];
  private readonly takings: Taking[] = [];
  private workersStarted: number;

  constructor(
    private readonly input: FluidInput,
    private readonly attempts: Attempts | null,
  ) {
    this.up = input.queue.workers;
    this.workersStarted = this.up;
    this.held = new Held(input.queue, input.redelivery, input.capabilities.redelivery);
  }

  get holdsNothing(): boolean {
    return this.repeats.count === 0 && this.held.nothing;
  }

  /** When the next thing happens here; Infinity: nothing does. */
  nextChange(now: number): number {
    return Math.min(
      this.input.faults[this.nextFault]?.atSeconds ?? never,
      ...this.aims.map(({ moment }) => moment.atSeconds),
      ...this.revivals.map(({ atSeconds }) => atSeconds),
      this.held.nextChange(now, this.up),
    );
  }

  advance(now: number): void {
    this.held.advance(now);
  }

  /** Does the next thing that is due; null: nothing is. */
  apply(now: number, fresh: number, situation: Situation): Change | null {
    const returned = this.up > 0 ? this.release(now, fresh, situation.perSecond) : null;
    if (returned !== null) return returned;
    const aim = this.aims.find(({ moment }) => moment.atSeconds <= now + slack);
    if (aim !== undefined) {
      this.aims = this.aims.filter((other) => other !== aim);
      const by = { kind: 'kill', fault: aim.fault, aimed: aim.moment.hands } as const;
      return this.takeAway(by, 1, now, situation);
    }
    const revival = this.revivals.find(({ atSeconds }) => atSeconds <= now + slack);
    if (revival !== undefined) {
      this.revivals = this.revivals.filter((other) => other !== revival);
      const workers = Math.min(revival.workers, this.down);
      this.down -= workers;
      return this.bring(null, workers, workers, now);
    }
    const fault = this.input.faults[this.nextFault];
    if (fault === undefined || fault.atSeconds > now + slack) return null;
    this.nextFault++;
    if (fault.kind === 'redrive') return { ...unchanged, redrive: fault };
    // The next fault on a queue calls off an aimed kill that still waits for its moment.
    this.aims = [];
    this.untilDeath = [];
    return this.applyFault(fault, now, situation);
  }

  /** A message killed its worker. */
  crash(now: number, situation: Situation, cohorts: readonly Cohort[]): Change {
    this.died++;
    return this.takeAway({ kind: 'crash', fault: null, aimed: null }, 1, now, situation, cohorts);
  }

  /** A message was given up: a kill may have waited for that. Null: none has. */
  messageDied(now: number, situation: Situation): Change | null {
    const fault = this.untilDeath.shift();
    if (fault === undefined || this.up === 0) return null;
    return this.takeAway({ kind: 'kill', fault, aimed: null }, 1, now, situation);
  }

  outcome() {
    return {
      takings: this.takings,
      faults: this.input.faults.map((fault) => this.notes.of(fault)),
      heldDone: this.held.done,
      redeliveryDelays: this.held.delays,
      redeliveryPending: this.held.withEffect + this.repeats.count,
      workersStarted: this.workersStarted,
      workersDied: this.died,
    };
  }

  private applyFault(fault: PlannedFault, now: number, situation: Situation): Change {
    const many = (of: number): number => (fault.workers === 'all' ? of : Math.min(fault.workers, of));
    const take = (kind: Taker['kind'], workers: number): Change =>
      this.takeAway({ kind, fault, aimed: null }, workers, now, situation);
    switch (fault.kind) {
      case 'kill': {
        if (fault.when !== 'now' && fault.when !== 'random')
          return this.aim(fault, many(this.up), now, situation);
        const running = many(this.up);
        this.killFrozen(fault, now, many(this.up + this.frozen) - running);
        return take('kill', running);
      }
      case 'stop':
      case 'freeze':
        return take(fault.kind, many(this.up));
      case 'restart': {
        const workers = many(this.down);
        this.down -= workers;
        return this.bring(fault, workers, workers, now);
      }
      case 'thaw':
        return this.thaw(fault, many(this.frozen), now);
      case 'scale': {
        const wanted = fault.workers === 'all' ? this.up : fault.workers;
        if (wanted < this.up) return take('scale', this.up - wanted);
        return this.bring(fault, wanted - this.up, wanted - this.up, now);
      }
      case 'redrive':
        return unchanged;
    }
  }

  /** Each worker that is aimed at has a moment of its own. */
  private aim(fault: PlannedFault, workers: number, now: number, situation: Situation): Change {
    for (let worker = 0; worker < workers; worker++) {
      if (fault.when === 'before-dead-letter') this.untilDeath.push(fault);
      if (fault.when === 'now' || fault.when === 'random' || fault.when === 'before-dead-letter') continue;
      const moment = aimedMoment(situation, now, worker, fault.when);
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
    this.revive(now, workers);
    this.notes.done(fault, now, workers, null);
  }

  /** @param crashed the message that killed its worker */
  private takeAway(
    by: Taker,
    wanted: number,
    now: number,
    situation: Situation,
    crashed: readonly Cohort[] = [],
  ): Change {
    // Workers that a kill aims at may have died of something else by then.
    const workers = Math.min(wanted, this.up);
    if (workers === 0) return unchanged;
    const { queue } = this.input;
    const before = this.up;
    const dies = by.kind === 'kill' || by.kind === 'crash';
    const cohorts = [...crashed, ...((dies ? this.attempts?.takeHung(workers / before) : null) ?? [])];
    const all = handsAt(situation, now);
    const most = workers * handsOf(queue) - Math.round(amountOf(cohorts));
    const hands = by.aimed ?? shareOf(all, workers / before, most, Math.round(amountOf(cohorts)));
    this.takings.push({
      atSeconds: now,
      cause:
        by.kind === 'crash'
          ? diedCause(queue.name, now)
          : takingCause(by.kind, queue.name, workers, before, now),
    });
    this.up -= workers;
    if (by.kind === 'freeze') this.frozen += workers;
    else this.down += workers;
    if (this.up === 0) this.held.checks.pause();
    const keeps = by.kind !== 'stop' && by.kind !== 'scale';
    if (by.fault) this.notes.done(by.fault, now, workers, keeps ? hands : null);
    if (dies) {
      this.hold(by, now, situation, hands, cohorts);
      this.revive(now, workers);
    }
    if (by.kind === 'freeze') {
      for (let i = 0; i < workers; i++)
        this.frozenHands.push(...this.hold(by, now, situation, partOf(hands, workers, i), []));
    }
    return {
      ...unchanged,
      taken: keeps ? hands.messages - hands.withEffect : 0,
      started: this.up === 0 ? (by.aimed ?? all).started : null,
    };
  }

  private hold(
    by: Taker,
    atSeconds: number,
    situation: Situation,
    hands: Hands,
    cohorts: readonly Cohort[],
  ): HeldBatch[] {
    const { queue } = this.input;
    const taken = {
      atSeconds,
      withEffect: hands.withEffect,
      without: hands.messages - hands.withEffect,
      frozen: by.kind === 'freeze',
      recorded: by.aimed === null || by.fault?.when === 'before-acknowledge',
      cohorts,
      acknowledgedUntilSeconds: by.aimed === null ? atSeconds : (by.fault?.atSeconds ?? atSeconds),
    };
    return this.held.take(taken, situation.perSecond, handSeconds(queue));
  }

  private release(now: number, fresh: number, perSecond: number): Change | null {
    const behind = this.input.capabilities.redelivery.position === 'head' ? 0 : fresh;
    const returned = this.held.release(now, behind, perSecond);
    if (returned === null) return null;
    this.repeats.add(returned.repeats, behind);
    const { without, cohorts, dead } = returned;
    const died = dead.without + dead.withEffect + amountOf(dead.cohorts) > 0;
    return { ...unchanged, returned: without, cohorts, dead: died ? dead : null };
  }

  private thaw(fault: PlannedFault, workers: number, now: number): Change {
    for (const batch of this.frozenHands.splice(0, workers)) this.held.thaw(batch, now);
    this.frozen -= workers;
    return this.bring(fault, workers, 0, now);
  }

  /** A supervisor starts again what died. */
  private revive(now: number, workers: number): void {
    const { superviseSeconds } = this.input.queue;
    if (superviseSeconds !== null) this.revivals.push({ atSeconds: now + superviseSeconds, workers });
  }

  /** @param fault null: nobody ordered it */
  private bring(fault: PlannedFault | null, workers: number, started: number, now: number): Change {
    if (workers === 0) return unchanged;
    if (this.up === 0) this.held.checks.resume(now, fault?.kind === 'thaw');
    this.up += workers;
    this.workersStarted += started;
    if (fault !== null) this.notes.done(fault, now, workers, null);
    return unchanged;
  }
}
