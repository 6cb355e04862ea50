import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Problems } from './problems.js';

/** Where a value stands: in the file, or in a flag of the command line. */
export interface Place {
  /** `queues.emails.rate`; empty for the whole scenario. */
  readonly path: string;
  /** From 1; null where it is not in a file. */
  readonly line: number | null;
  /** The flag as typed, where the value comes from one. */
  readonly flag: string | null;
}

/** A YAML value that knows its place. */
export type Tree = Leaf | List | Mapping;

/** A single value. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly value: string | number | boolean | null;
  /** As written; empty where nothing was. */
  readonly text: string;
  readonly place: Place;
}

/** Values in order. */
export interface List {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly place: Place;
}

/** Values by key. */
export interface Mapping {
  readonly kind: 'mapping';
  readonly entries: readonly Entry[];
  readonly place: Place;
}

/** One key with its value. */
export interface Entry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Tree;
}

/** The value of a key; undefined where the tree is no mapping or has no such key. */
export function valueAt(tree: Tree | undefined, key: string): Tree | undefined {
  if (tree?.kind !== 'mapping') return undefined;
  return tree.entries.find((entry) => entry.key === key)?.value;
}

/** Whether it is an explicit `null`, which is as good as leaving the key out; nothing at all behind a key is a mistake. */
export function isNull(tree: Tree | undefined): boolean {
  return tree?.kind === 'leaf' && tree.value === null && tree.text !== '';
}

/** The path of a key or an index below a path. */
export function below(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}[${step}]`;
  return path === '' ? step : `${path}.${step}`;
}

/** More aliases than anybody writes: they could make a small file into an endless one. */
const mostAliases = 100;

/** Reads YAML (JSON is YAML). Undefined, with problems, where it can't be read; repeated keys are problems too, the first counts. */
export function readTree(text: string, problems: Problems): Tree | undefined {
  return read(text, problems, { path: '', line: 1, flag: null });
}

/** Reads the value of a flag as YAML; all of it has the flag's place. */
export function readFlagValue(text: string, problems: Problems, place: Place): Tree | undefined {
  return read(text, problems, place);
}

function read(text: string, problems: Problems, place: Place): Tree | undefined {
  const lines = new LineCounter();
  // Repeated keys are found below, where both places are known.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const lineOf = (offset: number) => (place.flag === null ? lines.linePos(offset).line : null);
  const told = new Set<number | null>();
  for (const error of [...document.errors, ...document.warnings]) {
    const line = lineOf(error.pos[0]);
    // What follows the first error of a line is mostly its echo.
    if (told.has(line)) continue;
    told.add(line);
    const message = `not readable as YAML: ${lowerFirst(error.message)}`;
    problems.add({ ...place, line }, message, syntaxHint(error.code));
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) return { kind: 'leaf', value: null, text: '', place };
  return new TreeBuilder(document, lineOf, problems).build(document.contents, place);
}

class TreeBuilder {
  private aliases = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lineOf: (offset: number) => number | null,
    private readonly problems: Problems,
  ) {}

  build(node: Node, place: Place): Tree {
    if (isAlias(node)) return this.follow(node.source, node.resolve(this.document), place);
    if (isMap(node)) {
      const entries: Entry[] = [];
      for (const { key, value } of node.items)
        this.addEntry(entries, key as Node, value as Node | null, place);
      return { kind: 'mapping', entries, place };
    }
    if (isSeq(node)) {
      const items = node.items.map((item, i) => {
        const child = item as Node;
        return this.build(child, { ...place, path: below(place.path, i), line: this.lineAt(child, place) });
      });
      return { kind: 'list', items, place };
    }
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'string') return { kind: 'leaf', value, text: value, place };
    const text = isScalar(node) && node.source !== undefined ? node.source : String(value);
    return { kind: 'leaf', value: plainValue(value), text, place };
  }

  private addEntry(entries: Entry[], keyNode: Node, valueNode: Node | null, parent: Place): void {
    const keyLine = this.lineAt(keyNode, parent);
    if (!isScalar(keyNode)) {
      this.problems.add({ ...parent, line: keyLine }, 'a key must be a word', 'write `key: value`');
      return;
    }
    const key = String(keyNode.value);
    const keyPlace = { ...parent, path: below(parent.path, key), line: keyLine };
    const first = entries.find((entry) => entry.key === key);
    if (first !== undefined) {
      const where = first.keyPlace.line === null ? '' : `, first in line ${first.keyPlace.line}`;
      this.problems.add(keyPlace, `\`${key}\` is here twice${where}`, 'keep one of them');
      return;
    }
    if (valueNode === null) {
      entries.push({ key, keyPlace, value: { kind: 'leaf', value: null, text: '', place: keyPlace } });
      return;
    }
    // A block stands below its key; the key is where one looks for it.
    const line = isScalar(valueNode) ? this.lineAt(valueNode, keyPlace) : keyLine;
    entries.push({ key, keyPlace, value: this.build(valueNode, { ...keyPlace, line }) });
  }

  private follow(name: string, target: Node | undefined, place: Place): Tree {
    this.aliases++;
    if (target === undefined || this.aliases > mostAliases) {
      const message =
        target === undefined ? `the alias *${name} names nothing` : 'there are too many aliases';
      if (this.aliases <= mostAliases + 1) this.problems.add(place, message, 'write the value itself');
      return { kind: 'leaf', value: null, text: 'null', place };
    }
    return this.build(target, place);
  }

  private lineAt(node: Node, fallback: Place): number | null {
    return node.range ? this.lineOf(node.range[0]) : fallback.line;
  }
}

function plainValue(value: unknown): Leaf['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : String(value);
}

function syntaxHint(code: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'indent with spaces';
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'BLOCK_IN_FLOW':
      return 'put quotes around a text that has `: ` in it, and check the indentation';
    case 'BAD_INDENT':
      return 'check the indentation, and that every bracket is closed';
    case 'MULTIPLE_DOCS':
      return 'one file holds one scenario';
    case 'TAG_RESOLVE_FAILED':
      return 'leave the tag out';
    default:
      return 'check brackets, quotes and indentation near here';
  }
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
}
