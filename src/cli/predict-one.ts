import { analysePlayed, judge } from '../analysis/index.js';
import { describeDriver } from '../broker/index.js';
import {
  type Prediction,
  predict,
  predictedResult,
  simulateEvents,
  whyNotSimulated,
} from '../model/index.js';
import { buildPlan } from '../plan/build.js';
import type { Plan } from '../plan/types.js';
import type { Result } from '../result/types.js';
import type { Scenario } from '../scenario/types.js';
import { defaultBroker } from './options.js';
import { drainLimitOf } from './prepare.js';
import { version } from './version.js';

/** Most messages that are played one by one, where the fluid can't tell: about two seconds. */
const mostPlayed = 500_000;

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
  const plan = planOne(scenario);
  return judgedPrediction(plan, predict(plan));
}

/**
 * The fluid's prediction, judged. Where an expectation is about something that a fluid doesn't know (order, single messages), the plan is
 * played message by message, if that can be done.
 */
export function judgedPrediction(plan: Plan, prediction: Prediction): Result {
  const flowed = judgedFlow(plan, prediction);
  const isDecided = flowed.expectations.every(({ outcome }) => outcome !== 'unknown');
  if (isDecided || whyNotSimulated(plan) !== null || messagesOf(plan) > mostPlayed) return flowed;
  const drainLimitSeconds = drainLimitOf(plan, prediction);
  return analysePlayed(plan, (visit) => simulateEvents(plan, visit, { drainLimitSeconds }), {
    ...info(),
    drainLimitSeconds,
  });
}

/** The fluid's prediction alone, judged. */
export function judgedFlow(plan: Plan, prediction: Prediction): Result {
  return judge(predictedResult(plan, prediction, info()), plan);
}

/** Which program predicts. */
function info(): { launchpad: string; node: string } {
  return { launchpad: version(), node: process.version };
}

function messagesOf({ queues, producers }: Plan): number {
  const copies = 1 + Math.max(0, ...producers.map(({ resubmitSeconds }) => resubmitSeconds.length));
  return copies * queues.reduce((sum, { scheduled }) => sum + scheduled, 0);
}
