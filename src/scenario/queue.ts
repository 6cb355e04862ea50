import {
  type Check,
  complete,
  duration,
  Fields,
  limit,
  positiveDuration,
  positiveNumber,
  wholeNumber,
} from './checks.js';
import type { Problems } from './problems.js';
import type { Tree } from './tree.js';
import type { Distribution, QueueSpec, Redelivery } from './types.js';

/** Most worker processes of a queue. */
export const mostWorkers = 64;

/** Most messages in hand at once, per worker. */
const mostConcurrency = 10_000;

const workHint = 'write a duration, {exponential: {mean: 300ms}} or {lognormal: {mean: 300ms, cv: 1}}';

/** Reads one queue. */
export function checkQueue(name: string, tree: Tree, problems: Problems): QueueSpec | undefined {
  const fields = Fields.open(tree, problems, {
    what: 'a queue',
    known: ['rate', 'workers', 'concurrency', 'work', 'acknowledge', 'redelivery'],
  });
  if (fields === undefined) return undefined;
  return complete<QueueSpec>({
    name,
    rate: fields.optional('rate', limit, null),
    workers: fields.optional('workers', wholeNumber(0, mostWorkers), 1),
    concurrency: fields.optional('concurrency', wholeNumber(1, mostConcurrency), 1),
    work: fields.optional('work', checkWork, { kind: 'constant', meanSeconds: 0 } as const),
    acknowledgeSeconds: fields.optional('acknowledge', duration, 0),
    redelivery: fields.optional('redelivery', checkRedelivery, null),
  });
}

const checkWork: Check<Distribution> = (tree, problems) => {
  if (tree.kind === 'leaf') {
    const meanSeconds = duration(tree, problems);
    return meanSeconds === undefined ? undefined : { kind: 'constant', meanSeconds };
  }
  const fields = Fields.open(tree, problems, { what: 'work', known: ['exponential', 'lognormal'] });
  if (fields === undefined) return undefined;
  const exponential = fields.node('exponential');
  const lognormal = fields.node('lognormal');
  if ((exponential === undefined) === (lognormal === undefined)) {
    const message = exponential === undefined ? 'names no distribution' : 'names two distributions';
    // A mistyped distribution has been answered as an unknown key.
    if (exponential !== undefined || (tree.kind === 'mapping' && tree.entries.length === 0))
      problems.add(tree.place, message, workHint);
    return undefined;
  }
  if (exponential !== undefined) return fields.optional('exponential', checkExponential, undefined);
  return fields.optional('lognormal', checkLognormal, undefined);
};

const checkExponential: Check<Distribution> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'exponential', known: ['mean'] });
  const meanSeconds = fields?.required('mean', positiveDuration, workHint);
  return meanSeconds === undefined ? undefined : { kind: 'exponential', meanSeconds };
};

const checkLognormal: Check<Distribution> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'lognormal', known: ['mean', 'cv'] });
  const meanSeconds = fields?.required('mean', positiveDuration, workHint);
  const cv = fields?.required('cv', positiveNumber(20), `${workHint}; cv is standard deviation over mean`);
  return meanSeconds === undefined || cv === undefined ? undefined : { kind: 'lognormal', meanSeconds, cv };
};

const checkRedelivery: Check<Redelivery> = (tree, problems) => {
  const fields = Fields.open(tree, problems, { what: 'redelivery', known: ['after', 'check'] });
  const hint = 'write {after: 5s, check: 1s}';
  if (fields === undefined) return undefined;
  return complete<Redelivery>({
    afterSeconds: fields.required('after', positiveDuration, hint),
    checkSeconds: fields.required('check', positiveDuration, hint),
  });
};
