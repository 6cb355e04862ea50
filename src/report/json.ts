import { isComparison, type Outcome } from '../result/comparison.js';
import type { Result } from '../result/types.js';

/**
 * The result (or the comparison of several) as JSON, ending with a line break. A number that JSON can't hold becomes null, and a warning in the result says where.
 * Series of numbers take one line each; control characters are escaped, so that it can be printed on a terminal.
 */
export function renderJson(outcome: Outcome): string {
  const whole = isComparison(outcome)
    ? {
        ...outcome,
        variants: Object.fromEntries(
          Object.entries(outcome.variants).map(([name, result]) => [name, withWarnings(result)]),
        ),
      }
    : withWarnings(outcome);
  return toJson(whole);
}

/** Any data as JSON, in the same way; what JSON can't hold becomes null. */
export function toJson(whole: object): string {
  const text = JSON.stringify(whole, null, 2)
    // A raw line break is never inside a string, so this matches arrays of numbers alone.
    .replace(/\[\n[\s\d.,eE+-]*?\]/g, (numbers) =>
      numbers.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
    );
  return `${escapeControls(text)}\n`;
}

/** JSON with those control characters escaped that JSON itself lets pass. */
export function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function withWarnings(result: Result): Result {
  const places = unwritable(result, '');
  if (places.length === 0) return result;
  const warnings = places.map(
    (place) => `${place} is not a number that JSON can hold; it is written as null.`,
  );
  return { ...result, warnings: [...result.warnings, ...warnings] };
}

/** The paths of all numbers that are not finite. */
function unwritable(value: unknown, path: string): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    unwritable(member, path === '' ? key : `${path}.${key}`),
  );
}
