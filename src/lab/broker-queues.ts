import type { BrokerQueue, Deduplication } from '../broker/types.js';
import type { Plan, PlannedQueue } from '../plan/types.js';

/** The run's queues as every connection to the broker has to know them; durations in real seconds, at the plan's speed. */
export function brokerQueues(plan: Plan): BrokerQueue[] {
  return plan.scenario.queues.map(({ name, deduplication, deadLetter }) => ({
    name,
    deduplication: atSpeed(deduplication, plan.speed),
    deadLetter: deadLetter === null ? null : { queue: deadLetter.queue, move: deadLetter.move },
  }));
}

/**
 * The names of all queues on the broker, each behind those that messages come from, and the queues for the dead last: who
 * looks at them in this order overlooks nothing that is passed on meanwhile.
 */
export function queuesAlongTheWay({ queues, scenario }: Plan): string[] {
  const longestWay = ({ sources }: PlannedQueue): number =>
    Math.max(0, ...sources.map(({ path }) => path.length));
  const live = [...queues].sort((a, b) => longestWay(a) - longestWay(b));
  const dead = scenario.queues.flatMap(({ deadLetter }) => (deadLetter === null ? [] : deadLetter.queue));
  return [...live.map(({ name }) => name), ...dead];
}

function atSpeed(deduplication: Deduplication, speed: number): Deduplication {
  switch (deduplication.kind) {
    case 'throttle':
    case 'extend':
    case 'reschedule':
    case 'debounce':
      return { ...deduplication, seconds: deduplication.seconds / speed };
    case 'job-id': {
      const { keepSeconds } = deduplication;
      return { ...deduplication, keepSeconds: keepSeconds === null ? null : keepSeconds / speed };
    }
    default:
      return deduplication;
  }
}
