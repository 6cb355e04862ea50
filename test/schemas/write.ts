import { mkdirSync, writeFileSync } from 'node:fs';
import { resultSchema } from './result.js';
import { scenarioSchema } from './scenario.js';
import type { Schema } from './schema.js';

/** Where the schemas are published. */
export const directory = new URL('../../docs/schemas/', import.meta.url);

/** The schemas by their files' names. */
export const schemas: Readonly<Record<string, () => Schema>> = {
  'scenario.schema.json': scenarioSchema,
  'result.schema.json': resultSchema,
};

/** A schema as it stands in its file. */
export function textOf(schema: Schema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Writes the published schemas: `npm run schemas`. */
if (process.argv[1] === import.meta.filename) {
  mkdirSync(directory, { recursive: true });
  for (const [name, schema] of Object.entries(schemas))
    writeFileSync(new URL(name, directory), textOf(schema()));
}
