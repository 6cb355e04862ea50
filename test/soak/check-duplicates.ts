import type { QueueSpec } from '../../src/scenario/types.js';
import type { Finished } from './check.js';
import { tell } from './check-losses.js';
import type { LedgerIndex, Story } from './ledger-index.js';
import type { Problem } from './problems.js';
import { count } from './recount.js';

/** Between an effect and its record in a delivery log, in microseconds: a file is made, on a machine that may be busy. */
const recordMicros = 50_000;

/** Finished jobs that are kept: more than a run of the soak has. */
const keptForGood = 10_000;

/** Each duplicate effect needs a reason that its queue's settings don't rule out. */
export function checkDuplicates({ index, plan }: Finished): Problem[] {
  const specs = new Map(plan.scenario.queues.map((spec) => [spec.name, spec]));
  return index.stories
    .filter((story) => count(story, 'effect') > 1)
    .filter((story) => {
      const spec = specs.get(story.queue);
      return spec !== undefined && !isExcused(story, spec, index);
    })
    .map((story) => ({ kind: 'duplicate', text: `${story.queue} ${story.message}: ${tell(story)}` }));
}

function isExcused(story: Story, spec: QueueSpec, index: LedgerIndex): boolean {
  const { idempotency } = spec;
  if (idempotency.mode === 'effect-key') return false;
  // One record, one effect: whoever finds the record does nothing.
  if (idempotency.mode === 'delivery-log' && idempotency.record === 'before') return false;
  if (wasCutOff(story, index) || wasLate(story)) return true;
  if (!mayBeTwice(story, spec)) return false;
  return idempotency.mode === 'delivery-log' ? overlaps(story) : true;
}

/** A process had the effect and could not tell the broker: it died, stood still, or had lost the message by then. */
function wasCutOff(story: Story, { writers }: LedgerIndex): boolean {
  return story.events.some(({ event, file }, i) => {
    if (event.e === 'lost-lock' || event.e === 'settle-unknown') return true;
    const writer = writers[file];
    if (event.e !== 'effect' || writer === undefined) return false;
    const settled = story.events.slice(i).find((other) => other.file === file && other.event.e === 'settled');
    const until = settled?.event.t ?? Number.POSITIVE_INFINITY;
    const started = story.events.find((other) => other.file === file && other.event.e === 'started');
    const from = started?.event.t ?? event.t;
    if (writer.diedAt !== null && writer.diedAt <= until) return true;
    return writer.frozen.some((span) => span.from <= until && span.to >= from);
  });
}

/** The time limit was over before the work was: the attempt counts as failed, and the effect comes all the same. */
function wasLate(story: Story): boolean {
  return story.events.some(({ event }) => event.e === 'failed' && event.kind === 'timeout');
}

/** It was published more than once, and what keeps copies out doesn't for good: not for ever, or not once it was dead. */
function mayBeTwice(story: Story, { deduplication }: QueueSpec): boolean {
  if (count(story, 'attempted') < 2) return false;
  const forGood =
    deduplication.kind === 'job-id' &&
    deduplication.keepSeconds === null &&
    (deduplication.keepCount ?? Number.POSITIVE_INFINITY) >= keptForGood;
  return !forGood || count(story, 'dead') + count(story, 'redriven') > 0;
}

/** Whether a second delivery was begun before the first one's effect was on record. */
function overlaps(story: Story): boolean {
  const first = story.events.find(({ event }) => event.e === 'effect')?.event.t ?? 0;
  return (
    story.events.filter(({ event }) => event.e === 'started' && event.t <= first + recordMicros).length > 1
  );
}
