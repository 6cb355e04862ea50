import { type CapacityStep, type Taking, takingCause } from '../model/index.js';
import { capacityOf } from '../plan/capacity.js';
import { modelledSpec, providerOf } from '../plan/modelled.js';
import type { Plan } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { Story } from './story.js';

/** A queue's capacity over time as the ledger has it, and what took workers or the broker away. */
export interface MeasuredCapacity {
  readonly steps: readonly CapacityStep[];
  readonly takings: readonly Taking[];
  /** When the last of the queue's workers went, in microseconds; each until the next start. */
  readonly down: readonly number[];
}

/**
 * A queue as the rules for capacity and troubles see it: what its provider can do is part of it. Of one that nothing comes
 * to on the broker the limit is its provider's capacity, and there is no want of hands.
 */
export function servedSpec(plan: Plan, queue: string): QueueSpec {
  const spec = modelledSpec(plan, queue);
  const provider = providerOf(plan, spec);
  if (provider === null || isServed(plan, queue)) return spec;
  const { count, perSeconds } = provider.capacity;
  const rate = { count: 1, perSeconds: perSeconds / count };
  return { ...spec, rate, workers: 1, concurrency: Number.POSITIVE_INFINITY, polling: null };
}

function isServed(plan: Plan, queue: string): boolean {
  return plan.queues.find(({ name }) => name === queue)?.isServed ?? true;
}

interface Change {
  readonly t: number;
  /** Workers that are up from now on. */
  readonly up?: number;
  readonly away?: boolean;
  /** Whether the queue's provider is down, without anybody having ordered that. */
  readonly fallen?: boolean;
  /** Why there are fewer than before; absent where that was said before (the exit of a process that was killed). */
  readonly cause?: (taken: number, before: number, atSeconds: number) => string;
}

/**
 * Capacity counts from the moment of the command: a restarted worker that is not ready yet is up. What happens after
 * the end of the drain is no part of it, and neither are the spans in which its provider is down because of the plan's
 * faults: those are standstills (withStandstills).
 */
export function capacityFrom(
  story: Story,
  plan: Plan,
  queue: string,
  seconds: (micros: number) => number,
): MeasuredCapacity {
  const spec = servedSpec(plan, queue);
  let up = spec.workers;
  let away = false;
  let fallen = false;
  const capacity = (): number => (away || fallen ? 0 : capacityOf(spec, up, plan.capabilities.rateScope));
  const steps: CapacityStep[] = [{ atSeconds: 0, perSecond: capacity() }];
  const takings: Taking[] = [];
  const down: number[] = [];
  const changes = [
    // Without a worker or a message on the broker, neither can be taken away.
    ...(isServed(plan, queue) ? changesOf(story, queue) : []),
    ...(spec.provider === null ? [] : fallsOf(story, spec.provider)),
  ].sort((a, b) => a.t - b.t);
  for (const change of changes) {
    if (change.t > story.endAt) break;
    const atSeconds = seconds(change.t);
    const before = up;
    const wasAway: boolean = away;
    const wasFallen: boolean = fallen;
    up = change.up ?? up;
    away = change.away ?? away;
    fallen = change.fallen ?? fallen;
    if (up === 0 && before > 0) down.push(change.t);
    if (up === before && away === wasAway && fallen === wasFallen) continue;
    steps.push({ atSeconds, perSecond: capacity() });
    const less = up < before || (away && !wasAway) || (fallen && !wasFallen);
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
  return changes;
}

/** When a queue's provider fell over or died of itself, and was started again. */
function fallsOf(story: Story, provider: string): Change[] {
  const isBack = ({ t }: { readonly t: number }): Change => ({ t, fallen: false });
  const restarts = story.faults.filter(({ kind, pids }) => kind === 'restart' && pids.length > 0);
  const backs = [...restarts, ...story.supervised, ...story.ready].filter(({ q }) => q === provider);
  const fell = story.fellOver.filter(({ s }) => s === provider);
  const died = story.exits.filter(
    ({ role, name, ordered }) => role === 'provider' && name === provider && !ordered,
  );
  const inWords = (atSeconds: number): string => `${Number(atSeconds.toFixed(2))} s`;
  return [
    ...fell.map(({ t }): Change => {
      return { t, fallen: true, cause: (_, __, at) => `${provider} fell over at ${inWords(at)}` };
    }),
    ...died.map(({ t }): Change => {
      return { t, fallen: true, cause: (_, __, at) => `${provider} died at ${inWords(at)}, unordered` };
    }),
    ...backs.map(isBack),
  ];
}
