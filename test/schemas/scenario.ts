import { expectations } from './expectations.js';
import { faults } from './faults.js';
import { producers } from './producers.js';
import { queues } from './queues.js';
import {
  described,
  either,
  type Keys,
  listOf,
  mapping,
  ref,
  type Schema,
  textLike,
  whole,
  words,
} from './schema.js';
import { services } from './services.js';
import { shared } from './shared.js';
import { duration, name, numberPattern, text } from './values.js';
import { variantSchema, variants } from './variants.js';

const plainKeys: Keys = {
  name: { says: "What reports call the scenario. Default: the file's name.", value: name },
  summary: { says: 'One line: what happens.', value: text },
  lesson: { says: 'What the run teaches; shown with the report.', value: text },
  try: {
    says: 'Flags for further runs, shown with the report.',
    value: listOf(text),
    examples: [['--set queues.emails.rate=10/s']],
  },
  speed: {
    says: 'How many times faster than real time, 0.1 to 100.',
    value: either(
      { type: 'number', minimum: 0.1, maximum: 100 },
      textLike(numberPattern, 'a number from 0.1 to 100'),
    ),
    usual: 1,
  },
  seed: {
    says: 'The same seed gives the same draws.',
    value: whole(0),
    usual: 1,
  },
  drain: {
    says: 'How long to wait, after the last message and the last fault, for the queues to empty. Default: from the prediction.',
    value: duration,
    examples: ['10min'],
  },
  mode: {
    says: 'What happens to orders that come by HTTP.',
    value: words({
      queue: 'The order service publishes them to their queues and answers 202; workers call the providers.',
      sync: 'The order service calls the providers itself, one after the other, while the customer waits.',
    }),
    usual: 'queue',
  },
  orderService: {
    says: 'The service that takes the orders of producers `via: http`.',
    value: ref('orderService'),
  },
  faults: {
    says: 'What breaks, and when.',
    value: listOf(ref('fault')),
  },
  expect: {
    says: 'What is expected. If one of these does not hold, the run exits with 99.',
    value: listOf(ref('expectation')),
    examples: [['lost == 0']],
  },
};

export const scenarioKeys: Keys = {
  ...plainKeys,
  producers: {
    says: 'Streams of messages, by name.',
    value: named('producer'),
    required: true,
    examples: [{ orders: { rate: '100/s', for: '3s', to: ['emails'] } }],
  },
  queues: {
    says: 'Queues and their workers, by name.',
    value: named('queue'),
    required: true,
    examples: [{ emails: { rate: '5/s' } }],
  },
  providers: {
    says: 'Services that do the work of queues, by name.',
    value: named('provider', 0),
    examples: [{ email: { capacity: '5/s', latency: '100ms' } }],
  },
  variants: {
    says: 'Named sets of changes, each a run of its own: `path: value`, such as `queues.emails.rate: 10/s`.',
    value: variants,
    examples: [{ faster: { 'queues.emails.rate': '10/s' } }],
  },
};

/** The schema of the scenario file. */
export function scenarioSchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:launchpad-lab:schema:scenario',
    ...described(
      'What is to happen in a run of Launchpad: who publishes how much to which queues, how these are served, what breaks and when, and what is expected.',
    ),
    ...mapping(scenarioKeys),
    definitions: {
      ...shared,
      ...producers,
      ...queues,
      ...services,
      ...faults,
      ...expectations,
      variant: variantSchema(Object.keys(plainKeys).filter((key) => key !== 'orderService')),
    },
  };
}

/** A section of named things. */
function named(definition: string, minProperties = 1): Schema {
  return {
    type: 'object',
    propertyNames: ref('freeName'),
    minProperties,
    additionalProperties: ref(definition),
  };
}
