import fc from 'fast-check';
import { schemaText } from '../../fixtures/schemas.js';

/** What may stand in a scenario, wherever it stands. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** Values of every kind, good in some places and wrong in others. */
const values: readonly Value[] = [
  ...[
    '0',
    0,
    '0s',
    '1ms',
    '1.5s',
    '10min',
    '721h',
    '3 s',
    '3sec',
    '-1s',
    ' 2s ',
    '2h30',
    5,
    1.5,
    -1,
    65,
    1e7,
    '',
  ],
  ...['5/s', '0/s', '0.5/s', '1/2s', '5/0s', '5 / s', '1000/min', '5/sec', '2000000/s', '5.0/s', '100/s'],
  ...[
    '10%',
    '110%',
    '0%',
    '0.1',
    0.1,
    '100 %',
    'all',
    [1],
    [0],
    [7, 7],
    [],
    ['a'],
    {},
    null,
    true,
    false,
    'true',
  ],
  ...[
    'emails',
    'sms',
    'E_mails',
    'lost',
    'orders',
    'emails-dead',
    'none',
    'a: b',
    ['emails'],
    ['emails', 'emails'],
  ],
  ...[
    'lost == 0',
    'emails.lost == 0',
    'emails.catchUp <= 70s',
    'emails.catchUp <= 70',
    'catchUp in 5..70s',
    'lost is 0',
  ],
  ...[
    'rate.achieved within 3% of predicted',
    'catchUp within 3% of predicted',
    'lost > 1s',
    'drainedAt != 0',
  ],
  { that: 'emails.backlog.peak <= 5', abort: true },
  { exponential: { mean: '1s' } },
  { at: '1s', kill: 'emails' },
  { 'queues.emails.workers': 3 },
];

const schema = JSON.parse(schemaText('scenario')) as unknown;
const known = [...new Set(keysIn(schema))];
const limits = [...new Set(limitsIn(schema))].flatMap((limit) => [limit - 1, limit, limit + 1]);
const words = [...new Set(wordsIn(schema))];

const value = fc.oneof(
  fc.constantFrom(...values),
  fc.constantFrom(...limits),
  fc.constantFrom(...words),
  fc.constantFrom(...examplesIn(schema)),
);
const key = fc.oneof(fc.constantFrom(...known), fc.constantFrom('emails', 'sms', 'x', 'Bad Key'));

/** A change somewhere in a scenario: a value replaced, taken away or added. */
export interface Change {
  readonly at: number;
  readonly how: 'replace' | 'delete' | 'add';
  readonly key: string;
  readonly value: Value;
}

export const changes: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(10_000),
  how: fc.constantFrom(
    'replace' as const,
    'replace' as const,
    'replace' as const,
    'delete' as const,
    'add' as const,
  ),
  key,
  value,
});

/** The scenario with a change. */
export function changed(scenario: Value, { at, how, key: newKey, value: newValue }: Change): Value {
  const copy = structuredClone(scenario);
  const places = placesIn(copy);
  const place = places[at % places.length];
  if (place === undefined) return copy;
  const { parent, step } = place;
  if (Array.isArray(parent)) {
    if (how === 'add') parent.push(newValue);
    else parent.splice(Number(step), 1, ...(how === 'replace' ? [newValue] : []));
  } else if (how === 'delete') delete parent[step];
  else parent[how === 'add' ? newKey : step] = newValue;
  return copy;
}

interface Place {
  readonly parent: Value[] | Record<string, Value>;
  readonly step: string;
}

function placesIn(value: Value): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([step, child]) => [
    { parent: value as Place['parent'], step },
    ...placesIn(child as Value),
  ]);
}

function inside<T>(part: unknown, take: (part: Record<string, unknown>) => T[]): T[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = Array.isArray(part) ? [] : take(part as Record<string, unknown>);
  return [...own, ...Object.values(part).flatMap((child) => inside(child, take))];
}

function keysIn(part: unknown): string[] {
  return inside(part, ({ properties }) => Object.keys(properties ?? {}));
}

function wordsIn(part: unknown): string[] {
  return inside(part, ({ enum: all }) => (Array.isArray(all) ? all : [])).filter(
    (word) => typeof word === 'string',
  );
}

function limitsIn(part: unknown): number[] {
  const all = inside(part, ({ minimum, maximum, exclusiveMinimum }) => [minimum, maximum, exclusiveMinimum]);
  return all.filter((limit) => typeof limit === 'number');
}

function examplesIn(part: unknown): Value[] {
  return inside(part, ({ examples }) => (Array.isArray(examples) ? (examples as Value[]) : []));
}
