import { exactlyOne, has, type Keys, mapping, type Schema, without } from './schema.js';
import { freeKey, name, positiveDuration, share } from './values.js';

export const backoffKeys: Keys = {
  fixed: { says: 'The same wait each time.', value: positiveDuration, examples: ['1s'] },
  exponential: { says: '1, 2, 4, … times this, up to `max`.', value: positiveDuration, examples: ['1s'] },
  jitter: {
    says: 'The share of each wait that is drawn: with 0.5 it is between half of it and the whole.',
    value: share,
    usual: 0,
    examples: [0.5],
  },
  max: { says: 'With `exponential`: no wait is longer.', value: positiveDuration, examples: ['30s'] },
};

const mean = {
  mean: { says: 'The mean.', value: positiveDuration, required: true, examples: ['300ms'] },
} as const;

export const exponentialKeys: Keys = mean;

export const lognormalKeys: Keys = {
  ...mean,
  cv: {
    says: 'Standard deviation over mean.',
    value: { type: 'number', exclusiveMinimum: 0, maximum: 20 },
    required: true,
    examples: [1],
  },
};

export const distributionKeys: Keys = {
  exponential: {
    says: 'Drawn from an exponential distribution.',
    value: mapping(exponentialKeys),
    examples: [{ mean: '300ms' }],
  },
  lognormal: {
    says: 'Drawn from a log-normal distribution.',
    value: mapping(lognormalKeys),
    examples: [{ mean: '300ms', cv: 1 }],
  },
};

export const targetKeys: Keys = { queue: { says: 'The queue.', value: name, required: true } };

/** What stands in more than one place. */
export const shared: Readonly<Record<string, Schema>> = {
  freeName: freeKey,
  target: mapping(targetKeys),
  backoff: mapping(backoffKeys, [
    exactlyOne(['fixed', 'exponential'], 'write 1s, {fixed: 1s, jitter: 0.5} or {exponential: 1s, max: 30s}'),
    without(has('fixed'), { max: 'max means nothing with fixed: every wait is the same' }),
  ]),
  distribution: mapping(distributionKeys, [
    exactlyOne(
      ['exponential', 'lognormal'],
      'write a duration, {exponential: {mean: 300ms}} or {lognormal: {mean: 300ms, cv: 1}}',
    ),
  ]),
};
