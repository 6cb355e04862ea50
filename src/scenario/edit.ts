import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import {
  below,
  type Entry,
  isNull,
  type Leaf,
  type List,
  type Mapping,
  type Place,
  type Tree,
  valueAt,
} from './tree.js';

/** A key or an index on the way to a value. */
export type Step = string | number;

/** `faults[0].at` → faults, 0, at. Null where it is not a path. */
export function stepsOf(path: string): Step[] | null {
  if (!/^[A-Za-z][\w-]*(\[\d+\])*(\.[A-Za-z][\w-]*(\[\d+\])*)*$/.test(path)) return null;
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );
}

/** One value that is to be another: `queues.emails.rate` is to be what `value` says. The value's place is where that was said. */
export interface Setting {
  readonly steps: readonly Step[];
  readonly value: Tree;
}

/**
 * The tree with a value put in. Keys may be new (the check knows which there are); producers, queues, providers and list items must exist.
 * What can't be done is noted, and the tree stays as it is.
 */
export function withSetting(tree: Tree, { steps, value }: Setting, problems: Problems): Tree {
  if (steps[0] === 'variants' && !(steps.length === 1 && isNull(value))) {
    const hint =
      '--only NAME runs one of them, --vary path=value,value makes others, variants=null takes them away';
    problems.add(value.place, "variants can't be changed", hint);
    return tree;
  }
  const before = problems.count;
  const changed = withValue(tree, steps, value, '', problems);
  return problems.count === before ? changed : tree;
}

function withValue(
  tree: Tree | undefined,
  steps: readonly Step[],
  value: Tree,
  path: string,
  problems: Problems,
): Tree {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const here = path === '' ? 'the scenario' : path;
  if (typeof step === 'number') {
    if (tree?.kind === 'list' && step < tree.items.length) {
      const items = tree.items.map((item, i) =>
        i === step ? withValue(item, rest, value, below(path, step), problems) : item,
      );
      return { ...tree, items };
    }
    const count = tree?.kind === 'list' ? tree.items.length : 0;
    problems.add(value.place, `there is no ${below(path, step)}`, listHint(here, count));
    return tree ?? value;
  }
  if (tree !== undefined && tree.kind !== 'mapping' && !(tree.kind === 'leaf' && tree.value === null)) {
    const found = tree.kind === 'list' ? 'a list' : tree.text;
    const hint = tree.kind === 'list' ? `write ${here}[0]` : `set ${here} as a whole: ${here}={…}`;
    problems.add(value.place, `${here} is ${found}, and has no key \`${step}\``, hint);
    return tree;
  }
  const known = tree?.kind === 'mapping' ? tree.entries.map((entry) => entry.key) : [];
  if (['queues', 'producers', 'providers'].includes(path) && !known.includes(step)) {
    problems.add(value.place, `there is no ${path.replace(/s$/, '')} \`${step}\``, suggest(step, known));
    return tree ?? value;
  }
  const child = withValue(valueAt(tree, step), rest, value, below(path, step), problems);
  return withKey(tree ?? { kind: 'mapping', entries: [], place: value.place }, step, child);
}

function listHint(path: string, count: number): string {
  if (count < 2) return count === 0 ? `${path} has no items` : `there is only ${path}[0]`;
  return `there are ${count}, ${path}[0] to ${path}[${count - 1}]`;
}

/** The mapping with items added to the list behind a key, which may be missing. */
export function appended(tree: Tree, key: string, items: readonly Tree[]): Tree {
  const old = valueAt(tree, key);
  // What is no list is answered by the check.
  if (old !== undefined && old.kind !== 'list' && !isNull(old)) return tree;
  const place = old?.place ?? { path: key, line: null, flag: null };
  const list: List = { kind: 'list', items: [...(old?.kind === 'list' ? old.items : []), ...items], place };
  return withKey(tree, key, list);
}

/** The mapping with a key changed or added; what is no mapping becomes one. */
export function withKey(tree: Tree, key: string, value: Tree): Mapping {
  const old = tree.kind === 'mapping' ? tree.entries : [];
  const isNew = !old.some((known) => known.key === key);
  const changed = old.map((known) => (known.key === key ? { ...known, value } : known));
  return {
    kind: 'mapping',
    place: tree.place,
    entries: isNew ? [...changed, entry(key, value)] : changed,
  };
}

/** A key with its value; its place is the value's. */
export function entry(key: string, value: Tree): Entry {
  return { key, keyPlace: value.place, value };
}

/** A value that is a text. */
export function leaf(text: string, place: Place): Leaf {
  return { kind: 'leaf', value: text, text: text.trim(), place };
}

/** Where a flag's value stands. */
export function flagPlace(flag: string, path: string): Place {
  return { path, line: null, flag };
}
