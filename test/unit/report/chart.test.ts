import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { chart, sparkline } from '../../../src/report/chart.js';
import { paint } from '../../../src/report/paint.js';
import { visibleWidth } from '../../../src/report/text.js';

const colors = paint(false);

describe('sparkline', () => {
  it('rises from the lowest to the highest block', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
  });

  it('has the newest on the right, and always its width', () => {
    expect(sparkline([4, 8], 6)).toBe('    ▅█');
    expect(sparkline([8, 0, 0, 4], 2)).toBe('▁▅');
    expect(sparkline([], 3)).toBe('   ');
    expect(sparkline([0, 0], 2)).toBe('▁▁');
  });

  it('shows the smallest of depths', () => {
    expect(sparkline([1, 1_000_000], 2)).toBe('▂█');
  });
});

describe('chart', () => {
  it('draws the area, its prediction as dots beside and within it, and the marks', () => {
    const lines = chart(
      {
        atSeconds: [0, 10, 20, 30, 40],
        solid: [0, 40, 40, 0, 0],
        dots: [0, 20, 20, 20, 0],
        marks: [
          { atSeconds: 10, label: 'kill at 10 s' },
          { atSeconds: 20, label: 'restart at 20 s' },
        ],
      },
      colors,
      46,
    );
    expect(lines).toEqual([
      '  40 ┤         ▅███████████',
      '     │        ▆████████████▆',
      '  30 ┤      ▂████████████████▂',
      '     │     ▃██████████████████▃',
      '  20 ┤    ▅███·················▅······',
      '     │   ▆█···██████████████████▆     ···',
      '  10 ┤ ▂█··███████████████████████▂      ··',
      '     │ ··██████████████████████████▃       ··',
      '   0 └┬─────────┬─────────┬─────────┬────────┬',
      '      0         10 s      20 s      30 s',
      '                ▲ kill at 10 s',
      '                          ▲ restart at 20 s',
    ]);
  });

  it('keeps a peak that is narrower than a column', () => {
    const atSeconds = Array.from({ length: 1001 }, (_, at) => at / 10);
    const lines = chart(
      { atSeconds, solid: atSeconds.map((at) => (at === 50 ? 100 : 0)), dots: null, marks: [] },
      colors,
      40,
    );
    expect(lines[0]).toMatch(/^ {2}100 ┤ +█$/);
  });

  it.each([
    ['without samples', [], []],
    ['of a single moment', [0], [5]],
    ['with nothing waiting', [0, 10], [0, 0]],
  ])('is nothing %s', (_, atSeconds, solid) => {
    expect(chart({ atSeconds, solid, dots: null, marks: [] }, colors, 80)).toEqual([]);
  });

  it('stays within its width, colours and late marks included', () => {
    const marks = Array.from({ length: 12 }, (_, at) => ({
      atSeconds: at * 9,
      label: `a rather long label ${at}`,
    }));
    const lines = chart({ atSeconds: [0, 99], solid: [3, 123_456], dots: [9, 9], marks }, paint(true), 60);
    expect(Math.max(...lines.map(visibleWidth))).toBeLessThanOrEqual(60);
    const text = stripVTControlCharacters(lines.join('\n'));
    for (const { label } of marks) expect(text).toContain(label);
  });

  it('labels whole messages only', () => {
    const lines = chart({ atSeconds: [0, 1], solid: [1, 1], dots: null, marks: [] }, colors, 40);
    expect(lines.filter((line) => /\d+ [┤└]/.test(line)).map((line) => line.trim().split(' ')[0])).toEqual([
      '1',
      '0',
    ]);
  });
});
