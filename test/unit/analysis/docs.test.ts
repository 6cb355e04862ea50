import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import { measures } from '../../../src/result/measures.js';
import { temporaryDirectory } from '../../fixtures/runs.js';

const page = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

describe('docs/ledger.md', () => {
  const files = [...page('ledger.md').matchAll(/^`([\w./-]+)`\n\n```json\n([\s\S]*?)```/gm)];

  it('has a complete example that can be analysed, and says what comes of it', () => {
    expect(files.map(([, name]) => name)).toHaveLength(5);
    const directory = temporaryDirectory();
    for (const [, name, text] of files) {
      const path = join(directory, name as string);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text as string);
    }
    const { verdict, queues, run } = analyse(directory);
    expect(verdict).toEqual({ outcome: 'pass', reasons: ['the expectation holds'] });
    expect(run).toMatchObject({ startedAt: '2026-01-02T03:04:05.000Z', tornLines: 0, durationSeconds: 7 });
    expect(queues.emails).toMatchObject({
      accounting: {
        scheduled: 3,
        acknowledged: 3,
        effected: 3,
        lost: 0,
        duplicateEffects: 1,
        balanced: true,
      },
      redeliveries: { count: 1, neverStarted: 0, delaySeconds: { min: 4.8, max: 4.8 } },
      catchUpSeconds: 0.6,
      duplicates: [
        {
          message: 'orders/2',
          why: 'worker 1 (pid 102) was killed 0.20 s after the effect, before the broker was told',
        },
      ],
    });
  });
});

describe('docs/words.md', () => {
  it('says what every measure is', () => {
    const words = new Set(page('words.md').match(/[A-Za-z]+(\.[A-Za-z0-9]+)*/g));
    const quantile = /\.(p50|p95|p99|max)$/;
    const isNamed = (name: string): boolean =>
      words.has(name) || (quantile.test(name) && words.has(name.replace(quantile, '')));
    const missing = measures.filter(({ names }) => !names.some(isNamed));
    expect(missing.map(({ names }) => names[0])).toEqual([]);
  });
});
