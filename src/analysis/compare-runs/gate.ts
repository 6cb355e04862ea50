import type { Figure, GateResult, Gates } from '../../result/compare.js';
import type { MeasureUnit } from '../../result/measures.js';
import type { Result, Verdict } from '../../result/types.js';
import { differenceIn } from './differences.js';
import { counting, type Side, subjectsIn } from './side.js';
import { figureOf, numberOf, numbersOf, rounded, spreadOf } from './spread.js';

/** A rule on how much worse than in the baseline a measure may be. */
export interface GateRule {
  /** As typed: `emails.catchUp +10%`. */
  readonly rule: string;
  /** Its name as the measures of a result have it. */
  readonly measure: string;
  readonly unit: MeasureUnit;
  readonly allows: GateResult['allows'];
  /** How much more or less: a share of the baseline's value, or in the measure's own unit. From 0. */
  readonly by: { readonly share: number } | { readonly amount: number };
}

/**
 * Holds a run, or the medians of several, against a baseline. What is not known on one side, because it was not measured, the run was cut
 * short or the rate not held, is unknown. A rule is broken by every value beyond its limit, also where that may be noise: the rule says
 * how much is allowed, and the noise is said beside it.
 */
export function judgeRules(rules: readonly GateRule[], baseline: Side, side: Side): GateResult[] {
  return rules.map((rule): GateResult => {
    const { measure, unit, allows } = rule;
    const before = countedValue(measure, baseline);
    const actual = countedValue(measure, side);
    const limit = before === null ? null : limitOf(rule, before);
    const sample =
      baseline.samples.get(measure) ?? side.samples.get(measure) ?? emptySample(measure, baseline, side);
    const noise = (sample === undefined ? null : differenceIn(sample, baseline, side))?.noise ?? {
      verdict: 'untold' as const,
      why: 'not known of either side',
    };
    const told = { rule: rule.rule, measure, unit, baseline: before, limit, allows, actual, noise };
    if (limit === null || actual === null) {
      const where = limit === null ? 'the baseline' : 'this run';
      const why = noise.verdict === 'untold' ? `: ${noise.why}` : '';
      return { ...told, outcome: 'unknown', reason: `it is not known of ${where}${why}` };
    }
    if (holds(allows, numberOf(actual), numberOf(limit))) return { ...told, outcome: 'pass', reason: null };
    return { ...told, outcome: 'fail', reason: whyBroken(rule, noise.verdict) };
  });
}

function emptySample(name: string, baseline: Side, side: Side) {
  const subject = [...subjectsIn(baseline.result), ...subjectsIn(side.result)].find(
    (candidate) => candidate.name === name,
  );
  return subject === undefined ? undefined : { ...subject, values: [] };
}

function countedValue(measure: string, side: Side): Figure {
  const sample = side.samples.get(measure);
  if (sample === undefined) return null;
  const known = counting(sample, side.runs);
  return numbersOf(known).length === 0 ? null : spreadOf(known).median;
}

function limitOf({ by, allows }: GateRule, before: Exclude<Figure, null>): Figure {
  const value = numberOf(before);
  const apart = 'share' in by ? Math.abs(value) * by.share : by.amount;
  // Infinity less Infinity is no number: what never came may stay away.
  if (!Number.isFinite(value)) return 'never';
  return figureOf(rounded(allows === 'at most' ? value + apart : value - apart));
}

function holds(allows: GateRule['allows'], actual: number, limit: number): boolean {
  return allows === 'at most' ? actual <= limit : actual >= limit;
}

function whyBroken({ by, allows }: GateRule, noise: GateResult['noise']['verdict']): string {
  const more = allows === 'at most' ? 'more' : 'less';
  const amount =
    'share' in by ? ` by more than ${rounded(by.share * 100)} %` : ' by more than the rule allows';
  const isNoise = noise === 'within' ? '; that may be noise: the rule is narrower than it' : '';
  return `${more} than in the baseline${amount}${isNoise}`;
}

/** A result that was held against a baseline: a rule that is broken fails it, one that can't be told leaves it open. */
export function withGates<Judged extends Pick<Result, 'verdict'>>(
  result: Judged,
  gates: Gates,
): Judged & { readonly gates: Gates } {
  return { ...result, gates, verdict: verdictWith(result.verdict, gates.rules) };
}

function verdictWith({ outcome, reasons, ...rest }: Verdict, rules: readonly GateResult[]): Verdict {
  const said = (which: GateResult['outcome'], does: string): string[] =>
    rules
      .filter((rule) => rule.outcome === which)
      .map(({ rule, reason }) => `${rule} ${does}: ${reason ?? 'not known'}`);
  const [broken, open] = [said('fail', 'is broken'), said('unknown', 'is unknown')];
  if (broken.length + open.length === 0) {
    const held =
      rules.length === 1 ? 'the rule of the gate holds' : `all ${rules.length} rules of the gate hold`;
    const said = outcome === 'pass' && rules.length > 0 ? [`${reasons.join('; ')}, and ${held}`] : reasons;
    return { ...rest, outcome, reasons: said };
  }
  // What made it pass is no reason any more.
  const before = outcome === 'pass' ? [] : reasons;
  if (broken.length > 0) return { ...rest, outcome: 'fail', reasons: [...broken, ...before, ...open] };
  return { ...rest, outcome: outcome === 'fail' ? 'fail' : 'inconclusive', reasons: [...before, ...open] };
}
