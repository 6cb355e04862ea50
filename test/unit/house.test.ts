import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../src', import.meta.url));

/** Which folders a folder may import, beside errors, result and itself. docs/architecture.md says why. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  scenario: [],
  ledger: [],
  broker: [],
  plan: ['scenario', 'broker/types'],
  model: ['plan', 'scenario', 'broker/types', 'ledger/events'],
  lab: ['plan', 'broker', 'ledger', 'scenario/types'],
  analysis: ['ledger', 'plan', 'model', 'scenario/types', 'broker/types'],
  report: [],
  result: [],
  cli: ['scenario', 'ledger', 'broker', 'plan', 'model', 'lab', 'analysis', 'report'],
  'index.ts': ['scenario', 'ledger', 'broker', 'plan', 'model', 'lab', 'analysis', 'report'],
  'errors.ts': [],
};

interface Import {
  readonly file: string;
  readonly specifier: string;
  /** Path below src, without its ending; null for a package. */
  readonly target: string | null;
}

function sources(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

const files = sources(root);
const imports: Import[] = files.flatMap((path) => {
  const text = readFileSync(path, 'utf8');
  const file = relative(root, path).split(sep).join('/');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => {
    const specifier = match[1] as string;
    const target = specifier.startsWith('.')
      ? relative(root, join(dirname(path), specifier))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '')
      : null;
    return { file, specifier, target };
  });
});

const folderOf = (file: string): string => file.split('/')[0] as string;

describe('the house', () => {
  it('was read', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('imports only downwards', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (target === null || target === 'errors' || folderOf(target) === 'result') return false;
      const folder = folderOf(file);
      if (folderOf(target) === folder) return false;
      const permitted = allowed[folder];
      return !permitted?.some((prefix) => target === prefix || target.startsWith(`${prefix}/`));
    });
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });

  it('keeps every folder in the table', () => {
    expect(
      [...new Set(files.map((path) => folderOf(relative(root, path).split(sep).join('/'))))].sort(),
    ).toEqual(
      expect.arrayContaining(
        Object.keys(allowed)
          .filter((name) => name !== 'index.ts')
          .sort(),
      ),
    );
    for (const path of files)
      expect(allowed).toHaveProperty([folderOf(relative(root, path).split(sep).join('/'))]);
  });

  it.each([
    ['bullmq', /^broker\/drivers\//],
    ['ioredis', /^broker\/drivers\//],
    ['commander', /^cli\//],
    ['prom-client', /^cli\/prometheus\//],
    ['chalk', /^(report|cli)\//],
    ['cli-table3', /^(report|cli)\//],
    ['fastify', /^lab\/services\//],
    ['undici', /^lab\//],
    ['cockatiel', /^lab\/services\/order-service\//],
  ])('lets %s be imported only where it belongs', (name, where) => {
    const users = imports.filter(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`));
    expect(users.length).toBeGreaterThan(0);
    expect(users.map(({ file }) => file).filter((file) => !where.test(file))).toEqual([]);
  });

  it('exits only from the command line and from the children’s own entries', () => {
    const exits = files
      .filter((path) => readFileSync(path, 'utf8').includes('process.exit('))
      .map((path) => relative(root, path).split(sep).join('/'));
    const elsewhere = exits.filter(
      (file) => !file.startsWith('cli/') && !['lab/process.ts', 'lab/guard/main.ts'].includes(file),
    );
    expect(elsewhere).toEqual([]);
  });

  it('has no file that is more than one room', () => {
    const long = files
      .map((path) => ({ path: relative(root, path), lines: readFileSync(path, 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 320);
    expect(long).toEqual([]);
  });
});
