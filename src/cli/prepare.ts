import { forecast, type Prediction } from '../analysis/forecast.js';
import { describeDriver } from '../broker/index.js';
import { LaunchpadError } from '../errors.js';
import { buildPlan } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import type { Comparison } from '../result/comparison.js';
import type { Result } from '../result/types.js';
import { loadVariants } from '../scenario/index.js';
import type { Scenario } from '../scenario/types.js';
import { overridesOf, type ScenarioOptions } from './options.js';
import { version } from './version.js';

/** A scenario, or one variant of it, planned and predicted. */
export interface Prepared {
  /** Null: the scenario itself. */
  readonly variant: string | null;
  readonly plan: Plan;
  readonly prediction: Prediction;
  readonly drainLimitSeconds: number;
  /** By queue, what the user guessed; absent: nobody was asked. */
  readonly guesses?: Result['guesses'];
}

/** All that is to be run or predicted. */
export interface PreparedScenario {
  /** The scenario without its variants. */
  readonly base: Scenario;
  /** At least one, in the order in which they are run. */
  readonly runs: readonly Prepared[];
  /** Whether they are variants that are to be compared, be it one alone. */
  readonly isComparison: boolean;
}

/** What a comparison says of its scenario. */
export function scenarioFacts(base: Scenario): Comparison['scenario'] {
  const { name, summary, lesson, reference, changes, vary, only, try: next } = base;
  return {
    ...{ name, summary, lesson, reference, changes },
    ...(vary === undefined ? {} : { vary }),
    ...(only === undefined ? {} : { only }),
    try: next,
  };
}

/** What runs where no scenario is named. */
export const defaultScenario = 'outage';

/** A new worker process takes about this long until it takes messages, in real seconds. */
const workerStartRealSeconds = 0.3;

/**
 * Loads, checks, plans and predicts, all variants of it before any is started.
 * @param check what a plan has to meet beyond that: refuseRun, where it is to be run
 * @throws LaunchpadError for all that is wrong with the input; nothing was started by then
 */
export async function prepare(
  options: ScenarioOptions,
  broker: string,
  check: (plan: Plan) => void = () => undefined,
): Promise<PreparedScenario> {
  const { variants, base } = await loadVariants(options.scenario ?? defaultScenario, overridesOf(options), {
    vary: options.vary,
    only: options.only,
  });
  const runs = variants.map(({ name, scenario }) => prepareOne(name, scenario, broker, check));
  return { base, runs, isComparison: runs.some(({ variant }) => variant !== null) };
}

/** Plans and predicts one scenario, or one variant of it. @throws LaunchpadError `plan-refused`, and what the check throws */
export function prepareOne(
  variant: string | null,
  scenario: Scenario,
  broker: string,
  check: (plan: Plan) => void,
): Prepared {
  try {
    const planned = buildPlan(scenario, describeDriver(broker));
    check(planned);
    const predicted = forecast(planned, program());
    const { result } = predicted;
    const starts = startWarnings(planned, result);
    const plan = { ...planned, warnings: [...planned.warnings, ...starts] };
    const prediction = { ...predicted, result: { ...result, warnings: [...result.warnings, ...starts] } };
    return { variant, plan, prediction, drainLimitSeconds: result.scenario.drainLimitSeconds ?? 0 };
  } catch (error) {
    throw variant === null ? error : errorIn(`Variant ${variant}`, error);
  }
}

/** The same error, beginning with where it is; one of another kind as it is. */
export function errorIn(where: string, error: unknown): unknown {
  if (!(error instanceof LaunchpadError)) return error;
  const { code, message, hint, exitCode, problems, cause } = error;
  return new LaunchpadError(code, `${where}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    exitCode,
    problems,
    cause,
  });
}

/** Which program predicts. */
export function program(): { launchpad: string; node: string } {
  return { launchpad: version(), node: process.version };
}

/** A process's start is real time, so the faster the run, the larger its share of the catch-up. */
function startWarnings(plan: Plan, predicted: Result): string[] {
  const startSeconds = workerStartRealSeconds * plan.speed;
  const restarted = new Set(
    plan.faults.filter((fault) => fault.kind === 'restart').map((fault) => fault.queue),
  );
  return Object.entries(predicted.queues).flatMap(([name, { catchUpSeconds }]) => {
    if (catchUpSeconds === null || catchUpSeconds === 0 || startSeconds <= 0.05 * catchUpSeconds) return [];
    const provider = plan.scenario.queues.find((queue) => queue.name === name)?.provider ?? null;
    const what = restarted.has(name) ? 'a restarted worker' : restarted.has(provider ?? '') ? provider : null;
    if (what === null) return [];
    return [
      `${name}: ${what} takes about ${workerStartRealSeconds} s of real time to start, ${startSeconds.toFixed(1)} s at speed ${plan.speed}: ${Math.round((100 * startSeconds) / catchUpSeconds)} % of the predicted catch-up.`,
    ];
  });
}
