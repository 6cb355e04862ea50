/**
 * How data stand to a schema that this version knows, by what they say of themselves: `launchpad.plan/2` is newer than `launchpad.plan/1`.
 * @param known the schema's name and version, as this version writes them
 * @returns `other`: they are of another schema, or do not say
 */
export function ageOf(value: unknown, known: string): 'same' | 'older' | 'newer' | 'other' {
  const { schema } = (value ?? {}) as { readonly schema?: unknown };
  if (schema === known) return 'same';
  const cut = known.lastIndexOf('/') + 1;
  if (typeof schema !== 'string' || schema.slice(0, cut) !== known.slice(0, cut)) return 'other';
  const version = schema.slice(cut);
  if (!/^[1-9]\d{0,5}$/.test(version)) return 'other';
  return Number(version) > Number(known.slice(cut)) ? 'newer' : 'older';
}
