import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Fields } from '../../../src/scenario/checks.js';
import { parseVariants } from '../../../src/scenario/index.js';
import { schemaText } from '../../fixtures/schemas.js';
import { problemsOf } from '../scenario/problemsOf.js';
import { everything } from './everything.js';

interface Node {
  readonly [key: string]: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly maxProperties?: number;
}

const schema = JSON.parse(schemaText('scenario')) as Node & { definitions: Record<string, Node> };

/** Where the schema describes what the parser's messages call so. */
const definitions: Readonly<Record<string, string>> = {
  'a producer': 'producer',
  'a phase': 'phase',
  'a target': 'target',
  'a queue': 'queue',
  work: 'distribution',
  latency: 'distribution',
  redelivery: 'redelivery',
  'a failure': 'failure',
  'a backoff': 'backoff',
  deadLetter: 'deadLetter',
  supervise: 'supervise',
  polling: 'polling',
  'an outcome': 'outcome',
  'a fault': 'fault',
  'a provider': 'provider',
  fallOver: 'fallOver',
  'the order service': 'orderService',
  circuitBreaker: 'circuitBreaker',
};

/** The same for what is described where it stands. */
const inPlace: Readonly<Record<string, Node | undefined>> = {
  'a scenario': schema,
  exponential: schema.definitions.distribution?.properties?.exponential,
  lognormal: schema.definitions.distribution?.properties?.lognormal,
  'job-id': mappings(schema.definitions.queue?.properties?.deduplication).find(
    ({ properties }) => properties?.keep,
  ),
  'an expectation': mappings(schema.definitions.expectation)[0],
};

function described(what: string): Node | undefined {
  return inPlace[what] ?? schema.definitions[definitions[what] ?? ''];
}

/** All mappings with known keys in a part of the schema. */
function mappings(part: unknown): Node[] {
  if (typeof part !== 'object' || part === null) return [];
  const inside = Object.values(part).flatMap(mappings);
  return 'properties' in part && 'additionalProperties' in part ? [part as Node, ...inside] : inside;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the keys of the schema', () => {
  it('are those of the parser, and the other way round', () => {
    const open = vi.spyOn(Fields, 'open');
    for (const text of everything) parseVariants(text);
    const shapes = new Map(open.mock.calls.map(([, , { what, known }]) => [what, known]));
    for (const [what, known] of shapes) {
      const keys = Object.keys(described(what)?.properties ?? {});
      expect(keys.toSorted(), what).toEqual([...known].sort());
    }
    // Nothing of the parser's is left out …
    const directory = fileURLToPath(new URL('../../../src/scenario', import.meta.url));
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const written = files.flatMap((file) =>
      [...readFileSync(join(directory, file), 'utf8').matchAll(/what: '([^']+)',\s*known/g)].map(
        ([, what]) => what,
      ),
    );
    expect(written.length).toBeGreaterThan(15);
    expect(written.filter((what) => !shapes.has(what ?? ''))).toEqual([]);
    // … and nothing of the schema's.
    const compared = new Set([...shapes.keys()].map(described));
    const others = mappings(schema).filter((part) => !compared.has(part) && part.maxProperties !== 1);
    expect(others).toEqual([]);
  });
});

/** The words that stand in a part of the schema: values, and the keys of mappings that have only one. */
function wordsIn(part: unknown): unknown[] {
  if (typeof part !== 'object' || part === null) return [];
  const { enum: words = [], const: word, maxProperties, properties } = part as Node & { enum?: unknown[] };
  const keys = maxProperties === 1 ? Object.keys(properties ?? {}) : [];
  const own = [...words, ...(typeof word === 'string' ? [word] : []), ...keys];
  const isBelow = (key: string) => !['properties', 'not', 'examples', 'enum'].includes(key);
  return [...own, ...Object.entries(part).flatMap(([key, value]) => (isBelow(key) ? wordsIn(value) : []))];
}

describe('the words of the schema', () => {
  const queue = (settings: string) =>
    `producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {${settings}}}`;
  const orders = (settings: string, rest = '') =>
    `producers: {orders: {rate: 1/s, for: 1s, to: [emails], ${settings}}}\nqueues: {emails: {}}\n${rest}`;

  it.each([
    ['mode', '', orders('via: http', 'mode: xxx')],
    ['arrivals', 'producer', orders('arrivals: xxx')],
    ['via', 'producer', orders('via: xxx')],
    ['idempotency', 'queue', queue('idempotency: xxx')],
    ['deduplication', 'queue', queue('deduplication: xxx')],
    ['move', 'deadLetter', queue('deadLetter: {move: xxx}')],
    ['per', 'failure', queue('failures: [{fail: 10%, per: xxx}]')],
    ['when', 'fault', queue('').concat('\nfaults: [{at: 1s, kill: emails, when: xxx}]')],
    ['publish', 'orderService', orders('via: http', 'orderService: {publish: xxx}')],
    ['onFailure', 'orderService', orders('via: http', 'orderService: {onFailure: xxx}')],
  ])('%s', (key, definition, wrong) => {
    const [, list = ''] = /known here: (.*)$/.exec(problemsOf(wrong).join('\n')) ?? [];
    const part = definition === '' ? schema : schema.definitions[definition];
    const words = new Set(wordsIn(part?.properties?.[key]).filter((word) => word !== null));
    expect([...words].sort()).toEqual(list.split(', ').sort());
  });
});
