import { endOf, sumOf } from '../plan/curve.js';
import type { Plan, PlannedProducer, PlannedQueue, RateCurve } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';

/** What further publishes do to a queue. */
export interface Copies {
  /** When messages of its own producers arrive. */
  readonly arrivals: RateCurve;
  /** Further publishes that are delivered too; empty: none is. */
  readonly copies: RateCurve;
  /** Further publishes, delivered or not. */
  readonly republished: number;
}

/**
 * Which further publishes get past a queue's deduplication, and when. A protection that ends with the job is over only
 * where even the slowest message is surely done by then; otherwise nothing is taken to get through.
 * @param doneSeconds the longest from a message's arrival until it is done; null: not known, so no protection ends
 */
export function copiesOf(
  plan: Plan,
  queue: PlannedQueue,
  { deduplication }: QueueSpec,
  doneSeconds: number | null,
): Copies {
  const direct = plan.producers.filter(({ to }) => to.includes(queue.name));
  const republished = direct.reduce((sum, p) => sum + p.scheduled * p.resubmitSeconds.length, 0);
  const waits = deduplication.kind === 'debounce' || deduplication.kind === 'reschedule';
  const window = waits ? deduplication.seconds : 0;
  if (republished === 0 && window === 0) return { arrivals: queue.arrivals, copies: [], republished };
  const times = direct.map((producer) => deliveredAt(producer, deduplication, doneSeconds));
  const further = direct.flatMap(({ curve }, i) => (times[i] ?? []).slice(1).map((at) => shifted(curve, at)));
  return {
    arrivals:
      window === 0 ? queue.arrivals : sumOf(direct.map(({ curve }, i) => shifted(curve, times[i]?.[0] ?? 0))),
    copies: further.length === 0 ? [] : sumOf(further),
    republished,
  };
}

/** After its first publish, in seconds, the times at which a message is delivered for the first time and again. */
function deliveredAt(
  { resubmitSeconds }: PlannedProducer,
  deduplication: QueueSpec['deduplication'],
  doneSeconds: number | null,
): number[] {
  const publishes = [0, ...[...resubmitSeconds].sort((a, b) => a - b)];
  const done = doneSeconds ?? Number.POSITIVE_INFINITY;
  switch (deduplication.kind) {
    case 'none':
      return publishes;
    case 'debounce':
    case 'reschedule': {
      const { seconds } = deduplication;
      // Only the last of those that follow each other within the time counts; a rescheduled one is protected while it is worked on, too.
      const held = deduplication.kind === 'debounce' ? seconds : seconds + done;
      return publishes
        .filter((at, i) => (publishes[i + 1] ?? Number.POSITIVE_INFINITY) - at > held)
        .map((at) => at + seconds);
    }
    case 'extend':
      return publishes.filter((at, i) => i === 0 || at - (publishes[i - 1] ?? 0) > deduplication.seconds);
    case 'keep-last':
      return keptLast(publishes, done);
    default:
      return protectedTimes(publishes, protectedFor(deduplication, done));
  }
}

/** Each publish is served, at once or when the one before is done; of those that wait for that only the latest. */
function keptLast(publishes: readonly number[], done: number): number[] {
  const delivered: number[] = [];
  for (const at of publishes) {
    const before = delivered.at(-1);
    if (before === undefined || at >= before + done) delivered.push(at);
    else if (before <= at && Number.isFinite(done)) delivered.push(before + done);
  }
  return delivered;
}

function protectedTimes(publishes: readonly number[], protection: number): number[] {
  const delivered: number[] = [];
  for (const at of publishes) {
    const before = delivered.at(-1);
    if (before === undefined || at - before > protection) delivered.push(at);
  }
  return delivered;
}

/** How long nothing of the same name is added after a publish, in seconds; Infinity where the end is not sure. */
function protectedFor(
  deduplication: Extract<QueueSpec['deduplication'], { kind: 'job-id' | 'until-finished' | 'throttle' }>,
  done: number,
): number {
  if (deduplication.kind === 'throttle') return deduplication.seconds;
  if (deduplication.kind === 'until-finished') return done;
  const { keepCount, keepSeconds } = deduplication;
  if (keepSeconds !== null) return done + keepSeconds;
  // A count is over when so many others are done, and of that the fluid is not sure.
  return keepCount === 0 ? done : Number.POSITIVE_INFINITY;
}

function shifted(curve: RateCurve, seconds: number): RateCurve {
  if (seconds === 0 || endOf(curve) === 0) return curve;
  const later = curve.map((segment) => ({
    ...segment,
    startSeconds: segment.startSeconds + seconds,
    endSeconds: segment.endSeconds + seconds,
  }));
  return [{ startSeconds: 0, endSeconds: seconds, fromPerSecond: 0, toPerSecond: 0 }, ...later];
}
