import type { StartedEvent } from '../ledger/events.js';
import type { DuplicateEffect, Redeliveries } from '../result/types.js';
import { nameOf, type Process } from './processes.js';

/** How many messages with more than one effect are listed. */
const mostListed = 100;

/**
 * How long after the kill's time a process may still record something, in microseconds of real time: what lies between
 * the lab's reading of the clock and the process's end.
 */
const dyingMicros = 10_000;

/** One effect of a message that had several. Microseconds. */
interface RecordedEffect {
  readonly at: number;
  readonly process: Process;
  /** When the delivery had started. */
  readonly startedAt: number;
}

interface Repeated {
  readonly message: string;
  readonly slot: number;
  readonly effects: RecordedEffect[];
}

/** A span in which the lab could not reach the broker. Microseconds. */
export interface BrokerAbsence {
  readonly from: number;
  readonly to: number;
}

/** Counts redeliveries and gathers duplicate effects of one queue, while the ledger is read in order of time. */
export class RedeliveryLog {
  private count = 0;
  private neverStarted = 0;
  private shortest: number | null = null;
  private longest: number | null = null;
  private readonly repeated = new Map<number, Repeated>();

  /** @param holder who started it before; null: no worker had */
  started(event: StartedEvent, holder: Process | null): void {
    // Where the broker has no such flag, its count of deliveries says the same.
    if (!(event.r ?? (event.n ?? 1) > 1)) return;
    this.count++;
    if (holder === null) {
      this.neverStarted++;
      return;
    }
    const gone = goneAt(holder, event.t);
    if (gone === null) return;
    const delay = event.t - gone;
    this.shortest = Math.min(this.shortest ?? delay, delay);
    this.longest = Math.max(this.longest ?? delay, delay);
  }

  /** An effect beyond a message's first. */
  repeatedEffect(message: string, slot: number, first: RecordedEffect, effect: RecordedEffect): void {
    const entry = this.repeated.get(slot);
    if (entry !== undefined) entry.effects.push(effect);
    else if (this.repeated.size < mostListed) {
      this.repeated.set(slot, { message, slot, effects: [first, effect] });
    }
  }

  result(seconds: (micros: number) => number): Redeliveries {
    const { count, neverStarted } = this;
    const min = this.shortest === null ? null : seconds(this.shortest);
    const max = this.longest === null ? null : seconds(this.longest);
    return { count, neverStarted, delaySeconds: { min, max } };
  }

  /** The first hundred, in the order of their second effects, each with its reason in words. */
  duplicates(
    seconds: (micros: number) => number,
    absences: readonly BrokerAbsence[],
  ): readonly DuplicateEffect[] {
    return [...this.repeated.values()].map((entry) => ({
      message: entry.message,
      effects: entry.effects.map(({ at, process }) => ({ atSeconds: seconds(at), pid: process.pid })),
      why: whyRepeated(entry, seconds, absences),
    }));
  }
}

/** When a process that held a message was lost to it: its death, or the last freeze before that time. */
function goneAt(process: Process, before: number): number | null {
  if (process.diedAt !== null && process.diedAt <= before) return process.diedAt;
  return process.freezes.findLast((freeze) => freeze.from <= before)?.from ?? null;
}

function whyRepeated(
  { slot, effects }: Repeated,
  seconds: (micros: number) => number,
  absences: readonly BrokerAbsence[],
): string {
  const [first, second] = effects as [RecordedEffect, RecordedEffect, ...RecordedEffect[]];
  const { process } = first;
  const span = (micros: number): string => `${seconds(Math.max(0, micros)).toFixed(2)} s`;
  const died = process.diedAt;
  const heldAtDeath = died !== null && died >= first.at - dyingMicros && process.held.has(slot);
  if (heldAtDeath && died <= second.at) {
    return `${nameOf(process)} ${process.death} ${span(died - first.at)} after the effect, before the broker was told`;
  }
  for (const effect of effects) {
    // Frozen while it held the message: after its start, and before the other effect.
    const freeze = effect.process.freezes.find(
      ({ from, to }) => (to ?? Number.POSITIVE_INFINITY) >= effect.startedAt && from <= second.at,
    );
    if (freeze === undefined) continue;
    const how = freeze.to === null ? '' : ` for ${span(freeze.to - freeze.from)}`;
    return `${nameOf(effect.process)} was frozen${how} while it held the message, so the broker gave it out again`;
  }
  const absence = absences.find(({ from, to }) => to >= first.startedAt && from <= second.at);
  if (absence !== undefined) {
    return `the broker was away for ${span(absence.to - absence.from)} while ${nameOf(process)} held the message`;
  }
  return `not known: ${nameOf(process)} was neither killed nor frozen when it held the message, and the broker was there`;
}
