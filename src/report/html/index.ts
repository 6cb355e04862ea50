import type { RunComparison } from '../../result/compare.js';
import { type Comparison, isComparison, type Outcome } from '../../result/comparison.js';
import type { Repeat } from '../../result/repeat.js';
import type { Series } from '../../result/series.js';
import { comparisonVerdict } from '../comparison.js';
import { onlyVariant } from '../terminal.js';
import { cleanDeep } from '../text.js';
import { verdictLines } from '../verdict.js';
import { assets } from './assets.js';
import { blocks } from './blocks.js';
import { comparisonPart } from './comparison.js';
import { marks, unlimited } from './marks.js';
import { page } from './page.js';
import { runPart } from './run.js';
import { runsPart } from './runs.js';

/** How a page is made. */
export interface HtmlOptions {
  /** How the reader calls the command: `launchpad`. */
  readonly command: string;
  /** Where the outcome is made of runs that are compared, or repeated, and not of variants. */
  readonly runs?: RunComparison | Repeat;
}

/**
 * The report as one HTML file that holds all it needs: no request of any kind is made for it, and none could be. What comes from a
 * scenario or a run is text in it and nothing else.
 * @param series by the variant's name, '' for a single run; where one is missing, its backlog alone is drawn, from the result
 * @throws LaunchpadError `internal` where a part of the installation is missing
 */
export function renderHtml(
  untrusted: Outcome,
  series: Readonly<Record<string, Series>>,
  options: HtmlOptions,
): string {
  const outcome = cleanDeep(untrusted);
  const curves = cleanDeep(series);
  const { command } = options;
  const runs = options.runs === undefined ? null : runsPart(cleanDeep(options.runs));
  const only = !isComparison(outcome) ? outcome : runs === null ? onlyVariant(outcome) : null;
  const verdict =
    only === null
      ? comparisonVerdict(outcome as Comparison, marks, unlimited)
      : verdictLines(only, marks, unlimited);
  const content =
    only === null
      ? comparisonPart(outcome as Comparison, curves, { command, runs })
      : runPart(only, curves[only.scenario.variant ?? ''] ?? curves[''] ?? null, {
          id: '',
          level: 2,
          command,
        });
  return page(
    {
      title: outcome.scenario.name,
      summary: outcome.scenario.summary,
      kind: runs?.kind ?? kindOf(outcome, only !== null),
      startedAt: outcome.run.startedAt,
      outcome: outcome.verdict.outcome,
      verdict: blocks(verdict),
      content: content.html,
    },
    { charts: content.charts },
    assets(),
  );
}

function kindOf({ origin }: Outcome, isSingle: boolean): string {
  if (origin === 'predicted') return 'Prediction';
  return isSingle ? 'Run' : 'Run of several variants';
}
