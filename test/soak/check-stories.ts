import { parseMessageId } from '../../src/plan/messages.js';
import { leadsTo } from '../../src/plan/sources.js';
import type { Finished } from './check.js';
import { tell } from './check-losses.js';
import type { Story } from './ledger-index.js';
import type { Problem } from './problems.js';

/** Each message's events must be able to have happened. */
export function checkStories(finished: Finished): Problem[] {
  const { index, plan, scenario } = finished;
  const known = new Map(index.stories.map((story) => [`${story.queue} ${story.message}`, story]));
  return index.stories
    .filter((story) => scenario.queues[story.queue] !== undefined)
    .flatMap((story) =>
      [...contradictions(story), ...strangeWay(story, plan), ...notPassedOn(story, finished, known)].map(
        (text): Problem => ({
          kind: 'story',
          text: `${story.queue} ${story.message}: ${text}: ${tell(story)}`,
        }),
      ),
    );
}

function contradictions(story: Story): string[] {
  const found: string[] = [];
  const firstAttempt = story.events.find(({ event }) => event.e === 'attempted')?.event.t;
  const firstStart = story.events.find(({ event }) => event.e === 'started')?.event.t;
  if (firstStart !== undefined && (firstAttempt === undefined || firstAttempt > firstStart))
    found.push('started before it was published');
  for (const file of new Set(story.events.map((written) => written.file))) {
    const own = story.events.filter((written) => written.file === file);
    const counts = { starts: 0, effects: 0, failed: 0, settled: 0 };
    for (const { event } of own) {
      if (event.e === 'started') counts.starts++;
      if (event.e === 'effect' || event.e === 'suppressed') counts.effects++;
      if (event.e === 'failed') counts.failed++;
      if (event.e === 'settled') counts.settled++;
      if (counts.effects > counts.starts) found.push(`more effects than starts in file ${file}`);
      if (counts.failed > counts.starts) found.push(`more failures than starts in file ${file}`);
      if (counts.settled > counts.effects + counts.failed)
        found.push(`settled without effect or failure in file ${file}`);
    }
  }
  return [...new Set(found)];
}

/** A message that the plan doesn't know. */
function strangeWay(story: Story, plan: Finished['plan']): string[] {
  const name = parseMessageId(story.message);
  const producer = plan.producers.find((candidate) => candidate.name === name?.producer);
  if (name === null || producer === undefined || name.sequence > producer.scheduled)
    return ['no such message'];
  const source = plan.queues
    .find((queue) => queue.name === story.queue)
    ?.sources.find(
      (candidate) => candidate.producer === name.producer && candidate.path.join('.') === name.path.join('.'),
    );
  if (source === undefined) return ['no such way'];
  const root = `${name.producer}/${name.sequence}`;
  const { queues } = plan.scenario;
  return leadsTo(root, name.path, story.queue, queues, plan.seed) ? [] : ['its outcome leads elsewhere'];
}

/** What was done and acknowledged has been published on before. */
function notPassedOn(story: Story, { plan }: Finished, known: ReadonlyMap<string, Story>): string[] {
  const name = parseMessageId(story.message);
  const spec = plan.scenario.queues.find((queue) => queue.name === story.queue);
  if (name === null || spec === undefined) return [];
  const finishing = [...new Set(story.events.map((written) => written.file))].some((file) => {
    const own = story.events.filter((written) => written.file === file).map(({ event }) => event.e);
    const effect = own.findLastIndex((kind) => kind === 'effect' || kind === 'suppressed');
    return effect !== -1 && own.at(-1) === 'settled';
  });
  if (!finishing) return [];
  const root = `${name.producer}/${name.sequence}`;
  const targets = new Set(spec.outcomes.flatMap((outcome) => outcome.to.map((target) => target.queue)));
  return [...targets]
    .filter((target) => leadsTo(root, [...name.path, story.queue], target, plan.scenario.queues, plan.seed))
    .filter((target) => {
      const next = known.get(`${target} ${story.message}.${story.queue}`);
      return !next?.events.some(({ event }) => event.e === 'attempted');
    })
    .map((target) => `done and not published on to ${target}`);
}
