import type { Figure, Gates } from './compare.js';
import type { Comparison } from './comparison.js';
import type { MeasureUnit } from './measures.js';
import type { Result, Verdict } from './types.js';

/** A scenario, or each of its variants, run several times over (`repeat.json`, `simulate --repeat`). */
export interface Repeat {
  readonly schema: 'launchpad.repeat/1';
  readonly scenario: Comparison['scenario'];
  readonly run: Comparison['run'];
  /** How many times it was to be run. */
  readonly times: number;
  /** That of the worst of the runs; inconclusive also where some were not run. */
  readonly verdict: Verdict;
  /** One of the scenario itself, or one for each variant, in their order. */
  readonly repeated: readonly Repeated[];
}

/** All runs of one thing. */
export interface Repeated {
  /** Null: the scenario itself. */
  readonly variant: string | null;
  readonly runs: readonly RepeatedRun[];
  readonly passed: number;
  readonly failed: number;
  readonly inconclusive: number;
  /** What of it is drawn; every run had the same seed. Empty: nothing. */
  readonly drawn: readonly string[];
  /** Over the runs. Those of all queues together have no name before them: `lost`. */
  readonly measures: readonly Spread[];
  /** The run that is nearest to the medians. */
  readonly typical: { readonly round: number; readonly result: Result };
  /** What came of the rules, by the medians; absent: there are none. */
  readonly gates?: Gates;
}

/** One of the runs. */
export interface RepeatedRun {
  /** From 1. */
  readonly round: number;
  /** Within the directory of all: `1`, `1/effect-key`. */
  readonly directory: string;
  readonly outcome: Verdict['outcome'];
  readonly reasons: readonly string[];
  /** Whether its figures count: it was not cut short. */
  readonly isWhole: boolean;
  /** Whether its times and rates count: the lab held the rate. */
  readonly isRateHeld: boolean;
}

/**
 * A measure over several runs. Those that were cut short do not count, nor, of times and rates, those in which the rate was not held;
 * what is not known of a run does not count either. A value that never came counts as later than any other.
 */
export interface Spread {
  /** As an expectation names it: `emails.catchUp`. */
  readonly measure: string;
  readonly unit: MeasureUnit;
  /** By run, in their order; null: not known, or it does not count. */
  readonly values: readonly Figure[];
  /** How many of the values count. */
  readonly known: number;
  readonly lowest: Figure;
  /** Between two values on a straight line, as are the median and the third quartile. */
  readonly firstQuartile: Figure;
  readonly median: Figure;
  readonly thirdQuartile: Figure;
  readonly highest: Figure;
  /** The interquartile range: third less first quartile; null: one of them is not a number. */
  readonly iqr: number | null;
}
