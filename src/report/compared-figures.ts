import type { Figure, MeasureDifference, Noise } from '../result/compare.js';
import type { MeasureUnit } from '../result/measures.js';
import { count, decimal, rate, secondsCell, signed, unknownFigure } from './format.js';
import type { Paint } from './paint.js';

/** A measure's value in its unit: `58.7 s`, `5/s`, `never`. */
export function figure(value: Figure, unit: MeasureUnit): string {
  if (value === null) return unknownFigure;
  if (value === 'never') return value;
  if (unit === 'seconds') return secondsCell(value);
  if (unit === 'perSecond') return rate(value);
  // A median may lie between two counts.
  return Number.isInteger(value) ? count(value) : decimal(value, 2);
}

/** With its sign: `+5.8 s`. */
export function differenceCell({ difference, unit }: MeasureDifference): string {
  return difference === null ? unknownFigure : signed(difference, (value) => figure(value, unit));
}

/** `×1.10` */
export function ratioCell({ ratio }: Pick<MeasureDifference, 'ratio'>): string {
  if (ratio === null) return unknownFigure;
  return `×${decimal(ratio, ratio < 10 ? 2 : ratio < 100 ? 1 : 0, ratio < 10)}`;
}

/** What is said of noise in a table. */
export function noiseCell({ verdict, p }: Noise, colors: Paint): string {
  const words = {
    same: colors.dim('same'),
    within: colors.dim('noise'),
    beyond: colors.bold('more'),
    untold: colors.words(colors.warn, "can't tell"),
  }[verdict];
  return p === undefined
    ? words
    : `${words}, p ${p < 0.001 ? 'below 0.001' : String(Number(p.toPrecision(2)))}`;
}
