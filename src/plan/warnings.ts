import { handSeconds, handsPerSecond, limitPerSecond } from './capacity.js';
import { countWarnings } from './counts.js';
import { failureWarnings } from './failure-warnings.js';
import { modelledSpec } from './modelled.js';
import { beyondARun, highestRate, servedQueues } from './run-limits.js';
import { serviceWarnings } from './service-warnings.js';
import type { Plan } from './types.js';
import { inMillis, round } from './words.js';

// Measured on BullMQ's limiter: each window is 1 to 2 ms of real time longer than asked.
const windowErrorRealSeconds = 0.0015;

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
  warnings.push(...serviceWarnings(plan), ...countWarnings(plan));
  const beyond = beyondARun(plan);
  if (beyond.length > 0) {
    warnings.push(`It is predicted, and such a run can't be made for real: ${beyond.join('; ')}.`);
    return warnings;
  }
  const attempts = highestRate(plan) * plan.speed;
  if (attempts > 5000) {
    warnings.push(
      `Up to ${Math.round(attempts).toLocaleString('en')} publishes per second of real time are due; above 5,000 the producer may fall behind, which the report shows as lag.`,
    );
  }
  return warnings;
}
