import { type Measure, measures } from './measures.js';
import type { ProducerResult, QueueResult, Result, ServiceResult } from './types.js';

/** What has measures. */
export type Part = QueueResult | ProducerResult | ServiceResult;

/** What holds the parts that have measures. */
export type Parts = Pick<Result, 'origin' | 'queues' | 'producers' | 'services'>;

/** A measure by its path, of one thing; scope null: over all. */
export interface Subject {
  readonly measure: string;
  readonly scope: string | null;
}

/** All that has measures of a kind, by name. */
export function partsOf(
  of: Measure['of'],
  { queues, producers, services = {} }: Pick<Parts, 'queues' | 'producers' | 'services'>,
): Readonly<Record<string, Part>> {
  if (of === 'queue') return queues;
  return of === 'producer' ? producers : services;
}

/** The measure that something is about; undefined: the result has no such thing. Without a name, a queue's goes before a producer's. */
export function measureOf({ measure: path, scope }: Subject, parts: Parts): Measure | undefined {
  const of = scope === null ? null : kindOf(scope, parts);
  const candidates = measures.filter(
    (measure) => measure.path === path && (scope === null || measure.of === of),
  );
  return candidates.find((candidate) => candidate.of === 'queue') ?? candidates[0];
}

/** A measure as an expectation names it: `emails.catchUp`. */
export function labelOf({ names, path }: Pick<Measure, 'names' | 'path'>, scope: string | null): string {
  const name = names[0] ?? path;
  return scope === null ? name : `${scope}.${name}`;
}

/** What is called so; null: nothing. */
function kindOf(scope: string, parts: Parts): Measure['of'] | null {
  const kinds = ['queue', 'producer', 'service'] as const;
  const found = kinds.find((of) => Object.hasOwn(partsOf(of, parts), scope));
  // What a fluid predicts has no services, so what is not in it is one.
  return found ?? (parts.origin === 'predicted' ? 'service' : null);
}
