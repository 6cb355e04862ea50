import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import { ref, type Schema, when } from './schema.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The types of what `--json` gives, by what each says of itself. A comparison of variants is told from a result by them. */
const kinds: readonly Kind[] = [
  { type: 'Result', schema: 'launchpad.result/1', also: { not: { required: ['variants'] } } },
  { type: 'Comparison', schema: 'launchpad.result/1', also: { required: ['variants'] } },
  { type: 'Repeat', schema: 'launchpad.repeat/1' },
  { type: 'RunComparison', schema: 'launchpad.compare/1' },
  { type: 'Find', schema: 'launchpad.find/1' },
  { type: 'Sweep', schema: 'launchpad.sweep/1' },
];

interface Kind {
  readonly type: string;
  readonly schema: string;
  readonly also?: Schema;
}

/** The schema of what `--json` gives, from the types and their comments. Keys that it does not know are allowed: results are extended. */
export function resultSchema(): Schema {
  const generator = createGenerator({
    path: `${root}test/schemas/documents.ts`,
    tsconfig: `${root}tsconfig.json`,
    type: 'Document',
    expose: 'export',
    jsDoc: 'extended',
    additionalProperties: true,
    sortProps: false,
    // The compiler has its own turn.
    skipTypeCheck: true,
  });
  const {
    Document: _document,
    Outcome: _outcome,
    ...definitions
  } = generator.createSchema('Document').definitions ?? {};
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:launchpad-lab:schema:result',
    title: 'Launchpad result',
    description:
      "What --json gives: a result, the comparison of a scenario's variants, and what repeated runs, sweeps, searches and compare end with. Durations are in scenario seconds and end in Seconds, rates are per second and end in PerSecond.",
    type: 'object',
    properties: { schema: { enum: [...new Set(kinds.map(({ schema }) => schema))] } },
    required: ['schema'],
    // So that what is wrong with one is told of that one alone.
    allOf: kinds.map(({ type, schema, also }) => when({ ...also, ...isOf(schema) }, ref(type))),
    definitions,
  };
}

function isOf(schema: string): Schema {
  return { properties: { schema: { const: schema } } };
}
