import type { Comparison } from '../../result/comparison.js';
import type { Series } from '../../result/series.js';
import type { QueueResult } from '../../result/types.js';
import { closing, comparisonAnswers, warningsOf } from '../comparison.js';
import { differencesTable } from '../comparison-table.js';
import { isCalledDirectly } from '../direct.js';
import { count, seconds } from '../format.js';
import { gatesSection } from '../gates.js';
import { isSaidOfOrders, ordersComparison } from '../orders-comparison.js';
import { verdictLines } from '../verdict.js';
import { blocks, firstTable, folded, section } from './blocks.js';
import { type Chart, chart } from './chart.js';
import { marks, unlimited } from './marks.js';
import { backlogLines, endOf } from './queue-charts.js';
import { lessonPart, type Part, type Place, runPart, warnings } from './run.js';
import type { RunsPart } from './runs.js';
import { again } from './settings.js';
import { zoomButtons } from './zoom.js';

/**
 * The report of several variants, below their verdict: where they differ, side by side, and then each one's own, folded.
 * @param runs absent: they are variants
 */
export function comparisonPart(
  comparison: Comparison,
  series: Readonly<Record<string, Series>>,
  { command, runs = null }: Pick<Place, 'command'> & { runs?: RunsPart | null },
): Part {
  const { variants } = comparison;
  const w = unlimited;
  const overlays = overlaysOf(comparison, series);
  const own = Object.entries(variants).map(([name, result], at) => {
    const part = runPart(result, series[name] ?? null, { id: `v${at + 1}-`, level: 3, command });
    const verdict = blocks(verdictLines(result, marks, w));
    return {
      ...part,
      html: folded(
        `${runs === null ? 'Variant' : 'Run'} ${name}`,
        `<div class="verdict">${verdict}</div>${part.html}`,
        'variant',
      ),
    };
  });
  const sections = [
    runs?.first ?? '',
    section(
      comparison.origin === 'predicted' ? 'What is predicted' : 'What happened',
      blocks(comparisonAnswers(comparison, marks, w).flat()),
      'what',
    ),
    section('Backlog, side by side', overlays.map(({ html }) => html).join('\n'), 'backlog'),
    section('Orders', firstTable(ordersComparison(comparison, marks, w), { first: 'orders' }), 'orders'),
    runs?.differences ?? whereTheyDiffer(comparison),
    section(runs === null ? 'Each variant' : 'Each run', own.map(({ html }) => html).join('\n'), 'variants'),
    section('Warnings', warnings(warningsOf(comparison)), 'warnings'),
    lessonPart(comparison, { id: '', level: 2, command }),
    section('How to run it again', again(comparison, command), 'again'),
    `<footer>${blocks(closing(comparison, marks, w, command))}</footer>`,
  ];
  return {
    html: sections.filter((html) => html !== '').join('\n'),
    charts: [...overlays.map(({ data }) => data), ...own.flatMap(({ charts }) => charts)],
  };
}

/** Where variants differ, and what came of the rules on each. */
function whereTheyDiffer(comparison: Comparison): string {
  const table = differencesTable(comparison, marks, unlimited, isSaidOfOrders(comparison));
  const gates = Object.entries(comparison.variants).map(([name, result]) =>
    section(name, blocks(gatesSection(result.gates, marks, unlimited)), null, 3),
  );
  return [
    section('Where they differ', firstTable(table, { first: 'measure' }), 'differences'),
    section('Against the baseline', gates.join(''), 'gates'),
  ].join('\n');
}

/** A chart for each queue, with the backlog of every variant that had workers serve it. */
function overlaysOf({ variants }: Comparison, series: Readonly<Record<string, Series>>): Chart[] {
  const names = [...new Set(Object.values(variants).flatMap(({ queues }) => Object.keys(queues)))];
  return names.flatMap((name, at): Chart[] => {
    const served = Object.entries(variants).flatMap(([variant, result], number) => {
      const queue = result.queues[name];
      return queue === undefined || isCalledDirectly(name, result)
        ? []
        : [{ variant, result, queue, number }];
    });
    if (served.length === 0) return [];
    const lines = served.flatMap(({ variant, result, queue, number }) => {
      const [first] = backlogLines(result, queue, series[variant]?.queues[name] ?? null);
      return first === undefined
        ? []
        : [{ ...first, label: variant, look: `variant-${number % 8}` as const }];
    });
    const end = Math.max(...served.map(({ variant, result }) => endOf(result, series[variant] ?? null)));
    const id = `overlay${at + 1}`;
    const drawn = chart({
      id: `${id}-backlog`,
      group: id,
      title: `Backlog of ${name}`,
      message: `Backlog of ${name} in each variant: ${served.map(({ variant, queue }) => `${variant} ${peakInWords(queue)}`).join('; ')}.`,
      reading: null,
      unit: 'messages',
      endSeconds: end,
      lines,
      isLarge: true,
      onTop: 'last',
    });
    return [
      { ...drawn, html: `<div class="group" data-group="${id}">${zoomButtons(name)}${drawn.html}</div>` },
    ];
  });
}

function peakInWords({ backlog: { peak, peakAtSeconds }, drainedAtSeconds }: QueueResult): string {
  const at = peakAtSeconds === null ? '' : ` at ${seconds(peakAtSeconds)}`;
  const then = drainedAtSeconds === null ? '' : `, empty at ${seconds(drainedAtSeconds)}`;
  return `peaks at ${count(peak)}${at}${then}`;
}
