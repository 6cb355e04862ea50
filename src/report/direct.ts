import type { QueueResult, Result } from '../result/types.js';
import { duplicateSentences } from './duplicates.js';
import { count, plural } from './format.js';

/**
 * Whether the order service called the queue's provider itself, and nobody served the queue on the broker (mode: sync).
 * Then it has no depth, no workers and no prediction; its books are those of the calls. Of a prediction: where it says nothing.
 */
export function isCalledDirectly(name: string, { scenario, origin, producers, queues }: Result): boolean {
  if (scenario.mode !== 'sync') return false;
  const queue = queues[name];
  if (queue === undefined) return true;
  if (origin === 'predicted') return queue.predicted === null && queue.workers.started === 0;
  const isStep = Object.values(producers).some(
    ({ orderBooks }) => orderBooks !== undefined && Object.hasOwn(orderBooks.steps, name),
  );
  return isStep && queue.workers.started === 0;
}

/** The queues that workers serve. */
export function servedQueues(result: Result): string[] {
  return Object.keys(result.queues).filter((name) => !isCalledDirectly(name, result));
}

/** The queues that are queues by name only: steps that the order service had done while the customer waited. */
export function directQueues(result: Result): string[] {
  return Object.keys(result.queues).filter((name) => isCalledDirectly(name, result));
}

/** The queues of a prediction that it says nothing of, because the order service does their work, or some of it, itself. */
export function unpredictedQueues({ scenario, origin, queues }: Result): string[] {
  if (origin === 'measured' || scenario.mode !== 'sync') return [];
  return Object.keys(queues).filter((name) => queues[name]?.predicted === null);
}

/** What became of a step that was called directly, as sentences without a full stop. */
export function directAnswer(queue: QueueResult): string[] {
  const { attempted, effected } = queue.accounting;
  const { failed, timedOut } = queue.failures;
  const which = failed === 1 ? '' : ` ${timedOut === failed ? 'all' : count(timedOut)} of them`;
  const limit = timedOut === 0 ? '' : `,${which} at the time limit`;
  const calls = failed === 0 ? '' : `; ${plural(failed, 'call')} failed${limit}`;
  return [
    `called directly (mode: sync), without a queue: of ${plural(attempted, 'order')} that got to it ${count(effected)} had ${effected === 1 ? 'its' : 'their'} effect${calls}`,
    ...duplicateSentences(queue),
  ];
}
