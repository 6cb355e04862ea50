import { asComparison, withGates } from '../../analysis/compare-runs/index.js';
import { exitCodes } from '../../errors.js';
import { renderRunComparison } from '../../report/compare.js';
import { renderRunComparisonJunit } from '../../report/junit-runs.js';
import { renderRunComparisonMarkdown } from '../../report/markdown-runs.js';
import type { RunComparison } from '../../result/compare.js';
import { type Baseline, type GateOptions, hasGate } from '../compare/baseline.js';
import { parseRule, scopesIn } from '../compare/rules.js';
import { runComparison, uniqueNames } from '../compare/run-comparison.js';
import { seriesOfRuns } from '../compare/run-series.js';
import { type Subject, subjectsOf } from '../compare/subjects.js';
import { deliverAs } from '../deliver.js';
import { usage } from '../explore.js';
import type { ReportOptions } from '../options.js';
import { checkReportFiles } from '../report-files.js';

/** The options of `launchpad compare`, as typed. */
export interface CompareOptions extends ReportOptions, GateOptions {
  readonly anyway?: boolean;
}

/**
 * `launchpad compare`: results side by side, the first is the reference.
 * @returns the exit code: 0, whatever the runs came to; with rules 99 where one is broken, 3 where one can't be told
 */
export async function compareRuns(sources: readonly string[], options: CompareOptions): Promise<number> {
  if (options.baseline === undefined) hasGate(options);
  if (options.junit !== undefined && (options.failOn ?? []).length === 0)
    throw usage(
      '--junit has a test case for each rule, and there is none',
      'add --baseline FILE and --fail-on "emails.catchUp +10%"',
    );
  const compared = sources.flatMap(subjectsOf);
  const baseline = options.baseline === undefined ? null : readBaseline(options.baseline, options, compared);
  const subjects = [...(baseline?.subjects ?? []), ...compared];
  const comparison = runComparison({ subjects, baseline, anyway: options.anyway === true });
  checkReportFiles(options);
  const drawn = subjects.map((subject, at) => ({
    label: comparison.runs[at]?.label ?? '',
    queues: subject.result.queues,
  }));
  const names = uniqueNames(subjects);
  const runs = subjects.map((subject, at) => {
    const name = names.get(subject) ?? subject.name;
    const gates = comparison.comparisons.find(({ run }) => run === comparison.runs[at]?.label)?.gates;
    const { result, directory } = subject;
    return { name, directory, result: gates === undefined ? result : withGates(result, gates) };
  });
  await deliverAs(comparison, (look) => renderRunComparison(comparison, drawn, look), options, {
    outcome: asComparison(runs),
    runs: comparison,
    series: (messages) => seriesOfRuns(runs, messages),
    markdown: () => renderRunComparisonMarkdown(comparison),
    junit: () => renderRunComparisonJunit(comparison),
    isSummarised: true,
  });
  return exitCodeFor(comparison);
}

function readBaseline(source: string, { failOn = [] }: GateOptions, compared: readonly Subject[]): Baseline {
  const subjects = subjectsOf(source);
  const scopes = scopesIn([...subjects, ...compared].map(({ result }) => result));
  return { source, subjects, rules: failOn.map((rule) => parseRule(rule, scopes)) };
}

function exitCodeFor({ verdict }: RunComparison): number {
  if (verdict === null) return exitCodes.pass;
  const codes = {
    pass: exitCodes.pass,
    fail: exitCodes.expectationFailed,
    inconclusive: exitCodes.inconclusive,
  };
  return codes[verdict.outcome];
}
