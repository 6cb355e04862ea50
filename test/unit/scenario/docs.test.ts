import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measures } from '../../../src/result/measures.js';
import { listScenarios, parseScenario, parseVariants } from '../../../src/scenario/index.js';
import { problemsOf } from './problemsOf.js';

const page = readFileSync(new URL('../../../docs/scenario-file.md', import.meta.url), 'utf8');

describe('docs/variants.md', () => {
  it('has an example of variants that are such', () => {
    const text = readFileSync(new URL('../../../docs/variants.md', import.meta.url), 'utf8');
    const [, example = ''] = /```yaml\n(variants:[\s\S]*?)```/.exec(text) ?? [];
    const scenario = 'producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: {}}\n';
    const names = parseVariants(scenario + example).variants.map(({ name }) => name);
    expect(names).toEqual(['none', 'log-before', 'effect-key']);
  });
});

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

  it('has no whole scenario that is not one', () => {
    const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
    const whole = blocks.filter((block) => /^producers:/m.test(block) && /^queues:/m.test(block));
    expect(whole.length).toBeGreaterThan(2);
    for (const block of whole) expect(parseVariants(block).variants.length).toBeGreaterThan(0);
  });

  it('has parts of queues that are such', () => {
    const parts = [...page.matchAll(/```yaml\n((?:failures|attempts|polling):[\s\S]*?)```/g)];
    expect(parts).toHaveLength(3);
    for (const [, part = ''] of parts) {
      const queue = part
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n');
      const text = `producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues:\n  emails:\n${queue}\n`;
      expect(parseScenario(text).queues).toHaveLength(1);
    }
  });

  it.each([
    ['a scenario', '1'],
    ['a producer', 'queues: {emails: {}}\nproducers: {orders: 1}'],
    ['a queue', 'producers: {orders: {rate: 1/s, for: 1s, to: [emails]}}\nqueues: {emails: 1}'],
    ['a fault', 'producers: {o: {rate: 1/s, for: 1s, to: [e]}}\nqueues: {e: {}}\nfaults: [1]'],
    ['a failure', 'producers: {o: {rate: 1/s, for: 1s, to: [e]}}\nqueues: {e: {failures: [1]}}'],
    [
      'a provider',
      'providers: {p: 1}\nproducers: {o: {rate: 1/s, for: 1s, to: [e]}}\nqueues: {e: {provider: p}}',
    ],
    [
      'the order service',
      'orderService: 1\nproducers: {o: {rate: 1/s, for: 1s, to: [e], via: http}}\nqueues: {e: {}}',
    ],
  ])('names every key of %s', (what, wrong) => {
    const [, keys = ''] =
      new RegExp(`write ${what} with the keys (.*)`).exec(problemsOf(wrong).join('\n')) ?? [];
    expect(keys).not.toBe('');
    const missing = keys.split(', ').filter((key) => !new RegExp(`\`${key}[\`:]`).test(page));
    expect(missing).toEqual([]);
  });

  it('names every built-in scenario', async () => {
    const names = (await listScenarios()).map(({ name }) => name);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
