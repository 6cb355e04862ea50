import { describeDriver } from '../broker/index.js';
import { defaultDrainSeconds, type Prediction, predict } from '../model/index.js';
import { buildPlan } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import { loadScenario } from '../scenario/index.js';
import { overridesOf, type ScenarioOptions } from './options.js';

/** A scenario, planned and predicted. */
export interface Prepared {
  readonly plan: Plan;
  readonly prediction: Prediction;
  readonly drainLimitSeconds: number;
}

/** What runs where no scenario is named. */
export const defaultScenario = 'outage';

/** A new worker process takes about this long until it takes messages, in real seconds. */
const workerStartRealSeconds = 0.3;

/**
 * Loads, checks, plans and predicts.
 * @throws LaunchpadError for all that is wrong with the input; nothing was started by then
 */
export async function prepare(options: ScenarioOptions, broker: string): Promise<Prepared> {
  const { scenario } = await loadScenario(options.scenario ?? defaultScenario, overridesOf(options));
  const planned = buildPlan(scenario, describeDriver(broker));
  const prediction = predict(planned);
  const plan = { ...planned, warnings: [...planned.warnings, ...startWarnings(planned, prediction)] };
  return {
    plan,
    prediction,
    drainLimitSeconds: scenario.drainSeconds ?? defaultDrainSeconds(plan, prediction),
  };
}

/** A worker's start is real time, so the faster the run, the larger its share of the catch-up. */
function startWarnings(plan: Plan, prediction: Prediction): string[] {
  const startSeconds = workerStartRealSeconds * plan.speed;
  const restarted = new Set(
    plan.faults.filter((fault) => fault.kind === 'restart').map((fault) => fault.queue),
  );
  return prediction.queues
    .filter(
      ({ name, catchUpSeconds }) =>
        restarted.has(name) && catchUpSeconds !== null && startSeconds > 0.05 * catchUpSeconds,
    )
    .map(
      ({ name, catchUpSeconds }) =>
        `${name}: a restarted worker takes about ${workerStartRealSeconds} s of real time to start, ${startSeconds.toFixed(1)} s at speed ${plan.speed}: ${Math.round((100 * startSeconds) / (catchUpSeconds as number))} % of the predicted catch-up.`,
    );
}
