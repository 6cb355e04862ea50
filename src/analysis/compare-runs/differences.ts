import type { ComparedFigure, MeasureDifference, RunDifferences } from '../../result/compare.js';
import { noiseOf } from './noise.js';
import { counting, type Sample, type Side } from './side.js';
import { numbersOf, rounded, spreadOf } from './spread.js';

/**
 * Every measure of a queue, producer or service in which a side differs from the reference. What is known of neither is left out, as are
 * the measures over all queues, which say nothing that theirs do not.
 */
export function differencesBetween(
  reference: Side,
  side: Side,
): Pick<RunDifferences, 'differences' | 'same'> {
  const samples = [...new Map([...reference.samples, ...side.samples]).values()];
  let same = 0;
  const differences = samples.flatMap((sample): MeasureDifference[] => {
    if (sample.scope === null) return [];
    const difference = differenceIn(sample, reference, side);
    if (difference === null) return [];
    if (!isSame(difference)) return [difference];
    same++;
    return [];
  });
  return { differences, same };
}

/** A measure of both sides; null: it is known of neither. */
export function differenceIn(
  { name, measure, scope }: Sample,
  reference: Side,
  side: Side,
): MeasureDifference | null {
  const nothing: Sample = { name, measure, scope, values: [] };
  const [a, b] = [reference.samples.get(name) ?? nothing, side.samples.get(name) ?? nothing];
  const [from, to] = [comparedFigure(a, reference), comparedFigure(b, side)];
  if (from.value === null && to.value === null) return null;
  return {
    measure: name,
    unit: measure.unit,
    reference: from,
    compared: to,
    difference: less(to, from),
    ratio: ratio(to, from),
    noise: noiseOf(reference, side, { a, b }),
  };
}

/** What counts of a sample; where nothing does, what is there all the same. */
function comparedFigure(sample: Sample, { runs }: Side): ComparedFigure {
  const counted = counting(sample, runs);
  const used = numbersOf(counted).length > 0 ? counted : sample.values;
  const { median, lowest, highest, known } = spreadOf(used);
  return { value: median, lowest, highest, runs: known };
}

function isSame({ reference, compared }: MeasureDifference): boolean {
  return (
    reference.value === compared.value &&
    reference.lowest === compared.lowest &&
    reference.highest === compared.highest
  );
}

function less({ value: to }: ComparedFigure, { value: from }: ComparedFigure): number | null {
  return typeof to === 'number' && typeof from === 'number' ? rounded(to - from) : null;
}

function ratio({ value: to }: ComparedFigure, { value: from }: ComparedFigure): number | null {
  return typeof to === 'number' && typeof from === 'number' && from !== 0 ? to / from : null;
}
