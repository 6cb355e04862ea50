import type { Measure } from '../../result/measures.js';
import { nearest } from '../nearest.js';
import type { Scopes } from '../owners.js';
import { failed, type Reading } from '../units.js';
import { meantForm } from './forms.js';
import { resolveMeasure } from './measure.js';
import { parseInRange } from './range.js';
import type { Comparison, Condition, ExpectationSpec, Operator } from './types.js';
import { parseValue } from './value.js';
import { parseWithin } from './within.js';

export { resolveMeasure } from './measure.js';

const operators: readonly Operator[] = ['<=', '<', '>=', '>', '==', '!='];
const words = ['in', 'within'] as const;
const example =
  'write MEASURE OPERATOR VALUE, MEASURE in FROM..TO or MEASURE within 5% of predicted, such as `lost == 0` or `emails.catchUp <= 70s`';

/** How else operators are written. */
const otherOperators: ReadonlyMap<string, Operator> = new Map([
  ['=', '=='],
  ['===', '=='],
  ['=<', '<='],
  ['≤', '<='],
  ['=>', '>='],
  ['≥', '>='],
  ['<>', '!='],
  ['!==', '!='],
]);

/**
 * Reads an expectation: `lost == 0`, `emails.catchUp <= 70s`, `orders.rate.achieved in 99..101/s`, `emails.catchUp within 5% of predicted`.
 * A measure without a name before it is over all queues (or all producers or services, where only they have it).
 * Values are in the measure's unit: a duration (kept in seconds), a rate (per second) or a plain number.
 */
export function parseExpectation(expression: string, scopes: Scopes): Reading<ExpectationSpec> {
  const trimmed = expression.trim();
  const written = partsOf(trimmed);
  if (written === null) {
    const meant = meantForm(trimmed);
    return failed(`\`${trimmed}\` is not an expectation`, meant === undefined ? example : `write ${meant}`);
  }
  const { name, operator, rest } = written;
  const meant = meantForm(trimmed);
  if (meant !== undefined && !isRight(operator, rest))
    return failed(`\`${trimmed}\` is not written as an expectation is`, `write ${meant}`);
  if (!isWord(operator) && !isOperator(operator)) return unknownOperator(trimmed, written);
  const resolved = resolveMeasure(name, scopes);
  if (!resolved.ok) return resolved;
  const { scope, measure } = resolved.value;
  const condition = conditionOf(written, measure);
  if (!condition.ok) return condition;
  return { ok: true, value: { expression: trimmed, scope, measure: measure.path, ...condition.value } };
}

/** An expectation's parts, as written. */
interface Written {
  readonly name: string;
  readonly operator: string;
  readonly rest: string;
}

function partsOf(text: string): Written | null {
  const found =
    /^([A-Za-z][\w.-]*)\s*([<>=!≤≥]+)\s*([^\s<>=!≤≥].*)$/.exec(text) ??
    /^([A-Za-z][\w.-]*)\s+([A-Za-z]+)\s+(\S.*)$/.exec(text);
  if (found === null) return null;
  const [, name = '', operator = '', rest = ''] = found;
  return { name, operator, rest: rest.trim() };
}

/** Whether what stands behind an operator is of its kind, whatever may be wrong with it. */
function isRight(operator: string, rest: string): boolean {
  if (operator === 'in') return rest.includes('..') && !rest.includes('...');
  if (operator === 'within') return /\sof\s+predicted$/.test(rest);
  return isOperator(operator) && !rest.includes('..') && !/predict/i.test(rest);
}

function isOperator(written: string): written is Operator {
  return operators.some((operator) => operator === written);
}

function isWord(written: string): written is (typeof words)[number] {
  return words.some((word) => word === written);
}

function unknownOperator(text: string, { name, operator, rest }: Written): Reading<never> {
  const meant = otherOperators.get(operator);
  const like = /^[A-Za-z]/.test(operator) ? nearest(operator, words) : undefined;
  const hint =
    meant !== undefined
      ? `write ${name} ${meant} ${rest}`
      : like !== undefined
        ? `did you mean \`${name} ${like} ${rest}\`?`
        : `known here: ${[...operators, ...words].join(', ')}`;
  return failed(`\`${text}\` has an unknown operator, ${operator}`, hint);
}

function conditionOf({ name, operator, rest }: Written, measure: Measure): Reading<Condition> {
  if (operator === 'in') return parseInRange(rest, name, measure);
  if (operator === 'within') return parseWithin(rest, name, measure);
  const value = parseValue(rest, name, measure);
  if (!value.ok) return value;
  const comparison: Comparison = { operator: operator as Operator, value: value.value };
  return { ok: true, value: comparison };
}
