import { complete, duration, Fields, limit, positiveDuration, wholeNumber } from './checks.js';
import { checkDeadLetter, deadLetterOf } from './dead-letters.js';
import { checkFailures } from './failures.js';
import { checkDeduplication, checkIdempotency, usualDeduplication } from './idempotency.js';
import { checkOutcomes } from './outcomes.js';
import { checkBesidePolling, checkPolling, checkSupervise } from './polling.js';
import type { Problems } from './problems.js';
import { checkBesideProvider, existingProvider, usualTimeout } from './providers.js';
import { checkBackoff, checkRedelivery, judgeBackoff, mostAttempts } from './retries.js';
import type { Tree } from './tree.js';
import type { QueueSpec } from './types.js';
import { checkWork } from './work.js';

/** Most worker processes of a queue. */
export const mostWorkers = 64;

/** Most messages in hand at once, per worker. */
const mostConcurrency = 10_000;

const known = [
  'rate',
  'workers',
  'concurrency',
  'work',
  'acknowledge',
  'redelivery',
  'failures',
  'timeout',
  'attempts',
  'backoff',
  'deadLetter',
  'idempotency',
  'deduplication',
  'supervise',
  'polling',
  'provider',
  'to',
  'outcomes',
];

/** Reads one queue. `queues` and `providers` are the names of all, itself among them. */
export function checkQueue(
  name: string,
  tree: Tree,
  { queues, providers }: { readonly queues: readonly string[]; readonly providers: readonly string[] },
  problems: Problems,
): QueueSpec | undefined {
  const fields = Fields.open(tree, problems, { what: 'a queue', known });
  if (fields === undefined) return undefined;
  const attempts = fields.optional('attempts', wholeNumber(1, mostAttempts), 1);
  const backoff = fields.optional('backoff', checkBackoff, null);
  const wrong = backoff && attempts !== undefined ? judgeBackoff(backoff, attempts) : null;
  if (wrong !== null) problems.add(fields.node('backoff')?.place ?? tree.place, wrong.message, wrong.hint);
  checkBesidePolling(fields, problems);
  checkBesideProvider(fields, problems);
  return complete<QueueSpec>({
    name,
    rate: fields.optional('rate', limit, null),
    workers: fields.optional('workers', wholeNumber(0, mostWorkers), 1),
    concurrency: fields.optional('concurrency', wholeNumber(1, mostConcurrency), 1),
    work: fields.optional('work', checkWork, { kind: 'constant', meanSeconds: 0 } as const),
    acknowledgeSeconds: fields.optional('acknowledge', duration, 0),
    redelivery: fields.optional('redelivery', checkRedelivery, null),
    failures: fields.optional('failures', checkFailures, []),
    timeoutSeconds: fields.optional('timeout', positiveDuration, usualTimeout(fields)),
    attempts,
    backoff,
    deadLetter: fields.optional('deadLetter', checkDeadLetter(name), deadLetterOf(name)),
    idempotency: fields.optional('idempotency', checkIdempotency, { mode: 'none' } as const),
    deduplication: fields.optional('deduplication', checkDeduplication, usualDeduplication),
    superviseSeconds: fields.optional('supervise', checkSupervise, null),
    polling: fields.optional('polling', checkPolling, null),
    provider: fields.optional('provider', existingProvider(providers), null),
    outcomes: checkOutcomes(fields, queues, problems),
  });
}
