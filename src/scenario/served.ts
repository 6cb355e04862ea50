import type { CheckedScenario } from './types.js';

/**
 * Whether anything comes to a queue on the broker, so that workers serve it: from a producer by itself, from another queue, or from
 * the order service.
 */
export function isServed(
  queue: string,
  scenario: Pick<CheckedScenario, 'mode' | 'producers' | 'queues' | 'orderService'>,
): boolean {
  const { mode, producers, queues, orderService } = scenario;
  if (mode === 'queue' || orderService?.onFailure[queue] === 'queue') return true;
  return (
    producers.some(({ via, to }) => via === 'queue' && to.some((target) => target.queue === queue)) ||
    queues.some(({ outcomes }) => outcomes.some(({ to }) => to.some((target) => target.queue === queue)))
  );
}
