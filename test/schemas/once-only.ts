import { either, type Keys, mapping, oneKey, type Schema, whole, words } from './schema.js';
import { positiveDuration } from './values.js';

const examples = ['5s'];

export const keepKeys: Keys = {
  keep: {
    says: 'How many finished jobs are kept (`1000`; `0`: none), or how long (`5s`), or `all`.',
    value: either(whole(0), { const: 'all' }, positiveDuration),
    required: true,
    examples: [1000, '5s', 'all'],
  },
};

export const idempotency: Schema = either(
  words({
    none: 'Nothing keeps an effect from happening twice.',
    memory: 'Each worker process remembers what it did.',
    'delivery-log': 'A store that all workers share, written after the effect.',
    'effect-key': 'Whoever brings the effect about (the mail provider) refuses a key that it has seen.',
  }),
  oneKey({
    'delivery-log': {
      says: 'When a store that all workers share says what was done.',
      value: words({
        after: 'After the effect: a crash in between duplicates.',
        before: 'Before the work, by whoever comes first: a crash in between loses.',
      }),
    },
  }),
);

export const deduplication: Schema = either(
  words({
    'job-id': 'Nothing is added while a job of that id is there, the last 10,000 finished ones included.',
    'until-finished': 'The key is held until the job has ended.',
    'keep-last':
      'The key is held until the job has ended. What is published while it is being worked on is kept, the latest of it, and served once more.',
    none: 'Every publish is a job.',
  }),
  oneKey({
    'job-id': {
      says: 'Nothing is added while a job of that id is there, finished ones included.',
      value: mapping(keepKeys),
      examples: [{ keep: 1000 }],
    },
    throttle: {
      says: 'The key is held for so long from the first publish, whether the job has ended or not.',
      value: positiveDuration,
      examples,
    },
    extend: {
      says: 'The key is held for so long from the latest publish. The first one is served.',
      value: positiveDuration,
      examples,
    },
    reschedule: {
      says: 'Served when there was no publish for so long, as it was first published; the key is held until the job has ended.',
      value: positiveDuration,
      examples,
    },
    debounce: {
      says: 'Each publish takes the place of the one before, and is served when there was none for so long.',
      value: positiveDuration,
      examples,
    },
  }),
);
