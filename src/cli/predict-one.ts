import { forecast } from '../analysis/forecast.js';
import { describeDriver } from '../broker/index.js';
import { buildPlan } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import type { Result } from '../result/types.js';
import type { Scenario } from '../scenario/types.js';
import { defaultBroker } from './options.js';
import { program } from './prepare.js';

/**
 * Plans a scenario.
 * @throws LaunchpadError `plan-refused`
 */
export function planOne(scenario: Scenario): Plan {
  return buildPlan(scenario, describeDriver(defaultBroker));
}

/**
 * What is predicted of a scenario, judged. The one way by which searches and sweeps predict.
 * @throws LaunchpadError `plan-refused`
 */
export function predictOne(scenario: Scenario): Result {
  return forecast(planOne(scenario), program()).result;
}
