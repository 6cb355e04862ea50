/** A JSON Schema, draft-07: what editors support best. Beside it, what editors of the VS Code family read: `markdownDescription`, `errorMessage` and the like. */
export type Schema = Readonly<Record<string, unknown>>;

/** A key of a mapping. */
export interface Key {
  /** What it is, in Markdown. */
  readonly says: string;
  readonly value: Schema;
  /** It has to be there. Others may be left out, or be `null`, which is as good. */
  readonly required?: true;
  /** What is so without it. */
  readonly usual?: unknown;
  readonly examples?: readonly unknown[];
}

export type Keys = Readonly<Record<string, Key>>;

/** A reference to one of the schema's definitions. */
export function ref(name: string): Schema {
  return { $ref: `#/definitions/${name}` };
}

/** What a key's value may be, with what it is. */
export function property({ says, value, required, usual, examples }: Key): Schema {
  return {
    ...described(says),
    ...(usual === undefined ? {} : { default: usual }),
    ...(examples === undefined ? {} : { examples }),
    ...(required !== true ? orNull(value) : '$ref' in value ? { allOf: [value] } : value),
  };
}

/** The value, or `null`. Where it can be, the type says so: of alternatives, editors tell less well which was meant. */
export function orNull(value: Schema): Schema {
  if ('else' in value) return { ...value, else: orNull(value.else as Schema) };
  if (Array.isArray(value.anyOf)) return { ...value, anyOf: [...value.anyOf, { type: 'null' }] };
  if (Array.isArray(value.enum)) return { ...value, enum: [...value.enum, null] };
  if ('type' in value) return { ...value, type: [value.type, 'null'].flat() };
  return { anyOf: [value, { type: 'null' }] };
}

/** A mapping, or something short in its place. */
export function mappingOr(mapping: Schema, short: Schema): Schema {
  return { ...when({ type: 'object' }, mapping), else: short };
}

/** A mapping that has these keys and no others. */
export function mapping(keys: Keys, rules: readonly Schema[] = []): Schema {
  const required = Object.keys(keys).filter((name) => keys[name]?.required === true);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, property(key)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
    ...(rules.length === 0 ? {} : { allOf: rules }),
  };
}

/** A mapping with exactly one key, which says which of several things it is. */
export function oneKey(keys: Readonly<Record<string, Omit<Key, 'required' | 'usual'>>>): Schema {
  const entries = Object.entries(keys);
  const properties = entries.map(([name, key]) => [name, property({ ...key, required: true })]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  };
}

/** A list. */
export function listOf(items: Schema, limits: Schema = {}): Schema {
  return { type: 'array', items, ...limits };
}

/** One of these words, each with what it means. */
export function words(meanings: Readonly<Record<string, string>>): Schema {
  const says = Object.values(meanings);
  return {
    enum: Object.keys(meanings),
    enumDescriptions: says.map(plainText),
    ...(says.some(isMarkdown) ? { markdownEnumDescriptions: says } : {}),
  };
}

/** A whole number within limits. */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Schema {
  return { type: 'integer', minimum, maximum };
}

/** A text of a form; spaces around it don't count. `help` says what to write. */
export function textLike(pattern: string, help: string): Schema {
  return {
    type: 'string',
    pattern: `^\\s*(?:${pattern})\\s*$`,
    patternErrorMessage: help,
    errorMessage: help,
  };
}

/** Any of several. */
export function either(...schemas: readonly Schema[]): Schema {
  return { anyOf: schemas };
}

/** That a mapping has a key; `null` is as good as leaving it out. */
export function has(key: string): Schema {
  return { not: { properties: { [key]: { type: 'null' } } } };
}

/** That a key of a mapping has a certain value. */
export function hasAs(key: string, value: Schema): Schema {
  return { type: 'object', required: [key], properties: { [key]: value } };
}

/** That it has any of these. */
export function hasAny(keys: readonly string[]): Schema {
  return keys.length === 1 && keys[0] !== undefined ? has(keys[0]) : { anyOf: keys.map(has) };
}

/** That it has exactly one of these. `help` is said where it has none. */
export function exactlyOne(keys: readonly string[], help: string): Schema {
  return { oneOf: keys.map((key) => given(key, help)) };
}

/** Where something holds, something else has to. */
export function when(condition: Schema, consequence: Schema): Schema {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: condition, then: consequence };
}

/** Where something holds, certain keys may not be there, or only with a value that says what is so without them. */
export function without(
  condition: Schema,
  keys: Readonly<Record<string, string>>,
  allowed: Schema = { type: 'null' },
): Schema {
  const refused = Object.entries(keys).map(([key, help]) => [key, { ...allowed, errorMessage: help }]);
  return when(condition, { properties: Object.fromEntries(refused) });
}

/** Where something holds, a key has to be there, with a certain value if one is named. */
export function needs(condition: Schema, key: string, help: string, value?: Schema): Schema {
  return when(condition, {
    ...given(key, help),
    ...(value === undefined ? {} : { properties: { [key]: { ...value, errorMessage: help } } }),
  });
}

/** A key that has to be there, and not `null`. */
function given(key: string, help: string): Schema {
  return { required: [key], not: hasAs(key, { type: 'null' }), errorMessage: help };
}

/** A description, plain and, where they differ, in Markdown. */
export function described(says: string): Schema {
  return { description: plainText(says), ...(isMarkdown(says) ? { markdownDescription: says } : {}) };
}

function isMarkdown(says: string): boolean {
  return says !== plainText(says);
}

function plainText(markdown: string): string {
  return markdown.replaceAll('`', '');
}
