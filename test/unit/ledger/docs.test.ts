import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/ledger/parse.js';
import { everyKind } from '../../../src/ledger/shape.js';

const page = readFileSync(new URL('../../../docs/ledger.md', import.meta.url), 'utf8');

describe('docs/ledger.md', () => {
  it('has only lines that can be read', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('{"t":'));
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.filter((line) => parseLine(line) === null)).toEqual([]);
  });

  it('says of every event what it is', () => {
    const named = new Set(
      [...page.matchAll(/^\| ((?:`[a-z-]+`(?:, )?)+) \|/gm)].flatMap(([, names]) => names?.match(/[a-z-]+/g)),
    );
    expect(everyKind.filter((kind) => !named.has(kind))).toEqual([]);
  });

  it('tells an order’s story in the order of time', () => {
    const stories = [...page.matchAll(/```json\n(\{"t":[\s\S]*?)```/g)].map(([, text]) =>
      (text as string)
        .trim()
        .split('\n')
        .map((line) => parseLine(line)?.t ?? Number.NaN),
    );
    expect(stories).not.toHaveLength(0);
    for (const times of stories) expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
