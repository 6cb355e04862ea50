import {
  either,
  exactlyOne,
  has,
  hasAs,
  type Keys,
  listOf,
  mapping,
  type Schema,
  whole,
  without,
  words,
} from './schema.js';
import { duration, positiveDuration, positiveShare, text } from './values.js';

const befalls = 'Whom: a share (`10%`, drawn), the nth messages of each producer (`[7, 13]`), or `all`.';
const befallen = either(
  positiveShare,
  { const: 'all' },
  listOf(whole(1), { minItems: 1, uniqueItems: true }),
);
const kinds = ['fail', 'hang', 'crash'];
const examples = ['10%', [7], 'all'];

export const failureKeys: Keys = {
  fail: { says: `The work ends in an error. ${befalls}`, value: befallen, examples },
  hang: {
    says: `The work does not end; with \`for\` it ends after that, as if nothing had been. ${befalls}`,
    value: befallen,
    examples,
  },
  crash: {
    says: `The worker's process kills itself at the end of the work, before the effect. ${befalls}`,
    value: befallen,
    examples,
  },
  per: {
    says: 'With a share: of what.',
    value: words({
      attempt: 'Of all attempts.',
      message: 'Of all messages: it befalls such a one at every attempt.',
    }),
    usual: 'attempt',
  },
  times: {
    says: "Only a message's first so many deliveries. Default: all of them.",
    value: whole(1, 1_000_000),
    examples: [1],
  },
  from: {
    says: 'Only attempts that start from then on.',
    value: duration,
    usual: 0,
    examples: ['5s'],
  },
  to: {
    says: 'Only attempts that start before then. Default: to the end of the run.',
    value: positiveDuration,
    examples: ['15s'],
  },
  after: {
    says: 'From the start until it shows. Default: as long as the work takes.',
    value: duration,
    examples: ['50ms'],
  },
  for: {
    says: 'With `hang`: how long. Default: for ever.',
    value: positiveDuration,
    examples: ['10s'],
  },
  retryable: {
    says: 'With `fail`: whether another attempt may help. Default: true.',
    value: { type: 'boolean' },
  },
  error: {
    says: 'With `fail`: what the error says. Default: the work failed.',
    value: text,
    examples: ['no such address'],
  },
};

/** Other than a share, which `per` is of. */
const isNoShare: Schema = either({ type: 'array' }, { const: 'all' });

export const failures: Readonly<Record<string, Schema>> = {
  failure: mapping(failureKeys, [
    exactlyOne(kinds, 'write {fail: 10%}, {hang: [7]} or {crash: all}'),
    without(either(...kinds.map((kind) => hasAs(kind, isNoShare))), {
      per: 'per means something only with a share, such as 10%',
    }),
    without({ not: has('hang') }, { for: 'for means something only with hang' }),
    without(
      { not: has('fail') },
      {
        retryable: 'retryable means something only with fail',
        error: 'error means something only with fail',
      },
    ),
  ]),
};
