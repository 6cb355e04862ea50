import type { BrokerQueue, Deduplication } from '../broker/types.js';
import type { Plan } from '../plan/types.js';

/** The run's queues as every connection to the broker has to know them; durations in real seconds, at the plan's speed. */
export function brokerQueues(plan: Plan): BrokerQueue[] {
  return plan.scenario.queues.map(({ name, deduplication, deadLetter }) => ({
    name,
    deduplication: atSpeed(deduplication, plan.speed),
    deadLetter: deadLetter === null ? null : { queue: deadLetter.queue, move: deadLetter.move },
  }));
}

/** The names of the queues for the dead, each once. */
export function deadLetterQueues(plan: Plan): string[] {
  return [
    ...new Set(
      plan.scenario.queues.flatMap(({ deadLetter }) => (deadLetter === null ? [] : deadLetter.queue)),
    ),
  ];
}

function atSpeed(deduplication: Deduplication, speed: number): Deduplication {
  switch (deduplication.kind) {
    case 'throttle':
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
