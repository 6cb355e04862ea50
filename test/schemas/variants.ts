import { mostVariants } from '../../src/scenario/variants.js';
import { faultKeys } from './faults.js';
import { producerKeys } from './producers.js';
import { queueKeys } from './queues.js';
import { type Keys, ref, type Schema } from './schema.js';
import { orderServiceKeys, providerKeys } from './services.js';
import { nameKey } from './values.js';

const name = '[A-Za-z][A-Za-z0-9_-]*';
const deeper = String.raw`(\[\d+\]|\.${name})*`;

/** Where each setting that a path leads to is described: the beginning of the path, and of the reference. */
const places: readonly (readonly [prefix: string, definition: string, keys: Keys])[] = [
  [`queues\\.${name}`, 'queue', queueKeys],
  [`producers\\.${name}`, 'producer', producerKeys],
  [`providers\\.${name}`, 'provider', providerKeys],
  ['faults\\[\\d+\\]', 'fault', faultKeys],
  ['orderService', 'orderService', orderServiceKeys],
];

/** A variant: settings by their paths, checked as what stands there in a scenario. @param top the scenario's own keys that have no places below them */
export function variantSchema(top: readonly string[]): Schema {
  const patterns = places.flatMap(([prefix, definition, keys]) => [
    [`^${prefix}$`, orNull(`#/definitions/${definition}`)] as const,
    ...Object.keys(keys).map(
      (key) => [`^${prefix}\\.${key}$`, orNull(`#/definitions/${definition}/properties/${key}`)] as const,
    ),
  ]);
  return {
    type: 'object',
    propertyNames: {
      pattern: `^(${pathsOf(top)})$`,
      patternErrorMessage: 'the path of a setting, such as queues.emails.rate',
    },
    properties: Object.fromEntries(top.map((key) => [key, orNull(`#/properties/${key}`)])),
    patternProperties: Object.fromEntries(patterns),
  };
}

/** All paths to settings; what lies deeper than a queue's (producer's, …) own keys is not looked at. Whole sections are not replaced. */
function pathsOf(top: readonly string[]): string {
  const below = places.map(([prefix, , keys]) => `${prefix}(\\.(${Object.keys(keys).join('|')})${deeper})?`);
  return [...top, String.raw`(try|expect)\[\d+\]${deeper}`, ...below].join('|');
}

/** The variants of a scenario. */
export const variants: Schema = {
  type: 'object',
  propertyNames: nameKey,
  minProperties: 1,
  maxProperties: mostVariants,
  additionalProperties: ref('variant'),
};

/** A variant may take any key away, those that have to be there too: with another path it sets others in their place. */
function orNull(pointer: string): Schema {
  return { anyOf: [{ $ref: pointer }, { type: 'null' }] };
}
