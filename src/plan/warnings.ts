import type { QueueSpec } from '../scenario/types.js';
import { handSeconds, handsPerSecond, limitPerSecond } from './capacity.js';
import { highestSum } from './curve.js';
import { failureWarnings } from './failure-warnings.js';
import { modelledSpec } from './modelled.js';
import { serviceLimits, serviceWarnings } from './service-warnings.js';
import type { Plan } from './types.js';
import { inMillis, round } from './words.js';

// Measured on BullMQ's limiter: each window is 1 to 2 ms of real time longer than asked.
const windowErrorRealSeconds = 0.0015;

/** Below these, in real time, a run says more about timers than about the queue. */
const meaningless = { windowRealSeconds: 0.01, redeliveryRealSeconds: 0.1, attemptsPerRealSecond: 50_000 };

/** Why this plan must not be run at its speed; null: it may. */
export function refusals(plan: Plan): { message: string; hint: string } | null {
  const limits = serviceLimits(plan);
  for (const spec of servedQueues(plan)) {
    if (spec.rate !== null) {
      limits.push({
        speed: spec.rate.perSeconds / meaningless.windowRealSeconds,
        what: `the limiter window of ${spec.name} would last ${inMillis(spec.rate.perSeconds / plan.speed)} of real time (10 ms is the least)`,
      });
    }
    if (spec.redelivery !== null) {
      limits.push({
        speed: spec.redelivery.afterSeconds / meaningless.redeliveryRealSeconds,
        what: `a silent worker of ${spec.name} would keep its messages for only ${inMillis(spec.redelivery.afterSeconds / plan.speed)} of real time (100 ms is the least)`,
      });
    }
  }
  const attempts = highestRate(plan);
  if (attempts > 0) {
    limits.push({
      speed: meaningless.attemptsPerRealSecond / attempts,
      what: `${Math.round(attempts * plan.speed).toLocaleString('en')} publishes per second of real time would be due (50,000 is the most)`,
    });
  }
  const broken = limits.filter((limit) => plan.speed > limit.speed);
  if (broken.length === 0) return null;
  const highest = Math.floor(Math.min(...limits.map((limit) => limit.speed)) * 10) / 10;
  return {
    message: `At speed ${plan.speed} the result would be meaningless: ${broken.map((limit) => limit.what).join('; ')}`,
    hint: highest >= 0.1 ? `Use --speed ${highest} or less.` : 'Lower the rates or lengthen the windows.',
  };
}

/** What a user should know before the run, a sentence each. */
export function warningsOf(plan: Plan): string[] {
  const warnings: string[] = [];
  for (const spec of servedQueues(plan)) {
    const modelled = modelledSpec(plan, spec.name);
    const hands = handsPerSecond(modelled, Math.max(1, spec.workers));
    const limit = limitPerSecond(modelled);
    if (Number.isFinite(limit) && hands < limit * 0.999) {
      warnings.push(
        `${spec.name}: its limit of ${round(limit)}/s can't be reached: ${Math.max(1, spec.workers)} × ${spec.concurrency} in hand for ${round(handSeconds(modelled))} s each is ${round(hands)}/s.`,
      );
    }
    if (spec.rate !== null && plan.producingSeconds > 0 && spec.rate.perSeconds > plan.producingSeconds) {
      warnings.push(
        `${spec.name}: its limiter window of ${round(spec.rate.perSeconds)} s is longer than the ${round(plan.producingSeconds)} s of producing: up to ${spec.rate.count} messages start at once, and then none until the window ends.`,
      );
    }
    if (spec.rate !== null && spec.rate.perSeconds / plan.speed < 0.1) {
      const real = spec.rate.perSeconds / plan.speed;
      warnings.push(
        `${spec.name}: its limiter window lasts ${inMillis(real)} of real time at speed ${plan.speed}; the broker adds 1 to 2 ms to each, so expect about ${round((100 * windowErrorRealSeconds) / real)} % less than the limit.`,
      );
    }
    warnings.push(...failureWarnings(plan, modelled));
    if (spec.redelivery !== null && spec.redelivery.afterSeconds / plan.speed < 0.5) {
      warnings.push(
        `${spec.name}: redelivery after ${inMillis(spec.redelivery.afterSeconds / plan.speed)} of real time at speed ${plan.speed}; a pause of that length in a living worker already loses its messages to another.`,
      );
    }
  }
  warnings.push(...serviceWarnings(plan));
  const attempts = highestRate(plan) * plan.speed;
  if (attempts > 5000) {
    warnings.push(
      `Up to ${Math.round(attempts).toLocaleString('en')} publishes per second of real time are due; above 5,000 the producer may fall behind, which the report shows as lag.`,
    );
  }
  return warnings;
}

/** The queues that have workers. */
function servedQueues({ scenario, queues }: Plan): QueueSpec[] {
  return scenario.queues.filter(
    ({ name }) => queues.find((queue) => queue.name === name)?.isServed !== false,
  );
}

/** Most publishes due per scenario second, over all producers and their queues, with the resubmits. */
function highestRate(plan: Plan): number {
  const publishing = plan.producers.filter(({ via }) => via === 'queue' || plan.scenario.mode === 'queue');
  return highestSum(
    publishing.flatMap(({ curve, to, resubmitSeconds }) =>
      [0, ...resubmitSeconds].map((delaySeconds) => ({ curve, delaySeconds, times: to.length })),
    ),
  );
}
