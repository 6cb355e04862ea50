import { LaunchpadError } from '../errors.js';
import { endedEarly } from '../result/ended.js';
import { onlyGrows } from '../result/growing.js';
import type { Measure } from '../result/measures.js';
import { measureOf } from '../result/measuring.js';
import type { ExpectationResult } from '../result/types.js';
import type { ExpectationSpec } from '../scenario/types.js';
import { holds, inWords, isTooHigh, withUnit } from './expectations/conditions.js';
import { endInWords, type Measured, predictedValueOf, type Value, valueIn } from './expectations/values.js';

export type { Measured } from './expectations/values.js';

/** What came of an expectation. */
type Judged = Pick<ExpectationResult, 'actual' | 'outcome' | 'reason'>;

/** An expectation with all that it is held against. */
interface Case {
  readonly spec: ExpectationSpec;
  readonly measure: Measure;
  readonly value: Value;
  /** Of `within`; null: the condition has nothing to do with the prediction. */
  readonly predicted: Value | null;
  readonly measured: Measured;
  readonly rateHeld: boolean;
}

const notHeld = 'the lab did not hold the rate, so times and rates say nothing about the queue';

/**
 * Holds what was expected against what was measured (or predicted).
 * What does not hold in a run that was cut short is unknown, unless it could not have come to hold any more.
 * @param rateHeld false: expectations on times and rates are unknown, counts stand
 * @throws LaunchpadError `internal` for a measure or a name that does not exist: those are found before a run starts
 */
export function evaluate(
  expect: readonly ExpectationSpec[],
  measured: Measured,
  rateHeld: boolean,
): ExpectationResult[] {
  return expect.map((spec) => {
    const measure = measureIn(spec, measured);
    const value = valueIn(measure, spec.scope, measured);
    const predicted = spec.operator === 'within' ? predictedOf(spec, { measure, value, measured }) : null;
    const one: Case = { spec, measure, value, predicted, measured, rateHeld };
    return {
      expression: spec.expression,
      measure: measure.path,
      scope: spec.scope,
      unit: measure.unit,
      expected: inWords(spec, measure.unit, typeof predicted === 'number' ? predicted : null),
      ...(spec.abort === true ? { abort: true as const } : {}),
      ...judged(one),
    };
  });
}

/** A measure alone, as an expectation that always holds. */
export function measuring(scope: string | null, measure: string): ExpectationSpec {
  const expression = scope === null ? measure : `${scope}.${measure}`;
  return { expression, scope, measure, operator: '>=', value: Number.NEGATIVE_INFINITY };
}

/** What `within` is held against: of a run what was predicted of it; a prediction is its own. */
function predictedOf(
  { scope }: ExpectationSpec,
  { measure, value, measured }: Pick<Case, 'measure' | 'value' | 'measured'>,
): Value {
  return measured.origin === 'predicted' ? value : predictedValueOf(measure, scope, measured);
}

function judged(one: Case): Judged {
  const { spec, measure, value, predicted, measured, rateHeld } = one;
  if (typeof value !== 'number') return withoutValue(one, value.unknown);
  const actual = Number.isFinite(value) ? value : null;
  if (!rateHeld && measure.unit !== 'count') return { actual, outcome: 'unknown', reason: notHeld };
  if (predicted !== null && typeof predicted !== 'number')
    return { actual, outcome: 'unknown', reason: predicted.unknown };
  const passed = holds(spec, value, predicted ?? 0);
  const early = measured.origin === 'measured' && endedEarly(measured.run);
  const aborted = abortedBy(one);
  if (aborted !== null && passed)
    return {
      actual,
      outcome: 'unknown',
      reason: `the run was aborted (${aborted}), and the books say otherwise`,
    };
  if (!passed && early && aborted === null && !staysBroken(one, value)) {
    const reason = `it might have come to hold: ${endInWords(measured.run)}`;
    return { actual, outcome: 'unknown', reason };
  }
  return {
    actual,
    outcome: passed ? 'pass' : 'fail',
    reason: besideValue(one, value, predicted),
  };
}

/** What is to be said beside a value that is known; of one that is held against the prediction, what that was. */
function besideValue({ measure, measured }: Case, value: number, predicted: number | null): string | null {
  const isPrediction = measured.origin === 'predicted';
  const source = isPrediction
    ? 'this is the prediction'
    : `predicted: ${withUnit(predicted ?? 0, measure.unit)}`;
  const said = [...(Number.isFinite(value) ? [] : ['never']), ...(predicted === null ? [] : [source])];
  return said.length === 0 ? null : said.join(', ');
}

/** Of what has no value: a run that was aborted, or cut short later than it was to end, did not meet it all the same. */
function withoutValue(one: Case, unknown: string): Judged {
  const tooLate = one.rateHeld ? (abortedBy(one) ?? drainedTooLate(one)) : null;
  return { actual: null, outcome: tooLate === null ? 'unknown' : 'fail', reason: tooLate ?? unknown };
}

/** How it was seen that the expectation can't be met any more, where that ended the run; null: it was not that. */
function abortedBy({ spec, measured: { origin, run } }: Case): string | null {
  const { ended } = run;
  if (origin !== 'measured' || spec.abort !== true || ended?.reason !== 'aborted') return null;
  return ended.expectation === spec.expression ? ended.detail : null;
}

/** Of a drain that a cut kept from its end, why it would have ended later than expected; null: it might not. */
function drainedTooLate({ spec, measure, predicted, measured }: Case): string | null {
  const { durationSeconds } = measured.run;
  if (measure.path !== 'drainedAtSeconds' || durationSeconds === null) return null;
  if (measured.origin !== 'measured' || !endedEarly(measured.run)) return null;
  if (!isTooHigh(spec, durationSeconds, asNumber(predicted))) return null;
  return `not drained when the run ended at ${Number(durationSeconds.toFixed(3))} s`;
}

/** What only grows and is too high already would have stayed so. */
function staysBroken({ spec, measure, predicted, measured }: Case, actual: number): boolean {
  if (!onlyGrows(measure) || !isTooHigh(spec, actual, asNumber(predicted))) return false;
  // What is undetermined may be lost, and then it was no part of the backlog.
  const isOfBacklog = ['backlog.peak', 'oldestAgeSeconds.peak'].includes(measure.path);
  return (
    !isOfBacklog || Object.values(measured.queues).every(({ accounting }) => accounting.undetermined === 0)
  );
}

/** Held against a prediction that is not known, nothing is too high. */
function asNumber(predicted: Value | null): number {
  return typeof predicted === 'number' ? predicted : Number.POSITIVE_INFINITY;
}

function measureIn(spec: ExpectationSpec, measured: Measured): Measure {
  const measure = measureOf(spec, measured);
  if (measure === undefined) {
    throw new LaunchpadError(
      'internal',
      `The expectation "${spec.expression}" is about nothing that is in the result`,
    );
  }
  return measure;
}
