import { LaunchpadError } from '../errors.js';
import type { QueueSpec } from '../scenario/types.js';
import type { Plan } from './types.js';

/** The checked settings of a planned queue. @throws LaunchpadError `internal` where the plan has no such queue */
export function specOf(plan: Plan, queue: string): QueueSpec {
  const spec = plan.scenario.queues.find((candidate) => candidate.name === queue);
  if (spec === undefined) throw new LaunchpadError('internal', `The plan has no queue ${queue}`);
  return spec;
}
