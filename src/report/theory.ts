import type { QueueTheory, Result, TheoryFormula } from '../result/types.js';
import { decimal, rate, seconds } from './format.js';
import type { Paint } from './paint.js';
import { table } from './table.js';
import { wrap } from './text.js';

/** Most formulas of a queue that are shown: the first ones are the most telling. */
const mostFormulas = 3;

/** The closed forms of each predicted queue, filled in with the scenario's numbers. Nothing of a measured result. */
export function theorySection(result: Result, colors: Paint, width: number): string[] {
  if (result.origin !== 'predicted') return [];
  const rows = Object.entries(result.queues).flatMap(([name, { theory }]) =>
    theory === undefined
      ? []
      : linesOf(theory).map(([label, text], at) => [at === 0 ? colors.bold(name) : '', label, text]),
  );
  if (rows.length === 0) return [];
  const lines = table(
    [
      { head: 'Theory', align: 'left' },
      { head: '', align: 'left' },
      { head: "closed forms, with this scenario's numbers", align: 'left', wraps: true },
    ],
    rows,
    colors,
    width,
  );
  const note =
    'Of steady rates and many messages; what windows, single messages and chance make of it is above.';
  return [...lines, ...wrap(note, width - 2).map((line) => `  ${colors.dim(line)}`)];
}

/** Each with its label. */
function linesOf(theory: QueueTheory): [string, string][] {
  return [
    ['capacity', capacity(theory)],
    ['utilisation', utilisation(theory)],
    ...theory.formulas
      .slice(0, mostFormulas)
      .map((formula): [string, string] => [formula.name, filledIn(formula)]),
    ['mean wait', band(theory)],
  ];
}

const bounds = {
  limit: ', bound by the limit',
  provider: ', bound by its provider',
  hands: ', bound by its hands',
  nobody: ', nobody serves it',
  nothing: ', nothing bounds it',
} as const;

function capacity({ capacity: { perSecond, boundBy, filled } }: QueueTheory): string {
  return `μ = ${filled} = ${perSecond === null ? '∞' : rate(perSecond)}${bounds[boundBy]}`;
}

function utilisation({
  arrivals,
  capacity: { perSecond },
  utilisation: rho,
  stability,
}: QueueTheory): string {
  const { meanPerSecond: mean, calmPerSecond: calm, peakPerSecond: peak } = arrivals;
  if (rho.mean === null || rho.calm === null || rho.peak === null || perSecond === null) {
    return `λ = ${rate(mean)}, ${stability}`;
  }
  // Above 1 where attempts that fail are made again.
  const attempts = (rho.mean * perSecond) / mean;
  const times = attempts > 1 + 1e-9 ? `${figure(attempts)} × ` : '';
  if (peak - calm > peak * 1e-9) {
    return `ρ = ${times}λ/μ = ${figure(rho.mean)} on average (${rate(mean)}), ${figure(rho.calm)} in the calm (${rate(calm)}), ${figure(rho.peak)} at the peak (${rate(peak)}), ${stability}`;
  }
  return `ρ = ${times}λ/μ = ${times}${figure(mean)}/${figure(perSecond)} = ${figure(rho.mean)}, ${stability}`;
}

function filledIn({ says, general, filled, value, unit, note }: TheoryFormula): string {
  const left = general === filled ? general : `${general} = ${filled}`;
  return `${says} ${left} = ${amount(value, unit)}${note === null ? '' : `, ${note}`}`;
}

function amount(value: number | null, unit: TheoryFormula['unit']): string {
  if (value === null) return 'never';
  switch (unit) {
    case 'seconds':
      return seconds(value);
    case 'perSecond':
      return rate(value);
    case 'hands':
      return figure(value);
    default:
      return `${decimal(value, unit === 'messages' ? 1 : 2)} ${unit}`;
  }
}

function band({ waitBand, whyNoBand }: QueueTheory): string {
  if (waitBand === null) return `no analytic sanity band: ${whyNoBand ?? 'not known'}`;
  const { label, erlangCSeconds, allenCunneenSeconds, arrivalCvSquared, serviceCvSquared } = waitBand;
  const variation = `ca² = ${figure(arrivalCvSquared)}, cs² = ${figure(serviceCvSquared)}`;
  const erlang = `${seconds(erlangCSeconds)} by Erlang C (M/M/${decimal(waitBand.servers, 0)})`;
  return `${label}: ${erlang}, ${seconds(allenCunneenSeconds)} by Allen–Cunneen (${variation})`;
}

/** Two decimals, and three digits below 1. */
function figure(value: number): string {
  return Math.abs(value) < 1 ? decimal(Number(value.toPrecision(3)), 6) : decimal(value, 2);
}
