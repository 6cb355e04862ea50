import { describe, expect, it } from 'vitest';
import { paint } from '../../../src/report/paint.js';
import { table } from '../../../src/report/table.js';
import { visibleWidth } from '../../../src/report/text.js';

const colors = paint(false);
const columns = [
  { head: 'what', align: 'left' },
  { head: 'figure', align: 'right' },
  { head: 'why', align: 'left', wraps: true },
] as const;

describe('table', () => {
  it('lines up its columns below a rule', () => {
    expect(
      table(
        columns,
        [
          ['depth', '1,234', 'because'],
          ['age', '5', ''],
        ],
        colors,
        80,
      ),
    ).toEqual([
      '  what   figure  why',
      '  ──────────────────────',
      '  depth   1,234  because',
      '  age         5',
    ]);
  });

  it('wraps where it may and truncates where it must', () => {
    const lines = table(
      columns,
      [['x'.repeat(40), '1', 'a long reason in many words that goes on']],
      colors,
      50,
    );
    expect(lines).toEqual([
      '  what                  figure  why',
      '  ────────────────────────────────────────────────',
      `  ${'x'.repeat(19)}…       1  a long reason in`,
      '                                many words that',
      '                                goes on',
    ]);
    expect(Math.max(...lines.map(visibleWidth))).toBeLessThanOrEqual(50);
  });

  it('is nothing without rows', () => {
    expect(table(columns, [], colors, 80)).toEqual([]);
  });
});
