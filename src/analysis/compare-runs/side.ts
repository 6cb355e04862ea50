import type { Figure } from '../../result/compare.js';
import { type Measure, measures } from '../../result/measures.js';
import { labelOf, partsOf } from '../../result/measuring.js';
import type { Repeated } from '../../result/repeat.js';
import type { Result } from '../../result/types.js';
import { valueIn } from '../expectations/values.js';
import { figureOf } from './spread.js';

/** One side of a comparison: a run, or several of the same. */
export interface Side {
  /** The run itself; of several the most typical. */
  readonly result: Result;
  readonly runs: readonly SideRun[];
  /** By the measure's name; in every list a value for each run. */
  readonly samples: ReadonlyMap<string, Sample>;
  /** What of its plan is drawn; null: not known. */
  readonly drawn: readonly string[] | null;
}

/** What has to be known of a run to believe its figures. */
export interface SideRun {
  /** It was not cut short. */
  readonly isWhole: boolean;
  /** The lab held the rate. */
  readonly isRateHeld: boolean;
}

/** A measure of one side. */
export interface Sample {
  readonly name: string;
  readonly measure: Measure;
  /** A queue's, producer's or service's name; null: over all. */
  readonly scope: string | null;
  readonly values: readonly Figure[];
}

/** The ends of a run whose figures are all there. */
const wholeEnds: readonly (string | undefined)[] = ['drained', 'drain-limit', 'nobody-left'];

/** A side of one run. @param drawn what of its plan is drawn; null: not known */
export function sideOf(result: Result, drawn: readonly string[] | null): Side {
  const samples = subjectsIn(result).map((subject) => ({ ...subject, values: [figureIn(subject, result)] }));
  return {
    result,
    runs: [runOf(result)],
    samples: new Map(samples.map((sample) => [sample.name, sample])),
    drawn,
  };
}

/** A side of repeated runs, as they were kept. */
export function sideOfRepeated({ typical, runs, measures: kept, drawn }: Repeated): Side {
  const known = new Map(subjectsIn(typical.result).map((subject) => [subject.name, subject]));
  const samples = kept.flatMap(({ measure, values }): Sample[] => {
    const subject = known.get(measure);
    return subject === undefined ? [] : [{ ...subject, values }];
  });
  return {
    result: typical.result,
    runs,
    samples: new Map(samples.map((sample) => [sample.name, sample])),
    drawn,
  };
}

/** Whether a run's figures can be believed. */
export function runOf({ origin, run, producers }: Result): SideRun {
  return {
    isWhole: origin === 'predicted' || wholeEnds.includes(run.ended?.reason),
    isRateHeld: Object.values(producers).every(({ rate }) => rate.held),
  };
}

/** Those of a sample's values that count: of runs that were not cut short; times and rates only where the rate was held. */
export function counting({ measure, values }: Sample, runs: Side['runs']): Figure[] {
  return values.map((value, at) => (doesCount(measure, runs[at]) ? value : null));
}

function doesCount({ unit }: Measure, run: SideRun | undefined): boolean {
  return run?.isWhole === true && (run.isRateHeld || unit === 'count');
}

/** A measure of one thing, or of all. */
export type SampleSubject = Omit<Sample, 'values'>;

/** Every measure of every queue, producer and service of a result, and then over all of them. */
export function subjectsIn(result: Result): SampleSubject[] {
  const kinds = ['queue', 'producer', 'service'] as const;
  const scoped = kinds.flatMap((of) =>
    Object.keys(partsOf(of, result)).flatMap((scope) =>
      measures.filter((measure) => measure.of === of).map((measure) => subject(measure, scope)),
    ),
  );
  const overAll = measures.map((measure) => subject(measure, null));
  // Of measures with the same name a queue's goes before a producer's.
  const byName = new Map([...overAll.reverse(), ...scoped.reverse()].map((each) => [each.name, each]));
  const names = new Set([...scoped.reverse(), ...overAll.reverse()].map(({ name }) => name));
  return [...names].flatMap((name) => byName.get(name) ?? []);
}

function subject(measure: Measure, scope: string | null): SampleSubject {
  return { name: labelOf(measure, scope), measure, scope };
}

function figureIn({ measure, scope }: SampleSubject, result: Result): Figure {
  const value = valueIn(measure, scope, result);
  return typeof value === 'number' ? figureOf(value) : null;
}
