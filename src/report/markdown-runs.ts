import type { RunComparison } from '../result/compare.js';
import type { Repeat } from '../result/repeat.js';
import { runComparisonSections } from './compare.js';
import { marks, unlimited } from './html/marks.js';
import { type MarkdownOptions, verdictMarks } from './markdown.js';
import { blocks, inline } from './markdown-text.js';
import { repeatSections } from './repeat.js';
import { cleanDeep } from './text.js';

/** Results side by side as GitHub-flavoured Markdown, without the charts. Ends with a line break. */
export function renderRunComparisonMarkdown(untrusted: RunComparison): string {
  const comparison = cleanDeep(untrusted);
  const { verdict, runs } = comparison;
  const mark = verdict === null ? '' : `${verdictMarks[verdict.outcome]} `;
  const names = runs.map(({ name }) => inline(name)).join(', ');
  return markdown(`${mark}${names}`, runComparisonSections(comparison, marks, unlimited));
}

/** Repeated runs as GitHub-flavoured Markdown. Ends with a line break. */
export function renderRepeatMarkdown(untrusted: Repeat, { command }: MarkdownOptions): string {
  const repeat = cleanDeep(untrusted);
  const { scenario, verdict, times } = repeat;
  return markdown(
    `${verdictMarks[verdict.outcome]} ${inline(scenario.name)}, ${times} times`,
    repeatSections(repeat, marks, unlimited, command),
  );
}

function markdown(title: string, sections: readonly (readonly string[])[]): string {
  return `${[`## ${title}`, ...sections.flatMap(blocks)].join('\n\n')}\n`;
}
