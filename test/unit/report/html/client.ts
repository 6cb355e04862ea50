import { readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import ts from 'typescript';

/** What the parts of the page's script define that need no page: they are plain scripts, and so are run as such. */
export function clientScripts<Names extends string>(
  parts: readonly string[],
  names: readonly Names[],
): Record<Names, (...args: unknown[]) => unknown> {
  const text = parts
    .map((part) =>
      readFileSync(new URL(`../../../../src/report/html/client/${part}.ts`, import.meta.url), 'utf8'),
    )
    .join('\n');
  const { outputText } = ts.transpileModule(text, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  return new Script(`${outputText}\n;({ ${names.join(', ')} })`).runInContext(createContext({})) as Record<
    Names,
    (...args: unknown[]) => unknown
  >;
}
