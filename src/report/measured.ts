import type { MeasureUnit } from '../result/measures.js';
import type { MeasuredValue } from '../result/sweep.js';
import { count, rate, seconds, unknownFigure } from './format.js';

/** A measure's value: `58.7 s`, `never`; a value that is not known as a dash. */
export function measured({ actual, reason }: MeasuredValue, unit: MeasureUnit): string {
  if (actual === null) return isNever(reason) ? 'never' : unknownFigure;
  if (unit === 'seconds') return seconds(actual);
  return unit === 'perSecond' ? rate(actual) : count(actual);
}

/** Whether a value is missing because it never comes, and not because nobody knows it. */
export function isNever(reason: string | null): boolean {
  return reason?.startsWith('never') === true;
}
