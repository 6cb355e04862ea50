import { type Check, duration, Fields, positiveDuration, positiveNumber } from './checks.js';
import type { Distribution } from './types.js';

const workHint = 'write a duration, {exponential: {mean: 300ms}} or {lognormal: {mean: 300ms, cv: 1}}';

/** Reads how long something takes, fixed or drawn. `what` it is, in messages: `work`. */
export function durationOrDrawn(what: string): Check<Distribution> {
  return (tree, problems) => {
    if (tree.kind === 'leaf') {
      const meanSeconds = duration(tree, problems);
      return meanSeconds === undefined ? undefined : { kind: 'constant', meanSeconds };
    }
    const fields = Fields.open(tree, problems, { what, known: ['exponential', 'lognormal'] });
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
}

/** Reads how long a queue's work takes. */
export const checkWork = durationOrDrawn('work');

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
