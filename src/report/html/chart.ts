import type { Curve } from '../../result/series.js';
import { count, decimal, rate, seconds } from '../format.js';
import { folded, tableHtml } from './blocks.js';
import { escaped, toHtml } from './marks.js';
import { peakOf, roundedTimes, roundedValue, valueAt } from './numbers.js';
import type { ChartData, ChartUnit, GapData, LineLook, MarkData } from './page-data.js';

/** A line of a chart, before its numbers are rounded. */
export interface Line {
  readonly label: string;
  readonly look: LineLook;
  readonly shape: 'steps' | 'straight';
  readonly curve: Curve;
}

/** What a chart is made of. */
export interface ChartParts {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** What it shows, in a sentence: for those who can't see it. */
  readonly message: string;
  /** How it is to be read, below it; null: it needs no word. */
  readonly reading: string | null;
  readonly unit: ChartUnit;
  readonly endSeconds: number;
  /** The one that matters most comes first. */
  readonly lines: readonly Line[];
  readonly marks?: readonly MarkData[];
  /** Whether the space between its two lines means something. */
  readonly isBand?: boolean;
  readonly gaps?: GapData | null;
  readonly isLarge?: boolean;
  /** Which line is drawn over all others. Default: the first. Where none matters more, a dashed last one leaves the others to be seen. */
  readonly onTop?: 'first' | 'last';
}

/** A chart: its place in the page, and what the page's script draws there. */
export interface Chart {
  readonly html: string;
  readonly data: ChartData;
}

/** A value in the words of its unit. */
export function inUnit(value: number | null, unit: ChartUnit): string {
  if (unit === 'seconds') return seconds(value);
  if (unit === 'perSecond') return rate(value);
  return value !== null && !Number.isInteger(value) ? decimal(value, 1) : count(value);
}

/** A chart with its key, its message and a table of its main points. Lines without points are left out. */
export function chart(parts: ChartParts): Chart {
  const { id, title, message, reading, isLarge = false, onTop = 'first' } = parts;
  const lines = parts.lines.filter(({ curve }) => curve.values.length > 0);
  const key = lines.map(
    ({ label, look }, at) =>
      `<li data-line="${onTop === 'first' ? lines.length - 1 - at : at}"><i class="swatch line-${look}"></i>${toHtml(label)} <output></output></li>`,
  );
  const html = `<figure class="chart${isLarge ? ' large' : ''}" id="${id}">
<figcaption><h4>${toHtml(title)}</h4><ul class="key">${key.join('')}</ul><p class="at" aria-hidden="true"></p></figcaption>
<div class="plot" tabindex="0" role="application" aria-roledescription="chart" aria-label="${escaped(message)}"></div>
${reading === null ? '' : `<p class="reading">${toHtml(reading)}</p>\n`}${mainPoints(parts, lines)}
</figure>`;
  return { html, data: dataOf(parts, onTop === 'first' ? lines.toReversed() : lines) };
}

function dataOf(
  { id, group, unit, endSeconds, marks = [], isBand = false, gaps }: ChartParts,
  lines: readonly Line[],
): ChartData {
  // Curves that have their times in common keep them in common.
  const times = [...new Set(lines.map(({ curve }) => curve.atSeconds))];
  return {
    id,
    group,
    unit,
    endSeconds: roundedValue(endSeconds),
    times: times.map((at) => roundedTimes(at, endSeconds)),
    lines: lines.map(({ label, look, shape, curve }) => ({
      label,
      look,
      shape,
      times: times.indexOf(curve.atSeconds),
      values: curve.values.map(roundedValue),
    })),
    marks: marks.map((mark) => ({ ...mark, atSeconds: roundedValue(mark.atSeconds) })),
    ...(isBand && lines.length === 2 ? { band: [0, 1] as const } : {}),
    ...(gaps === undefined || gaps === null ? {} : { gaps }),
  };
}

/** Times that are looked at beside the marks and the peaks. */
const evenly = 8;

/** The same as the picture, as a table: at even times, at the faults, and at each line's peak. */
function mainPoints({ title, unit, endSeconds, marks = [] }: ChartParts, lines: readonly Line[]): string {
  const what = new Map<number, string[]>();
  const add = (at: number, why: string | null) => {
    const said = what.get(at) ?? [];
    what.set(at, why === null ? said : [...said, why]);
  };
  for (let at = 0; at <= evenly; at++) add((endSeconds * at) / evenly, null);
  for (const mark of marks.slice(0, 12)) add(mark.atSeconds, mark.label);
  for (const { label, curve } of lines.slice(0, 8)) {
    const peak = peakOf(curve);
    if (peak !== null && peak.value > 0) add(peak.atSeconds, `peak of ${label}`);
  }
  const rows = [...what]
    .sort(([a], [b]) => a - b)
    .map(([at, why]) => [
      seconds(at),
      ...lines.map(({ curve, shape }) => inUnit(rounded(valueAt(curve, at, shape)), unit)),
      why.join('; '),
    ]);
  const columns = [
    { head: 'at', align: 'right' as const },
    ...lines.map(({ label }) => ({ head: label, align: 'right' as const })),
    { head: '', align: 'left' as const },
  ];
  return folded(`${title}: main points as a table`, tableHtml({ columns, rows }), 'points');
}

function rounded(value: number | null): number | null {
  return value === null ? null : roundedValue(value);
}
