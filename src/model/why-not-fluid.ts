import { specOf } from '../plan/spec.js';
import type { Plan, PlannedFault, PlannedQueue } from '../plan/types.js';
import type { Outcome, QueueSpec } from '../scenario/types.js';
import { predict } from './predict.js';

/**
 * Why a plan can't be worked out as a fluid, as a clause; null: it can. Whatever decides over single messages is beyond it; and so is
 * what workers have in hand when they are killed, unless it follows from the rates, which only a run of the fluid tells.
 */
export function whyNotFluid(plan: Plan): string | null {
  const clause = inPlan(plan);
  if (clause !== null) return clause;
  return plan.faults.some(({ kind }) => kind === 'kill' || kind === 'freeze') ? predict(plan).byChance : null;
}

function inPlan(plan: Plan): string | null {
  if (plan.scenario.orderService !== null) return 'its orders come through an order service';
  const again = plan.producers.find(({ resubmitSeconds }) => resubmitSeconds.length > 0);
  if (again !== undefined) return `${again.name} publishes messages again`;
  for (const queue of plan.queues) {
    const spec = specOf(plan, queue.name);
    const faults = plan.faults.filter((fault) => fault.queue === queue.name);
    const clause = inQueue(spec) ?? inFaults(plan, queue, spec, faults);
    if (clause !== null) return clause;
  }
  return null;
}

/** What decides over single messages. */
function inQueue({ name, ...spec }: QueueSpec): string | null {
  const { provider, polling, failures, timeoutSeconds, work, deduplication, outcomes } = spec;
  if (provider !== null) return `the work of ${name} is done by a provider`;
  if (polling !== null) return `${name} is polled`;
  if (failures.length > 0) return `the work of ${name} may fail`;
  const isInTime = timeoutSeconds === null || (work.kind === 'constant' && work.meanSeconds < timeoutSeconds);
  if (!isInTime) return `the work of ${name} may come to its time limit`;
  if (deduplication.kind === 'debounce' || deduplication.kind === 'reschedule')
    return `the messages of ${name} wait for a further publish`;
  return new Set(outcomes.filter(({ share }) => share > 0).map(targetsOf)).size > 1
    ? `what follows the work of ${name} is drawn for each message`
    : null;
}

function targetsOf({ to }: Outcome): string {
  return to
    .map(({ queue }) => queue)
    .sort()
    .join(' ');
}

/** What workers that are taken away had in hand. */
function inFaults(
  plan: Plan,
  queue: PlannedQueue,
  spec: QueueSpec,
  faults: readonly PlannedFault[],
): string | null {
  const { name, work, idempotency } = spec;
  if (faults.some(({ kind }) => kind === 'redrive')) return `the dead of ${name} are put back`;
  const { afterSeconds, limit } = queue.redelivery;
  for (const [i, { kind, atSeconds }] of faults.entries()) {
    const next = faults[i + 1];
    const isShort =
      next?.kind === 'thaw' && next.workers === 'all' && next.atSeconds - atSeconds < afterSeconds / 2;
    if (kind === 'freeze' && !isShort)
      return `${name} is frozen for longer than half of its redelivery's time`;
  }
  const taken = faults.filter(({ kind }) => kind === 'kill' || kind === 'freeze');
  if (taken.length === 0) return null;
  const drawn = plan.producers.find(
    ({ to, arrivals, times }) => to.includes(name) && (arrivals === 'poisson' || times !== undefined),
  );
  if (drawn !== undefined) return inHand(name, `${drawn.name} is not sent at a rate`);
  if (work.kind !== 'constant') return inHand(name, 'its work is drawn');
  if (queue.feeders.length > 0) return inHand(name, 'its messages come through other queues');
  if (taken.some(({ when }) => when === 'random')) return inHand(name, 'its moment is drawn');
  if (taken.some(({ when }) => when === 'before-dead-letter')) return `${name} is killed at a dead letter`;
  if (!taken.some(({ kind }) => kind === 'kill')) return null;
  if (limit < 1) return `what ${name} holds when it is killed is given up`;
  if (idempotency.mode !== 'none') return `${name} is killed, and its idempotency decides what is done again`;
  const { on, position, order } = plan.capabilities.redelivery;
  if (position !== 'head' || order === 'same' || on === 'visibility-timeout')
    return 'its broker gives messages back in another way than the last one first';
  return plan.queues.some(({ feeders }) => feeders.some((feeder) => feeder.queue === name))
    ? `${name} is killed, and feeds others`
    : null;
}

function inHand(name: string, because: string): string {
  return `what ${name} has in hand when it is taken away is a matter of chance: ${because}`;
}
