/** Each variant with a directory's name: readable, safe on every file system, and no two the same. */
export function directoriesFor(
  names: readonly string[],
): readonly { readonly name: string; readonly directory: string }[] {
  const used = new Set<string>();
  return names.map((name) => {
    const safe =
      name
        .replace(/[^A-Za-z0-9_=+-]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 80) || 'variant';
    let directory = safe;
    // Some file systems do not tell capital letters from small ones.
    for (let n = 2; used.has(directory.toLowerCase()); n++) directory = `${safe}-${n}`;
    used.add(directory.toLowerCase());
    return { name, directory };
  });
}
