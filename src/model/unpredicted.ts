import type { Plan, PlannedQueue } from '../plan/types.js';

/**
 * Why the model says nothing of a queue; null: it does. In mode sync the order service calls the provider itself, and what
 * comes of an order depends on which calls meet in a waiting room: that is no fluid.
 */
export function whyUnpredicted(
  { scenario, producers }: Plan,
  { name, isServed }: Pick<PlannedQueue, 'name' | 'isServed'>,
): string | null {
  if (!isServed) return 'mode: sync has no queue to predict';
  const isStep = producers.some(({ via, to }) => via === 'http' && to.includes(name));
  if (scenario.mode !== 'sync' || !isStep) return null;
  return scenario.orderService?.onFailure[name] === 'queue'
    ? 'mode: sync publishes only what has failed, and how much that is is not known beforehand'
    : 'mode: sync does part of the work without the queue, and how much that is is not known beforehand';
}
