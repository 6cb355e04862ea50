import { reservedNames } from '../../src/result/measures.js';
import { either, listOf, mappingOr, ref, type Schema, textLike } from './schema.js';

const unit = '(?:ms|s|min|m|h)';
const number = String.raw`\d+(?:\.\d+)?`;
const zero = String.raw`0+(?:\.0+)?`;

/** How a duration is written, without what stands around it. */
export const durationPattern = `${number}${unit}|${zero}`;
/** The same of a rate, and of its part behind the number. */
export const perPattern = `/(?!${zero}[a-z])(?:${number})?${unit}`;
export const ratePattern = `${number}${perPattern}`;
export const numberPattern = number;
export const unitPattern = unit;

export const namePattern = '[a-z][a-z0-9-]*';
const wholeAboveZero = String.raw`0*[1-9]\d*(?:\.0+)?`;
const nameHelp = 'small letters, digits and hyphens, a letter first, up to 50';
const durationHelp = 'a number with a unit (ms, s, min, h), such as 200ms, 3s or 10min';
const shareHelp = 'a share such as 10% or 0.1';
const rateHelp = 'messages per time, such as 100/s, 5/200ms or 1000/min';

/** Names that results use themselves, of those that would be names. */
export const reserved = [...reservedNames].filter((name) => new RegExp(`^${namePattern}$`).test(name)).sort();

/** The key of an outcome or a variant. */
export const nameKey: Schema = { pattern: `^${namePattern}$`, patternErrorMessage: nameHelp, maxLength: 50 };

/** The key of a named thing: a queue, a producer or a provider. */
export const freeKey: Schema = { ...nameKey, not: { enum: reserved } };

export const text: Schema = {
  type: ['string', 'number', 'boolean'],
  pattern: String.raw`\S`,
  patternErrorMessage: 'a text',
};

/** `true` is one, too: what is written counts. */
export const name: Schema = {
  ...textLike(`(?=.{1,50}(?:\\s|$))${namePattern}`, nameHelp),
  type: ['string', 'boolean'],
};

export const duration = either(textLike(durationPattern, durationHelp), {
  const: 0,
  errorMessage: durationHelp,
});

export const positiveDuration = textLike(
  `(?!${zero}(?:[a-z]|$))${number}${unit}`,
  `${durationHelp}; above 0`,
);

export const rate = textLike(ratePattern, rateHelp);

export const positiveRate = textLike(`(?!${zero}/)${ratePattern}`, `${rateHelp}; above 0`);

/** Of a queue or a provider: a whole number of messages, above 0. */
export const limit = textLike(
  `${wholeAboveZero}${perPattern}`,
  'a whole number of messages per time, such as 5/s, 1/200ms or 1/2s',
);

/** From 0 to 1. */
export const share = shareFrom('', { minimum: 0 });

/** Above 0, to 1. */
export const positiveShare = shareFrom(String.raw`(?!${zero}\s*%?\s*$)`, { exclusiveMinimum: 0 });

function shareFrom(notZero: string, limits: Schema): Schema {
  const percent = String.raw`0*(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)\s*%`;
  const plain = String.raw`0*(?:1(?:\.0+)?|0(?:\.\d+)?)`;
  return either(textLike(`${notZero}(?:${percent}|${plain})`, shareHelp), {
    type: 'number',
    ...limits,
    maximum: 1,
    errorMessage: shareHelp,
  });
}

export const work = mappingOr(ref('distribution'), duration);

export const backoff = mappingOr(ref('backoff'), positiveDuration);

/** The queues that something publishes to. */
export const targets = listOf(mappingOr(ref('target'), name), { uniqueItems: true });
