import { findMeasure, type Measure } from '../result/measures.js';
import type { ExpectationResult, Result } from '../result/types.js';
import { unpredictedQueues } from './direct.js';
import { count, list } from './format.js';

/** What no prediction speaks of, in the order in which it is named. */
const subjects = {
  orders: 'orders',
  services: 'services',
  direct: 'steps that are called directly (mode: sync)',
} as const;

type Subject = keyof typeof subjects;

/** A result, and what its reasons begin with: a variant's name, or nothing. */
interface Judged {
  readonly prefix: string;
  readonly result: Result;
}

/**
 * The reasons of a verdict. Of the expectations that a prediction leaves open because it says nothing of their subject at all
 * there is one line for all of them together: the reason is the same, and there may be dozens.
 */
export function toldReasons(reasons: readonly string[], judged: readonly Judged[]): string[] {
  const open = judged.flatMap(({ prefix, result }) =>
    result.expectations.flatMap((expectation) => {
      const subject = openSubject(expectation, result);
      const { expression, reason } = expectation;
      return subject === null ? [] : [{ subject, said: `${prefix}${expression} is unknown: ${reason}` }];
    }),
  );
  if (open.length === 0) return [...reasons];
  const said = new Set(open.map((each) => each.said));
  const all = judged.reduce((sum, { result }) => sum + result.expectations.length, 0);
  return [
    ...reasons.filter((reason) => !said.has(reason)),
    inWords(
      open.map(({ subject }) => subject),
      all,
    ),
  ];
}

/** `8 of 12 expectations can't be predicted: they are about orders and services, and only a run decides them` */
function inWords(open: readonly Subject[], all: number): string {
  const about = list(
    Object.entries(subjects).flatMap(([subject, words]) => (open.includes(subject as Subject) ? words : [])),
  );
  if (all === 1)
    return `the one expectation can't be predicted: it is about ${about}, and only a run decides it`;
  const amount = open.length === all ? `none of the ${count(all)}` : `${count(open.length)} of ${count(all)}`;
  const [can, they] =
    open.length === all ? ['can', 'they are'] : ["can't", open.length === 1 ? 'it is' : 'they are'];
  const them = open.length === 1 ? 'it' : 'them';
  return `${amount} expectations ${can} be predicted: ${they} about ${about}, and only a run decides ${them}`;
}

/** What an expectation is about that the prediction says nothing of; null: it is decided, or open for a reason of its own. */
export function openSubject({ expression, outcome }: ExpectationResult, result: Result): Subject | null {
  if (result.origin !== 'predicted' || outcome !== 'unknown') return null;
  const name = /^[^<>=!\s]+/.exec(expression)?.[0] ?? '';
  const overall = findMeasure(name);
  if (overall !== undefined) return subjectOf(overall, unpredictedQueues(result).length > 0);
  const dot = name.indexOf('.');
  const scope = name.slice(0, dot);
  const of = kindOf(scope, result);
  const measure = findMeasure(name.slice(dot + 1), of);
  const isOpen =
    of === 'queue' ? unpredictedQueues(result).includes(scope) : unpredictedQueues(result).length > 0;
  return measure === undefined ? null : subjectOf(measure, isOpen);
}

/** A prediction has no services, so what is not in it is one. */
function kindOf(scope: string, { queues, producers }: Result): Measure['of'] {
  if (Object.hasOwn(queues, scope)) return 'queue';
  return Object.hasOwn(producers, scope) ? 'producer' : 'service';
}

/** @param isDirect whether it is about what the order service calls itself, where it is about queues or whole books */
function subjectOf({ of, path }: Measure, isDirect: boolean): Subject | null {
  if (of === 'service') return 'services';
  if (path.startsWith('orderBooks.')) return 'orders';
  return isDirect && (of === 'queue' || path.startsWith('whole.')) ? 'direct' : null;
}
