import type { Finished } from './check.js';
import type { LedgerIndex, Story } from './ledger-index.js';
import type { Problem } from './problems.js';
import { classOf } from './recount.js';

/** No message may be lost, but for those that a delivery log gave up before they were done. */
export function checkLosses({ index, plan, scenario }: Finished): Problem[] {
  const records = new Set(
    plan.scenario.queues
      .filter(({ idempotency }) => idempotency.mode === 'delivery-log' && idempotency.record === 'before')
      .map(({ name }) => name),
  );
  return index.stories
    .filter((story) => scenario.queues[story.queue] !== undefined && index.counted.has(story.queue))
    .filter((story) => classOf(story) === 'lost')
    .filter((story) => !(records.has(story.queue) && isRecordedAndGivenUp(story, index)))
    .map((story) => ({ kind: 'lost', text: `${story.queue} ${story.message}: ${tell(story)}` }));
}

/**
 * The one way to lose a message that a setting asks for: it was recorded as done before it was, the delivery that
 * recorded it came to nothing (its process died or was frozen, or the work failed), and the next one, finding the
 * record, took it for done.
 */
function isRecordedAndGivenUp(story: Story, { writers }: LedgerIndex): boolean {
  const suppressed = story.events.some(
    ({ event }) => event.e === 'suppressed' && event.by === 'delivery-log',
  );
  const cameToNothing = story.events.some(({ event, file }) => {
    if (event.e === 'failed') return true;
    const writer = writers[file];
    if (event.e !== 'started' || writer === undefined) return false;
    return writer.diedAt !== null || writer.frozen.some(({ to }) => to > event.t);
  });
  return suppressed && cameToNothing;
}

/** A message's events in a line. */
export function tell(story: Story): string {
  return story.events
    .map(({ event, file }) => `${(event.t / 1e6).toFixed(4)} ${event.e} [${file}]`)
    .join(', ');
}
