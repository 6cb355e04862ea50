import {
  either,
  hasAs,
  type Keys,
  mapping,
  oneKey,
  orNull,
  ref,
  type Schema,
  whole,
  without,
  words,
} from './schema.js';
import { backoff, duration, limit, positiveDuration, work } from './values.js';

const publish: Schema = either(
  words({ 'before-answer': 'Before the customer is answered.' }),
  oneKey({
    'after-answer': {
      says: 'So long after the customer was answered 202, which loses orders when it dies in between.',
      value: duration,
      examples: ['500ms'],
    },
  }),
);

const onFailure: Schema = words({
  fail: 'So does the order, and what was done for it stays done.',
  degrade: 'The order is accepted without the step.',
  queue: 'The order is accepted, and the step is published to its queue.',
});

export const providerKeys: Keys = {
  capacity: {
    says: 'A hard limit: it starts on so many calls, evenly spaced, whoever calls.',
    value: limit,
    required: true,
    examples: ['5/s'],
  },
  latency: {
    says: 'From when it starts on a call until the effect and the answer; fixed or drawn.',
    value: work,
    usual: 0,
    examples: ['100ms', { lognormal: { mean: '100ms', cv: 1 } }],
  },
  waitingRoom: {
    says: 'Calls that may wait for their turn. Beyond that it answers 503.',
    value: whole(0, 1_000_000),
    usual: 10,
  },
  fallOver: {
    says: 'When its waiting room has been full for a while it exits, and is started again. Default: it bears it.',
    value: ref('fallOver'),
    examples: [{ after: '2s', back: '5s' }],
  },
};

export const fallOverKeys: Keys = {
  after: {
    says: 'For how long its waiting room has to be full.',
    value: positiveDuration,
    required: true,
    examples: ['2s'],
  },
  back: { says: 'How long it is down.', value: positiveDuration, required: true, examples: ['5s'] },
};

export const orderServiceKeys: Keys = {
  port: { says: 'Its port on loopback; 0: a free one.', value: whole(0, 65_535), usual: 0 },
  publish: {
    says: 'Mode `queue`: when an order is published to its queues.',
    value: publish,
    usual: 'before-answer',
    examples: [{ 'after-answer': '500ms' }],
  },
  timeout: {
    says: 'Mode `sync`: time limit of a call to a provider. Default: 3 s.',
    value: positiveDuration,
    examples: ['3s'],
  },
  retries: { says: 'Mode `sync`: further calls after a failed one.', value: whole(0, 1000), usual: 0 },
  backoff: {
    says: 'Mode `sync`: how long a failed call waits for the next. Default: not at all.',
    value: backoff,
    examples: ['1s'],
  },
  circuitBreaker: {
    says: 'Mode `sync`: after so many failed calls in a row a provider is not called for a while. Default: none.',
    value: ref('circuitBreaker'),
    examples: [{ failures: 5, open: '10s' }],
  },
  concurrency: {
    says: 'Mode `sync`: calls to one provider at once; beyond that a call fails without being made. Default: any number.',
    value: whole(1, 10_000),
    examples: [10],
  },
  onFailure: {
    says: "Mode `sync`: what happens when a step's last call has failed; one word, or one for single steps (queues): `{emails: queue}`.",
    value: either(onFailure, { type: 'object', additionalProperties: orNull(onFailure) }),
    usual: 'fail',
  },
};

export const circuitBreakerKeys: Keys = {
  failures: {
    says: 'How many failed calls in a row open it.',
    value: whole(1, 1_000_000),
    required: true,
    examples: [5],
  },
  open: {
    says: 'For how long it is not called, before it is tried with one call.',
    value: positiveDuration,
    required: true,
    examples: ['10s'],
  },
};

export const services: Readonly<Record<string, Schema>> = {
  provider: mapping(providerKeys, [
    without(hasAs('waitingRoom', { const: 0 }), {
      fallOver: 'a waiting room without a place is always full: write waitingRoom: 1 or more',
    }),
  ]),
  fallOver: mapping(fallOverKeys),
  orderService: mapping(orderServiceKeys),
  circuitBreaker: mapping(circuitBreakerKeys),
};
