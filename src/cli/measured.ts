import { evaluate } from '../analysis/expectations.js';
import type { MeasuredValue } from '../result/sweep.js';
import type { Result } from '../result/types.js';
import type { ExpectationSpec } from '../scenario/types.js';

/** What a result says of an expectation's measure. */
export type Measured = MeasuredValue & {
  /** Whether the expectation holds; null: not known. */
  readonly holds: boolean | null;
};

/** The value of an expectation's measure in a result, and whether it holds. What is never is told with its reason. */
export function measuredOf(spec: ExpectationSpec, result: Result): Measured {
  const [found] = evaluate([spec], result, true);
  const { actual = null, outcome = 'unknown', reason = null } = found ?? {};
  const isNever = actual === null && outcome !== 'unknown';
  return {
    actual,
    reason: isNever ? neverReason(spec, result) : actual === null ? reason : null,
    holds: outcome === 'unknown' ? null : outcome === 'pass',
  };
}

function neverReason({ scope, measure }: ExpectationSpec, { queues }: Result): string {
  if (measure !== 'catchUpSeconds') return 'never';
  const found = Object.entries(queues).find(
    ([name, queue]) => (scope === null || name === scope) && queue.catchUpSeconds === null,
  );
  return found?.[1].catchUpReason ?? 'never';
}
