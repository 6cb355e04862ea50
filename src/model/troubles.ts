import type { RateCurve } from '../plan/types.js';
import type { Trouble } from '../result/types.js';
import type { QueueSpec } from '../scenario/types.js';
import { type CapacityStep, compareRates, type Span } from './balance.js';
import { tidy } from './pieces.js';
import { inRate, inSeconds } from './words.js';

/** A backlog over time, predicted or measured. Times in scenario seconds. */
export interface BacklogView {
  /** Messages at a time; where it jumps, after the jump. */
  at(seconds: number): number;
  /** The highest in [from, to). */
  highest(fromSeconds: number, toSeconds: number): number;
  /** The first moment, `atSeconds` or later, from which it stays at or below the level for so long, or to the end; null: none. */
  firstStillFrom(atSeconds: number, level: number, forSeconds: number): number | null;
  /** When all messages that arrived before this had their effect or ended otherwise; null: never. */
  allDoneBefore(arrivalSeconds: number): number | null;
}

/** A moment at which workers or the broker were taken away: ordered, or by a stranger. */
export interface Taking {
  readonly atSeconds: number;
  /** In words: `emails killed at 1.3 s`. */
  readonly cause: string;
  /** The workers are up, but what they do their work with is not: what that is, in words: `email is down`. Absent: workers, or the broker. */
  readonly standstill?: string;
}

/** What troubles are made of. */
export interface TroubleInput {
  /** The queue's name. */
  readonly name: string;
  /** The plan's rate curve: never the random arrivals themselves. */
  readonly arrivals: RateCurve;
  /** In order of time, right-continuous; 0 before the first. */
  readonly capacity: readonly CapacityStep[];
  /** In order of time. A taking that lowers capacity has the very time of its step. */
  readonly takings: readonly Taking[];
  /** See stillnessOf. */
  readonly stillnessSeconds: number;
  /** The end of the run: what has not happened by then never does. */
  readonly endSeconds: number;
  readonly backlog: BacklogView;
}

/** What begins a trouble, or joins one. */
export interface Onset {
  readonly atSeconds: number;
  readonly cause: string;
  /** Said where it joins a trouble that began before; takings carry their time themselves. */
  readonly when: string;
  readonly byTaking: boolean;
  /** When capacity is above arrivals again; null: never. */
  recoverySeconds: number | null;
}

/** S, in seconds: how long a backlog must stay down to count as caught up; the longer of 10 s and one limiter window. */
export function stillnessOf(queue: QueueSpec): number {
  return Math.max(10, queue.rate?.perSeconds ?? 0);
}

/**
 * Finds a queue's troubles and when each was caught up (docs/words.md). One rule for the prediction and for what was
 * measured: only the backlog differs.
 */
export function findTroubles(given: TroubleInput): Trouble[] {
  const input = { ...given, backlog: remembering(given.backlog) };
  const { backlog, stillnessSeconds, endSeconds } = input;
  const spans = compareRates(input.arrivals, input.capacity);
  const onsets = onsetsOf(input, spans);
  const troubles: Trouble[] = [];
  for (let i = 0; i < onsets.length; ) {
    const first = onsets[i] as Onset;
    const from = first.atSeconds;
    const baseline = from <= 0 ? 0 : backlog.highest(Math.max(0, from - stillnessSeconds), from);
    const causes = [first.cause];
    let last = first;
    let caughtUp = caughtUpAt(input, first, baseline);
    for (i++; i < onsets.length; i++) {
      const next = onsets[i] as Onset;
      if (caughtUp !== null && next.atSeconds >= caughtUp) break;
      causes.push(next.cause + next.when);
      last = next;
      caughtUp = caughtUpAt(input, next, baseline);
    }
    const recovery = last.recoverySeconds;
    const until = caughtUp ?? endSeconds;
    troubles.push({
      causes,
      fromSeconds: tidy(from),
      recoveryPointSeconds: recovery === null ? null : tidy(recovery),
      caughtUpAtSeconds: caughtUp === null ? null : tidy(caughtUp),
      catchUpSeconds: caughtUp === null || recovery === null ? null : tidy(caughtUp - recovery),
      reason:
        caughtUp === null
          ? reasonOf(input, spans, last, { baseline, waiting: Math.round(backlog.at(endSeconds)) })
          : null,
      baseline: tidy(baseline),
      peakBacklog: tidy(Math.max(backlog.highest(from, until), backlog.at(until))),
    });
  }
  return troubles;
}

/**
 * The same view, that remembers its latest still moment: it is the answer for every later moment up to it as well. A curve that changes
 * each second has thousands of onsets that join one trouble, and each asks.
 */
function remembering(view: BacklogView): BacklogView {
  let last: { readonly from: number; readonly level: number; readonly still: number | null } | null = null;
  return {
    at: (seconds) => view.at(seconds),
    highest: (from, to) => view.highest(from, to),
    allDoneBefore: (arrivalSeconds) => view.allDoneBefore(arrivalSeconds),
    firstStillFrom: (from, level, forSeconds) => {
      if (last?.level === level && from >= last.from && from <= (last.still ?? Number.POSITIVE_INFINITY))
        return last.still;
      const still = view.firstStillFrom(from, level, forSeconds);
      last = { from, level, still };
      return still;
    },
  };
}

/** The longest catch-up of all, in seconds; null, with the reason, if one is never caught up; 0 without trouble. */
export function longestCatchUp(troubles: readonly Trouble[]): {
  readonly catchUpSeconds: number | null;
  readonly catchUpReason: string | null;
} {
  const never = troubles.find((trouble) => trouble.catchUpSeconds === null);
  if (never !== undefined) return { catchUpSeconds: null, catchUpReason: never.reason };
  const times = troubles.map((trouble) => trouble.catchUpSeconds ?? 0);
  return { catchUpSeconds: Math.max(0, ...times), catchUpReason: null };
}

function caughtUpAt(input: TroubleInput, onset: Onset, baseline: number): number | null {
  if (onset.recoverySeconds === null) return null;
  const done = input.backlog.allDoneBefore(onset.recoverySeconds);
  if (done === null) return null;
  const from = Math.max(onset.recoverySeconds, done);
  if (from > input.endSeconds) return null;
  return input.backlog.firstStillFrom(from, baseline, input.stillnessSeconds);
}

/**
 * The onsets in order of time, each with its recovery point. A bad interval begins when arrivals exceed capacity, or
 * with a taking that leaves no capacity above the arrivals; it ends when capacity is above arrivals again. All onsets
 * within it share its end. A taking that leaves enough capacity is its own recovery point.
 */
export function onsetsOf(
  input: Pick<TroubleInput, 'name' | 'takings' | 'endSeconds'>,
  spans: readonly Span[],
): Onset[] {
  const onsets: Onset[] = [];
  let open: Onset[] = [];
  let bad = false;
  let taken = 0;
  for (let i = 0; i < spans.length; i++) {
    const span = spans[i] as Span;
    if (span.fromSeconds > input.endSeconds) break;
    if (span.relation === 'under') {
      for (const onset of open) onset.recoverySeconds = span.fromSeconds;
      open = [];
      bad = false;
    }
    const add = (atSeconds: number, cause: string, when: string, byTaking: boolean): void => {
      const enough =
        !bad && (span.relation === 'under' || (span.relation === 'equal' && span.capacityPerSecond > 0));
      const onset: Onset = { atSeconds, cause, when, byTaking, recoverySeconds: enough ? atSeconds : null };
      onsets.push(onset);
      if (enough) return;
      open.push(onset);
      bad = true;
    };
    const nextTaking = input.takings[taken];
    const overloaded = span.relation === 'over' && !bad;
    if (overloaded && !(nextTaking !== undefined && nextTaking.atSeconds <= span.fromSeconds)) {
      const when = ` at ${inSeconds(span.fromSeconds)}`;
      add(span.fromSeconds, overloadCause(input.name, spans, i), when, false);
    }
    for (; taken < input.takings.length; taken++) {
      const taking = input.takings[taken] as Taking;
      if (taking.atSeconds >= span.toSeconds || taking.atSeconds > input.endSeconds) break;
      add(taking.atSeconds, taking.cause, '', true);
    }
  }
  return onsets;
}

function overloadCause(name: string, spans: readonly Span[], index: number): string {
  const { capacityPerSecond, arrivalsPerSecond, lowestPerSecond } = spans[index] as Span;
  let highest = arrivalsPerSecond;
  let lowest = lowestPerSecond;
  for (let i = index; i < spans.length; i++) {
    const span = spans[i] as Span;
    if (span.relation === 'under' || span.capacityPerSecond !== capacityPerSecond) break;
    highest = Math.max(highest, span.arrivalsPerSecond);
    lowest = Math.min(lowest, span.lowestPerSecond);
  }
  const rate = highest > lowest ? `up to ${inRate(highest)}` : inRate(highest);
  return capacityPerSecond === 0
    ? `no worker of ${name} is up while ${rate} arrive`
    : `arrivals exceed capacity (${rate} into ${inRate(capacityPerSecond)})`;
}

/**
 * Why a trouble is never caught up.
 * @param last the last of its onsets
 * @param waiting the backlog at the end
 */
export function reasonOf(
  input: Pick<TroubleInput, 'name' | 'takings' | 'endSeconds'>,
  spans: readonly Span[],
  last: Onset,
  { baseline, waiting }: { readonly baseline: number; readonly waiting: number },
): string {
  if (last.recoverySeconds !== null) {
    if (waiting > baseline) return `never: still ${waiting} waiting at the end`;
    return 'never: a message from before the recovery point was not done by the end';
  }
  const end = spans.findLast((span) => span.fromSeconds <= input.endSeconds) as Span;
  const { arrivalsPerSecond: arrive, capacityPerSecond: leave } = end;
  if (leave === 0) {
    const { standstill } = input.takings.findLast(({ atSeconds }) => atSeconds <= input.endSeconds) ?? {};
    if (standstill !== undefined) return `never: ${standstill} to the end, ${waiting} waiting then`;
    const gone = last.byTaking ? 'came back' : 'was ever up';
    return `never: no worker of ${input.name} ${gone}, ${waiting} waiting at the end`;
  }
  const growth = end.relation === 'over' ? `+${inRate(arrive - leave)}` : 'nothing is left for the backlog';
  return `never: ${inRate(arrive)} arrive, ${inRate(leave)} leave, ${growth}`;
}
