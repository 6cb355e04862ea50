import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlayChart } from '../../../src/report/overlay-chart.js';
import { paint } from '../../../src/report/paint.js';

const colors = paint(false);
const curve = (glyph: string, points: readonly (readonly [number, number])[]) => ({
  glyph,
  atSeconds: points.map(([at]) => at),
  values: points.map(([, value]) => value),
});

describe('curves over each other', () => {
  it('have a glyph each, on one scale, and another where they meet', () => {
    const lines = overlayChart(
      [
        curve('A', [
          [0, 0],
          [10, 100],
        ]),
        curve('B', [
          [0, 100],
          [10, 0],
        ]),
      ],
      colors,
      40,
    );
    const text = lines.join('\n');
    expect(text).toContain('A');
    expect(text).toContain('B');
    expect(text).toContain('*');
    // A rises and B falls: in the highest row A is on the right.
    expect(lines[0]).toMatch(/B+ +A+$/);
    expect(lines.at(-1)).toMatch(/10 s$|5 s/);
  });

  it('that are the same are drawn as shared throughout', () => {
    const points = [
      [0, 0],
      [5, 10],
      [10, 0],
    ] as const;
    const text = overlayChart([curve('A', points), curve('B', points)], colors, 60).join('');
    expect(text).toContain('*');
    expect(text).not.toMatch(/[AB]/);
  });

  it('end where each ends', () => {
    const lines = overlayChart(
      [
        curve('A', [
          [0, 10],
          [10, 10],
        ]),
        curve('B', [
          [0, 5],
          [100, 5],
        ]),
      ],
      colors,
      60,
    );
    const columnsOf = (glyph: string): number =>
      Math.max(...lines.map((line) => line.lastIndexOf(glyph))) - lines[0]!.indexOf('┤');
    expect(columnsOf('A')).toBeLessThan(8);
    expect(columnsOf('B')).toBeGreaterThan(40);
  });

  it('that are nothing are not drawn', () => {
    expect(overlayChart([], colors, 60)).toEqual([]);
    expect(overlayChart([curve('A', [])], colors, 60)).toEqual([]);
    expect(
      overlayChart(
        [
          curve('A', [
            [0, 0],
            [9, 0],
          ]),
        ],
        colors,
        60,
      ),
    ).toEqual([]);
  });

  it('stay within the width, whatever they are', () => {
    const points = fc.array(fc.tuple(fc.nat(1000), fc.nat(100_000)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(points, points, fc.integer({ min: 30, max: 120 }), (a, b, width) => {
        const rising = (all: [number, number][]) => [...all].sort(([x], [y]) => x - y);
        const lines = overlayChart([curve('A', rising(a)), curve('B', rising(b))], colors, width);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
      { numRuns: 100 },
    );
  });
});
