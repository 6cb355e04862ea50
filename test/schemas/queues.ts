import { mostWorkers } from '../../src/scenario/queue.js';
import { mostAttempts } from '../../src/scenario/retries.js';
import { failures } from './failures.js';
import { deduplication, idempotency } from './once-only.js';
import {
  either,
  has,
  type Keys,
  listOf,
  mapping,
  mappingOr,
  needs,
  ref,
  type Schema,
  whole,
  without,
  words,
} from './schema.js';
import {
  backoff,
  duration,
  limit,
  name,
  nameKey,
  positiveDuration,
  positiveShare,
  reserved,
  targets,
  work,
} from './values.js';

const deadLetterName: Schema = { ...name, not: { enum: [...reserved, false] } };

export const queueKeys: Keys = {
  rate: {
    says: 'The limit, over all workers of the queue. A whole number of messages: instead of `0.5/s` write `1/2s`. `5/s` lets five go at once, `1/200ms` one every 200 ms. Default: no limit.',
    value: limit,
    examples: ['5/s', '1/200ms'],
  },
  workers: { says: 'Worker processes at the start.', value: whole(0, mostWorkers), usual: 1 },
  concurrency: { says: 'Messages in hand at once, per worker.', value: whole(1, 10_000), usual: 1 },
  work: {
    says: 'From start to effect (the email is sent, the card is charged): a duration, or drawn at random.',
    value: work,
    usual: 0,
    examples: ['300ms', { exponential: { mean: '300ms' } }, { lognormal: { mean: '300ms', cv: 1 } }],
  },
  acknowledge: {
    says: 'From the effect until the broker is told. A crash in between makes a duplicate effect.',
    value: duration,
    usual: 0,
    examples: ['200ms'],
  },
  redelivery: {
    says: "When a message comes back whose worker died. Default: the broker's own; BullMQ: `{after: 30s, check: 30s, limit: 1}`.",
    value: ref('redelivery'),
    examples: [{ after: '5s', check: '1s' }],
  },
  failures: {
    says: 'What goes wrong with the work. The first that applies to an attempt befalls it.',
    value: listOf(ref('failure')),
  },
  timeout: {
    says: 'Time limit of the work, from the start. The attempt fails when it is over. Default: none; with a `provider`: 3 s.',
    value: positiveDuration,
    examples: ['3s'],
  },
  attempts: {
    says: 'How often a message is tried whose work fails, the first time included.',
    value: whole(1, mostAttempts),
    usual: 1,
  },
  backoff: {
    says: 'How long a failed message waits for its next attempt. It needs `attempts` above 1. Default: not at all.',
    value: backoff,
    examples: ['1s', { exponential: '1s', jitter: 0.5, max: '30s' }],
  },
  deadLetter: {
    says: "The queue to which its dead are moved, or `none`: the broker's own list of failed messages keeps them. Default: the queue's own name with `-dead` behind.",
    value: mappingOr(ref('deadLetter'), deadLetterName),
    examples: ['emails-dead', 'none', { move: 'on-failed' }],
  },
  idempotency: {
    says: 'How its workers keep an effect from happening twice.',
    value: idempotency,
    usual: 'none',
    examples: [{ 'delivery-log': 'before' }],
  },
  deduplication: {
    says: 'What keeps a message that is published twice from being queued twice.',
    value: deduplication,
    usual: 'job-id',
    examples: [{ throttle: '5s' }],
  },
  supervise: {
    says: 'A worker that died, of a crash or a kill, is started again. Default: it stays down.',
    value: ref('supervise'),
    examples: [{ after: '1s' }],
  },
  polling: {
    says: 'Its workers ask for batches in a loop. Default: they are handed messages.',
    value: ref('polling'),
    examples: [{ batch: 5, sleep: '1s', errorSleep: '5s' }],
  },
  provider: {
    says: 'The service that does its work, in place of `work` and `failures`.',
    value: name,
  },
  to: { says: 'The queues that it publishes on to, after the effect.', value: targets },
  outcomes: {
    says: 'In place of `to`: what comes of the work, drawn for each message. The shares add up to 100%.',
    value: ref('outcomes'),
    examples: [{ reserved: { share: '90%', to: ['notification'] }, failed: '10%' }],
  },
};

export const redeliveryKeys: Keys = {
  after: {
    says: "How long a silent worker keeps a message. BullMQ: the lock's duration.",
    value: positiveDuration,
    required: true,
    examples: ['5s'],
  },
  check: {
    says: 'How often that is checked. BullMQ: the interval of the stalled check.',
    value: positiveDuration,
    required: true,
    examples: ['1s'],
  },
  limit: {
    says: 'How often a message is given back; at the next death it is dead itself. BullMQ: `maxStalledCount`.',
    value: whole(0, 1000),
    usual: 1,
  },
};

export const deadLetterKeys: Keys = {
  queue: {
    says: "The queue's name. Default: the queue's own with `-dead` behind.",
    value: deadLetterName,
  },
  move: {
    says: 'Who moves the dead.',
    value: words({
      safe: "The broker's own record of the dead is moved, as often as it takes, by whichever worker lives.",
      'on-failed':
        'The worker that saw the failure moves the message, once. If it dies before, the message is stranded.',
    }),
    usual: 'safe',
  },
};

export const pollingKeys: Keys = {
  batch: { says: 'Messages in hand at once.', value: whole(1, 10_000), required: true, examples: [5] },
  sleep: { says: 'Between two batches.', value: positiveDuration, required: true, examples: ['1s'] },
  errorSleep: {
    says: 'After a batch with an error in it. Default: `sleep`.',
    value: positiveDuration,
    examples: ['5s'],
  },
};

export const superviseKeys: Keys = {
  after: { says: 'How long it is down.', value: duration, required: true, examples: ['1s'] },
};

export const outcomeKeys: Keys = {
  share: {
    says: 'The share of all messages.',
    value: positiveShare,
    required: true,
    examples: ['90%'],
  },
  to: { says: 'The queues that these are published on to. Default: they end here.', value: targets },
};

const noList: Schema = either({ type: 'null' }, { type: 'array', maxItems: 0 });

export const queues: Readonly<Record<string, Schema>> = {
  queue: mapping(queueKeys, [
    needs(has('backoff'), 'attempts', 'a backoff needs attempts: 2 or more', { minimum: 2 }),
    without(has('polling'), { rate: "rate and polling don't go together: the loop is limited by its sleep" }),
    without(
      has('polling'),
      { concurrency: "concurrency and polling don't go together: what is in hand at once is the batch" },
      { enum: [1, null] },
    ),
    without(has('provider'), {
      work: "work and provider don't go together: the provider's latency is what the work takes",
      polling: "polling and provider don't go together",
    }),
    without(has('provider'), { failures: "failures and provider don't go together" }, noList),
    without(has('outcomes'), { to: "to and outcomes don't go together" }),
  ]),
  redelivery: mapping(redeliveryKeys),
  deadLetter: mapping(deadLetterKeys),
  polling: mapping(pollingKeys),
  supervise: mapping(superviseKeys),
  outcome: mapping(outcomeKeys),
  outcomes: {
    type: 'object',
    propertyNames: nameKey,
    minProperties: 1,
    additionalProperties: mappingOr(ref('outcome'), positiveShare),
  },
  ...failures,
};
