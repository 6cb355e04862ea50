import {
  type Check,
  Fields,
  isEmpty,
  kindOf,
  oneOf,
  onlyKey,
  positiveDuration,
  wholeNumber,
} from './checks.js';
import type { Deduplication, Idempotency } from './types.js';

const modes: readonly Idempotency['mode'][] = ['none', 'memory', 'delivery-log', 'effect-key'];
const logHint = 'write {delivery-log: after} or {delivery-log: before}';

/** Reads how a queue's workers keep an effect from happening twice. */
export const checkIdempotency: Check<Idempotency> = (tree, problems) => {
  if (tree.kind !== 'mapping') {
    const mode = oneOf(modes)(tree, problems);
    if (mode === undefined) return undefined;
    return mode === 'delivery-log' ? { mode, record: 'after' } : { mode };
  }
  const key = onlyKey(tree, modes, 'idempotency', logHint, problems);
  if (key === undefined) return undefined;
  if (key.name !== 'delivery-log') {
    problems.add(key.value.place, `\`${key.name}\` has no settings`, `write idempotency: ${key.name}`);
    return undefined;
  }
  if (isEmpty(key.value)) {
    problems.add(key.value.place, 'does not say where it is recorded: before or after the effect', logHint);
    return undefined;
  }
  const record = oneOf(['before', 'after'] as const)(key.value, problems);
  return record === undefined ? undefined : { mode: 'delivery-log', record };
};

const kinds: readonly Deduplication['kind'][] = [
  'none',
  'job-id',
  'until-finished',
  'keep-last',
  'throttle',
  'extend',
  'reschedule',
  'debounce',
];
const deduplicationHint =
  'write none, job-id, {job-id: {keep: 1000}}, until-finished, keep-last, {throttle: 5s}, {extend: 5s}, {reschedule: 5s} or {debounce: 5s}';
const keepHint = 'write how many finished jobs are kept (0, 1000), how long (5s), or all';

/** What is there where the scenario doesn't say: the job's id, with ten thousand finished jobs kept. */
export const usualDeduplication: Deduplication = { kind: 'job-id', keepCount: 10_000, keepSeconds: null };

/** Reads what keeps a message from being queued twice. */
export const checkDeduplication: Check<Deduplication> = (tree, problems) => {
  if (tree.kind !== 'mapping') {
    const kind = oneOf(kinds)(tree, problems);
    if (kind === undefined) return undefined;
    if (kind === 'job-id') return usualDeduplication;
    if (kind === 'none' || kind === 'until-finished' || kind === 'keep-last') return { kind };
    problems.add(tree.place, `\`${kind}\` does not say how long its key is held`, `write {${kind}: 5s}`);
    return undefined;
  }
  const key = onlyKey(tree, kinds, 'deduplication', deduplicationHint, problems);
  if (key === undefined) return undefined;
  const { name, value } = key;
  switch (name) {
    case 'none':
    case 'until-finished':
    case 'keep-last':
      problems.add(value.place, `\`${name}\` has no settings`, `write deduplication: ${name}`);
      return undefined;
    case 'job-id':
      return checkKeep(value, problems);
    case 'throttle':
    case 'extend':
    case 'reschedule':
    case 'debounce': {
      if (isEmpty(value)) {
        problems.add(value.place, `\`${name}\` does not say how long its key is held`, `write {${name}: 5s}`);
        return undefined;
      }
      const seconds = positiveDuration(value, problems);
      return seconds === undefined ? undefined : { kind: name, seconds };
    }
  }
};

const checkKeep: Check<Deduplication> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'job-id', known: ['keep'] });
  return fields?.required('keep', keep, keepHint);
};

/** How long the id of a finished job is known. */
const keep: Check<Deduplication> = (tree, problems) => {
  if (tree.kind === 'leaf' && typeof tree.value === 'number') {
    const keepCount = wholeNumber(0, Number.MAX_SAFE_INTEGER)(tree, problems);
    return keepCount === undefined ? undefined : { kind: 'job-id', keepCount, keepSeconds: null };
  }
  if (tree.kind === 'leaf' && tree.text === 'all')
    return { kind: 'job-id', keepCount: null, keepSeconds: null };
  if (tree.kind === 'leaf' && /^\d/.test(tree.text)) {
    const keepSeconds = positiveDuration(tree, problems);
    return keepSeconds === undefined ? undefined : { kind: 'job-id', keepCount: null, keepSeconds };
  }
  problems.add(tree.place, `is ${kindOf(tree)}, not a number of jobs, a duration or all`, keepHint);
  return undefined;
};
