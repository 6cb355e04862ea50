import { appended, entry, flagPlace, leaf, stepsOf, withKey, withSetting } from './edit.js';
import { faultKinds, queueOfFault } from './faults.js';
import { suggest } from './nearest.js';
import type { Problems } from './problems.js';
import { totalOfPhases } from './producer.js';
import { isNull, type Leaf, type Mapping, readFlagValue, type Tree, valueAt } from './tree.js';
import { formatDuration } from './units.js';

/** What the command line changes of a scenario: every text as it was typed after its flag. */
export interface Overrides {
  /** `queues.emails.rate=10/s`, `faults[0].at=2s`; the value is YAML, `null` takes a key away. */
  readonly set?: readonly string[];
  readonly speed?: string;
  readonly seed?: string;
  /** `100/s`, where there is one producer, or `orders=100/s`. */
  readonly rate?: readonly string[];
  /** `10s` or `orders=10s`. */
  readonly for?: readonly string[];
  /** `emails@3s`. Together with `restart` replaces the file's faults on that queue or service. */
  readonly kill?: readonly string[];
  /** `emails@6s`. */
  readonly restart?: readonly string[];
  /** `lost == 0`; added to the file's. */
  readonly expect?: readonly string[];
  /** One of several values that are tried out, after all else. */
  readonly probe?: Probe;
}

/** A value that is tried out. */
export interface Probe {
  /** The flag that asks for it, without its value: `--sweep`. */
  readonly flag: string;
  readonly path: string;
  /** YAML. */
  readonly value: string;
}

/**
 * Applies the overrides to a scenario that has not been checked yet: first `set`, then the short forms.
 * What they bring in carries the flag as its place, so that later problems name the flag.
 */
export function applyOverrides(tree: Tree, overrides: Overrides, problems: Problems): Tree {
  if (tree.kind !== 'mapping') return tree;
  let result: Tree = tree;
  for (const typed of overrides.set ?? []) result = applySet(result, typed, problems);
  result = applyRates(result, overrides, problems);
  result = applyFaults(result, overrides, problems);
  for (const key of ['speed', 'seed'] as const) {
    const typed = overrides[key];
    if (typed === undefined) continue;
    const value = readFlagValue(typed, problems, flagPlace(`--${key} ${typed}`, key));
    if (value !== undefined) result = withKey(result, key, value);
  }
  const { probe } = overrides;
  if (probe !== undefined) result = applySet(result, `${probe.path}=${probe.value}`, problems, probe.flag);
  const expect = (overrides.expect ?? []).map((typed) =>
    leaf(typed, flagPlace(`--expect ${quoted(typed)}`, 'expect')),
  );
  return expect.length === 0 ? result : appended(result, 'expect', expect);
}

/** What the overrides change of what a scenario does, as typed; speed and seed only change how it is run. */
export function changesOf(overrides: Overrides): string[] {
  const kinds = ['set', 'rate', 'for', 'kill', 'restart', 'expect'] as const;
  const changes = kinds.flatMap((kind) =>
    (overrides[kind] ?? []).map((typed) => `--${kind} ${quoted(typed)}`),
  );
  const { probe } = overrides;
  return probe === undefined ? changes : [...changes, `--set ${quoted(`${probe.path}=${probe.value}`)}`];
}

function applySet(tree: Tree, typed: string, problems: Problems, flag = '--set'): Tree {
  const equals = typed.indexOf('=');
  const path = equals === -1 ? typed : typed.slice(0, equals).trim();
  const place = flagPlace(`${flag} ${typed}`, path);
  const steps = stepsOf(path);
  if (equals === -1 || steps === null) {
    const message = equals === -1 ? 'has no value' : `\`${path}\` is not a path`;
    problems.add(place, message, `write path=value, such as ${flag} queues.emails.rate=10/s`);
    return tree;
  }
  const value = readFlagValue(typed.slice(equals + 1), problems, place);
  return value === undefined ? tree : withSetting(tree, { steps, value }, problems);
}

/** A new rate and length of one producer. */
interface RateChange {
  readonly rate?: Leaf;
  readonly for?: Leaf;
}

function applyRates(tree: Tree, overrides: Overrides, problems: Problems): Tree {
  const changes = new Map<string, RateChange>();
  for (const key of ['rate', 'for'] as const) {
    for (const typed of overrides[key] ?? []) {
      const found = producerOf(tree, key, typed, problems);
      if (found !== null) changes.set(found.name, { ...changes.get(found.name), [key]: found.value });
    }
  }
  let producers = valueAt(tree, 'producers');
  for (const [name, change] of changes) {
    const producer = valueAt(producers, name);
    if (producers?.kind !== 'mapping' || producer?.kind !== 'mapping') continue;
    producers = withKey(producers, name, withRate(producer, name, change, problems));
  }
  return producers === undefined ? tree : withKey(tree, 'producers', producers);
}

/** The producer with a new rate, a new length or both. Phases become one, as long as all of them; both take the place of a trace. */
function withRate(producer: Mapping, name: string, change: RateChange, problems: Problems): Mapping {
  const written = valueAt(producer, 'phases');
  const phases = isNull(written) ? undefined : written;
  let { for: length } = change;
  let result = producer;
  const trace = valueAt(producer, 'trace');
  if (trace !== undefined && !isNull(trace)) {
    if (change.rate === undefined || length === undefined) {
      const place = (change.rate ?? length ?? producer).place;
      problems.add(place, `${name} has a trace`, 'give --rate and --for together, in its place');
      return producer;
    }
    result = { ...producer, entries: producer.entries.filter((known) => known.key !== 'trace') };
  }
  if (phases !== undefined) {
    if (change.rate === undefined) {
      const place = length?.place ?? producer.place;
      problems.add(place, `${name} has phases`, 'give --rate beside --for, or --set its phases');
      return producer;
    }
    const total = totalOfPhases(phases);
    if (total !== undefined) length ??= leaf(formatDuration(total), change.rate.place);
    // Phases that can't be read are answered by the check.
    if (length === undefined) return producer;
    result = { ...result, entries: result.entries.filter((known) => known.key !== 'phases') };
  }
  if (change.rate !== undefined) result = withKey(result, 'rate', change.rate);
  return length === undefined ? result : withKey(result, 'for', length);
}

function producerOf(
  tree: Tree,
  key: 'rate' | 'for',
  typed: string,
  problems: Problems,
): { name: string; value: Leaf } | null {
  const place = flagPlace(`--${key} ${typed}`, key);
  const names = producerNames(tree);
  const equals = typed.indexOf('=');
  if (equals === -1) {
    const [name] = names;
    if (name !== undefined && names.length === 1) return { name, value: leaf(typed, place) };
    problems.add(
      place,
      names.length === 0 ? 'there is no producer' : `there are ${names.length} producers`,
      names.length === 0
        ? 'write producers into the scenario'
        : `say which: ${names.map((n) => `--${key} ${n}=${typed}`).join(' or ')}`,
    );
    return null;
  }
  const name = typed.slice(0, equals).trim();
  if (names.includes(name)) return { name, value: leaf(typed.slice(equals + 1), place) };
  problems.add(place, `there is no producer \`${name}\``, suggest(name, names));
  return null;
}

function producerNames(tree: Tree): string[] {
  const producers = valueAt(tree, 'producers');
  return producers?.kind === 'mapping' ? producers.entries.map((entry) => entry.key) : [];
}

function applyFaults(tree: Tree, overrides: Overrides, problems: Problems): Tree {
  const added: Tree[] = [];
  for (const kind of ['kill', 'restart'] as const) {
    for (const typed of overrides[kind] ?? []) {
      const place = flagPlace(`--${kind} ${typed}`, 'faults');
      const at = typed.indexOf('@');
      if (at <= 0 || at === typed.length - 1) {
        problems.add(
          place,
          `\`${typed}\` is not a name and a time`,
          `write NAME@TIME, the name of a queue or a service, such as --${kind} emails@3s`,
        );
        continue;
      }
      const entries = [
        entry('at', leaf(typed.slice(at + 1), place)),
        entry(kind, leaf(typed.slice(0, at), place)),
      ];
      added.push({ kind: 'mapping', entries, place });
    }
  }
  if (added.length === 0) return tree;
  const replaced = new Set(added.map(queueOfFault));
  const old = valueAt(tree, 'faults');
  if (old?.kind !== 'list') return appended(tree, 'faults', added);
  const kept = old.items.filter((item) => !replaced.has(queueOfFault(item)) || !isOnlyFault(item));
  return withKey(tree, 'faults', { ...old, items: [...kept, ...added] });
}

/** A fault of two kinds at once stays, so that the check answers it. */
function isOnlyFault(tree: Tree): boolean {
  return faultKinds.filter((kind) => valueAt(tree, kind) !== undefined).length === 1;
}

function quoted(text: string): string {
  return /\s/.test(text) ? `"${text}"` : text;
}
