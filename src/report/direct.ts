import type { QueueResult, Result } from '../result/types.js';
import { duplicateSentences } from './duplicates.js';
import { count, list, plural } from './format.js';
import { wrap } from './text.js';

/**
 * Whether the order service called the queue's provider itself, and nobody served the queue on the broker (mode: sync).
 * Then it has no depth and no workers; its books are those of the calls.
 */
export function isCalledDirectly(name: string, { scenario, producers, queues }: Result): boolean {
  if (scenario.mode !== 'sync') return false;
  const queue = queues[name];
  if (queue === undefined) return true;
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

/** What the words of the books mean of steps that were called directly. */
export function directNote(result: Result, width: number): string[] {
  const direct = directQueues(result);
  if (direct.length === 0) return [];
  const text = `${list(direct)} ${direct.length === 1 ? 'was' : 'were'} called directly (mode: sync): attempted is a step that was begun, acknowledged one that its provider said is done, and a duplicate delivery a further call.`;
  return wrap(text, width - 2).map((line) => `  ${line}`);
}
