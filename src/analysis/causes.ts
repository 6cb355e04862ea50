import type { Deduplication, Idempotency } from '../scenario/types.js';
import { handsOf, nameOf, type Process } from './processes.js';
import type { Republish } from './republished.js';

/**
 * How long after the kill's time a process may still record something, in microseconds of real time: what lies between
 * the lab's reading of the clock and the process's end.
 */
const dyingMicros = 10_000;

/** One effect of a message that had several. Microseconds. */
export interface RecordedEffect {
  readonly at: number;
  readonly process: Process;
  /** When the delivery had started. */
  readonly startedAt: number;
  /** Whether its work had run into its time limit before. */
  readonly overran: boolean;
}

/** A message with several effects, in order of time. */
export interface Repeated {
  readonly message: string;
  readonly slot: number;
  readonly effects: RecordedEffect[];
}

/** A span in which the lab could not reach the broker. Microseconds. */
export interface BrokerAbsence {
  readonly from: number;
  readonly to: number;
}

/** What the causes of a repeated effect are looked for in. Times in microseconds. */
export interface Surroundings {
  /** The queue's name. */
  readonly queue: string;
  /** Who has the effects; null: the workers themselves. */
  readonly provider: string | null;
  readonly absences: readonly BrokerAbsence[];
  readonly idempotency: Idempotency;
  readonly deduplication: Deduplication;
  /** The publish that made a second job of a message; null: there was none. */
  readonly republished: (slot: number) => Republish | null;
  /** When a message was put back from the dead between two times; null: it wasn't. */
  readonly putBackBetween: (slot: number, from: number, to: number) => number | null;
  /** The first attempt at a message that failed after its effect and was to be made again; null: none did. */
  readonly failedAfter: (slot: number) => { readonly t: number; readonly why: string } | null;
}

type Seconds = (micros: number) => number;

/** A duration in words. */
type Span = (micros: number) => string;

/** Why a message had a second effect, in words. */
export function whyRepeated(repeated: Repeated, seconds: Seconds, surroundings: Surroundings): string {
  const { slot, effects } = repeated;
  const [first, second] = effects as [RecordedEffect, RecordedEffect, ...RecordedEffect[]];
  const span = (micros: number): string => `${seconds(Math.max(0, micros)).toFixed(2)} s`;
  const isSecondJob = effects.some(({ process }) =>
    handsOf(process, surroundings.queue).secondJobs.has(slot),
  );
  const cause =
    timeLimit(effects, span, surroundings) ??
    calledAgain(slot, first, second, span, surroundings) ??
    (isSecondJob ? publishedTwice(slot, span, surroundings) : null) ??
    death(slot, first, second, span, surroundings) ??
    freeze(effects, second, span) ??
    absence(first, second, span, surroundings) ??
    redrive(slot, first, second, span, surroundings) ??
    publishedTwice(slot, span, surroundings);
  if (cause === null) {
    return `not known: ${nameOf(first.process)} was neither killed nor frozen when it held the message, and the broker was there`;
  }
  return cause + whyNotSuppressed(first, second, surroundings.idempotency);
}

function timeLimit(
  effects: readonly RecordedEffect[],
  span: Span,
  { provider }: Surroundings,
): string | null {
  const late = effects.find(({ overran }) => overran);
  if (late === undefined) return null;
  if (provider !== null) {
    return `the call of ${nameOf(late.process)} to ${provider} ran into its time limit, which cancelled nothing: ${provider} went on, and had the effect ${span(late.at - late.startedAt)} after the call`;
  }
  return `the work of ${nameOf(late.process)} ran into its time limit, which cancelled nothing: it went on, and had its effect ${span(late.at - late.startedAt)} after its start`;
}

/** The provider had the effect, and its caller never learnt of it. */
function calledAgain(
  slot: number,
  first: RecordedEffect,
  second: RecordedEffect,
  span: Span,
  { provider, failedAfter }: Surroundings,
): string | null {
  const failed = provider === null ? null : failedAfter(slot);
  if (failed === null || failed.t < first.at || failed.t > second.at) return null;
  return `the call of ${nameOf(first.process)} to ${provider} failed ${span(failed.t - first.at)} after the effect (${failed.why}), and was made again`;
}

/** What protection there was, and why it was none. */
const gone: Readonly<Record<Deduplication['kind'], string>> = {
  none: 'and nothing keeps a message from being queued twice',
  'job-id': 'when its job was gone',
  'until-finished': 'when its job had ended',
  'keep-last': 'while or after its job was worked on',
  throttle: 'when its key had run out',
  extend: 'when its key had run out',
  reschedule: 'when its job had ended',
  debounce: 'when its key had run out',
};

function publishedTwice(slot: number, span: Span, surroundings: Surroundings): string | null {
  const republish = surroundings.republished(slot);
  if (republish === null) return null;
  return `published again ${span(republish.at - republish.firstAt)} later, ${gone[surroundings.deduplication.kind]}`;
}

function death(
  slot: number,
  first: RecordedEffect,
  second: RecordedEffect,
  span: Span,
  { queue, provider }: Surroundings,
): string | null {
  const { process } = first;
  const died = process.diedAt;
  if (died === null || died > second.at || !handsOf(process, queue).held.has(slot)) return null;
  if (provider !== null && died < first.at && died >= first.startedAt) {
    return `${nameOf(process)} ${process.death} while its call was with ${provider}, which went on: the effect came ${span(first.at - died)} later`;
  }
  if (died < first.at - dyingMicros) return null;
  return `${nameOf(process)} ${process.death} ${span(died - first.at)} after the effect, before the broker was told`;
}

function freeze(effects: readonly RecordedEffect[], second: RecordedEffect, span: Span): string | null {
  for (const effect of effects) {
    // Frozen while it held the message: after its start, and before the other effect.
    const found = effect.process.freezes.find(
      ({ from, to }) => (to ?? Number.POSITIVE_INFINITY) >= effect.startedAt && from <= second.at,
    );
    if (found === undefined) continue;
    const how = found.to === null ? '' : ` for ${span(found.to - found.from)}`;
    return `${nameOf(effect.process)} was frozen${how} while it held the message, so the broker gave it out again`;
  }
  return null;
}

function absence(
  first: RecordedEffect,
  second: RecordedEffect,
  span: Span,
  { absences }: Surroundings,
): string | null {
  const found = absences.find(({ from, to }) => to >= first.startedAt && from <= second.at);
  if (found === undefined) return null;
  return `the broker was away for ${span(found.to - found.from)} while ${nameOf(first.process)} held the message`;
}

function redrive(
  slot: number,
  first: RecordedEffect,
  second: RecordedEffect,
  span: Span,
  { putBackBetween }: Surroundings,
): string | null {
  const at = putBackBetween(slot, first.at, second.at);
  return at === null
    ? null
    : `it was given up after its effect, and put back from the dead ${span(at - first.at)} after it`;
}

/** What idempotency there was did not know of the first effect. */
function whyNotSuppressed(first: RecordedEffect, second: RecordedEffect, { mode }: Idempotency): string {
  if (mode === 'memory' && first.process !== second.process) {
    return `; ${nameOf(second.process)} remembers only what it did itself`;
  }
  return mode === 'delivery-log' ? '; the delivery log did not know of it yet' : '';
}
