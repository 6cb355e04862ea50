import type { Child } from './child.js';
import type { ProcessPool } from './pool.js';
import { within } from './timers.js';

/** How long a service may take to say how much is going on, in real milliseconds; after that it counts as busy. */
const answerMillis = 1000;

/** What is asked of a service's pool. */
export type AskedService = Pick<ProcessPool, 'name' | 'role' | 'pending'> & {
  readonly working: readonly Pick<Child, 'send' | 'next' | 'isReady'>[];
};

/**
 * Asks a service for what it is at. One that is down or frozen, with nobody to bring it back, is at nothing.
 * @returns what is left, for the end of a run: `email 3 calls`; null: nothing
 */
export async function loadOf({ name, role, pending, working }: AskedService): Promise<string | null> {
  if (working.length === 0) return pending > 0 ? `${name} is about to be started again` : null;
  // It answers before it is: a run that ended now would have it that the service was not back.
  if (working.some(({ isReady }) => !isReady)) return `${name} is starting`;
  // A process that finishes what it holds, beside its successor, is asked too.
  const counts = await Promise.all(working.map(countOf));
  const count = counts.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  if (count === 0) return counts.includes(null) ? `${name} does not answer` : null;
  const things = role === 'provider' ? 'call' : 'order';
  return `${name} ${count} ${things}${count === 1 ? '' : 's'}`;
}

async function countOf(child: Pick<Child, 'send' | 'next'>): Promise<number | null> {
  const answer = within(child.next('busy'), answerMillis, null);
  child.send({ type: 'busy?' });
  return (await answer)?.count ?? null;
}
