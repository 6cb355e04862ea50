import { boundsInWords } from '../../result/bounds.js';
import type { MeasureUnit } from '../../result/measures.js';
import type { Condition, NearPrediction, Operator } from '../../scenario/types.js';
import { toMillionth } from '../time.js';

const comparisons: Readonly<Record<Operator, (actual: number, value: number) => boolean>> = {
  '<=': (actual, value) => actual <= value,
  '<': (actual, value) => actual < value,
  '>=': (actual, value) => actual >= value,
  '>': (actual, value) => actual > value,
  '==': (actual, value) => actual === value,
  '!=': (actual, value) => actual !== value,
};

/**
 * Whether a condition holds.
 * @param actual Infinity: never
 * @param predicted what `within` is held against; Infinity: never, with which only a measured never agrees
 */
export function holds(condition: Condition, actual: number, predicted: number): boolean {
  if (condition.operator === 'in') return actual >= condition.from && actual <= condition.to;
  if (condition.operator !== 'within') return comparisons[condition.operator](actual, condition.value);
  if (!Number.isFinite(predicted)) return actual === predicted;
  const { low, high } = around(condition, predicted);
  return actual >= low && actual <= high;
}

/** Whether a value is higher than a condition allows: then one that only grows can't come to meet it any more. */
export function isTooHigh(condition: Condition, actual: number, predicted: number): boolean {
  switch (condition.operator) {
    case 'in':
      return actual > condition.to;
    case 'within':
      return Number.isFinite(predicted) && actual > around(condition, predicted).high;
    case '<':
      return actual >= condition.value;
    case '<=':
    case '==':
      return actual > condition.value;
    default:
      return false;
  }
}

/** Both ends are included, so what floating point adds to them is taken off. */
function around(
  { tolerance, isShare }: NearPrediction,
  predicted: number,
): { readonly low: number; readonly high: number } {
  const by = isShare ? tolerance * predicted : tolerance;
  return { low: toMillionth(Math.max(0, predicted - by)), high: toMillionth(predicted + by) };
}

/**
 * What a condition asks for: `at most 70 s`, `50 s to 70 s`, `56.05 s to 61.95 s (within 5% of the predicted 59 s)`.
 * @param predicted null: there is no prediction
 */
export function inWords(condition: Condition, unit: MeasureUnit, predicted: number | null): string {
  const say = (value: number): string => withUnit(value, unit);
  if (condition.operator === 'in') return `${say(condition.from)} to ${say(condition.to)}`;
  if (condition.operator !== 'within') {
    const isNone = condition.operator === '==' && condition.value === 0 && unit === 'count';
    return isNone ? 'none' : `${boundsInWords[condition.operator]} ${say(condition.value)}`;
  }
  const { tolerance, isShare } = condition;
  const within = `within ${isShare ? `${plain(tolerance * 100)}%` : say(tolerance)} of the`;
  if (predicted === null) return `${within} prediction`;
  if (!Number.isFinite(predicted)) return 'never, as predicted';
  const { low, high } = around(condition, predicted);
  return `${say(low)} to ${say(high)} (${within} predicted ${say(predicted)})`;
}

/** A value in a measure's unit: `59 s`, `99.5/s`, `295`. */
export function withUnit(value: number, unit: MeasureUnit): string {
  if (!Number.isFinite(value)) return 'never';
  if (unit === 'seconds') return `${plain(value)} s`;
  return unit === 'perSecond' ? `${plain(value)}/s` : plain(value);
}

function plain(value: number): string {
  return String(Number(value.toFixed(3)));
}
