import type { Outcome } from './check.js';
import { faultKinds, orderOf, type QueueFile, type ScenarioFile, targetsOf } from './scenario-file.js';

/** Everything that a scenario of the soak may have, in the coverage table's order; a name may be in several scenarios. */
export const allFeatures: readonly string[] = [
  ...['two producers', 'phases', 'poisson', 'resubmit'],
  ...['several queues', 'chain', 'outcomes', 'direct and chained'],
  ...['rate', 'several workers', 'concurrency', 'drawn work', 'acknowledge', 'redelivery limit', 'polling'],
  ...[
    'fail share',
    'fail per message',
    'fail messages',
    'fail span',
    'fail times',
    'not retryable',
    'failure after',
  ],
  ...['hang', 'hang for', 'crash', 'timeout', 'hang for past the limit'],
  ...['attempts', 'backoff fixed', 'backoff exponential', 'backoff jitter', 'backoff max'],
  ...[
    'dead letter default',
    'dead letter none',
    'dead letter named',
    'dead letter safe',
    'dead letter on-failed',
  ],
  ...['idempotency none', 'memory', 'delivery-log before', 'delivery-log after', 'effect-key'],
  ...['deduplication none', 'job-id', 'job-id keep', 'until-finished', 'keep-last'],
  ...['throttle', 'extend', 'reschedule', 'debounce'],
  ...['supervise', 'no workers at first'],
  ...faultKinds.filter((kind) => kind !== 'kill').map((kind) => `fault ${kind}`),
  ...['now', 'before-effect', 'after-effect', 'before-acknowledge', 'before-dead-letter', 'random'].map(
    (when) => `fault kill ${when}`,
  ),
  ...['fault on some workers', 'redrive repaired'],
];

/** What nearly every scenario has. */
export const usualFeatures: ReadonlySet<string> = new Set([
  'dead letter default',
  'idempotency none',
  'job-id',
  'concurrency',
  'several workers',
]);

/** What a scenario has. */
export function featuresOf(scenario: ScenarioFile): Set<string> {
  const found = new Set<string>();
  const note = (feature: string, there: unknown): void => {
    if (there !== undefined && there !== false) found.add(feature);
  };
  const producers = Object.values(scenario.producers);
  note('two producers', producers.length > 1);
  for (const producer of producers) {
    note('phases', producer.phases);
    note('poisson', producer.arrivals);
    note('resubmit', producer.resubmit);
  }
  const queues = Object.entries(scenario.queues);
  note('several queues', queues.length > 1);
  const chained = new Set(queues.flatMap(([, queue]) => targetsOf(queue)));
  for (const [name, queue] of queues) {
    note('chain', chained.has(name));
    note('direct and chained', chained.has(name) && producers.some(({ to }) => to.includes(name)));
    noteQueue(queue, note);
  }
  for (const fault of scenario.faults) {
    const { kind } = orderOf(fault);
    note(kind === 'kill' ? `fault kill ${fault.when ?? 'now'}` : `fault ${kind}`, true);
    if (fault.for !== undefined) note(kind === 'freeze' ? 'fault thaw' : 'fault restart', true);
    note('fault on some workers', kind !== 'scale' && fault.workers !== undefined);
    note('redrive repaired', fault.repaired);
  }
  return found;
}

type Note = (feature: string, there: unknown) => void;

function noteQueue(queue: QueueFile, note: Note): void {
  note('outcomes', queue.outcomes);
  note('rate', queue.rate);
  note('several workers', (queue.workers ?? 1) > 1);
  note('no workers at first', queue.workers === 0);
  note('concurrency', (queue.concurrency ?? 1) > 1);
  note('drawn work', typeof queue.work === 'object');
  note('acknowledge', queue.acknowledge);
  note('redelivery limit', queue.redelivery?.limit);
  note('polling', queue.polling);
  note('timeout', queue.timeout);
  note('attempts', queue.attempts);
  note('supervise', queue.supervise);
  for (const failure of queue.failures ?? []) {
    note('fail share', typeof failure.fail === 'string' && failure.fail !== 'all');
    note('fail per message', failure.per);
    note('fail times', failure.times);
    note('fail messages', typeof failure.fail === 'object');
    note('fail span', failure.fail !== undefined && failure.from !== undefined);
    note('not retryable', failure.retryable === false);
    note('failure after', failure.after);
    note('hang', failure.hang !== undefined && failure.for === undefined);
    note('hang for', failure.for);
    note('hang for past the limit', failure.for !== undefined && queue.timeout !== undefined);
    note('crash', failure.crash);
  }
  noteBackoff(queue, note);
  noteDead(queue, note);
  noteTwice(queue, note);
}

function noteBackoff({ backoff }: QueueFile, note: Note): void {
  if (backoff === undefined) return;
  const settings = typeof backoff === 'string' ? { fixed: backoff } : backoff;
  note('backoff fixed', settings.fixed);
  note('backoff exponential', settings.exponential);
  note('backoff jitter', settings.jitter);
  note('backoff max', settings.max);
}

function noteDead({ deadLetter }: QueueFile, note: Note): void {
  if (deadLetter === undefined) note('dead letter default', true);
  else if (typeof deadLetter === 'object') note(`dead letter ${deadLetter.move}`, true);
  else note(deadLetter === 'none' ? 'dead letter none' : 'dead letter named', true);
}

/** What keeps effects, and messages, from being there twice. */
function noteTwice({ idempotency, deduplication }: QueueFile, note: Note): void {
  if (typeof idempotency === 'object') note(`delivery-log ${idempotency['delivery-log']}`, true);
  else if (idempotency === undefined) note('idempotency none', true);
  else note(idempotency === 'delivery-log' ? 'delivery-log after' : idempotency, true);
  if (typeof deduplication === 'object') {
    note('job-id keep', 'job-id' in deduplication);
    note('throttle', 'throttle' in deduplication);
    note('extend', 'extend' in deduplication);
    note('reschedule', 'reschedule' in deduplication);
    note('debounce', 'debounce' in deduplication);
  } else if (deduplication === 'none') note('deduplication none', true);
  else note(deduplication ?? 'job-id', true);
}

/** What can come of a run, for the coverage table. */
export const allHappenings: readonly string[] = [
  ...['ended drained', 'ended drain-limit', 'ended nobody-left'],
  ...['failed attempts', 'retries', 'timed out', 'dead letters', 'redriven', 'stranded'],
  ...['redeliveries', 'duplicate effects', 'suppressed', 'merged', 'republished', 'lost', 'passed on'],
  ...['pending', 'dropped', 'dead after effect', 'worker died', 'supervised restart'],
  ...faultKinds.filter((kind) => kind !== 'kill').map((kind) => `done ${kind}`),
  ...['now', 'before-effect', 'after-effect', 'before-acknowledge', 'before-dead-letter', 'random'].map(
    (when) => `done kill ${when}`,
  ),
];

/** What came of a run: a feature that was in a scenario and never had anything to do was not tested. */
export function happeningsOf({ result, plan, ledger }: Outcome): Set<string> {
  const found = new Set<string>();
  if (result === null) return found;
  const note = (name: string, count: number | null | undefined): void => {
    if ((count ?? 0) > 0) found.add(name);
  };
  found.add(`ended ${result.run.ended?.reason}`);
  for (const { accounting, failures, deadLetters, redeliveries, workers } of Object.values(result.queues)) {
    note('failed attempts', failures.failed);
    note('retries', failures.retried);
    note('timed out', failures.timedOut);
    note('dead letters', deadLetters.given);
    note('redriven', deadLetters.redriven);
    note('stranded', deadLetters.stranded);
    note('redeliveries', redeliveries.count);
    note('duplicate effects', accounting.duplicateEffects);
    note('suppressed', accounting.suppressed);
    note('republished', accounting.republished);
    note('lost', accounting.lost);
    note('pending', accounting.pending);
    note('dropped', accounting.dropped);
    note('dead after effect', accounting.deadAfterEffect);
    note('worker died', workers.died);
  }
  for (const { event } of ledger) {
    if (event.e === 'merged') found.add('merged');
    if (event.e === 'supervised') found.add('supervised restart');
    if (event.e === 'attempted' && event.m.includes('.')) found.add('passed on');
    if (event.e !== 'fault' || event.skipped !== undefined) continue;
    const when = plan?.faults[event.index]?.when ?? 'now';
    found.add(event.kind === 'kill' ? `done kill ${when}` : `done ${event.kind}`);
  }
  return found;
}
