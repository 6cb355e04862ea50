import { type GateRule, judgeRules, sideOf, withGates } from '../../analysis/compare-runs/index.js';
import { whatIsRandom } from '../../plan/random.js';
import type { Plan } from '../../plan/types.js';
import type { Gates } from '../../result/compare.js';
import type { Result } from '../../result/types.js';
import { scopesOf } from '../../scenario/owners.js';
import type { Scenario } from '../../scenario/types.js';
import { usage } from '../explore.js';
import { parseRule } from './rules.js';
import { settingDifferences } from './settings.js';
import { type Subject, subjectsOf } from './subjects.js';

/** The options of the gate, as typed. */
export interface GateOptions {
  readonly baseline?: string;
  readonly failOn?: readonly string[];
}

/** What runs are held against, and by which rules. */
export interface Baseline {
  /** As typed. */
  readonly source: string;
  /** One, or one for each variant. */
  readonly subjects: readonly Subject[];
  readonly rules: readonly GateRule[];
}

/** What is to be run, as far as a baseline has to fit it. */
interface ToRun {
  readonly base: Scenario;
  readonly runs: readonly { readonly variant: string | null; readonly plan: Plan }[];
}

/**
 * Makes sure that the options of the gate go together.
 * @returns whether there is a gate
 * @throws LaunchpadError `usage`
 */
export function hasGate({ baseline, failOn = [] }: GateOptions): boolean {
  if (baseline === undefined && failOn.length > 0)
    throw usage('--fail-on says how much worse than a baseline, and there is none', 'add --baseline FILE');
  if (baseline !== undefined && failOn.length === 0)
    throw usage(
      '--baseline alone decides nothing',
      'add what is too much, such as --fail-on "emails.catchUp +10%"; `launchpad compare` shows all differences',
    );
  return baseline !== undefined;
}

/**
 * The baseline of what is to be run; null: there is none. Everything about it is checked here, before anything is run.
 * @throws LaunchpadError `usage`, `run-not-found`, `ledger-damaged`
 */
export function baselineFor(options: GateOptions, { base, runs }: ToRun): Baseline | null {
  if (!hasGate(options) || options.baseline === undefined) return null;
  const source = options.baseline;
  const scopes = runs.map(({ plan }) => scopesOf(plan.scenario))[0] ?? scopesOf(base);
  const rules = (options.failOn ?? []).map((rule) => parseRule(rule, scopes));
  const subjects = subjectsOf(source);
  for (const { result, schema } of subjects) {
    if (result.scenario.name !== base.name)
      throw usage(
        `--baseline ${source} is of the scenario ${result.scenario.name}, and this is ${base.name}`,
        'name a result of the same scenario',
      );
    if (result.origin === 'predicted')
      throw usage(
        `--baseline ${source} is a prediction, and not a run`,
        'to hold a run against its prediction, expect such as "emails.catchUp within 5% of predicted"',
      );
    if (schema !== 'launchpad.result/1')
      throw usage(`--baseline ${source} is of another schema, ${schema}`, 'make it again with this version');
  }
  const baseline = { source, subjects, rules };
  if (runs.every(({ variant }) => counterpart(baseline, variant) === null)) {
    const names = runs.map(({ variant }) => variant ?? 'the scenario without its variants').join(', ');
    throw usage(
      `--baseline ${source} has nothing to hold this against: it is of ${variantsIn(subjects)}, and this is ${names}`,
      'name a result of the same variants, or run one of them with --only',
    );
  }
  return baseline;
}

function variantsIn(subjects: readonly Subject[]): string {
  return subjects.map(({ result }) => result.scenario.variant ?? 'no variant').join(', ');
}

/** What of a baseline a variant is held against: a baseline of one thing is that of all; of several, the one of its name. Null: there is none. */
export function counterpart(
  { subjects }: Pick<Baseline, 'subjects'>,
  variant: string | null,
): Subject | null {
  const [only, ...others] = subjects;
  if (only !== undefined && others.length === 0) return only;
  return subjects.find(({ result }) => (result.scenario.variant ?? null) === variant) ?? null;
}

/** What the rules say of a run, or of repeated runs, and what was set otherwise. */
export function gatesOf(
  { source, subjects, rules }: Baseline,
  now: Pick<Subject, 'result' | 'plan' | 'schema' | 'side'>,
): Gates {
  const before = counterpart({ subjects }, now.result.scenario.variant ?? null);
  if (before === null) {
    const noise = { verdict: 'untold', why: 'there is nothing to compare it with' } as const;
    const reason = `${source} has no variant ${now.result.scenario.variant}`;
    return {
      baseline: source,
      settings: [],
      rules: rules.map(({ rule, measure, unit, allows }) => ({
        ...{ rule, measure, unit, allows, noise, reason },
        ...{ baseline: null, limit: null, actual: null, outcome: 'unknown' },
      })),
    };
  }
  const settings = settingDifferences({ before, now }).map(
    ({ setting, values }) =>
      `${setting} was ${values.before ?? 'not there'}, and is ${values.now ?? 'not there'}`,
  );
  return { baseline: source, settings, rules: judgeRules(rules, before.side, now.side) };
}

/** A result that has just come of a plan, held against the baseline. */
export function gated(result: Result, plan: Plan, baseline: Baseline): Result {
  const side = sideOf(result, whatIsRandom(plan));
  return withGates(result, gatesOf(baseline, { result, plan, schema: result.schema, side }));
}
