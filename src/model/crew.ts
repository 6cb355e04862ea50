import { handSeconds } from '../plan/capacity.js';
import type { PlannedFault } from '../plan/types.js';
import {
  type AimedMoment,
  aimedMoment,
  type Hands,
  handsAt,
  isLimited,
  isSureAt,
  type Situation,
  startsBy,
} from './hands.js';
import { Held } from './held.js';
import { Notes } from './notes.js';
import type { Break, FluidInput } from './run.js';
import type { Taking } from './troubles.js';
import { inSeconds, takingCause } from './words.js';

interface Aim {
  readonly fault: PlannedFault;
  readonly moment: AimedMoment;
  readonly situation: Situation;
}

/** What a fault changes. */
interface Change {
  /** First starts so far in whole messages, where no worker is left; null: as the mean rate has it. */
  readonly started: number | null;
  /** Whether that is known, and not only likely. */
  readonly isSure: boolean;
}

const slack = 1e-9;
const never = Number.POSITIVE_INFINITY;
const unchanged: Change = { started: null, isSure: false };

/** A queue's workers, what befalls them, and what they take with them. */
export class Crew {
  up: number;
  readonly held: Held;
  readonly takings: Taking[] = [];
  readonly breaks: Break[] = [];
  workersStarted: number;
  /** What is a matter of chance, as a clause; null: nothing so far. */
  byChance: string | null = null;
  /** Whether the workers that are up hold nothing from before they were brought back. */
  areHandsNew = true;
  /** Until when hands may be those of workers that are gone or new. */
  private changingUntil = Number.NEGATIVE_INFINITY;
  /** Until when messages that came back may be in hand. */
  private againUntil = Number.NEGATIVE_INFINITY;
  private frozen = 0;
  private down = 0;
  private nextFault = 0;
  private aim: Aim | null = null;
  private revivals: { readonly atSeconds: number; readonly workers: number }[] = [];
  private readonly notes = new Notes();

  constructor(private readonly input: FluidInput) {
    this.up = input.queue.workers;
    this.workersStarted = this.up;
    this.held = new Held(input.redelivery, input.capabilities.redelivery, this.up);
  }

  get faults() {
    return this.input.faults.map((fault) => this.notes.of(fault));
  }

  /** When the next thing happens here; Infinity: nothing does. */
  nextChange(now: number): number {
    return Math.min(
      this.input.faults[this.nextFault]?.atSeconds ?? never,
      this.aim?.moment.atSeconds ?? never,
      ...this.revivals.map(({ atSeconds }) => atSeconds),
      this.held.nextChange(now, this.up),
    );
  }

  /** Does the next thing that is due; null: nothing is. */
  apply(now: number, situation: Situation): Change | null {
    const fault = this.input.faults[this.nextFault];
    if (fault !== undefined && fault.atSeconds <= now + slack) {
      this.nextFault++;
      // An aimed kill that still waits for its moment is called off, and what it held back goes on.
      if (this.aim !== null) this.unsure(`an aimed kill of ${this.name} is called off before its moment`);
      this.aim = null;
      return this.applyFault(fault, now, situation);
    }
    const revival = this.revivals.find(({ atSeconds }) => atSeconds <= now + slack);
    if (revival !== undefined) {
      this.revivals = this.revivals.filter((other) => other !== revival);
      return this.restart(Math.min(revival.workers, this.down), now, null);
    }
    if (this.up > 0 && this.held.release(now)) {
      if (this.held.isParted)
        this.unsure(`what ${this.name} held when it was killed comes back little by little`);
      return unchanged;
    }
    const { aim } = this;
    if (aim === null || aim.moment.atSeconds > now + slack) return null;
    this.aim = null;
    if (aim.situation.pace !== situation.pace) this.unsureAt(now);
    return this.kill(aim.fault, now, aim.moment.hands, situation);
  }

  /** Messages that came back are served until then. */
  serveAgain(messages: number, all: boolean, until: number): void {
    const { queue } = this.input;
    this.held.serve(messages, all, until, queue.work.meanSeconds);
    this.againUntil = until + handSeconds(queue);
  }

  private applyFault(fault: PlannedFault, now: number, situation: Situation): Change {
    const many = (of: number): number => (fault.workers === 'all' ? of : Math.min(fault.workers, of));
    switch (fault.kind) {
      case 'kill':
        return this.killOrAim(fault, many(this.up), now, situation);
      case 'stop':
        return this.leave(fault, many(this.up), now, situation);
      case 'freeze':
        return this.freeze(fault, many(this.up), now, situation);
      case 'restart':
        return this.restart(many(this.down), now, fault);
      case 'thaw':
        return this.thaw(fault, now);
      case 'scale':
        return this.scale(fault, now, situation);
      case 'redrive':
        return unchanged;
    }
  }

  private killOrAim(fault: PlannedFault, workers: number, now: number, situation: Situation): Change {
    if (workers < this.up) this.unsureOfSome(fault);
    if (this.up === 0 || workers === 0) return unchanged;
    if (!this.isSure(situation, now)) this.unsureAt(now);
    const { when } = fault;
    if (when === 'now' || when === 'random' || when === 'before-dead-letter')
      return this.kill(fault, now, handsAt(situation, now), situation);
    // It takes the only worker's only producer's messages at their own times, and none that come back meanwhile.
    const isPlain = situation.streams?.length === 1 && this.held.owing + this.held.repeats === 0;
    const isTimed = !situation.pace.isBusy || isLimited(this.input.queue, 1);
    if (this.up > 1 || !isPlain || !isTimed)
      this.unsure(`when the aimed kill of ${this.name} strikes depends on chance`);
    const moment = aimedMoment(situation, now, when);
    if (moment !== null) this.aim = { fault, moment, situation };
    return unchanged;
  }

  private kill(fault: PlannedFault, now: number, hands: Hands, situation: Situation): Change {
    const { held } = this;
    if (held.next.messages > 0 || this.againUntil > now + slack) this.unsureAt(now);
    const workers = this.up;
    this.take(fault, workers, now);
    this.down += workers;
    this.notes.done(fault, now, workers, hands);
    this.breaks.push({ kind: 'kill', atSeconds: now });
    const { messages, started } = hands;
    const { least, most } = startsBy(situation, held.checks.lastSeconds);
    const settled = started - messages;
    const marked = { least: least - settled, most: most - settled };
    held.take(hands, marked, now, handSeconds(this.input.queue));
    const { superviseSeconds } = this.input.queue;
    if (superviseSeconds !== null) this.revivals.push({ atSeconds: now + superviseSeconds, workers });
    return { started, isSure: true };
  }

  /** They finish what they have in hand. */
  private leave(fault: PlannedFault, workers: number, now: number, situation: Situation): Change {
    if (workers === 0) return unchanged;
    this.take(fault, workers, now);
    this.down += workers;
    this.notes.done(fault, now, workers, null);
    if (this.up > 0) this.changed(now);
    return this.startedBy(now, situation);
  }

  private freeze(fault: PlannedFault, workers: number, now: number, situation: Situation): Change {
    if (workers < this.up) this.unsureOfSome(fault);
    if (workers === 0) return unchanged;
    this.take(fault, workers, now);
    this.frozen += workers;
    const thaw = this.input.faults.slice(this.nextFault).find(({ kind }) => kind === 'thaw');
    this.breaks.push({ kind: 'freeze', atSeconds: now, untilSeconds: thaw?.atSeconds ?? never });
    this.notes.done(fault, now, workers, null);
    return this.startedBy(now, situation);
  }

  private restart(workers: number, now: number, fault: PlannedFault | null): Change {
    this.down -= workers;
    this.workersStarted += workers;
    return this.bring(fault, workers, now);
  }

  private thaw(fault: PlannedFault, now: number): Change {
    const workers = fault.workers === 'all' ? this.frozen : Math.min(fault.workers, this.frozen);
    this.frozen -= workers;
    this.bring(fault, workers, now, true);
    if (workers > 0) this.changed(now);
    return unchanged;
  }

  private scale(fault: PlannedFault, now: number, situation: Situation): Change {
    const wanted = fault.workers === 'all' ? this.up : fault.workers;
    // What is down is no longer missed.
    this.revivals = [];
    if (wanted < this.up) return this.leave(fault, this.up - wanted, now, situation);
    this.workersStarted += wanted - this.up;
    return this.bring(fault, wanted - this.up, now);
  }

  private take(fault: PlannedFault, workers: number, now: number): void {
    const cause = takingCause(fault.kind, this.name, workers, this.up, now);
    this.takings.push({ atSeconds: now, cause });
    this.up -= workers;
    if (this.up === 0) this.held.checks.pause();
  }

  /** @param fault null: their supervisor starts them */
  private bring(fault: PlannedFault | null, workers: number, now: number, thawed = false): Change {
    if (workers === 0) return unchanged;
    if (this.up > 0) this.changed(now);
    this.held.checks.resume(now, thawed);
    this.areHandsNew = !thawed;
    this.up += workers;
    if (fault !== null) this.notes.done(fault, now, workers, null);
    return unchanged;
  }

  private changed(now: number): void {
    this.changingUntil = now + handSeconds(this.input.queue);
  }

  /** Workers went that finish what they have in hand, or stand still. */
  private startedBy(now: number, situation: Situation): Change {
    if (this.up > 0 || situation.streams === null) return unchanged;
    // What came back may have been taken or not.
    if (this.held.next.messages > 0) this.unsureAt(now);
    const isSure = this.isSure(situation, now);
    // Windows that began a little earlier or later let about as many start; of hands that is not so.
    const isLikely = !situation.pace.isBusy || isLimited(this.input.queue, situation.workersUp);
    return isSure || isLikely ? { started: handsAt(situation, now).started, isSure } : unchanged;
  }

  private isSure(situation: Situation, now: number): boolean {
    const { pace } = situation;
    const since = pace.isBusy ? pace.sinceSeconds : now;
    return isSureAt(situation, now) && this.changingUntil <= since + slack;
  }

  private unsureOfSome({ kind }: PlannedFault): void {
    const what = kind === 'kill' ? 'killed' : 'frozen';
    this.unsure(`only some of the workers of ${this.name} are ${what}, and chance decides what they hold`);
  }

  /** What is in hand now is not what the rates say. */
  unsureAt(now: number): void {
    this.unsure(`what ${this.name} has in hand at ${inSeconds(now)} does not follow from rates alone`);
  }

  private unsure(clause: string): void {
    this.byChance ??= clause;
  }

  private get name(): string {
    return this.input.queue.name;
  }
}
