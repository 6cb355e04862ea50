import { axisLines, niceStep, sample, timeTicks } from './chart.js';
import { decimal } from './format.js';
import type { Paint } from './paint.js';
import { pad } from './text.js';

/** One of several curves in a chart. */
export interface OverlaidCurve {
  /** The character that it is drawn with. */
  readonly glyph: string;
  /** In rising order, its own and not the others'. */
  readonly atSeconds: readonly number[];
  readonly values: readonly number[];
}

/** Stands where several curves are in the same place. */
export const sharedGlyph = '*';

/** Lines of a chart of several curves, each of its own glyph, on one scale; none where there is nothing to draw. */
export function overlayChart(curves: readonly OverlaidCurve[], colors: Paint, width: number): string[] {
  const span = Math.max(0, ...curves.map(({ atSeconds }) => atSeconds.at(-1) ?? 0));
  const highest = curves.reduce(
    (most, { values }) => values.reduce((so, each) => Math.max(so, each), most),
    0,
  );
  if (span <= 0 || highest <= 0) return [];
  const step = Math.max(1, niceStep(highest / 4));
  const steps = Math.ceil(highest / step);
  const rowsPerStep = Math.max(2, Math.round(10 / steps));
  const rows = steps * rowsPerStep;
  const labelWidth = decimal(steps * step, 0).length + 2;
  const columns = width - labelWidth - 2;
  const perRow = step / rowsPerStep;
  const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  for (const { glyph, ...curve } of curves)
    drawn(curve, span, columns, perRow).forEach(({ row, column }) => {
      const line = cells[row];
      if (line !== undefined) line[column] = line[column] === ' ' ? glyph : sharedGlyph;
    });
  const lines = cells.map((line, row) => {
    const isTick = (row + 1) % rowsPerStep === 0;
    const label = pad(isTick ? decimal((row + 1) * perRow, 0) : '', labelWidth, 'right');
    return `${label} ${colors.dim(isTick ? '┤' : '│')}${line.join('').trimEnd()}`;
  });
  return [...lines.reverse(), ...axisLines(timeTicks(span, columns), span, columns, labelWidth, colors)].map(
    (line) => line.trimEnd(),
  );
}

/** Where a curve passes: a cell in each column until its end, and those between two far apart, so that a steep rise is seen. Zero is the axis. */
function drawn(
  { atSeconds, values }: Omit<OverlaidCurve, 'glyph'>,
  span: number,
  columns: number,
  perRow: number,
): { readonly row: number; readonly column: number }[] {
  const end = atSeconds.at(-1) ?? 0;
  const last = Math.min(columns - 1, Math.ceil((end / span) * columns) - 1);
  const heights = sample(atSeconds, values, span, columns)
    .slice(0, last + 1)
    .map((value) => Math.ceil(value / perRow - 1e-9) - 1);
  return heights.flatMap((height, column) => {
    const before = heights[column - 1] ?? -1;
    const [from, to] =
      height > before ? [Math.max(0, before + 1), height] : [Math.max(0, height), before - 1];
    const between = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
    return [...new Set(height < 0 ? between : [height, ...between])].map((row) => ({ row, column }));
  });
}
