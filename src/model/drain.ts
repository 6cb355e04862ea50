import { isCalledDirectly } from '../plan/called.js';
import { capacityOf, ratePerSecond, roundSeconds } from '../plan/capacity.js';
import { longestBackoff } from '../plan/draws.js';
import { shareLongerThan } from '../plan/longest.js';
import { modelledPlan, providerOf } from '../plan/modelled.js';
import { callSeconds, callsAtOnce } from '../plan/service-warnings.js';
import { specOf } from '../plan/spec.js';
import type { Plan, PlannedQueue } from '../plan/types.js';
import type { Distribution, FailureSpec, ProviderSpec, QueueSpec } from '../scenario/types.js';
import { tidy } from './pieces.js';

/** Random work is taken to last no longer than so many means. */
const longestMeans = 10;
/** Attempts beyond this are not waited for: nobody has that time. */
const mostAttempts = 1000;

/**
 * The drain's limit where the scenario sets none, in scenario seconds after the plan's last moment: twice the longest
 * predicted drain, and 30 s. For each queue on which attempts may fail, wait or crash, the longest that one message can take is added, and what its worker
 * needs to come back; and of each step in mode sync what its calls can take. It is a limit, and errs on the long side.
 * @param endSeconds when by the prediction every queue is empty, or, of one that never is, when the last thing changes in it
 */
export function defaultDrainSeconds(plan: Plan, endSeconds: number): number {
  const modelled = modelledPlan(plan);
  const chances = plan.queues.map((queue) => {
    const spec = specOf(modelled, queue.name);
    const provider = providerOf(plan, spec);
    if (isCalledDirectly(plan, queue)) return callingSeconds(plan, queue, spec, provider);
    return chanceSeconds(spec, queue) + (provider === null ? 0 : roomSeconds(spec, provider));
  });
  const patience = plan.scenario.mode === 'queue' ? [] : plan.producers.filter(({ via }) => via === 'http');
  chances.push(Math.max(0, ...patience.map(({ patienceSeconds }) => patienceSeconds)));
  return tidy(
    2 * Math.max(0, endSeconds - plan.lastMomentSeconds) +
      30 +
      chances.reduce((sum, seconds) => sum + seconds, 0),
  );
}

/**
 * What a step in mode sync may take beyond the last order, in seconds: its calls up to their time limits, and what waits at the
 * provider. What is published after it has failed takes what a queue's messages may take.
 */
function callingSeconds(
  plan: Plan,
  queue: PlannedQueue,
  spec: QueueSpec,
  provider: ProviderSpec | null,
): number {
  const { orderService } = plan.scenario;
  const calls = orderService === null ? 0 : callSeconds(orderService);
  const waits = provider === null ? 0 : waitingSeconds(provider);
  const served = queue.isServed ? chanceSeconds(spec, queue) + workSeconds(spec, queue) : 0;
  return calls + waits + served;
}

/** The last of a full waiting room, and if the provider falls over its time away; seconds. */
function waitingSeconds({ capacity, latency, waitingRoom, fallOver }: ProviderSpec): number {
  return waitingRoom / ratePerSecond(capacity) + longestOf(latency) + (fallOver?.backSeconds ?? 0);
}

/** Everything that may come to a queue, served one after the other at its limit; seconds. */
function workSeconds(spec: QueueSpec, { scheduled }: PlannedQueue): number {
  const perSecond = capacityOf(spec, Math.max(1, spec.workers));
  return perSecond > 0 && Number.isFinite(perSecond) ? (2 * scheduled) / perSecond : 0;
}

/** What a queue's calls may wait at its provider; with more of them than places every attempt may be turned away. */
function roomSeconds(spec: QueueSpec, provider: ProviderSpec): number {
  const isEnough = callsAtOnce(spec, provider) <= provider.waitingRoom + 1;
  const tries = isEnough ? 0 : seriesSeconds(spec, Math.min(mostAttempts, spec.attempts));
  return waitingSeconds(provider) + tries;
}

function longestOf({ kind, meanSeconds }: Distribution): number {
  return kind === 'constant' ? meanSeconds : longestMeans * meanSeconds;
}

/** What chance may add to a queue's drain, in seconds; 0 where nothing can go wrong with an attempt. */
function chanceSeconds(spec: QueueSpec, queue: PlannedQueue): number {
  const { failures, timeoutSeconds, superviseSeconds, polling } = spec;
  if (failures.length === 0 && timeoutSeconds === null && superviseSeconds === null && polling === null)
    return 0;
  const { afterSeconds, checkSeconds, limit } = queue.redelivery;
  const crashes = failures.some(({ kind }) => kind === 'crash') || superviseSeconds !== null;
  const deaths = crashes ? limit + 1 : 0;
  const pauses = polling ? Math.max(polling.sleepSeconds, polling.errorSleepSeconds) : 0;
  return (
    retryingSeconds(spec) +
    deaths * (afterSeconds + 3 * checkSeconds + (superviseSeconds ?? 0)) +
    (roundSeconds(spec) ?? 0) +
    pauses * Math.min(mostAttempts, spec.attempts)
  );
}

/** The longest from a message's first start until it is done or given up, in seconds; a hang without end is left out. */
export function retryingSeconds(spec: QueueSpec): number {
  const { failures } = spec;
  // A hang that is over after the limit has its effect then.
  const late = Math.max(0, ...failures.map(({ forSeconds }) => forSeconds ?? 0));
  const needed = failures.map((failure) => attemptsNeeded(spec, failure));
  const slow = spec.timeoutSeconds === null ? 0 : shareLongerThan(spec.work, spec.timeoutSeconds);
  const tries = 1 + attemptsUntilSure(slow) + needed.reduce((sum, count) => sum + count, 0);
  return seriesSeconds(spec, Math.min(mostAttempts, spec.attempts, tries)) + late;
}

/** How many attempts fail of a kind of failure, for the least lucky message. */
function attemptsNeeded(spec: QueueSpec, failure: FailureSpec): number {
  const { select, fromSeconds, toSeconds, times } = failure;
  if (times !== null) return times;
  if (select.kind === 'share' && select.per === 'attempt') return attemptsUntilSure(select.share);
  if (toSeconds === null) return mostAttempts;
  let count = 1;
  while (count < mostAttempts && seriesSeconds(spec, count, failure.afterSeconds) <= toSeconds - fromSeconds)
    count++;
  return count;
}

/** After how many it is all but sure that one did not fail. */
function attemptsUntilSure(share: number): number {
  if (share <= 0) return 0;
  return share >= 1 ? mostAttempts : Math.min(mostAttempts, Math.ceil(Math.log(1e-9) / Math.log(share)));
}

/** So many attempts at their longest, and the waits between. @param shows after which they fail at the latest; null: at the end of the longest work */
function seriesSeconds(spec: QueueSpec, attempts: number, shows: number | null = null): number {
  const { failures, backoff } = spec;
  const longestWork = longestOf(spec.work);
  const all = failures.map(
    ({ afterSeconds, forSeconds }) => (afterSeconds ?? longestWork) + (forSeconds ?? 0),
  );
  const longest = Math.min(Math.max(longestWork, ...all), spec.timeoutSeconds ?? Number.POSITIVE_INFINITY);
  let seconds = attempts * ((shows ?? longest) + (shows === null ? spec.acknowledgeSeconds : 0));
  for (let failed = 1; failed < attempts; failed++) seconds += longestBackoff(backoff, failed);
  return seconds;
}
