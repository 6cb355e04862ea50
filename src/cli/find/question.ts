import { parseExpectation } from '../../scenario/expectations/index.js';
import type { Scopes } from '../../scenario/owners.js';
import type { ExpectationSpec } from '../../scenario/types.js';
import type { Reading } from '../../scenario/units.js';

/** What is asked: a setting, and what is to hold. */
export interface Question {
  readonly path: string;
  readonly conditions: readonly string[];
}

const hint =
  'write PATH such that CONDITION and CONDITION, such as --find "queues.emails.rate such that emails.catchUp <= 60s"';

/** Reads `queues.emails.rate such that emails.catchUp <= 60s and lost == 0`. */
export function parseQuestion(typed: string): Reading<Question> {
  const words = typed.trim();
  const [, path, rest] = /^(\S+)\s+such\s+that\s+(.+)$/is.exec(words) ?? [];
  if (path === undefined || rest === undefined)
    return { ok: false, message: `\`${words || 'an empty text'}\` is not a question`, hint };
  const conditions = rest.split(/\s+and(?:\s+|$)|\s*&&\s*/i).map((each) => each.trim());
  if (conditions.includes('')) return { ok: false, message: 'one of the conditions is empty', hint };
  return { ok: true, value: { path, conditions } };
}

/** Reads the conditions, each an expectation. */
export function parseConditions(
  conditions: readonly string[],
  scopes: Scopes,
): Reading<readonly ExpectationSpec[]> {
  const specs: ExpectationSpec[] = [];
  for (const condition of conditions) {
    const read = parseExpectation(condition, scopes);
    if (!read.ok) return read;
    if (read.value.operator === 'within') {
      const message = `\`${condition}\` holds at every value, for what is looked at are predictions`;
      return { ok: false, message, hint: 'write a value, such as emails.catchUp in 50s..70s' };
    }
    specs.push(read.value);
  }
  return { ok: true, value: specs };
}
