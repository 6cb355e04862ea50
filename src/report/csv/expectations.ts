import type { Result } from '../../result/types.js';
import { csvTable } from './rows.js';

/** `expectations.csv`: each expectation with what came of it, and then the rules of the baseline, if it was held against one. */
export function expectationsCsv({ expectations, gates }: Result): string {
  const header = ['expression', 'measure', 'unit', 'expected', 'actual', 'outcome', 'reason'];
  const rules = gates?.rules ?? [];
  return csvTable(header, [
    ...expectations.map(({ expression, measure, scope = null, unit, expected, actual, outcome, reason }) => [
      expression,
      measure === undefined ? null : scope === null ? measure : `${scope}.${measure}`,
      unit ?? null,
      expected ?? null,
      actual,
      outcome,
      reason,
    ]),
    ...rules.map(({ rule, measure, unit, limit, allows, actual, outcome, reason }) => [
      rule,
      measure,
      unit,
      limit === null ? null : `${allows} ${limit}`,
      actual,
      outcome,
      reason,
    ]),
  ]);
}
