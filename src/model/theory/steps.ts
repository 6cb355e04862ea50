import { capacityOf } from '../../plan/capacity.js';
import { longestBackoff } from '../../plan/draws.js';
import type { Plan, PlannedFault } from '../../plan/types.js';
import type { FailureSpec, QueueSpec } from '../../scenario/types.js';
import type { CapacityStep } from '../balance.js';
import { withStandstills } from '../standstills.js';

const never = Number.POSITIVE_INFINITY;

/** The workers of a queue: up, dead or stopped, frozen. */
interface Workers {
  up: number;
  down: number;
  frozen: number;
}

/**
 * A queue's capacity over time as the plan's faults leave it, and 0 while all of its work fails and is tried again until it
 * doesn't. An aimed kill counts from when it is due, and one that waits for a message to be given up doesn't count.
 */
export function capacitySteps(plan: Plan, spec: QueueSpec): readonly CapacityStep[] {
  const workers: Workers = { up: spec.workers, down: 0, frozen: 0 };
  const perSecond = (): number => capacityOf(spec, workers.up, plan.capabilities.rateScope);
  const steps: CapacityStep[] = [{ atSeconds: 0, perSecond: perSecond() }];
  const due = plan.faults
    .filter(({ queue, when }) => queue === spec.name && when !== 'before-dead-letter')
    .map((fault) => ({ atSeconds: fault.atSeconds, apply: () => diedOf(workers, fault) }));
  for (let event = due.shift(); event !== undefined; event = due.shift()) {
    const { atSeconds } = event;
    const died = event.apply();
    if (died > 0 && spec.superviseSeconds !== null) {
      const revival = { atSeconds: atSeconds + spec.superviseSeconds, apply: () => bring(workers, died) };
      const behind = due.findIndex((other) => other.atSeconds > revival.atSeconds);
      due.splice(behind === -1 ? due.length : behind, 0, revival);
    }
    steps.push({ atSeconds, perSecond: perSecond() });
  }
  const lasting = spec.failures.filter(
    (failure) => reachSeconds(spec, failure) >= (failure.toSeconds ?? never) - failure.fromSeconds,
  );
  return withStandstills({ ...spec, failures: lasting }, steps, []).capacity;
}

/**
 * When the last attempt of a message starts whose attempts all fail, in seconds after its first: (attempts − 1) × (time to
 * fail) and the backoffs between. Where attempts wait for hands, later.
 */
export function reachSeconds(spec: QueueSpec, failure: FailureSpec): number {
  const attempts = failure.retryable ? spec.attempts : 1;
  // What hangs without a time limit is still there when the hang is over.
  if (failure.kind === 'hang')
    return spec.timeoutSeconds === null ? never : attempts * spec.timeoutSeconds + backoffsOf(spec, attempts);
  return (attempts - 1) * failsAfter(spec, failure) + backoffsOf(spec, attempts);
}

/** How long a failing attempt has its hand, in seconds. */
export function failsAfter({ work }: QueueSpec, { afterSeconds }: FailureSpec): number {
  return afterSeconds ?? work.meanSeconds;
}

/** The backoffs of so many attempts that all fail, on average, in seconds. */
export function backoffsOf({ backoff }: QueueSpec, attempts: number): number {
  if (backoff === null) return 0;
  let sum = 0;
  let before = 0;
  for (let failed = 1; failed < attempts; failed++) {
    const wait = longestBackoff(backoff, failed);
    sum += wait;
    // From here on all are as long.
    if (wait === before) {
      sum += wait * (attempts - failed - 1);
      break;
    }
    before = wait;
  }
  return sum * (1 - backoff.jitter / 2);
}

/** What a fault does to the workers. @returns how many died of it */
function diedOf(workers: Workers, fault: PlannedFault): number {
  const many = (of: number): number => (fault.workers === 'all' ? of : Math.min(fault.workers, of));
  switch (fault.kind) {
    case 'kill': {
      const died = many(workers.up + workers.frozen);
      const running = Math.min(died, workers.up);
      workers.up -= running;
      workers.frozen -= died - running;
      workers.down += died;
      return died;
    }
    case 'stop': {
      const stopped = many(workers.up);
      workers.up -= stopped;
      workers.down += stopped;
      return 0;
    }
    case 'freeze': {
      const frozen = many(workers.up);
      workers.up -= frozen;
      workers.frozen += frozen;
      return 0;
    }
    case 'thaw': {
      const thawed = many(workers.frozen);
      workers.frozen -= thawed;
      workers.up += thawed;
      return 0;
    }
    case 'restart':
      return bring(workers, many(workers.down));
    case 'scale':
      workers.up = fault.workers === 'all' ? workers.up : fault.workers;
      return 0;
    case 'redrive':
      return 0;
  }
}

/** So many of those that are down are up again. @returns how many died of it: none */
function bring(workers: Workers, wanted: number): number {
  const count = Math.min(wanted, workers.down);
  workers.down -= count;
  workers.up += count;
  return 0;
}
