import { LaunchpadError } from '../errors.js';
import type { QueueSpec } from '../scenario/types.js';
import { mostInRun } from './counts.js';
import { highestSum } from './curve.js';
import { serviceLimits } from './service-warnings.js';
import type { Plan, PlannedProducer } from './types.js';
import { inMillis } from './words.js';

/** Up to which speed something can be measured, and what is wrong above that. */
type SpeedLimit = ReturnType<typeof serviceLimits>[number];

/** Below these, in real time, a run says more about timers than about the queue. */
const meaningless = { windowRealSeconds: 0.01, redeliveryRealSeconds: 0.1, attemptsPerRealSecond: 50_000 };

/** Why a plan is not run, and what would have to be changed. */
interface Refusal {
  readonly message: string;
  readonly hint: string;
}

/**
 * Makes sure that a plan may be run for real: that there are not more messages than can be kept account of, and that its speed does not
 * make the result meaningless. What is only predicted has no such limits.
 * @throws LaunchpadError `scenario-invalid` for too many messages, `plan-refused` for a speed; it names the highest good one
 */
export function refuseRun(plan: Plan): void {
  const [first, ...others] = plan.producers.flatMap((producer) => tooMany(producer) ?? []);
  if (first !== undefined) {
    const problems = [first, ...others];
    const told = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new LaunchpadError('scenario-invalid', told, { problems: [first], hint: first.hint });
  }
  const refused = tooFast(plan);
  if (refused !== null) throw new LaunchpadError('plan-refused', refused.message, { hint: refused.hint });
}

/** Why a plan can be predicted and not run, a clause for each limit that it is beyond; empty: it can be run. */
export function beyondARun(plan: Plan): string[] {
  const counts = plan.producers.flatMap((producer) => tooMany(producer) ?? []);
  return [
    ...counts.map(({ message }) => `${message} (${mostInRun.toLocaleString('en')} is the most)`),
    ...brokenLimits(plan).broken.map(({ what }) => what),
  ];
}

function tooMany({
  name,
  scheduled,
  resubmitSeconds,
}: PlannedProducer): (Refusal & { readonly path: string }) | null {
  const copies = resubmitSeconds.length;
  const publishes = scheduled * (1 + copies);
  if (publishes <= mostInRun) return null;
  const most = mostInRun.toLocaleString('en');
  return {
    path: `producers.${name}`,
    message: `${name} publishes ${publishes.toLocaleString('en')} messages, more than a run can keep account of`,
    hint: `at most ${most}: write a lower rate${copies > 0 ? ', a shorter time or fewer resubmits' : ' or a shorter time'}`,
  };
}

/** The limits on a plan's speed, and those of them that it is beyond. */
function brokenLimits(plan: Plan): { limits: SpeedLimit[]; broken: SpeedLimit[] } {
  const limits: SpeedLimit[] = serviceLimits(plan);
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
  return { limits, broken: limits.filter((limit) => plan.speed > limit.speed) };
}

function tooFast(plan: Plan): Refusal | null {
  const { limits, broken } = brokenLimits(plan);
  if (broken.length === 0) return null;
  const highest = Math.floor(Math.min(...limits.map((limit) => limit.speed)) * 10) / 10;
  return {
    message: `At speed ${plan.speed} the result would be meaningless: ${broken.map((limit) => limit.what).join('; ')}`,
    hint: highest >= 0.1 ? `Use --speed ${highest} or less.` : 'Lower the rates or lengthen the windows.',
  };
}

/** The queues that have workers. */
export function servedQueues({ scenario, queues }: Plan): QueueSpec[] {
  return scenario.queues.filter(
    ({ name }) => queues.find((queue) => queue.name === name)?.isServed !== false,
  );
}

/** Most publishes due per scenario second, over all producers and their queues, with the resubmits. */
export function highestRate(plan: Plan): number {
  const publishing = plan.producers.filter(({ via }) => via === 'queue' || plan.scenario.mode === 'queue');
  return highestSum(
    publishing.flatMap(({ curve, to, resubmitSeconds }) =>
      [0, ...resubmitSeconds].map((delaySeconds) => ({ curve, delaySeconds, times: to.length })),
    ),
  );
}
