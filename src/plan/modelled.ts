import type { FailureSpec, ProviderSpec, QueueSpec } from '../scenario/types.js';
import { limitPerSecond, ratePerSecond } from './capacity.js';
import { asItArrives, asItComes } from './entry.js';
import { type Outage, outagesOf } from './outages.js';
import { specOf } from './spec.js';
import type { Plan } from './types.js';

/** The provider that does a queue's work; null: the work is simulated. */
export function providerOf(plan: Pick<Plan, 'scenario'>, spec: QueueSpec): ProviderSpec | null {
  return plan.scenario.providers.find(({ name }) => name === spec.provider) ?? null;
}

/**
 * A queue as the model and the rules for troubles see it: its provider put in the words of a queue. Its work is the
 * provider's latency, its limit is the provider's capacity where that is lower, and while the provider is down or frozen
 * every attempt fails, or hangs until then. That calls wait in the provider's waiting room is left out.
 */
export function modelledSpec(plan: Plan, queue: string): QueueSpec {
  const spec = specOf(plan, queue);
  const provider = providerOf(plan, spec);
  if (provider === null) return spec;
  const { capacity, latency } = provider;
  const isTighter = ratePerSecond(capacity) < limitPerSecond(spec);
  const outages = outagesOf(plan, provider.name);
  return {
    ...spec,
    work: latency,
    rate: isTighter ? { count: 1, perSeconds: capacity.perSeconds / capacity.count } : spec.rate,
    failures: outages.map((outage, i) => failureOf(outage, outages[i + 1], provider.name)),
  };
}

/** The plan with all of its queues and their arrivals as the model sees them. */
export function modelledPlan(plan: Plan): Plan {
  const queues = plan.scenario.queues.map(({ name }) => modelledSpec(plan, name));
  const producers = plan.producers.map((producer) => asItArrives(plan, producer));
  return {
    ...plan,
    scenario: { ...plan.scenario, queues },
    producers,
    queues: plan.queues.map((queue) => asItComes(plan, queue, producers)),
  };
}

/** What an outage does to calls that are made in it. @param next the provider's next outage */
function failureOf(
  { kind, fromSeconds, toSeconds }: Outage,
  next: Outage | undefined,
  provider: string,
): FailureSpec {
  const isFrozen = kind === 'frozen';
  const ends = Number.isFinite(toSeconds);
  // A call that a frozen provider was sent is done at the thaw, whoever still waits for it; where it is killed instead, the call breaks.
  const breaks = ends && next?.fromSeconds === toSeconds;
  const hangs = isFrozen && !breaks;
  return {
    kind: hangs ? 'hang' : 'fail',
    select: { kind: 'all' },
    times: null,
    fromSeconds,
    toSeconds: ends ? toSeconds : null,
    retryable: true,
    afterSeconds: isFrozen && breaks ? toSeconds - fromSeconds : 0,
    forSeconds: hangs && ends ? toSeconds - fromSeconds : null,
    error: isFrozen ? `${provider} does not answer` : `${provider} is down`,
  };
}
