import type { Accounting } from '../../src/result/types.js';
import type { Finished } from './check.js';
import type { Story } from './ledger-index.js';
import type { Problem } from './problems.js';

/** How a message ended, by the ledger alone. */
export type Class = 'effected' | 'deadLettered' | 'pending' | 'lost' | 'merged' | 'elsewhere';

/** Counts again, from the ledger, what the result says of each queue. */
export function checkRecount({ result, index }: Finished): Problem[] {
  return Object.entries(result.queues).flatMap(([name, queue]): Problem[] => {
    const stories = index.stories.filter((story) => story.queue === name);
    const figures: Partial<Record<keyof Accounting, number>> = {
      ...countEvents(stories),
      ...(index.counted.has(name) ? countClasses(stories) : {}),
    };
    const failed = stories.reduce((sum, story) => sum + count(story, 'failed'), 0);
    const wrong = Object.entries(figures)
      .filter(([figure, counted]) => queue.accounting[figure as keyof Accounting] !== counted)
      .map(
        ([figure, counted]) => `${figure} ${queue.accounting[figure as keyof Accounting]}, not ${counted}`,
      );
    if (queue.failures.failed !== failed) wrong.push(`failures ${queue.failures.failed}, not ${failed}`);
    return wrong.length === 0 ? [] : [{ kind: 'recount', text: `${name}: ${wrong.join('; ')}` }];
  });
}

function countEvents(stories: readonly Story[]): Partial<Record<keyof Accounting, number>> {
  const sum = (of: (story: Story) => number): number =>
    stories.reduce((total, story) => total + of(story), 0);
  const starts = sum((story) => count(story, 'started'));
  const delivered = sum((story) => Math.min(1, count(story, 'started')));
  const effects = sum((story) => count(story, 'effect'));
  return {
    attempted: sum((story) => Math.min(1, count(story, 'attempted'))),
    acknowledged: sum((story) => Math.min(1, count(story, 'acknowledged') + count(story, 'merged'))),
    republished: sum((story) => Math.max(0, count(story, 'attempted') - 1)),
    delivered,
    duplicateDeliveries: starts - delivered,
    effected: sum((story) => (isEffected(story) ? 1 : 0)),
    duplicateEffects: effects - sum((story) => Math.min(1, count(story, 'effect'))),
    suppressed: sum((story) => count(story, 'suppressed')),
  };
}

function countClasses(stories: readonly Story[]): Partial<Record<keyof Accounting, number>> {
  const classes = stories.map(classOf);
  const of = (name: Class): number => classes.filter((each) => each === name).length;
  return { deadLettered: of('deadLettered'), pending: of('pending'), lost: of('lost') };
}

/** The first class that holds; needs a complete census. */
export function classOf(story: Story): Class {
  if (isEffected(story)) return 'effected';
  if (story.found.has('dead')) return 'deadLettered';
  if (story.found.size > 0) return 'pending';
  const moved = lastOf(story, 'dead-lettered');
  if (moved !== null && moved > (lastOf(story, 'redriven') ?? Number.NEGATIVE_INFINITY))
    return 'deadLettered';
  if (count(story, 'acknowledged') > 0 || count(story, 'started') > 0) return 'lost';
  return count(story, 'merged') > 0 ? 'merged' : 'elsewhere';
}

/** Whether the thing was done: a worker says so, or the provider, which refused to do it again. */
export function isEffected(story: Story): boolean {
  return story.events.some(
    ({ event }) => event.e === 'effect' || (event.e === 'suppressed' && event.by === 'provider'),
  );
}

/** How often something happened to a message. */
export function count(story: Story, kind: string): number {
  return story.events.filter(({ event }) => event.e === kind).length;
}

function lastOf(story: Story, kind: string): number | null {
  return story.events.filter(({ event }) => event.e === kind).at(-1)?.event.t ?? null;
}
