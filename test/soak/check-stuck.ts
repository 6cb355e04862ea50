import type { QueueSpec } from '../../src/scenario/types.js';
import type { Finished } from './check.js';
import type { Problem } from './problems.js';

/** What a queue with living workers may be still for, beside its own waits, in real seconds. */
const patienceRealSeconds = 1.5;

/** At the drain's limit: a queue that holds messages, has had workers for a while, and in which nothing has happened since. */
export function checkStuck({ result, plan, index }: Finished): Problem[] {
  const { endedAt } = index;
  if (result.run.ended?.reason !== 'drain-limit' || endedAt === null) return [];
  return plan.scenario.queues.flatMap((spec): Problem[] => {
    const books = result.queues[spec.name]?.accounting;
    const held = (books?.pending ?? 0) + (books?.redeliveryPending ?? 0);
    const up = index.up.get(spec.name);
    // What hangs for ever without a time limit holds its hands and its message: nothing is wrong with that.
    const hangs = spec.failures.some(({ kind, forSeconds }) => kind === 'hang' && forSeconds === null);
    if (held === 0 || up === undefined || up.workers === 0 || (hangs && spec.timeoutSeconds === null))
      return [];
    const readyAt = index.ready.get(spec.name) ?? Number.NEGATIVE_INFINITY;
    // Up is who was started; on a busy machine it takes a while until such a worker takes messages.
    if (readyAt < up.since) return [];
    const last = Math.max(
      readyAt,
      ...index.stories
        .filter((story) => story.queue === spec.name)
        .map((story) => story.events.at(-1)?.event.t ?? 0),
    );
    const stillRealSeconds = (endedAt - last) / 1e6;
    const patience = patienceRealSeconds + waitsSeconds(spec, plan) / plan.speed;
    if (stillRealSeconds <= patience) return [];
    return [
      {
        kind: 'stuck',
        text: `${spec.name}: holds ${held}, has ${up.workers} workers, and has been still for the last ${stillRealSeconds.toFixed(1)} real s`,
      },
    ];
  });
}

/** The longest of a queue's own waits: for a dead worker's messages, a retry, a batch, a key. */
function waitsSeconds(spec: QueueSpec, plan: Finished['plan']): number {
  const { redelivery } = plan.queues.find(({ name }) => name === spec.name) ?? {};
  const { backoff, polling, deduplication } = spec;
  const backoffSeconds =
    backoff === null
      ? 0
      : Math.min(
          backoff.maxSeconds ?? Number.POSITIVE_INFINITY,
          backoff.delaySeconds * (backoff.kind === 'exponential' ? 2 ** (spec.attempts - 2) : 1),
        );
  return Math.max(
    redelivery === undefined ? 0 : redelivery.afterSeconds + 3 * redelivery.checkSeconds,
    backoffSeconds,
    polling === null ? 0 : Math.max(polling.sleepSeconds, polling.errorSleepSeconds),
    'seconds' in deduplication ? deduplication.seconds : 0,
    spec.timeoutSeconds ?? 0,
    spec.rate?.perSeconds ?? 0,
    8 * spec.work.meanSeconds,
  );
}
