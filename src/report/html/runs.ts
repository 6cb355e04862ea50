import type { RunComparison } from '../../result/compare.js';
import type { Repeat } from '../../result/repeat.js';
import { comparedSections, differenceSections } from '../compare.js';
import { spreadSections } from '../repeat.js';
import { blocks, section } from './blocks.js';
import { marks, unlimited } from './marks.js';

/** What the page of compared or repeated runs has that one of variants has not, as HTML. */
export interface RunsPart {
  readonly kind: string;
  /** Comes before all else. */
  readonly first: string;
  /** In place of where variants differ. */
  readonly differences: string;
}

/** What is compared and which settings differ, and each run against its reference; or, of repeated runs, medians and spread. */
export function runsPart(runs: RunComparison | Repeat): RunsPart {
  if (runs.schema === 'launchpad.compare/1') {
    return {
      kind: 'Runs compared',
      first: section('What is compared', html(comparedSections(runs, marks, unlimited)), 'compared'),
      differences: section('Differences', html(differenceSections(runs, marks, unlimited)), 'differences'),
    };
  }
  return {
    kind: `Run ${runs.times} times`,
    first: section('Medians and spread', html(spreadSections(runs, marks, unlimited)), 'spread'),
    differences: '',
  };
}

function html(sections: readonly (readonly string[])[]): string {
  return sections
    .map(blocks)
    .filter((content) => content !== '')
    .join('\n');
}
