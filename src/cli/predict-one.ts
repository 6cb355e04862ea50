import { judge } from '../analysis/index.js';
import { describeDriver } from '../broker/index.js';
import { predict, predictedResult } from '../model/index.js';
import { buildPlan } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import type { Result } from '../result/types.js';
import type { Scenario } from '../scenario/types.js';
import { version } from './version.js';

/**
 * What is predicted of a scenario, judged. The one way by which searches and sweeps predict.
 * @throws LaunchpadError `plan-refused`
 */
export function predictOne(scenario: Scenario): Result {
  const plan = planOne(scenario);
  const info = { launchpad: version(), node: process.version };
  return judge(predictedResult(plan, predict(plan), info), plan);
}

/**
 * The plan of a scenario.
 * @throws LaunchpadError `plan-refused`
 */
export function planOne(scenario: Scenario): Plan {
  return buildPlan(scenario, describeDriver('bullmq'));
}
