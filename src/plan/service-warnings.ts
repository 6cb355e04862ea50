import { orderServiceName } from '../result/orders.js';
import type { OrderServiceSpec, ProviderSpec, QueueSpec } from '../scenario/types.js';
import { handsOf, ratePerSecond } from './capacity.js';
import { highestSum } from './curve.js';
import { longestBackoff } from './draws.js';
import { providerOf } from './modelled.js';
import { outagesOf } from './outages.js';
import type { Plan, PlannedProducer } from './types.js';
import { inMillis, round } from './words.js';

/** What HTTP itself takes for a call on loopback, in real seconds: about the middle of what was seen, 1 to 3 ms. */
const httpRealSeconds = 0.002;
/** The share of a provider's interval that HTTP may take unmentioned. */
const httpShare = 0.05;
/** A timer of Node's is right to about 1 ms: shorter intervals than this, in real seconds, are uneven. */
const shortestRealSeconds = 0.01;
/** Orders by HTTP per second of real time: above the first customers wait for the machine; above the second the machine is all that is measured. */
const orders = { manyPerRealSecond: 1500, mostPerRealSecond: 5000 };

/** Up to which speed a plan's services say something about themselves, and what is wrong above that. */
export function serviceLimits(plan: Plan): { speed: number; what: string }[] {
  const rate = highestOrderRate(plan);
  if (rate === 0) return [];
  const real = Math.round(rate * plan.speed).toLocaleString('en');
  const most = orders.mostPerRealSecond.toLocaleString('en');
  const what = `${real} orders by HTTP per second of real time would be due (${most} is the most)`;
  return [{ speed: orders.mostPerRealSecond / rate, what }];
}

/** What a user should know beforehand of the services, a sentence each. */
export function serviceWarnings(plan: Plan): string[] {
  const { mode, queues, providers, orderService } = plan.scenario;
  const byHttp = plan.producers.filter(({ via }) => via === 'http');
  const warnings: (string | null)[] = [];
  if (mode === 'sync' && orderService !== null)
    for (const producer of byHttp) warnings.push(...syncWarnings(plan, producer, orderService));
  for (const spec of queues) {
    const provider = providerOf(plan, spec);
    const isServed = plan.queues.find(({ name }) => name === spec.name)?.isServed ?? true;
    if (provider === null || !isServed) continue;
    const about = [...roomWarnings(spec, provider), lateWarning(spec, provider)];
    warnings.push(...about.map((warning) => warning && `${spec.name}: ${warning}`));
  }
  for (const provider of providers) warnings.push(sharedWarning(plan, provider), paceWarning(plan, provider));
  if (mode === 'queue' && orderService !== null) warnings.push(afterAnswerWarning(plan, orderService));
  warnings.push(busyWarning(plan));
  return warnings.filter((warning) => warning !== null);
}

/** Most orders by HTTP per scenario second. */
function highestOrderRate({ producers }: Plan): number {
  const byHttp = producers.filter(({ via }) => via === 'http');
  return highestSum(byHttp.map(({ curve }) => ({ curve, delaySeconds: 0, times: 1 })));
}

function stepsOf(plan: Plan, { to }: PlannedProducer): { queue: string; provider: ProviderSpec }[] {
  return to.flatMap((queue) => {
    const spec = plan.scenario.queues.find(({ name }) => name === queue);
    const provider = spec === undefined ? null : providerOf(plan, spec);
    return provider === null ? [] : [{ queue, provider }];
  });
}

function syncWarnings(plan: Plan, producer: PlannedProducer, service: OrderServiceSpec): string[] {
  const steps = stepsOf(plan, producer);
  const waits = steps.flatMap(({ provider, queue }) => {
    const warning = roomWait(
      provider,
      service.concurrency ?? Number.POSITIVE_INFINITY,
      service.timeoutSeconds,
    );
    return warning === null ? [] : [`${queue}: ${warning}`];
  });
  const all = [boundWarning(producer, steps, service), patienceWarning(producer, steps.length, service)];
  return [...all.filter((warning) => warning !== null), ...waits];
}

/** An order succeeds where all of its steps do, those left out that it may do without: no more than the slowest provider does. */
function boundWarning(
  { name, curve }: PlannedProducer,
  steps: readonly { queue: string; provider: ProviderSpec }[],
  { onFailure }: OrderServiceSpec,
): string | null {
  const rate = highestSum([{ curve, delaySeconds: 0, times: 1 }]);
  const needed = steps
    .filter(({ queue }) => (onFailure[queue] ?? 'fail') === 'fail')
    .map(({ provider }, _, all) => {
      const calls = all.filter((step) => step.provider === provider).length;
      return { provider, perSecond: ratePerSecond(provider.capacity) / calls };
    })
    .sort((a, b) => a.perSecond - b.perSecond);
  const [slowest] = needed;
  if (slowest === undefined || slowest.perSecond >= rate) return null;
  const { provider, perSecond } = slowest;
  return `${name}: at ${round(rate)}/s orders and ${round(ratePerSecond(provider.capacity))}/s of ${provider.name} at most ${round(perSecond)} of ${round(rate)} orders/s can succeed (mode: sync).`;
}

/** A customer who is gone before the order service has given up. */
function patienceWarning(
  { name, patienceSeconds }: PlannedProducer,
  steps: number,
  service: OrderServiceSpec,
): string | null {
  const longest = steps * callSeconds(service);
  if (steps === 0 || patienceSeconds >= longest) return null;
  return `${name}: customers wait ${round(patienceSeconds)} s for an answer, and the order service may take ${round(longest)} s for ${steps === 1 ? 'its step' : `${steps} steps`} (time limits, retries and backoffs): it goes on with orders that nobody waits for any more.`;
}

/** The longest that a step takes in mode sync: all its calls up to their time limit, and the waits between; in seconds. */
export function callSeconds({ timeoutSeconds, retries, backoff }: OrderServiceSpec): number {
  let seconds = (retries + 1) * timeoutSeconds;
  for (let failed = 1; failed <= retries; failed++) seconds += longestBackoff(backoff, failed);
  return seconds;
}

/**
 * Calls that a queue's workers may have at its provider at once: all their hands; where the queue's limit is no higher
 * than the provider's capacity, no more than a window's.
 */
export function callsAtOnce(spec: QueueSpec, provider: ProviderSpec): number {
  const hands = Math.max(1, spec.workers) * handsOf(spec);
  const { rate } = spec;
  if (rate === null || ratePerSecond(rate) > ratePerSecond(provider.capacity) * (1 + 1e-9)) return hands;
  return Math.min(hands, rate.count);
}

/** One call is taken on at once, and the room holds the others; what comes beyond that is turned away. */
function roomWarnings(spec: QueueSpec, provider: ProviderSpec): (string | null)[] {
  const { rate } = spec;
  const capacity = ratePerSecond(provider.capacity);
  const places = provider.waitingRoom + 1;
  const calls = callsAtOnce(spec, provider);
  const away = calls - places;
  const isAbove = rate !== null && ratePerSecond(rate) > capacity * (1 + 1e-9);
  if (isAbove) {
    const beyond =
      away > 0
        ? `, where ${provider.waitingRoom} may: of ${calls} calls at once up to ${away} are turned away and tried again`
        : '';
    return [
      `its rate of ${round(ratePerSecond(rate))}/s is above the ${round(capacity)}/s of ${provider.name}: calls wait at ${provider.name}${beyond}.`,
    ];
  }
  if (away <= 0) return [];
  if (rate === null)
    return [
      `it has no rate, so up to ${calls} calls are at ${provider.name} at once, which has room for ${places}: up to ${away} are turned away and tried again.`,
    ];
  return [
    `${calls} calls at once come to ${provider.name} in each window of ${round(rate.perSeconds)} s, and its waiting room holds ${provider.waitingRoom}: ${away} of ${calls} are turned away each window and tried again.`,
  ];
}

/** Of the workers' own time limit. */
function lateWarning(spec: QueueSpec, provider: ProviderSpec): string | null {
  return spec.timeoutSeconds === null
    ? null
    : roomWait(provider, callsAtOnce(spec, provider), spec.timeoutSeconds);
}

/** Whether the last in the waiting room is done later than its caller waits. @param calls at the provider at once */
function roomWait(provider: ProviderSpec, calls: number, timeoutSeconds: number): string | null {
  const waiting = Math.min(provider.waitingRoom, calls - 1);
  const longest = waiting / ratePerSecond(provider.capacity) + provider.latency.meanSeconds;
  if (longest <= timeoutSeconds * (1 + 1e-9)) return null;
  return `the last of ${round(waiting)} in the waiting room of ${provider.name} is done after ${round(longest)} s, and a call has a time limit of ${round(timeoutSeconds)} s: calls time out and are done all the same.`;
}

function sharedWarning({ scenario, queues }: Plan, { name, capacity }: ProviderSpec): string | null {
  const users = scenario.queues.filter(({ provider }) => provider === name).map((queue) => queue.name);
  if (users.length < 2 || !queues.some((queue) => users.includes(queue.name) && queue.isServed)) return null;
  return `${name}: ${users.join(' and ')} share its ${round(ratePerSecond(capacity))}/s; the prediction lets each have all of it.`;
}

/** A provider starts calls evenly spaced, and real time sets bounds to that. */
function paceWarning({ speed }: Plan, provider: ProviderSpec): string | null {
  const interval = 1 / ratePerSecond(provider.capacity) / speed;
  const at = `at speed ${speed}`;
  if (interval < shortestRealSeconds * (1 - 1e-9))
    return `${provider.name}: ${at} it takes on a call each ${inMillis(interval)} of real time; timers are right to about 1 ms, and HTTP adds 1 to 3 ms to each call: it may do less than its ${round(ratePerSecond(provider.capacity))}/s.`;
  if (httpRealSeconds <= httpShare * interval * (1 + 1e-9)) return null;
  return `${provider.name}: HTTP adds 1 to 3 ms of real time to each call, about ${round((100 * httpRealSeconds) / interval)} % of the ${inMillis(interval)} between two calls ${at}.`;
}

/** What is answered and not yet published is nowhere but in the order service's memory. */
function afterAnswerWarning(plan: Plan, service: OrderServiceSpec): string | null {
  const { publishAfterAnswerSeconds: after } = service;
  if (after === null) return null;
  const rate = highestOrderRate(plan);
  const crashes = outagesOf(plan, orderServiceName).filter(({ kind }) => kind === 'killed').length;
  const will = crashes === 0 ? 'a crash would lose' : crashes === 1 ? 'the kill loses' : 'each kill loses';
  return `${orderServiceName}: it answers 202 first and publishes ${round(after)} s after that: ${will} up to ${Math.ceil(rate * after - 1e-9).toLocaleString('en')} orders that customers were promised (${round(rate)}/s × ${round(after)} s).`;
}

function busyWarning(plan: Plan): string | null {
  const real = highestOrderRate(plan) * plan.speed;
  if (real <= orders.manyPerRealSecond) return null;
  return `${Math.round(real).toLocaleString('en')} orders by HTTP per second of real time are due; above ${orders.manyPerRealSecond.toLocaleString('en')} customers wait for the machine, and not for the services.`;
}
