import { type CapacityStep, type Taking, takingCause } from '../model/index.js';
import { specOf } from '../plan/build.js';
import { capacityOf } from '../plan/capacity.js';
import type { Plan } from '../plan/types.js';
import type { Story } from './story.js';

/** A queue's capacity over time as the ledger has it, and what took workers or the broker away. */
export interface MeasuredCapacity {
  readonly steps: readonly CapacityStep[];
  readonly takings: readonly Taking[];
  /** When the last of the queue's workers went, in microseconds; each until the next start. */
  readonly down: readonly number[];
}

interface Change {
  readonly t: number;
  /** Workers that are up from now on. */
  readonly up?: number;
  readonly away?: boolean;
  /** Why there are fewer than before; absent where that was said before (the exit of a process that was killed). */
  readonly cause?: (taken: number, before: number, atSeconds: number) => string;
}

/**
 * Capacity counts from the moment of the command: a restarted worker that is not ready yet is up. What happens after
 * the end of the drain is no part of it.
 */
export function capacityFrom(
  story: Story,
  plan: Plan,
  queue: string,
  seconds: (micros: number) => number,
): MeasuredCapacity {
  const spec = specOf(plan, queue);
  let up = spec.workers;
  let away = false;
  const capacity = (): number => (away ? 0 : capacityOf(spec, up, plan.capabilities.rateScope));
  const steps: CapacityStep[] = [{ atSeconds: 0, perSecond: capacity() }];
  const takings: Taking[] = [];
  const down: number[] = [];
  for (const change of changesOf(story, queue)) {
    if (change.t > story.endAt) break;
    const atSeconds = seconds(change.t);
    const before = up;
    const wasAway: boolean = away;
    up = change.up ?? up;
    away = change.away ?? away;
    if (up === 0 && before > 0) down.push(change.t);
    if (up === before && away === wasAway) continue;
    steps.push({ atSeconds, perSecond: capacity() });
    const less = up < before || (away && !wasAway);
    if (less && change.cause)
      takings.push({ atSeconds, cause: change.cause(before - up, before, atSeconds) });
  }
  return { steps, takings, down };
}

function changesOf(story: Story, queue: string): Change[] {
  const changes: Change[] = [];
  for (const { t, q, up, kind } of story.faults) {
    if (q !== queue) continue;
    changes.push({ t, up, cause: (taken, before, at) => takingCause(kind, queue, taken, before, at) });
  }
  for (const { t, q, up } of story.supervised) if (q === queue) changes.push({ t, up });
  for (const { t, role, name, up, ordered, worker } of story.exits) {
    if (role !== 'worker' || name !== queue || up === undefined) continue;
    const died = (_: number, __: number, at: number): string =>
      `worker ${worker ?? '?'} of ${queue} died at ${Number(at.toFixed(2))} s, unordered`;
    changes.push({ t, up, ...(ordered ? {} : { cause: died }) });
  }
  for (const { t, e } of story.broker) {
    const lost = (_: number, __: number, at: number): string =>
      `the broker was lost at ${Number(at.toFixed(2))} s`;
    changes.push({ t, away: e === 'broker-lost', ...(e === 'broker-lost' ? { cause: lost } : {}) });
  }
  return changes.sort((a, b) => a.t - b.t);
}
