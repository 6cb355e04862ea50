import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measures } from '../../../src/result/measures.js';
import { parseScenario } from '../../../src/scenario/index.js';

const page = readFileSync(new URL('../../../docs/scenario-file.md', import.meta.url), 'utf8');

describe('docs/scenario-file.md', () => {
  it('has an example that is a scenario', () => {
    const [, example] = /## An example\n\n```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(parseScenario(example ?? '').name).toBe('outage');
  });

  it('names every measure', () => {
    const named = new Set([...page.matchAll(/`([\w.]+)`/g)].map(([, name]) => name));
    const quantile = /\.(p50|p95|p99|max)$/;
    const isNamed = (name: string) =>
      named.has(name) || (quantile.test(name) && named.has(name.replace(quantile, '')));
    const missing = measures.filter(({ names }) => !names.some(isNamed)).map(({ names }) => names[0]);
    expect(missing).toEqual([]);
  });
});
