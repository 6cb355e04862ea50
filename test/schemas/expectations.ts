import { type Measure, measures } from '../../src/result/measures.js';
import { predictedFigure } from '../../src/result/predicted-measures.js';
import { type Keys, mapping, mappingOr, ref, type Schema, textLike } from './schema.js';
import {
  durationPattern,
  namePattern,
  numberPattern,
  perPattern,
  ratePattern,
  unitPattern,
} from './values.js';

type Unit = Measure['unit'];

/** How values of a unit are written, and what may stand behind the lower end of a range. */
const written: Readonly<Record<Unit, { readonly value: string; readonly unit: string }>> = {
  seconds: { value: durationPattern, unit: unitPattern },
  perSecond: { value: ratePattern, unit: perPattern },
  count: { value: numberPattern, unit: '' },
  flag: { value: numberPattern, unit: '' },
};

const units: readonly Unit[] = ['seconds', 'perSecond', 'count', 'flag'];

export const expectationKeys: Keys = {
  that: { says: 'The expectation.', value: ref('expression'), required: true },
  abort: {
    says: 'The run ends as soon as it can no longer be met. Default: false.',
    value: { type: 'boolean' },
  },
};

export const expectations: Readonly<Record<string, Schema>> = {
  expectation: mappingOr(mapping(expectationKeys), ref('expression')),
  expression: {
    ...textLike(
      units.flatMap(formsIn).join('|'),
      "MEASURE OPERATOR VALUE, with the value in the measure's unit, such as lost == 0 or emails.catchUp <= 70s; measures are in docs/scenario-file.md",
    ),
    examples: ['lost == 0', 'emails.catchUp <= 70s', 'emails.catchUp within 5% of predicted'],
  },
};

/** The expectations about the measures of a unit, with or without whose they are. */
function formsIn(unit: Unit): string[] {
  const ofUnit = measures.filter((measure) => measure.unit === unit);
  if (ofUnit.length === 0) return [];
  const { value, unit: behind } = written[unit];
  const from = behind === '' ? numberPattern : `${numberPattern}(?:${behind})?`;
  const predicted = ofUnit.filter((measure) => predictedFigure(measure) !== undefined);
  return [
    String.raw`${namesOf(ofUnit)}\s*(?:[<>]=?|[=!]=)\s*(?:${value})`,
    String.raw`${namesOf(ofUnit)}\s+in\s+${from}\s*\.\.\s*(?:${value})`,
    ...(predicted.length === 0
      ? []
      : [String.raw`${namesOf(predicted)}\s+within\s+(?:${numberPattern}%|${value})\s+of\s+predicted`]),
  ];
}

function namesOf(of: readonly Measure[]): string {
  const names = [...new Set(of.flatMap((measure) => measure.names))].sort();
  return `(?:${namePattern}\\.)?(?:${names.map((name) => name.replaceAll('.', '\\.')).join('|')})`;
}
