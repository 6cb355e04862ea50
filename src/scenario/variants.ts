import type { Problem } from '../errors.js';
import { entriesOf } from './checks.js';
import { appended, flagPlace, type Setting, stepsOf, withSetting } from './edit.js';
import { isName } from './names.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { type Entry, isNull, type Place, type Tree, valueAt } from './tree.js';

/** A named set of changes to a scenario. */
export interface Variant {
  readonly name: string;
  readonly settings: readonly Setting[];
  /** Expectations beside those of the scenario. */
  readonly expect: readonly Tree[];
  /** Where it is defined. */
  readonly place: Place;
}

/** Most variants of a scenario: each is a run. */
export const mostVariants = 32;

const example = '{none: {queues.emails.idempotency: none}}';

/** The variants of a file that has not been checked yet; what they set is checked where they are applied. */
export function variantsIn(tree: Tree, problems: Problems): Variant[] {
  const node = valueAt(tree, 'variants');
  if (node === undefined || isNull(node)) return [];
  const entries = entriesOf(node, problems, example);
  if (node.kind === 'mapping' && entries.length === 0)
    problems.add(node.place, 'names no variant', `write ${example}, or leave \`variants\` out`);
  if (entries.length > mostVariants)
    problems.add(node.place, `has ${entries.length} variants`, `at most ${mostVariants}`);
  return entries.map((entry) => readVariant(entry, problems));
}

function readVariant({ key, keyPlace, value }: Entry, problems: Problems): Variant {
  isName(key, keyPlace, problems);
  const settings: Setting[] = [];
  const expect: Tree[] = [];
  if (isNull(value) || (value.kind === 'leaf' && value.value === null))
    problems.add(
      keyPlace,
      'does not say what it changes',
      'write such as queues.emails.rate: 10/s, or {} for the scenario as it is',
    );
  else
    for (const each of entriesOf(value, problems, '{queues.emails.rate: 10/s}')) {
      if (each.key === 'expect' && each.value.kind === 'list') expect.push(...each.value.items);
      else settings.push(...readSetting(each, problems));
    }
  return { name: key, settings, expect, place: keyPlace };
}

function readSetting({ key, keyPlace, value }: Entry, problems: Problems): Setting[] {
  const steps = stepsOf(key);
  if (steps === null) {
    problems.add(keyPlace, `\`${key}\` is not a path`, 'write path: value, such as queues.emails.rate: 10/s');
    return [];
  }
  // A change written as in the scenario would put away everything else that is there.
  if (key === 'queues' || key === 'producers' || key === 'providers') {
    problems.add(keyPlace, `replaces all ${key}`, `write the whole path: ${pathInto(key, value)}`);
    return [];
  }
  return [{ steps, value }];
}

/** The path to the first single value. */
function pathInto(path: string, tree: Tree): string {
  const [first] = tree.kind === 'mapping' ? tree.entries : [];
  if (first !== undefined) return pathInto(`${path}.${first.key}`, first.value);
  return `${path}: ${tree.kind === 'leaf' && tree.text !== '' ? tree.text : '…'}`;
}

/** The scenario as the variant has it: its settings in order, and its expectations behind those that are there. */
export function withVariant(tree: Tree, { settings, expect }: Variant, problems: Problems): Tree {
  let result = tree;
  for (const setting of settings) result = withSetting(result, setting, problems);
  return expect.length === 0 ? result : appended(result, 'expect', expect);
}

/** Those that are asked for by name, in their order; without names, all. */
export function selected(
  variants: readonly Variant[],
  only: readonly string[],
  problems: Problems,
): readonly Variant[] {
  if (only.length === 0) return variants;
  const names = variants.map(({ name }) => name);
  for (const name of new Set(only)) {
    if (names.includes(name)) continue;
    const place = flagPlace(`--only ${name}`, 'variants');
    if (names.length > 0) problems.add(place, `there is no variant \`${name}\``, suggest(name, names));
    else
      problems.add(
        place,
        'the scenario has no variants',
        'leave --only out, or make some with --vary path=value,value',
      );
  }
  return variants.filter(({ name }) => only.includes(name));
}

/** A problem that is there only with a variant, told so that one looks for it there. */
export function inVariant(problem: Problem, { name, place }: Variant): Problem {
  const { file, line, path, message } = problem;
  // What `--vary` brings in is told by its own name; what another flag brings in must say with what it doesn't go.
  if (file === undefined)
    return path.startsWith('--vary ')
      ? problem
      : { ...problem, message: `${message} (in the variant ${name})` };
  if (place.flag === null && path.startsWith(`${place.path}.`)) return problem;
  const where = [path, ...(line === undefined ? [] : [`line ${line}`])].filter((part) => part !== '');
  const told = { message: `with ${name}, ${where.join(', ')}: ${message}`, ...hintOf(problem) };
  if (place.flag !== null) return { path: place.flag, ...told };
  return { file, ...(place.line === null ? {} : { line: place.line }), path: place.path, ...told };
}

function hintOf({ hint }: Problem): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
