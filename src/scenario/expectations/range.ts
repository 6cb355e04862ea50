import type { Measure } from '../../result/measures.js';
import { readRangeEnds, textOf, turnedRange } from '../range-ends.js';
import { failed, type Reading } from '../units.js';
import type { InRange } from './types.js';
import { parseValue } from './value.js';

/** A range of values in a measure's unit, for whoever wrote something else. */
const examples: Readonly<Record<Measure['unit'], string>> = {
  seconds: '50s..70s',
  perSecond: '99..101/s',
  count: '0..3',
  flag: '0..1',
};

/**
 * Reads what stands behind `in`: `50s..70s`, `99..101/s`, `0..3`. A part without a unit has that of the last one.
 * @param name the measure as it was written
 */
export function parseInRange(text: string, name: string, measure: Measure): Reading<InRange> {
  const [, open, at] = /^(?:(.+)\.\.|\.\.(.+))$/.exec(text) ?? [];
  if (open !== undefined && !open.includes('..'))
    return failed(`\`${text}\` has no end`, `write ${name} >= ${open.trim()}`);
  if (at !== undefined && !at.includes('..'))
    return failed(`\`${text}\` has no beginning`, `write ${name} <= ${at.trim()}`);
  const ends = readRangeEnds(text);
  if (ends === null || ends.step !== null)
    return failed(
      `\`${text}\` is not a range`,
      `write ${name} in FROM..TO, such as ${name} in ${examples[measure.unit]}`,
    );
  // Where the unit is wrong, it is the last end that has it.
  const to = parseValue(textOf(ends.to), name, measure);
  if (!to.ok) return to;
  const from = parseValue(textOf(ends.from), name, measure);
  if (!from.ok) return from;
  if (from.value > to.value)
    return failed(`\`${text}\` goes down`, `write the lower value first: ${name} in ${turnedRange(ends)}`);
  return { ok: true, value: { operator: 'in', from: from.value, to: to.value } };
}
