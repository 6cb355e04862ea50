import type { MeasureUnit } from './measures.js';
import type { Result, RunInfo, ScenarioSummary, Verdict } from './types.js';

/** The outcome of a scenario's variants (`result.json` of a run of several): a whole result each, and where they differ. */
export interface Comparison {
  readonly schema: 'launchpad.result/1';
  readonly origin: 'measured' | 'predicted';
  readonly scenario: Pick<
    ScenarioSummary,
    'name' | 'summary' | 'lesson' | 'reference' | 'changes' | 'vary' | 'try'
  > & {
    /** Which of the variants were wanted, as typed after `--only`; absent: all. */
    readonly only?: readonly string[];
  };
  readonly run: Pick<RunInfo, 'id' | 'directory' | 'startedAt' | 'seed' | 'speed' | 'node' | 'launchpad'>;
  /** fail if any variant's is; else inconclusive if any is, or one was not run; else pass. */
  readonly verdict: Verdict;
  /** In the order in which they were run. */
  readonly variants: Readonly<Record<string, Result>>;
  /** Variants that were to be run and were not, because of an interruption. */
  readonly notRun: readonly string[];
  /** Measures that an expectation names, or in which variants differ by more than chance, the expected ones first. */
  readonly differences: readonly VariantDifference[];
}

/** One measure over all variants. */
export interface VariantDifference {
  /** As an expectation names it: `emails.duplicateEffects`. */
  readonly measure: string;
  readonly unit: MeasureUnit;
  /** By variant; null: not known, or never. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** What `simulate` and `predict` end with. */
export type Outcome = Result | Comparison;

/** Whether it is of several variants. */
export function isComparison(outcome: Outcome): outcome is Comparison {
  return 'variants' in outcome;
}
