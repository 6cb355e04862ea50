import type { Plan, PlannedQueue } from './types.js';

/** Whether the order service does a queue's work, or some of it, by calling its provider itself (mode: sync). */
export function isCalledDirectly(
  { scenario, producers }: Pick<Plan, 'scenario' | 'producers'>,
  { name, isServed }: Pick<PlannedQueue, 'name' | 'isServed'>,
): boolean {
  if (!isServed) return true;
  return scenario.mode === 'sync' && producers.some(({ via, to }) => via === 'http' && to.includes(name));
}
