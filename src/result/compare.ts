import type { MeasureUnit } from './measures.js';
import type { Verdict } from './types.js';

/** A measure's value, in its unit. `never`: it did not come, which is later than any time. Null: not known. */
export type Figure = number | 'never' | null;

/** What one side of a comparison has of a measure. Of one run all three are the same. */
export interface ComparedFigure {
  /** Of repeated runs the median. */
  readonly value: Figure;
  readonly lowest: Figure;
  readonly highest: Figure;
  /** Of how many runs it is known. */
  readonly runs: number;
}

/** Whether a difference is more than the same thing run again would give (docs/compare.md has the rules). */
export interface Noise {
  /** same: there is no difference. untold: what is there is not enough to tell. */
  readonly verdict: 'same' | 'within' | 'beyond' | 'untold';
  /** By which rule, or why it can't be told: a clause. */
  readonly why: string;
  /** Where enough runs were repeated: how probable it is that chance alone gives a difference at least as large. */
  readonly p?: number;
}

/** One measure in which a run differs from the reference. */
export interface MeasureDifference {
  /** As an expectation names it: `emails.catchUp`. */
  readonly measure: string;
  readonly unit: MeasureUnit;
  readonly reference: ComparedFigure;
  readonly compared: ComparedFigure;
  /** Compared less reference, in the measure's unit; null: one of the two is no number. */
  readonly difference: number | null;
  /** Compared over reference; null: one of the two is no number, or the reference is 0. */
  readonly ratio: number | null;
  readonly noise: Noise;
}

/** One of the runs that are compared, or several of the same. */
export interface ComparedRun {
  /** A for the reference, then B, C and so on. */
  readonly label: string;
  /** No two of a comparison have the same. */
  readonly name: string;
  /** The directory or file that it was read from. */
  readonly source: string;
  readonly scenario: string;
  /** Null: the scenario itself. */
  readonly variant: string | null;
  readonly origin: 'measured' | 'predicted';
  /** How many runs it stands for. */
  readonly runs: number;
  /** ISO 8601; null: not known. */
  readonly startedAt: string | null;
  readonly verdict: Verdict['outcome'];
  /** Why some of its figures are not to be believed: clauses. */
  readonly doubts: readonly string[];
}

/** A setting that is not everywhere the same. */
export interface SettingDifference {
  /** `speed`, `queues.emails.rate` */
  readonly setting: string;
  /** By label, in words; null: there is no such thing. */
  readonly values: Readonly<Record<string, string | null>>;
  /** Whether runs that differ in it are not alike: they are compared only when asked. */
  readonly isUnlike: boolean;
}

/** One run against its reference. */
export interface RunDifferences {
  /** The label of the one that is compared. */
  readonly run: string;
  /** With which: the first, or its own variant of the baseline. */
  readonly against: string;
  /** Queues before producers before services; of each, in the order of the measures. */
  readonly differences: readonly MeasureDifference[];
  /** How many further measures are known of both and the same. */
  readonly same: number;
  /** What came of the rules that the reference is the baseline of; absent: there are none. */
  readonly gates?: Gates;
}

/** Results side by side (`launchpad compare --json`). */
export interface RunComparison {
  readonly schema: 'launchpad.compare/1';
  /** The reference first. */
  readonly runs: readonly ComparedRun[];
  /** Those that make runs unlike first. */
  readonly settings: readonly SettingDifference[];
  /** Where the settings of queues and producers come from: the plans, or, where one of the runs has none, the results. */
  readonly settingsFrom: 'plan' | 'result';
  readonly comparisons: readonly RunDifferences[];
  /** What the rules come to over all runs; null: there are none. */
  readonly verdict: Verdict | null;
}

/** What came of holding a run against a baseline (`--baseline`, `--fail-on`). */
export interface Gates {
  /** The directory or file, as typed. */
  readonly baseline: string;
  /** What was set otherwise in the baseline: `speed was 1, and is 10`. */
  readonly settings: readonly string[];
  readonly rules: readonly GateResult[];
}

/** A rule on how much worse than in the baseline a measure may be, and what came of it. */
export interface GateResult {
  /** As typed: `emails.catchUp +10%`. */
  readonly rule: string;
  /** As an expectation names it: `emails.catchUp`. */
  readonly measure: string;
  readonly unit: MeasureUnit;
  /** The baseline's value; of repeated runs the median. */
  readonly baseline: Figure;
  /** What the rule allows, at most or at least; null: the baseline's value is not known. */
  readonly limit: Figure;
  readonly allows: 'at most' | 'at least';
  readonly actual: Figure;
  /** unknown: it is not known on one side. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  /** Why it failed, or is not known; null: it holds. */
  readonly reason: string | null;
  readonly noise: Noise;
}
