import type { Comparison, VariantDifference } from '../result/comparison.js';
import { type Measure, measures } from '../result/measures.js';
import { labelOf, measureOf, partsOf } from '../result/measuring.js';
import type { Result, Verdict } from '../result/types.js';
import { evaluate, measuring } from './expectations.js';

/** What a comparison says beside its variants. */
export interface ComparisonFacts {
  readonly scenario: Comparison['scenario'];
  readonly run: Comparison['run'];
  /** Variants that were to be run and were not, or whose run can't be read. */
  readonly notRun: readonly string[];
  /** Why the run of some of these can't be read, as a sentence without a full stop. */
  readonly unreadable?: Readonly<Record<string, string>>;
}

/** As many rows as a comparison has at most; the measures of expectations are always there. */
const mostDifferences = 25;

/** Measures of things of one kind, by their paths. */
type Looked = readonly [of: Measure['of'], paths: readonly string[]];

/** What is looked at for differences where orders come by HTTP, before all else. */
const ofCustomers: readonly Looked[] = [
  ['producer', ofOrders(['accepted', 'notAccepted', 'done', 'halfDone', 'lost'])],
  ['producer', ofOrders(['acceptedSeconds.p99', 'responseSeconds.p99', 'unfinishedSeconds.max'])],
  ['producer', ofOrders(['wellAgainAtSeconds'])],
  // A step of an order is counted with the queue of its name.
  ['queue', ['accounting.effected', 'accounting.duplicateEffects']],
];

/** What is looked at for differences, what matters most first; of each, all queues, producers or services in their order. */
const curated: readonly Looked[] = [
  ['service', ['turnedAway', 'fellOver', 'breakerOpened']],
  ['queue', ['accounting.lost', 'accounting.duplicateEffects', 'accounting.deadLettered']],
  ['queue', ['accounting.pending', 'accounting.undetermined', 'accounting.suppressed']],
  ['queue', ['failures.failed', 'failures.retried', 'failures.timedOut', 'failures.recovered']],
  ['queue', ['deadLetters.given', 'deadLetters.stranded', 'deadLetters.redriven', 'deadLetters.depth.peak']],
  ['queue', ['catchUpSeconds', 'drainedAtSeconds', 'backlog.peak', 'waitSeconds.p99', 'waitSeconds.max']],
  ['queue', ['rate.achievedPerSecond', 'order.outOfOrder', 'order.maxDisplacement']],
  ['queue', ['accounting.merged', 'accounting.discarded', 'accounting.dropped', 'accounting.refused']],
  ['queue', ['accounting.unknown', 'accounting.recovered', 'accounting.unexpected']],
  ['producer', ['whole.lost', 'whole.undetermined', 'whole.pending', 'whole.deadLettered']],
  ['producer', ['whole.unpublished', 'whole.notPassedOn', 'whole.completed']],
  ['queue', ['accounting.effected', 'accounting.duplicateDeliveries', 'accounting.republished']],
  ['queue', ['accounting.deadAfterEffect', 'accounting.redeliveryPending', 'workers.died']],
  ['queue', ['accounting.scheduled', 'accounting.attempted', 'accounting.acknowledged']],
];

function ofOrders(paths: readonly string[]): string[] {
  return paths.map((path) => `orderBooks.${path}`);
}

/** A measure of one queue, producer or service; without a scope, of all. */
interface Row {
  readonly measure: Measure;
  readonly scope: string | null;
}

/**
 * Sets the results of a scenario's variants beside each other. Pure.
 * Differences are every measure that an expectation of any variant names, and of the others those in which variants
 * differ by more than chance: counts at all; the peaks of backlog, depth and displacement by more than 10 % and more than
 * 2; times by more than 10 % and more than 0.5 s; rates by more than 5 %.
 * @param variants by name, in the order in which they were run; at least one
 */
export function compare(variants: Readonly<Record<string, Result>>, facts: ComparisonFacts): Comparison {
  const results = Object.values(variants);
  const { scenario, run, notRun, unreadable = {} } = facts;
  return {
    schema: 'launchpad.result/1',
    origin: results[0]?.origin ?? 'measured',
    scenario,
    run,
    verdict: verdictOver(variants, missingOf(notRun, unreadable)),
    variants,
    notRun,
    differences: differencesOf(variants),
  };
}

/** What is said of each variant without a result. */
function missingOf(notRun: readonly string[], unreadable: Readonly<Record<string, string>>): string[] {
  return notRun.map((name) => {
    const why = Object.hasOwn(unreadable, name) ? unreadable[name] : undefined;
    return why === undefined ? `${name} was not run` : `${name} can't be read: ${why}`;
  });
}

/** @param missing what is said of each variant without a result */
function verdictOver(variants: Readonly<Record<string, Result>>, missing: readonly string[]): Verdict {
  const entries = Object.entries(variants);
  const reasonsOf = (outcome: Verdict['outcome']): string[] =>
    entries
      .filter(([, { verdict }]) => verdict.outcome === outcome)
      .flatMap(([name, { verdict }]) => verdict.reasons.map((reason) => `${name}: ${reason}`));
  const [failed, open] = [reasonsOf('fail'), [...reasonsOf('inconclusive'), ...missing]];
  if (entries.some(([, { verdict }]) => verdict.outcome === 'fail')) {
    return { outcome: 'fail', reasons: [...failed, ...open] };
  }
  if (missing.length > 0 || entries.some(([, { verdict }]) => verdict.outcome === 'inconclusive')) {
    return { outcome: 'inconclusive', reasons: open };
  }
  return {
    outcome: 'pass',
    reasons: [passInWords(entries.length)],
  };
}

function passInWords(variants: number): string {
  if (variants === 1) return 'the one variant passes';
  return variants === 2 ? 'both variants pass' : `all ${variants} variants pass`;
}

function differencesOf(variants: Readonly<Record<string, Result>>): VariantDifference[] {
  const results = Object.values(variants);
  const rows = unique(results.flatMap(expectedRows));
  const expected = rows.map((row) => differenceIn(row, variants));
  const said = new Set(expected.map(({ measure }) => measure));
  const others = curatedRows(results)
    .map((row) => ({ row, difference: differenceIn(row, variants) }))
    .filter(({ row, difference }) => differs(row.measure, difference) && !said.has(difference.measure))
    // What an expectation has over all queues is not said again of the one queue that it comes from.
    .filter(({ row, difference }) => {
      const whole =
        expected[rows.findIndex(({ measure, scope }) => measure === row.measure && scope === null)];
      return Object.entries(difference.values).some(([name, value]) => whole?.values[name] !== value);
    })
    .map(({ difference }) => difference);
  return [...expected, ...others.slice(0, Math.max(0, mostDifferences - expected.length))];
}

/** What a result's expectations are about. */
function expectedRows({ expectations, ...result }: Result): Row[] {
  return expectations.flatMap(({ measure: path, scope = null }): Row[] => {
    const measure = path === undefined ? undefined : measureOf({ measure: path, scope }, result);
    return measure === undefined ? [] : [{ measure, scope }];
  });
}

function namesOf(of: Measure['of'], result: Parameters<typeof partsOf>[1]): string[] {
  return Object.keys(partsOf(of, result));
}

function curatedRows(results: readonly Result[]): Row[] {
  const namesOver = (of: Measure['of']) => [...new Set(results.flatMap((result) => namesOf(of, result)))];
  const isOneQueue = namesOver('queue').length < 2;
  const hasOrders = results.some(({ producers }) =>
    Object.values(producers).some(({ orderBooks }) => orderBooks !== undefined),
  );
  const rows = [...(hasOrders ? ofCustomers : []), ...curated].flatMap(([of, paths]) =>
    paths.flatMap((path) => {
      // With one queue the whole is that queue's books once more.
      if (of === 'producer' && isOneQueue && path.startsWith('whole.')) return [];
      const measure = measures.find((candidate) => candidate.path === path && candidate.of === of);
      return measure === undefined ? [] : namesOver(of).map((scope) => ({ measure, scope }));
    }),
  );
  return unique(rows);
}

function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [labelOf(row.measure, row.scope), row])).values()];
}

function differenceIn(row: Row, variants: Readonly<Record<string, Result>>): VariantDifference {
  const values = Object.entries(variants).map(([name, result]) => [name, valueIn(row, result)]);
  return {
    measure: labelOf(row.measure, row.scope),
    unit: row.measure.unit,
    values: Object.fromEntries(values),
  };
}

/** As an expectation would have it; null where the variant has no such queue or producer. */
function valueIn({ measure, scope }: Row, result: Result): number | null {
  if (scope !== null && !Object.hasOwn(partsOf(measure.of, result), scope)) return null;
  return evaluate([measuring(scope, measure.path)], result, true)[0]?.actual ?? null;
}

/** Whether the variants differ in it by more than chance. */
function differs(measure: Measure, { values }: VariantDifference): boolean {
  const all = Object.values(values);
  const known = all.filter((value) => value !== null);
  if (known.length === 0) return false;
  if (known.length < all.length) return true;
  const [lowest, highest] = [Math.min(...known), Math.max(...known)];
  const apart = highest - lowest;
  if (measure.unit === 'perSecond') return apart > 0.05 * highest;
  if (measure.unit === 'seconds') return apart > 0.5 && apart > 0.1 * highest;
  // How high something got depends on what fell into the same instant.
  if (measure.over === 'highest') return apart > 2 && apart > 0.1 * highest;
  return apart > 0;
}
