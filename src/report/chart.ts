import { decimal } from './format.js';
import type { Paint } from './paint.js';
import { pad, truncate } from './text.js';

const blocks = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** What a chart shows. Both series are at the times of `atSeconds`. */
export interface ChartData {
  readonly atSeconds: readonly number[];
  /** Drawn as a filled area. */
  readonly solid: readonly number[];
  /** Drawn as light dots, below the solid one where they are in the same place; null: none. */
  readonly dots: readonly number[] | null;
  /** Marked below the axis. */
  readonly marks: readonly { readonly atSeconds: number; readonly label: string }[];
  /** What the axis says, where it is not time; absent: times. */
  readonly ticks?: readonly { readonly at: number; readonly label: string }[];
  /** The values may be fractions, so the scale may be finer than by one. */
  readonly fractions?: boolean;
}

/** The newest `width` values as a line of blocks, newest on the right, scaled to the highest of all. */
export function sparkline(values: readonly number[], width: number): string {
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  const shown = values.slice(-width);
  const line = shown.map((value) =>
    value <= 0 ? blocks[1] : blocks[Math.min(8, 2 + Math.floor((value / highest) * 6.999))],
  );
  return pad(line.join(''), width, 'right');
}

/** Lines of a chart within the width; none where there is nothing to draw. */
export function chart(data: ChartData, colors: Paint, width: number): string[] {
  const span = data.atSeconds.at(-1) ?? 0;
  const highest = [...data.solid, ...(data.dots ?? [])].reduce((most, value) => Math.max(most, value), 0);
  if (span <= 0 || highest <= 0) return [];
  const step = Math.max(data.fractions ? 0 : 1, niceStep(highest / 4));
  const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const steps = Math.ceil(highest / step);
  const rowsPerStep = Math.max(2, Math.round(9 / steps));
  const rows = steps * rowsPerStep;
  const labelWidth = decimal(steps * step, places, true).length + 2;
  const columns = width - labelWidth - 2;

  const perRow = step / rowsPerStep;
  const solid = sample(data.atSeconds, data.solid, span, columns).map((value) =>
    value <= 0 ? 0 : Math.max(1, Math.round((value / perRow) * 8)),
  );
  const dots = data.dots === null ? null : sample(data.atSeconds, data.dots, span, columns);
  const lines: string[] = [];
  for (let row = rows - 1; row >= 0; row -= 1) {
    const isTick = (row + 1) % rowsPerStep === 0;
    const label = isTick ? decimal((row + 1) * perRow, places, true) : '';
    lines.push(
      `${pad(label, labelWidth, 'right')} ${colors.dim(isTick ? '┤' : '│')}${drawRow(row, perRow, solid, dots, colors)}`,
    );
  }
  return [
    ...lines,
    ...axisLines(data.ticks ?? timeTicks(span, columns), span, columns, labelWidth, colors),
    ...markLines(data.marks, span, columns).map((line) => ' '.repeat(labelWidth + 2) + colors.warn(line)),
  ].map((line) => line.trimEnd());
}

/** One row of the area, from `row` to `row + 1`. A dot shows beside the area and as a gap within it, but never hides its edge. */
function drawRow(
  row: number,
  perRow: number,
  solid: readonly number[],
  dots: readonly number[] | null,
  colors: Paint,
): string {
  let line = '';
  let run = '';
  const flush = () => {
    if (run !== '') line += colors.curve(run);
    run = '';
  };
  solid.forEach((eighths, column) => {
    const level = Math.max(0, Math.min(8, eighths - row * 8));
    const isEdge = level > 0 && eighths <= (row + 1) * 8;
    const dot = dots?.[column] ?? 0;
    const isDot = dot > 0 && Math.ceil(dot / perRow - 1e-9) - 1 === row && !isEdge;
    if (!isDot && level > 0) {
      run += blocks[level];
      return;
    }
    flush();
    line += isDot ? colors.dim('·') : ' ';
  });
  flush();
  return line;
}

/** A value for each column: the highest of its span, so that peaks survive; between the points, on the line through them. */
export function sample(
  atSeconds: readonly number[],
  values: readonly number[],
  span: number,
  columns: number,
): number[] {
  const sampled: number[] = [];
  let next = 0;
  for (let column = 0; column < columns; column += 1) {
    const end = ((column + 1) * span) / columns;
    let highest: number | null = null;
    while (next < atSeconds.length && (atSeconds[next]! < end || column === columns - 1)) {
      highest = Math.max(highest ?? 0, values[next] ?? 0);
      next += 1;
    }
    sampled.push(highest ?? between(atSeconds, values, next, ((column + 0.5) * span) / columns));
  }
  return sampled;
}

function between(atSeconds: readonly number[], values: readonly number[], next: number, at: number): number {
  const after = values[next] ?? 0;
  if (next === 0) return after;
  const before = values[next - 1] ?? 0;
  const from = atSeconds[next - 1]!;
  const to = atSeconds[next] ?? from;
  return to <= from ? before : before + ((after - before) * (at - from)) / (to - from);
}

type Ticks = NonNullable<ChartData['ticks']>;

export function timeTicks(span: number, columns: number): Ticks {
  const step = niceStep(span / Math.max(2, Math.floor(columns / 10)));
  return Array.from({ length: Math.floor((span * 1.0001) / step) + 1 }, (_, tick) => ({
    at: tick * step,
    label: `${decimal(tick * step, 2)}${tick === 0 ? '' : ' s'}`,
  }));
}

export function axisLines(
  ticks: Ticks,
  span: number,
  columns: number,
  labelWidth: number,
  colors: Paint,
): string[] {
  const axis = Array.from({ length: columns }, () => '─');
  let labels = '';
  for (const { at, label } of ticks) {
    const column = columnOf(at, span, columns);
    axis[column] = '┬';
    if (column >= labels.length && column + label.length <= columns) labels = pad(labels, column) + label;
  }
  const zero = pad('0', labelWidth, 'right');
  return [`${zero} ${colors.dim(`└${axis.join('')}`)}`, `${' '.repeat(labelWidth + 2)}${colors.dim(labels)}`];
}

/** Each mark with its label, in as few lines as they need; a label goes to the left of its mark where there is no room on the right. */
function markLines(marks: ChartData['marks'], span: number, columns: number): string[] {
  const lines: string[] = [];
  for (const mark of marks) {
    const column = columnOf(mark.atSeconds, span, columns);
    const isLeft = column + 2 + mark.label.length > columns && column > columns / 2;
    const text = isLeft
      ? `${truncate(mark.label, Math.max(0, column - 1))} ▲`
      : `▲ ${truncate(mark.label, Math.max(0, columns - column - 2))}`;
    const start = isLeft ? column + 1 - text.length : column;
    const row = lines.findIndex((line) => line.length === 0 || line.length + 2 <= start);
    if (row === -1) lines.push(pad('', start) + text);
    else lines[row] = pad(lines[row]!, start) + text;
  }
  return lines;
}

function columnOf(atSeconds: number, span: number, columns: number): number {
  return Math.max(0, Math.min(columns - 1, Math.floor((atSeconds / span) * columns)));
}

/** The next of 1, 2, 5, 10, 20, 50 … that is not below the value. */
export function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((each) => each * power >= value * 0.9999) ?? 10) * power;
}
