import { faultKinds } from '../../src/scenario/faults.js';
import { mostWorkers } from '../../src/scenario/queue.js';
import {
  either,
  exactlyOne,
  has,
  hasAny,
  type Keys,
  mapping,
  needs,
  type Schema,
  when,
  whole,
  without,
  words,
} from './schema.js';
import { duration, name, positiveDuration } from './values.js';

const target = { value: name, examples: ['emails'] };

export const faultKeys: Keys = {
  at: {
    says: 'When, from the start of the run.',
    value: duration,
    required: true,
    examples: ['1s'],
  },
  kill: {
    ...target,
    says: 'Ends the processes of this queue or service at once (SIGKILL), with whatever they hold.',
  },
  stop: {
    ...target,
    says: 'Tells the processes of this queue or service to finish what they hold and go (SIGTERM).',
  },
  restart: { ...target, says: 'Starts a new process for each of this queue or service that is down.' },
  freeze: {
    ...target,
    says: 'Halts the processes of this queue or service (SIGSTOP): they keep what they hold and do nothing.',
  },
  thaw: { ...target, says: 'Lets frozen processes of this queue or service go on (SIGCONT).' },
  scale: { ...target, says: 'Makes it so many running workers of this queue as `workers` says.' },
  redrive: { ...target, says: "Puts this queue's dead letters back on it, to be tried afresh." },
  workers: {
    says: 'How many of them; with `scale`: how many there are to be.',
    value: either(whole(0, mostWorkers), { const: 'all' }),
    examples: [1, 'all'],
  },
  for: {
    says: 'With `kill`, `stop` and `freeze`: after this the opposite follows.',
    value: positiveDuration,
    examples: ['5s'],
  },
  when: {
    says: 'With `kill`: the point in the life of a message at which it hits.',
    value: words({
      now: 'At once: it is not aimed.',
      'before-effect': 'All messages in hand are at the end of their work, and none has had its effect.',
      'after-effect':
        'All in hand have had their effect, which is neither recorded by idempotency, nor published on, nor acknowledged.',
      'before-acknowledge': 'All in hand are recorded and published on, and not acknowledged.',
      'before-dead-letter': 'The broker has given a message up, and it is not in the dead-letter queue yet.',
      random: 'A passage through any of these, drawn.',
    }),
    usual: 'now',
  },
  repaired: {
    says: 'With `redrive`: the messages were repaired. What befell them as single messages befalls them no more. Default: false.',
    value: { type: 'boolean' },
  },
};

const others = (kinds: readonly string[]): Schema => ({ not: hasAny(kinds) });

export const faults: Readonly<Record<string, Schema>> = {
  fault: mapping(faultKeys, [
    exactlyOne(
      faultKinds,
      `say what is to happen, such as kill: QUEUE (or ${faultKinds.slice(1).join(', ')})`,
    ),
    needs(has('scale'), 'workers', 'write how many there are to be, such as workers: 3', { type: 'integer' }),
    when(others(['scale']), { properties: { workers: { not: { const: 0 } } } }),
    without(has('redrive'), { workers: 'workers means nothing with redrive' }),
    without(others(['kill', 'stop', 'freeze']), {
      for: 'for means something only with kill, stop and freeze',
    }),
    without(others(['kill']), { when: 'when means something only with kill' }, { enum: ['now', null] }),
    without(
      others(['redrive']),
      { repaired: 'repaired means something only with redrive' },
      { enum: [false, null] },
    ),
  ]),
};
