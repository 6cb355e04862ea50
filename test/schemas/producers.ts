import {
  either,
  has,
  hasAny,
  hasAs,
  type Keys,
  listOf,
  mapping,
  needs,
  ref,
  type Schema,
  without,
  words,
} from './schema.js';
import { positiveDuration, positiveRate, rate, targets, text } from './values.js';

const oneOfThem = 'write rate and for, such as rate: 100/s and for: 3s, or phases, or trace: FILE.csv';

/** A phase with a rate above 0: in one of them something has to be published. */
const isBusy: Schema = either(...['rate', 'from', 'to'].map((key) => hasAs(key, positiveRate)));

export const producerKeys: Keys = {
  rate: { says: 'A steady rate, with `for`.', value: positiveRate, examples: ['100/s', '1000/min'] },
  for: { says: 'How long the rate lasts.', value: positiveDuration, examples: ['10s', '10min'] },
  phases: {
    says: 'Instead of `rate` and `for`: spans that follow each other.',
    value: listOf(ref('phase'), { minItems: 1, contains: isBusy }),
  },
  trace: {
    says: 'Instead of `rate` and `for`: a CSV file that says when messages are due. Its path counts from the folder of this file.',
    value: text,
    examples: ['orders.csv'],
  },
  arrivals: {
    says: 'How messages are spread over the time.',
    value: words({ constant: 'Evenly spaced.', poisson: 'At random, with the same mean.' }),
    usual: 'constant',
  },
  to: {
    says: 'The queues. Each message goes to each of them.',
    value: { allOf: [targets], minItems: 1 },
    required: true,
    examples: [['emails']],
  },
  giveUp: {
    says: 'A message that is later than this is dropped rather than published late. Default: never.',
    value: positiveDuration,
    examples: ['5s'],
  },
  resubmit: {
    says: 'Each message is published again so long after it was due, once for each of these: `[100ms, 3s]` is a customer who clicks three times. Not with `via: http`.',
    value: listOf(positiveDuration),
    examples: [['100ms', '3s']],
  },
  via: {
    says: 'How its messages come to the queues.',
    value: words({
      queue: 'It publishes to its queues itself.',
      http: 'It posts orders to the order service, as customers do.',
    }),
    usual: 'queue',
  },
  patience: {
    says: 'With `via: http`: how long a customer waits for the answer, from when the order was due. Default: 30 s.',
    value: positiveDuration,
    examples: ['10s'],
  },
};

export const phaseKeys: Keys = {
  for: { says: 'How long it lasts.', value: positiveDuration, required: true, examples: ['30s'] },
  rate: { says: 'A steady rate; calm is `0/s`.', value: rate, examples: ['4/s'] },
  from: { says: 'A ramp: the rate at its beginning, with `to`.', value: rate, examples: ['4/s'] },
  to: { says: 'A ramp: the rate at its end, with `from`.', value: rate, examples: ['100/s'] },
};

const unlessPhases: Schema = { not: hasAny(['phases', 'trace']) };
const ramp = 'write {for: 30s, rate: 4/s} or {for: 10s, from: 4/s, to: 100/s}';

export const producers: Readonly<Record<string, Schema>> = {
  producer: mapping(producerKeys, [
    needs(unlessPhases, 'rate', oneOfThem),
    needs(unlessPhases, 'for', oneOfThem),
    without(has('phases'), {
      rate: "rate and phases don't go together",
      for: "for and phases don't go together",
    }),
    without(has('trace'), {
      rate: "rate and trace don't go together: the file says when messages are due",
      for: "for and trace don't go together: the file says when messages are due",
      phases: "phases and trace don't go together: the file says when messages are due",
    }),
    without(
      hasAs('via', { const: 'http' }),
      { resubmit: 'resubmit is not possible with via: http' },
      either({ type: 'null' }, { type: 'array', maxItems: 0 }),
    ),
    without(
      { not: hasAs('via', { const: 'http' }) },
      { patience: 'patience means nothing without via: http' },
    ),
  ]),
  phase: mapping(phaseKeys, [
    needs({ not: hasAny(['from', 'to']) }, 'rate', ramp),
    needs(has('from'), 'to', ramp),
    needs(has('to'), 'from', ramp),
    without(hasAny(['from', 'to']), { rate: "rate and a ramp (from, to) don't go together" }),
  ]),
};
