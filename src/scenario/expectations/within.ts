import type { Measure } from '../../result/measures.js';
import { predictedFigure, predictedNames } from '../../result/predicted-measures.js';
import { failed, parseShare, type Reading } from '../units.js';
import type { NearPrediction } from './types.js';
import { parseValue } from './value.js';

/**
 * Reads what stands behind `within`: `5% of predicted`, `3s of predicted`.
 * @param name the measure as it was written
 */
export function parseWithin(text: string, name: string, measure: Measure): Reading<NearPrediction> {
  const [, amount] = /^(.+?)\s+of\s+predicted$/.exec(text) ?? [];
  if (amount === undefined)
    return failed(
      `\`within ${text}\` does not say of what`,
      `write ${name} within ${amountIn(text)} of predicted`,
    );
  if (predictedFigure(measure) === undefined)
    return failed(`${name} is not predicted`, `predicted are: ${predictedNames.join(', ')}`);
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(amount)?.[1];
  if (percent === undefined) {
    const tolerance = parseValue(amount, name, measure);
    return tolerance.ok ? nearBy(tolerance.value, false) : tolerance;
  }
  if (amount !== `${percent}%`)
    return failed(`${amount} has a space in it`, `write ${name} within ${percent}% of predicted`);
  const share = parseShare(amount);
  if (!share.ok) return failed(`${amount} of predicted is more than all of it`, 'write a share up to 100%');
  return nearBy(share.value, true);
}

function nearBy(tolerance: number, isShare: boolean): Reading<NearPrediction> {
  return { ok: true, value: { operator: 'within', tolerance, isShare } };
}

/** The amount in a text that says too little, closed up; where there is none, the usual one. */
function amountIn(text: string): string {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(%|[A-Za-z/]+)?(?=\s|$)/.exec(text) ?? [];
  return number === undefined || unit === 'of' ? '5%' : `${number}${unit ?? ''}`;
}
