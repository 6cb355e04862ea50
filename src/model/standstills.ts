import type { QueueSpec } from '../scenario/types.js';
import type { CapacityStep } from './balance.js';
import type { Taking } from './troubles.js';
import { inSeconds } from './words.js';

/** A span in which nothing on a queue can have its effect, although its workers are up. */
interface Standstill {
  readonly fromSeconds: number;
  /** Infinity: to the end. */
  readonly toSeconds: number;
}

/** The spans in which every attempt fails or hangs, by the queue's settings: a dependency that is down. */
function standstillsOf({ failures }: QueueSpec): Standstill[] {
  return failures
    .filter(
      ({ kind, select, times, forSeconds }) =>
        select.kind === 'all' &&
        times === null &&
        (kind === 'fail' || (kind === 'hang' && forSeconds === null)),
    )
    .map(({ fromSeconds, toSeconds }) => ({ fromSeconds, toSeconds: toSeconds ?? Number.POSITIVE_INFINITY }));
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
  const begun = spans.map(({ fromSeconds }): Taking => {
    const cause = `all work of ${queue.name} fails from ${inSeconds(fromSeconds)}`;
    return { atSeconds: fromSeconds, cause };
  });
  return { capacity: steps, takings: [...takings, ...begun].sort((a, b) => a.atSeconds - b.atSeconds) };
}
