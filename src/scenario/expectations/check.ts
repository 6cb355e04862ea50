import { canAbort } from '../../result/growing.js';
import { type Measure, measures } from '../../result/measures.js';
import { labelOf } from '../../result/measuring.js';
import { type Check, Fields, reading, yesOrNo } from '../checks.js';
import type { Scopes } from '../owners.js';
import { valueAt } from '../tree.js';
import { failed, type Reading } from '../units.js';
import { parseExpectation } from './index.js';
import type { ExpectationSpec } from './types.js';

const example = 'lost == 0, or {that: emails.backlog.peak <= 500, abort: true}';

/**
 * An entry of `expect`: an expectation, or `{that: EXPECTATION, abort: true}`.
 * @param fed the queues that others publish on to
 */
export function checkExpectation(scopes: Scopes, fed: ReadonlySet<string>): Check<ExpectationSpec> {
  const plain = (expression: string): Reading<ExpectationSpec> => parseExpectation(expression, scopes);
  const aborting = (expression: string): Reading<ExpectationSpec> => {
    const read = plain(expression);
    return read.ok ? abortingBy(read.value, kindOf(read.value, scopes), fed) : read;
  };
  return (tree, problems) => {
    const inWords = ['an expectation', `an expectation such as ${example}`] as const;
    const isLong = ['that', 'abort'].some((key) => valueAt(tree, key) !== undefined);
    if (!isLong) return reading(plain, ...inWords)(tree, problems);
    const shape = { what: 'an expectation', known: ['that', 'abort'], example };
    const fields = Fields.open(tree, problems, shape);
    const abort = fields?.optional('abort', yesOrNo, false);
    const read = reading(abort === true ? aborting : plain, ...inWords);
    return fields?.required('that', read, 'write that: emails.backlog.peak <= 500');
  };
}

/** Whose measure an expectation is about. */
function kindOf({ measure: path, scope }: ExpectationSpec, { queues, producers }: Scopes): Measure['of'] {
  if (scope === null) return measures.find((measure) => measure.path === path)?.of ?? 'queue';
  return queues.includes(scope) ? 'queue' : producers.includes(scope) ? 'producer' : 'service';
}

/** The expectation with which a run ends as soon as it can't be met any more; not all can be known to be broken before the end. */
function abortingBy(
  spec: ExpectationSpec,
  of: Measure['of'],
  fed: ReadonlySet<string>,
): Reading<ExpectationSpec> {
  const { expression, measure: path, scope, operator } = spec;
  if (!canAbort({ path })) {
    const ofSame = measures.filter((measure) => canAbort(measure) && measure.of === of);
    return failed(
      `whether \`${expression}\` can still be met is not known before the end, so it can't abort a run`,
      `abort: true goes with ${ofSame.map((measure) => labelOf(measure, null)).join(', ')}`,
    );
  }
  if (operator === '>=' || operator === '>' || operator === '!=')
    return failed(
      `\`${expression}\` may come to hold until the end, so it can't abort a run`,
      'abort: true goes with what may not be exceeded: <=, <, ==, in or within',
    );
  if (path === 'catchUpSeconds' && scope !== null && fed.has(scope))
    return failed(
      `what comes to ${scope} from other queues decides when it has caught up, so that can't abort a run`,
      `write such as ${scope}.drainedAt <= 70s, or leave abort out`,
    );
  return { ok: true, value: { ...spec, abort: true } };
}
