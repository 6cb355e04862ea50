import { type Check, complete, duration, Fields, positiveDuration, wholeNumber } from './checks.js';
import type { Problems } from './problems.js';
import type { Polling } from './types.js';

/** Most messages of a batch. */
const mostInBatch = 10_000;

const pollingHint = 'write {batch: 5, sleep: 1s, errorSleep: 5s}';

/** Reads the loop of a polling worker. After an error it sleeps as ever, if nothing else is said. */
export const checkPolling: Check<Polling> = (tree, problems) => {
  const known = ['batch', 'sleep', 'errorSleep'];
  const fields = Fields.open(tree, problems, { what: 'polling', known });
  if (fields === undefined) return undefined;
  const sleepSeconds = fields.required('sleep', positiveDuration, pollingHint);
  return complete<Polling>({
    batch: fields.required('batch', wholeNumber(1, mostInBatch), pollingHint),
    sleepSeconds,
    errorSleepSeconds: fields.optional('errorSleep', positiveDuration, sleepSeconds),
  });
};

/** Notes what a polling queue can't have beside its loop. */
export function checkBesidePolling(fields: Fields, problems: Problems): void {
  if (fields.node('polling') === undefined) return;
  const rate = fields.node('rate');
  if (rate !== undefined) {
    const hint = 'keep one of them: a loop that sleeps is limited by its sleep';
    problems.add(rate.place, "`rate` and `polling` don't go together", hint);
  }
  const concurrency = fields.node('concurrency');
  if (concurrency?.kind === 'leaf' && typeof concurrency.value === 'number' && concurrency.value > 1) {
    const hint = 'leave it out: what is in hand at once is the batch';
    problems.add(concurrency.place, "`concurrency` and `polling` don't go together", hint);
  }
}

/** Reads what a supervisor does: the time until it starts a dead worker again, in seconds. */
export const checkSupervise: Check<number> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'supervise', known: ['after'] });
  return fields?.required('after', duration, 'write {after: 1s}');
};
