import {
  type Check,
  complete,
  duration,
  entriesOf,
  Fields,
  isEmpty,
  oneOf,
  onlyKey,
  positiveDuration,
  wholeNumber,
} from './checks.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { usualCallTimeoutSeconds } from './providers.js';
import { checkBackoff, judgeLongestWait } from './retries.js';
import { isNull, type Tree } from './tree.js';
import type { OnFailure, OrderServiceSpec } from './types.js';

/** Most further calls after a failed one. */
const mostRetries = 1000;

/** Most calls to one provider at once. */
const mostConcurrency = 10_000;

const known = [
  'port',
  'publish',
  'timeout',
  'retries',
  'backoff',
  'circuitBreaker',
  'concurrency',
  'onFailure',
];
const breakerExample = '{failures: 5, open: 10s}';
const breakerHint = `write ${breakerExample}`;
const publishHint = 'write before-answer, or {after-answer: 500ms}';

/**
 * Reads the order service. What means nothing in the scenario's mode is read all the same: another variant has the other mode.
 * @param tree its section; undefined where there is none, which leaves everything as it is by default
 * @param steps the queues that producers by HTTP have in their `to`
 */
export function checkOrderService(
  tree: Tree | undefined,
  steps: readonly string[],
  problems: Problems,
): OrderServiceSpec | undefined {
  const place = { path: 'orderService', line: null, flag: null };
  const section = tree ?? { kind: 'mapping', entries: [], place };
  const fields = Fields.open(section, problems, { what: 'the order service', known });
  if (fields === undefined) return undefined;
  const retries = fields.optional('retries', wholeNumber(0, mostRetries), 0);
  const backoff = fields.optional('backoff', checkBackoff, null);
  const wrong =
    backoff && retries !== undefined
      ? judgeLongestWait(backoff, retries + 1, `the last of ${retries.toLocaleString('en')} retries`)
      : null;
  if (wrong !== null) problems.add(fields.node('backoff')?.place ?? fields.place, wrong.message, wrong.hint);
  return complete<OrderServiceSpec>({
    port: fields.optional('port', wholeNumber(0, 65_535), 0),
    publishAfterAnswerSeconds: fields.optional('publish', checkPublish, null),
    timeoutSeconds: fields.optional('timeout', positiveDuration, usualCallTimeoutSeconds),
    retries,
    backoff,
    circuitBreaker: fields.optional('circuitBreaker', checkBreaker, null),
    concurrency: fields.optional('concurrency', wholeNumber(1, mostConcurrency), null),
    onFailure: fields.optional('onFailure', onFailureOf(steps), forEach(steps, 'fail')),
  });
}

/** When an order is published; null: before the answer. */
const checkPublish: Check<number | null> = (tree, problems) => {
  const words = ['before-answer', 'after-answer'] as const;
  if (tree.kind !== 'mapping') {
    const word = oneOf(words)(tree, problems);
    if (word !== 'after-answer') return word === undefined ? undefined : null;
    problems.add(
      tree.place,
      '`after-answer` does not say how long after',
      'write {after-answer: 500ms}, or {after-answer: 0} for at once',
    );
    return undefined;
  }
  const key = onlyKey(tree, words, 'publish', publishHint, problems);
  if (key === undefined) return undefined;
  if (key.name === 'before-answer') {
    problems.add(key.value.place, '`before-answer` has no settings', 'write publish: before-answer');
    return undefined;
  }
  if (!isEmpty(key.value)) return duration(key.value, problems);
  problems.add(key.value.place, '`after-answer` does not say how long after', 'write {after-answer: 500ms}');
  return undefined;
};

const checkBreaker: Check<NonNullable<OrderServiceSpec['circuitBreaker']>> = (tree, problems) => {
  const fields = Fields.open(tree, problems, {
    what: 'circuitBreaker',
    known: ['failures', 'open'],
    example: breakerExample,
  });
  if (fields === undefined) return undefined;
  return complete<NonNullable<OrderServiceSpec['circuitBreaker']>>({
    failures: fields.required('failures', wholeNumber(1, 1_000_000), breakerHint),
    openSeconds: fields.required('open', positiveDuration, breakerHint),
  });
};

const onFailure = oneOf<OnFailure>(['fail', 'degrade', 'queue']);

/** One word for all steps, or a word for some of them; the rest fail. */
function onFailureOf(steps: readonly string[]): Check<Readonly<Record<string, OnFailure>>> {
  return (tree, problems) => {
    if (tree.kind === 'leaf') {
      const word = onFailure(tree, problems);
      return word === undefined ? undefined : forEach(steps, word);
    }
    if (tree.kind === 'list') {
      problems.add(tree.place, 'is a list, not fail, degrade or queue', exampleFor(steps));
      return undefined;
    }
    const words = new Map<string, OnFailure>();
    let isGood = true;
    for (const { key, keyPlace, value } of entriesOf(tree, problems, exampleFor(steps))) {
      const word = isNull(value) ? 'fail' : onFailure(value, problems);
      // Where nobody comes by HTTP, that is what is wrong.
      const isStep = steps.includes(key) || steps.length === 0;
      if (!isStep)
        problems.add(keyPlace, `${key} is no step of an order that comes by HTTP`, suggest(key, steps));
      if (word === undefined || !isStep) isGood = false;
      else words.set(key, word);
    }
    return isGood ? { ...forEach(steps, 'fail'), ...Object.fromEntries(words) } : undefined;
  };
}

function exampleFor([step = 'emails']: readonly string[]): string {
  return `write fail, degrade or queue, or for single steps {${step}: queue}`;
}

function forEach(steps: readonly string[], word: OnFailure): Record<string, OnFailure> {
  return Object.fromEntries(steps.map((step) => [step, word]));
}
