import { readFileSync } from 'node:fs';
import { LaunchpadError, messageOf } from '../../errors.js';
import type { Comparison } from '../../result/comparison.js';
import type { Repeat } from '../../result/repeat.js';
import { ageOf } from '../../result/schema.js';
import type { Result } from '../../result/types.js';
import { isObject, whatIsMissing, whatIsWrongIn } from './result-shape.js';

/** What a JSON file holds that can be compared. */
export type ResultFile = { readonly schema: string } & (
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'repeat'; readonly repeat: Repeat }
);

const hint =
  'Name a run directory, the result.json in one, what `launchpad simulate --json FILE` wrote, or a repeat.json.';

/**
 * Reads a result, a comparison of variants or repeated runs from a file. Of a newer or older schema what there is, if it has the parts that
 * a comparison needs.
 * @throws LaunchpadError `run-not-found` where there is no such file, `ledger-damaged` where it is of another kind or not whole
 */
export function readResultFile(path: string): ResultFile {
  const value = parsed(path);
  const { schema } = (value ?? {}) as { schema?: unknown };
  if (typeof schema !== 'string') throw damaged(path, 'it is not a result: it says no schema');
  if (ageOf(value, 'launchpad.repeat/1') === 'same') {
    const repeat = value as Repeat;
    const wrong = whatIsWrongIn(repeat);
    if (wrong !== null) throw damaged(path, wrong);
    return { schema, kind: 'repeat', repeat };
  }
  if (ageOf(value, 'launchpad.result/1') === 'other')
    throw damaged(path, `it is no result, but of the schema ${schema}`);
  const { variants } = value as Partial<Comparison>;
  if (variants === undefined) {
    const wrong = whatIsMissing(value);
    if (wrong !== null) throw damaged(path, wrong);
    return { schema, kind: 'result', result: value as Result };
  }
  if (!isObject(variants) || Object.keys(variants).length === 0)
    throw damaged(path, 'its variants are not there');
  for (const [name, each] of Object.entries(variants)) {
    const wrong = whatIsMissing(each);
    if (wrong !== null) throw damaged(path, `variant ${name}: ${wrong}`);
  }
  return { schema, kind: 'comparison', comparison: value as Comparison };
}

function parsed(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new LaunchpadError('run-not-found', `There is no ${path}`, { hint, cause: error });
    throw damaged(path, messageOf(error), error);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw damaged(path, `it is not whole: ${messageOf(error)}`, error);
  }
}

function damaged(path: string, what: string, cause?: unknown): LaunchpadError {
  return new LaunchpadError('ledger-damaged', `${path} can't be used: ${what}`, { hint, cause });
}
