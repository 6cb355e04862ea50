import { differencesBetween } from '../../analysis/compare-runs/index.js';
import { LaunchpadError } from '../../errors.js';
import type { ComparedRun, RunComparison, RunDifferences } from '../../result/compare.js';
import type { Verdict } from '../../result/types.js';
import { usage } from '../explore.js';
import { type Baseline, counterpart, gatesOf } from './baseline.js';
import { settingDifferences, settingsFrom } from './settings.js';
import type { Subject } from './subjects.js';

const labels = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** What is compared, and how. */
export interface ToCompare {
  readonly subjects: readonly Subject[];
  /** The first of the subjects then; null: there are no rules. */
  readonly baseline: Baseline | null;
  /** Whether unlike things are compared as well. */
  readonly anyway: boolean;
}

/**
 * Sets runs beside each other.
 * @throws LaunchpadError `usage` where there are too few or too many, or they are unlike and that was not asked for
 */
export function runComparison({ subjects, baseline, anyway }: ToCompare): RunComparison {
  if (subjects.length < 2) throw tooFew(subjects);
  if (subjects.length > labels.length)
    throw usage(`${subjects.length} runs are too many to compare`, `name at most ${labels.length}`);
  const entries = labelled(subjects);
  const settings = settingDifferences(Object.fromEntries(entries));
  if (!anyway) refuseUnlike(settings, entries);
  const [reference, ...others] = entries as [Entry, ...Entry[]];
  const compared = baseline === null ? others : entries.slice(baseline.subjects.length);
  const comparisons = compared.map((entry): RunDifferences => {
    const [label, subject] = entry;
    const before =
      baseline === null
        ? reference
        : entryOf(counterpart(baseline, subject.result.scenario.variant ?? null), entries);
    const against = before ?? reference;
    const differences = {
      run: label,
      against: against[0],
      ...differencesBetween(against[1].side, subject.side),
    };
    const gates = baseline === null || baseline.rules.length === 0 ? null : gatesOf(baseline, subject);
    return gates === null ? differences : { ...differences, gates };
  });
  return {
    schema: 'launchpad.compare/1',
    runs: entries.map(([label, subject]) => comparedRun(label, subject, uniqueNames(subjects))),
    settings,
    settingsFrom: settingsFrom(subjects),
    comparisons,
    verdict: verdictOf(comparisons),
  };
}

type Entry = readonly [label: string, subject: Subject];

function labelled(subjects: readonly Subject[]): Entry[] {
  return subjects.map((subject, at) => [labels[at] ?? '', subject]);
}

function entryOf(subject: Subject | null, entries: readonly Entry[]): Entry | null {
  return entries.find(([, each]) => each === subject) ?? null;
}

function tooFew(subjects: readonly Subject[]): LaunchpadError {
  const [only] = subjects;
  const what =
    only === undefined ? 'There is nothing to compare' : `There is nothing to compare ${only.name} with`;
  return usage(what, 'name two runs or more: `launchpad compare A B`, A is the reference');
}

function refuseUnlike(settings: RunComparison['settings'], entries: readonly Entry[]): void {
  const unlike = settings.filter(({ isUnlike }) => isUnlike);
  if (unlike.length === 0) return;
  const said = unlike.map(({ setting, values }) => ({
    path: setting,
    message: entries.map(([label, { name }]) => `${values[label] ?? 'none'} (${name})`).join(' and '),
  }));
  const [only, ...others] = said;
  throw new LaunchpadError(
    'usage',
    others.length === 0
      ? `These are not alike: the ${only?.path} is ${only?.message}`
      : 'These are not alike',
    { hint: 'Add --anyway to compare them all the same.', problems: said },
  );
}

/** By subject; what has the name of another has its number behind it. */
export function uniqueNames(subjects: readonly Subject[]): ReadonlyMap<Subject, string> {
  const used = new Set<string>();
  return new Map(
    subjects.map((subject) => {
      let name = subject.name;
      for (let n = 2; used.has(name); n++) name = `${subject.name} (${n})`;
      used.add(name);
      return [subject, name];
    }),
  );
}

function comparedRun(label: string, subject: Subject, names: ReadonlyMap<Subject, string>): ComparedRun {
  const { result, side, source } = subject;
  return {
    label,
    name: names.get(subject) ?? subject.name,
    source,
    scenario: result.scenario.name,
    variant: result.scenario.variant ?? null,
    origin: result.origin,
    runs: side.runs.length,
    startedAt: result.run.startedAt,
    verdict: result.verdict.outcome,
    doubts: doubtsOf(subject),
  };
}

function doubtsOf({ side: { runs } }: Subject): string[] {
  const of = (bad: number, what: string): string[] =>
    bad === 0 ? [] : [runs.length === 1 ? what : `${what} in ${bad} of ${runs.length} runs`];
  return [
    ...of(runs.filter(({ isWhole }) => !isWhole).length, 'it was cut short, so its figures are not whole'),
    ...of(
      runs.filter(({ isRateHeld }) => !isRateHeld).length,
      'the rate was not held, so its times and rates say nothing of its queues',
    ),
  ];
}

/** Over all runs; null: there are no rules. */
function verdictOf(comparisons: readonly RunDifferences[]): Verdict | null {
  const all = comparisons.flatMap(({ run, gates }) => (gates?.rules ?? []).map((rule) => ({ run, rule })));
  if (all.length === 0) return null;
  const said = (outcome: string, does: string): string[] =>
    all
      .filter(({ rule }) => rule.outcome === outcome)
      .map(({ run, rule }) => `${run}: ${rule.rule} ${does}: ${rule.reason ?? 'not known'}`);
  const [broken, open] = [said('fail', 'is broken'), said('unknown', 'is unknown')];
  if (broken.length > 0) return { outcome: 'fail', reasons: [...broken, ...open] };
  if (open.length > 0) return { outcome: 'inconclusive', reasons: open };
  return { outcome: 'pass', reasons: [all.length === 1 ? 'the rule holds' : `all ${all.length} rules hold`] };
}
