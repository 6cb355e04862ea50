import type { Difference, Result } from '../result/types.js';
import { servedQueues } from './direct.js';
import { decimal, seconds, signed } from './format.js';
import { wrap } from './text.js';

type Format = (value: number | null) => string;

const labels = {
  peakBacklog: 'peak backlog',
  catchUpSeconds: 'catch-up time',
  drainedAtSeconds: 'drained at',
  maxWaitSeconds: 'longest wait',
  redeliveries: 'redeliveries',
  duplicateEffects: 'duplicate effects',
} as const;

/**
 * Why the run differed from its prediction: each cause with its share, what is predicted with all that was measured, and plainly what stays
 * unexplained. A measure that hardly differs is left out, where nothing of it is unexplained.
 */
export function differenceLines(result: Result, width: number): string[] {
  return servedQueues(result).flatMap((name) => {
    const told = (result.queues[name]?.difference ?? []).filter(isWorthTelling);
    const sentences = told.map((difference) => `${name}, ${differenceSentence(difference)}`);
    // Why it was not compared is the same for each measure.
    const [whyNot] = told
      .filter(({ verdict }) => verdict === 'not-compared')
      .flatMap(({ remark }) => remark ?? []);
    const all = whyNot === undefined ? sentences : [...sentences, `${name}: ${whyNot}.`];
    return all.flatMap((sentence) => wrap(sentence, width - 2, '  ').map((line) => `  ${line}`));
  });
}

function isWorthTelling(difference: Difference): boolean {
  const { measure, measured, predicted, verdict } = difference;
  if (verdict === 'unexplained') return true;
  const format = formatOf(measure);
  return format(measured) !== format(predicted) && !isNegligible(difference);
}

/** `catch-up time: 59.6 s instead of 58.3 s (+1.3 s): worker start (+1 s), … . Predicted again with what was measured: 59.5 s.` */
export function differenceSentence({
  measure,
  measured,
  predicted,
  causes,
  again,
  unexplained,
  verdict,
  remark,
}: Difference): string {
  const format = formatOf(measure);
  const value = (each: number | null): string => (each === null ? 'never' : format(each));
  const total = measured === null || predicted === null ? '' : ` (${signed(measured - predicted, format)})`;
  const least = 0.001 * Math.abs(measured ?? 0);
  const shares = causes
    .filter(({ amount }) => amount === null || Math.abs(amount) >= least)
    .map(({ cause, amount }) => (amount === null ? cause : `${cause} (${signed(amount, format)})`));
  const why = shares.length === 0 ? '' : `: ${shares.join(', ')}`;
  const plain = `${labels[measure]}: ${value(measured)} instead of ${value(predicted)}${total}${why}.`;
  if (verdict === 'not-compared') return plain;
  const afterwards = `${plain} Predicted again with what was measured: ${value(again)}`;
  if (verdict === 'explained') return `${afterwards}${remark === null ? '' : `, ${remark}`}.`;
  const rest = unexplained === null ? '' : ` (${signed(unexplained, format)})`;
  return `${afterwards}. The rest stays unexplained${rest}${remark === null ? '' : `: ${remark}`}.`;
}

function formatOf(measure: Difference['measure']): Format {
  return measure.endsWith('Seconds') ? seconds : (value) => (value === null ? '' : decimal(value, 1));
}

/** Within half a hundredth of what was predicted, or below what can be told apart: not worth a sentence. */
function isNegligible({ measure, measured, predicted }: Difference): boolean {
  if (measured === null || predicted === null) return false;
  const least = measure.endsWith('Seconds') ? 0.05 : 0.5;
  return Math.abs(measured - predicted) <= Math.max(least, 0.005 * Math.abs(predicted));
}
