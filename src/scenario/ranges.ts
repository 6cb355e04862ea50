import { stepsOf } from './edit.js';
import { type RangePart, readRangeEnds, textOf, turnedRange } from './range-ends.js';
import { failed, formatDuration, parseDuration, plain, type Reading } from './units.js';
import { splitAtCommas } from './vary.js';

/** A setting with the values that it is to take. */
export interface Range {
  /** `queues.emails.rate` */
  readonly path: string;
  /** As they would stand in the scenario file, in the order written. */
  readonly values: readonly string[];
}

/** Most values of a sweep: each is a prediction. */
export const mostValues = 200;

const example = 'write path=FROM..TO:STEP, such as queues.emails.rate=5..50/s:5, or path=value,value';

/**
 * Reads a setting's values: `queues.emails.rate=5..50/s:5`, `queues.emails.workers=1..8`, `queues.emails.work=100ms..1s:100ms`, or a
 * list of values and ranges with commas between. A part without a unit has that of the last one; without a step, whole numbers of the
 * same unit are one apart.
 */
export function parseRange(typed: string): Reading<Range> {
  const equals = typed.indexOf('=');
  const path = (equals === -1 ? typed : typed.slice(0, equals)).trim();
  if (equals === -1) return failed(`\`${typed.trim()}\` has no values`, example);
  if (stepsOf(path) === null) return failed(`\`${path}\` is not a path`, example);
  const values: string[] = [];
  for (const part of splitAtCommas(typed.slice(equals + 1)).map((each) => each.trim())) {
    if (part === '') return failed(`${path} has a value that is empty`, example);
    const read = part.includes('..') ? valuesOf(part) : { ok: true as const, value: [part] };
    if (!read.ok) return read;
    values.push(...read.value);
    if (values.length > mostValues)
      return failed(`${path} has more than ${mostValues} values`, 'leave some out');
  }
  const twice = values.find((value, i) => values.indexOf(value) < i);
  if (twice !== undefined) return failed(`${path} has the value ${twice} twice`, 'give each once');
  return { ok: true, value: { path, values } };
}

/** The values of one range, `FROM..TO:STEP`. */
function valuesOf(typed: string): Reading<string[]> {
  const ends = readRangeEnds(typed);
  if (ends === null)
    return failed(`\`${typed}\` is not a range`, 'write FROM..TO:STEP, such as 5..50/s:5 or 100ms..1s:100ms');
  const { from, to, step } = ends;
  const { unit } = to;
  const parts = [from, to, ...(step === null ? [] : [step])];
  const isMixed = parts.some((part) => part.unit !== unit);
  const inUnit = isMixed ? inSeconds(parts) : parts.map(({ number }) => number);
  if (inUnit === null) {
    const units = [...new Set(parts.map((part) => part.unit || 'no unit'))].join(' and ');
    return failed(`\`${typed}\` has different units: ${units}`, 'write the unit once, behind TO: 5..50/s:5');
  }
  const [low = 0, high = 0, given] = inUnit;
  const isWhole = !isMixed && Number.isInteger(low) && Number.isInteger(high);
  if (given === undefined && !isWhole)
    return failed(`\`${typed}\` has no step`, `write one behind a colon: ${typed}:STEP`);
  const distance = given ?? 1;
  if (low > high)
    return failed(
      `\`${typed}\` goes down`,
      `write the lower value first: ${turnedRange(ends)}${stepIn(typed)}`,
    );
  if (distance <= 0) return failed(`\`${typed}\` has a step of 0`, 'write a step above 0');
  // Half a millionth of a step is what decimal fractions may be off.
  const count = Math.floor((high - low) / distance + 1e-6) + 1;
  if (count > mostValues) {
    const enough = Math.ceil((high - low) / (mostValues - 1));
    return failed(
      `\`${typed}\` has ${count.toLocaleString('en')} values, and a sweep at most ${mostValues}`,
      enough >= distance && !isMixed ? `write a step of ${enough} or more` : 'write a larger step',
    );
  }
  const write = (value: number): string =>
    isMixed ? formatDuration(Number(value.toFixed(9))) : `${plain(value)}${unit}`;
  return { ok: true, value: Array.from({ length: count }, (_, i) => write(low + i * distance)) };
}

/** The step of a range as it was written, with its colon. */
function stepIn(typed: string): string {
  return /:.*/.exec(typed)?.[0] ?? '';
}

/** Durations of different units; null: they are none. */
function inSeconds(parts: readonly RangePart[]): number[] | null {
  const seconds = parts.map((part) => parseDuration(textOf(part)));
  return seconds.every((each) => each.ok) ? seconds.map((each) => each.value) : null;
}
