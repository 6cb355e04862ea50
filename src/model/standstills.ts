import type { QueueSpec } from '../scenario/types.js';
import type { CapacityStep } from './balance.js';
import type { Taking } from './troubles.js';
import { inSeconds } from './words.js';

/** A span in which nothing on a queue can have its effect, although its workers are up. */
interface Standstill {
  readonly fromSeconds: number;
  /** Infinity: to the end. */
  readonly toSeconds: number;
  /** In words, without its time. */
  readonly cause: string;
}

/**
 * The spans in which every attempt fails, or hangs for at least as long as the span lasts, by the queue's settings: a
 * dependency that is down.
 */
function standstillsOf({ name, failures, provider }: QueueSpec): Standstill[] {
  return failures.flatMap(({ kind, select, times, fromSeconds, toSeconds, forSeconds, error }) => {
    if (select.kind !== 'all' || times !== null || kind === 'crash') return [];
    const until = toSeconds ?? Number.POSITIVE_INFINITY;
    if (kind === 'hang' && forSeconds !== null && fromSeconds + forSeconds < until) return [];
    const cause = provider === null ? `all work of ${name} ${kind === 'hang' ? 'hangs' : 'fails'}` : error;
    return [{ fromSeconds, toSeconds: until, cause }];
  });
}

/**
 * What a queue's workers can serve, and what took them away, with the spans in which all work fails: capacity is 0 in
 * these, since nothing is served, and their beginning is the cause.
 */
export function withStandstills(
  queue: QueueSpec,
  capacity: readonly CapacityStep[],
  takings: readonly Taking[],
): { readonly capacity: readonly CapacityStep[]; readonly takings: readonly Taking[] } {
  const spans = standstillsOf(queue);
  if (spans.length === 0) return { capacity, takings };
  const edges = spans.flatMap(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds]);
  const times = [...new Set([...capacity.map(({ atSeconds }) => atSeconds), ...edges])]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const isIn = (time: number): boolean =>
    spans.some(({ fromSeconds, toSeconds }) => fromSeconds <= time && time < toSeconds);
  const steps = times.map((atSeconds): CapacityStep => {
    const step = capacity.findLast((each) => each.atSeconds <= atSeconds);
    return { atSeconds, perSecond: isIn(atSeconds) ? 0 : (step?.perSecond ?? 0) };
  });
  const begun = spans.map(
    ({ fromSeconds, cause }): Taking => ({
      atSeconds: fromSeconds,
      cause: `${cause} from ${inSeconds(fromSeconds)}`,
      standstill: cause,
    }),
  );
  return { capacity: steps, takings: [...takings, ...begun].sort((a, b) => a.atSeconds - b.atSeconds) };
}
