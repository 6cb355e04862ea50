import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { below, type Entry, isNull, type Mapping, type Place, type Tree, valueAt } from './tree.js';
import { parseDuration, parseLimit, parseRate, parseShare, parseSpeed, type Reading } from './units.js';

/** Reads a value out of a tree; undefined: it can't be read, and the problem has been noted. */
export type Check<T> = (tree: Tree, problems: Problems) => T | undefined;

/** What a tree is, in words. */
export function kindOf(tree: Tree): string {
  if (tree.kind === 'list') return 'a list';
  if (tree.kind === 'mapping') return 'a mapping';
  return tree.value === null ? 'empty' : tree.text === '' ? 'an empty text' : tree.text;
}

/** A text that is not empty. */
export const text: Check<string> = (tree, problems) => {
  if (tree.kind === 'leaf' && tree.value !== null && tree.text.trim() !== '') return tree.text.trim();
  problems.add(
    tree.place,
    `is ${kindOf(tree)}, not a text`,
    'write a text, in quotes where it has `: ` in it',
  );
  return undefined;
};

/** A check made of a reader of texts, such as those of units.ts. */
export function reading<T>(read: (text: string) => Reading<T>, what: string, example: string): Check<T> {
  return (tree, problems) => {
    if (tree.kind !== 'leaf' || tree.value === null) {
      problems.add(tree.place, `is ${kindOf(tree)}, not ${what}`, `write ${example}`);
      return undefined;
    }
    const result = read(tree.text);
    if (result.ok) return result.value;
    problems.add(tree.place, result.message, result.hint);
    return undefined;
  };
}

/** A duration from 0, in seconds. */
export const duration = reading(parseDuration, 'a duration', 'a duration such as 200ms, 3s or 10min');

/** A duration above 0, in seconds. */
export const positiveDuration: Check<number> = (tree, problems) => {
  const seconds = duration(tree, problems);
  if (seconds !== 0) return seconds;
  problems.add(tree.place, 'must be longer than 0', 'write a duration such as 200ms, 3s or 10min');
  return undefined;
};

/** A queue's limit. */
export const limit = reading(parseLimit, 'a rate', 'a rate such as 5/s or 1/200ms');

/** A producer's rate, as messages per second; from 0. */
export const perSecond: Check<number> = (tree, problems) => {
  const rate = reading(parseRate, 'a rate', 'a rate such as 100/s or 1000/min')(tree, problems);
  return rate === undefined ? undefined : rate.count / rate.perSeconds;
};

/** A part of a whole, from 0 to 1. */
export const share = reading(parseShare, 'a share', 'a share such as 10% or 0.1');

/** Yes or no. */
export const yesOrNo: Check<boolean> = (tree, problems) => {
  if (tree.kind === 'leaf' && typeof tree.value === 'boolean') return tree.value;
  problems.add(tree.place, `is ${kindOf(tree)}, not true or false`, 'write true or false');
  return undefined;
};

/** How many times faster than real time. */
export const speed = reading(parseSpeed, 'a speed', 'a number from 0.1 to 100');

/** A whole number within limits. */
export function wholeNumber(from: number, to: number): Check<number> {
  return (tree, problems) => {
    if (tree.kind === 'leaf' && typeof tree.value === 'number') {
      const value = tree.value;
      if (Number.isInteger(value) && value >= from && value <= to) return value;
    }
    const range = to === Number.MAX_SAFE_INTEGER ? `of ${from} or more` : `from ${from} to ${to}`;
    problems.add(
      tree.place,
      `is ${kindOf(tree)}, not a whole number ${range}`,
      `write a whole number ${range}`,
    );
    return undefined;
  };
}

/** A number above 0, to a limit. */
export function positiveNumber(to: number): Check<number> {
  return (tree, problems) => {
    if (tree.kind === 'leaf' && typeof tree.value === 'number' && tree.value > 0 && tree.value <= to)
      return tree.value;
    problems.add(
      tree.place,
      `is ${kindOf(tree)}, not a number above 0, to ${to}`,
      'write a number such as 1 or 0.5',
    );
    return undefined;
  };
}

/** One of a few words. */
export function oneOf<W extends string>(words: readonly W[]): Check<W> {
  return (tree, problems) => {
    const written = tree.kind === 'leaf' ? tree.text : '';
    const word = words.find((candidate) => candidate === written);
    if (word === undefined)
      problems.add(tree.place, `is ${kindOf(tree)}, not ${inWords(words)}`, suggest(written, words));
    return word;
  };
}

/** `a, b or c`. */
export function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** A list, every item by the same check; items that can't be read are left out. */
export function listOf<T>(item: Check<T>, example: string): Check<T[]> {
  return (tree, problems) => {
    if (tree.kind !== 'list') {
      problems.add(tree.place, `is ${kindOf(tree)}, not a list`, `write ${example}`);
      return undefined;
    }
    return tree.items.flatMap((child) => item(child, problems) ?? []);
  };
}

/** The keys that a mapping may have. */
export interface Shape {
  /** What it is, with its article: `a queue`. */
  readonly what: string;
  readonly known: readonly string[];
  /** Keys that belong to the file's language and can't be used yet. */
  readonly notYet?: readonly string[];
  /** How it may be written, for whoever wrote something else than a mapping; default: its keys. */
  readonly example?: string;
}

/** A mapping whose keys are known; its values are asked for one by one. */
export class Fields {
  private constructor(
    private readonly tree: Mapping,
    private readonly problems: Problems,
  ) {}

  /** Notes every key that is not known. Undefined where the tree is no mapping. */
  static open(tree: Tree, problems: Problems, shape: Shape): Fields | undefined {
    const keys = `the ${shape.known.length === 1 ? 'key' : 'keys'} ${shape.known.join(', ')}`;
    const mapping = mappingOf(tree, problems, shape.example ?? `${shape.what} with ${keys}`);
    if (mapping === undefined) return undefined;
    for (const { key, keyPlace } of mapping.entries) {
      if (shape.known.includes(key)) continue;
      if (shape.notYet?.includes(key))
        problems.add(keyPlace, `\`${key}\` is not supported yet`, 'leave it out for now');
      else problems.add(keyPlace, `${shape.what} has no key \`${key}\``, suggest(key, shape.known));
    }
    return new Fields(mapping, problems);
  }

  get place(): Place {
    return this.tree.place;
  }

  /** The value of a key; undefined where the key is missing or its value is `null`. */
  node(key: string): Tree | undefined {
    const value = valueAt(this.tree, key);
    return isNull(value) ? undefined : value;
  }

  /** The value by a check; a missing key is a problem. */
  required<T>(key: string, check: Check<T>, hint: string): T | undefined {
    const node = this.node(key);
    if (node !== undefined) return this.checked(node, check);
    this.missing(key, hint);
    return undefined;
  }

  /** The value by a check, or the fallback where the key is missing. */
  optional<T, F>(key: string, check: Check<T>, fallback: F): T | F | undefined {
    const node = this.node(key);
    return node === undefined ? fallback : this.checked(node, check);
  }

  /** Notes that a key is missing. */
  missing(key: string, hint: string): void {
    const { place } = this.tree;
    this.problems.add({ ...place, path: below(place.path, key) }, `\`${key}\` is missing`, hint);
  }

  private checked<T>(node: Tree, check: Check<T>): T | undefined {
    if (node.kind !== 'leaf' || node.value !== null) return check(node, this.problems);
    this.problems.add(node.place, 'has no value', 'write one, or leave the key out');
    return undefined;
  }
}

/** The one key of a mapping that says one of several things, with its value, which may be empty. */
export function onlyKey<W extends string>(
  tree: Tree,
  words: readonly W[],
  what: string,
  hint: string,
  problems: Problems,
): { readonly name: W; readonly value: Tree } | undefined {
  if (tree.kind !== 'mapping') return undefined;
  const [first, ...others] = tree.entries;
  if (first === undefined || others.length > 0) {
    const message =
      first === undefined
        ? 'says nothing'
        : `says ${tree.entries.map(({ key }) => key).join(' and ')} at once`;
    problems.add(tree.place, message, hint);
    return undefined;
  }
  const name = words.find((word) => word === first.key);
  if (name !== undefined) return { name, value: first.value };
  problems.add(first.keyPlace, `${what} has no key \`${first.key}\``, suggest(first.key, words));
  return undefined;
}

/** Whether there is nothing behind a key, or `null`. */
export function isEmpty(tree: Tree): boolean {
  return tree.kind === 'leaf' && (tree.value === null || tree.text.trim() === '');
}

/** The entries of a mapping whose keys are names. */
export function entriesOf(tree: Tree, problems: Problems, what: string): readonly Entry[] {
  return mappingOf(tree, problems, what)?.entries ?? [];
}

function mappingOf(tree: Tree, problems: Problems, what: string): Mapping | undefined {
  if (tree.kind === 'mapping') return tree;
  const found = tree.kind === 'leaf' && tree.value === null ? 'is empty' : `is ${kindOf(tree)}`;
  problems.add(tree.place, `${found}, not a mapping`, `write ${what}`);
  return undefined;
}

/** The parts of a whole, if none of them is undefined. */
export function complete<T extends object>(parts: { [Key in keyof T]: T[Key] | undefined }): T | undefined {
  return Object.values(parts).includes(undefined) ? undefined : (parts as T);
}
