import type { Comparison } from '../../result/comparison.js';
import type { Repeat, Repeated, RepeatedRun, Spread } from '../../result/repeat.js';
import type { Result, Verdict } from '../../result/types.js';
import { counting, runOf, type Sample, type Side, type SideRun, sideOf } from './side.js';
import { numberOf, spreadOf } from './spread.js';

/** One run of several. */
export interface RoundResult {
  /** From 1. */
  readonly round: number;
  /** Within the directory of all. */
  readonly directory: string;
  readonly result: Result;
}

/** All runs of one thing that there are. */
export interface Rounds {
  /** Null: the scenario itself. */
  readonly variant: string | null;
  /** At least one. */
  readonly rounds: readonly RoundResult[];
  /** What of its plan is drawn. */
  readonly drawn: readonly string[];
}

/** What is said of repeated runs beside what came of them. */
export interface RepeatFacts {
  readonly scenario: Comparison['scenario'];
  readonly run: Comparison['run'];
  /** How many times it was to be run. */
  readonly times: number;
}

/** By round, why what came of it can't be read. */
export type UnreadableRounds = Readonly<Record<number, string>>;

/** Puts repeated runs together: medians and spread of every measure, and the verdict of the worst. Pure. */
export function repeatOf(
  all: readonly Rounds[],
  facts: RepeatFacts,
  unreadable: UnreadableRounds = {},
): Repeat {
  const repeated = all.map(repeatedOf);
  const { outcome, reasons } = worstOf(repeated, facts.times);
  const why = Object.entries(unreadable).map(([round, reason]) => `run ${round} can't be read: ${reason}`);
  return {
    schema: 'launchpad.repeat/1',
    ...facts,
    verdict: { outcome, reasons: [...reasons, ...why] },
    repeated,
  };
}

function repeatedOf({ variant, rounds, drawn }: Rounds): Repeated {
  const runs = rounds.map(({ round, directory, result }): RepeatedRun & SideRun => ({
    round,
    directory,
    outcome: result.verdict.outcome,
    reasons: result.verdict.reasons,
    ...runOf(result),
  }));
  const sides = rounds.map(({ result }) => sideOf(result, drawn));
  const measures = samplesOver(sides).map((sample): Spread => {
    const values = counting(sample, runs);
    return { measure: sample.name, unit: sample.measure.unit, values, ...spreadOf(values) };
  });
  const typical = rounds[mostTypical(measures, runs)] as RoundResult;
  const withOutcome = (outcome: Verdict['outcome']): number =>
    runs.filter((run) => run.outcome === outcome).length;
  return {
    variant,
    runs,
    passed: withOutcome('pass'),
    failed: withOutcome('fail'),
    inconclusive: withOutcome('inconclusive'),
    drawn,
    measures: measures.filter(({ known }) => known > 0),
    typical: { round: typical.round, result: typical.result },
  };
}

/** A sample of every measure that any of the runs has, with a value of each run. */
function samplesOver(sides: readonly Side[]): Sample[] {
  const all = new Map(sides.flatMap(({ samples }) => [...samples]));
  return [...all.values()].map((sample) => ({
    ...sample,
    values: sides.map(({ samples }) => samples.get(sample.name)?.values[0] ?? null),
  }));
}

/** The run whose figures are nearest to the medians, each distance as a share of the measure's range; the earlier of equals. */
function mostTypical(measures: readonly Spread[], runs: readonly SideRun[]): number {
  const distances = runs.map(({ isWhole }, at) =>
    isWhole ? measures.reduce((sum, spread) => sum + distance(spread, at), 0) : Number.POSITIVE_INFINITY,
  );
  return Math.max(0, distances.indexOf(Math.min(...distances)));
}

function distance({ values, median, lowest, highest }: Spread, at: number): number {
  const value = values[at] ?? null;
  if (lowest === highest || median === null) return 0;
  if (typeof value !== 'number' || typeof median !== 'number') return value === median ? 0 : 1;
  const range = numberOf(highest ?? 0) - numberOf(lowest ?? 0);
  return Math.min(1, Math.abs(value - median) / range);
}

function worstOf(repeated: readonly Repeated[], times: number): Verdict {
  const runs = repeated.flatMap((each) => each.runs);
  const missing = repeated.reduce((sum, each) => sum + times - each.runs.length, 0);
  const outcome = runs.some((run) => run.outcome === 'fail')
    ? 'fail'
    : missing > 0 || runs.some((run) => run.outcome === 'inconclusive')
      ? 'inconclusive'
      : 'pass';
  if (outcome === 'pass')
    return { outcome, reasons: [runs.length === 2 ? 'both runs pass' : `all ${runs.length} runs pass`] };
  const reasons = repeated.flatMap((each) => reasonsOf(each, times));
  return { outcome, reasons };
}

/** What kept runs from passing, with those that it kept; the same reason once. */
function reasonsOf({ variant, runs }: Repeated, times: number): string[] {
  const prefix = variant === null ? '' : `${variant}, `;
  const bad = runs.filter((run) => run.outcome !== 'pass');
  const reasons = [...new Set(bad.flatMap((run) => run.reasons))];
  const said = reasons.map((reason) => {
    const rounds = bad.filter((run) => run.reasons.includes(reason)).map(({ round }) => round);
    return `${prefix}${rounds.length === 1 ? 'run' : 'runs'} ${rounds.join(', ')}: ${reason}`;
  });
  const missing = times - runs.length;
  return missing === 0
    ? said
    : [...said, `${prefix}of ${times} runs, ${missing} ${missing === 1 ? 'is' : 'are'} not there`];
}
