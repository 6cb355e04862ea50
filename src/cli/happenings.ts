import type { PlannedFault } from '../plan/types.js';
import type { CrashPoint, Scenario } from '../scenario/types.js';

const moments: Readonly<Record<CrashPoint, string>> = {
  now: '',
  'before-effect':
    'at the first moment from then on when all that it holds is at the end of its work, and nothing has had its effect',
  'after-effect':
    'at the first moment from then on when all that it holds has had its effect, and the broker knows of none',
  'before-acknowledge':
    'at the first moment from then on when all that it holds is done and recorded, and the broker knows of none',
  'before-dead-letter':
    'at the first moment from then on when a message was given up, and is not in the dead-letter queue yet',
  random: 'at a moment that is drawn',
};

/** What a fault does, in words: `kill the workers of emails, at the first moment …`. */
export function faultInWords(fault: PlannedFault, { queues }: Pick<Scenario, 'queues'>): string {
  const { kind, queue, workers, when, repaired } = fault;
  const crew = queues.find(({ name }) => name === queue)?.workers;
  if (kind === 'scale') return `${queue} is to have ${workers === 'all' ? 'all its' : workers} workers`;
  if (kind === 'redrive') {
    return `what is in the dead-letter queue of ${queue} is put back${repaired ? ', repaired' : ' as it is'}`;
  }
  // A service is one process.
  const whom =
    crew === undefined
      ? queue
      : workers === 'all'
        ? crew === 1
          ? `the worker of ${queue}`
          : `all workers of ${queue}`
        : `${workers} of the ${crew} workers of ${queue}`;
  const how = { kill: 'kill', stop: 'stop', restart: 'restart', freeze: 'freeze', thaw: 'thaw' }[kind];
  return `${how} ${whom}${when === 'now' ? '' : `, ${moments[when]}`}`;
}
