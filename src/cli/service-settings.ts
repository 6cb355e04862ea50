import { orderServiceName } from '../result/orders.js';
import type { Distribution, OrderServiceSpec, ProviderSpec, Scenario } from '../scenario/types.js';
import { formatDuration, formatRate } from '../scenario/units.js';
import { backoffInWords } from './queue-settings.js';

/** Each of a scenario's services in a line, by name; the order service first. Empty where there is none. */
export function servicesOf({ mode, providers, orderService }: Scenario): Record<string, string> {
  const ofProviders = providers.map((provider) => [provider.name, providerInWords(provider)]);
  const all =
    orderService === null
      ? ofProviders
      : [[orderServiceName, orderServiceInWords(mode, orderService)], ...ofProviders];
  return Object.fromEntries(all) as Record<string, string>;
}

/** `5/s, 100 ms, 20 may wait, falls over after 2 s full and is back after 5 s` */
function providerInWords({ capacity, latency, waitingRoom, fallOver }: ProviderSpec): string {
  return [
    formatRate(capacity),
    latencyInWords(latency),
    waitingRoom === 0 ? 'none may wait' : `${waitingRoom} may wait`,
    ...(fallOver === null
      ? []
      : [
          `falls over after ${spaced(fallOver.afterSeconds)} full and is back after ${spaced(fallOver.backSeconds)}`,
        ]),
  ].join(', ');
}

function latencyInWords(latency: Distribution): string {
  const mean = spaced(latency.meanSeconds);
  if (latency.kind === 'constant') return mean;
  const spread = latency.kind === 'lognormal' ? `lognormal, cv ${latency.cv}` : latency.kind;
  return `${mean} on average (${spread})`;
}

/** `mode sync, a call may take 3 s, …`: only what matters in the mode, and of the protections those that are on. */
function orderServiceInWords(mode: Scenario['mode'], service: OrderServiceSpec): string {
  if (mode === 'queue') {
    const after = service.publishAfterAnswerSeconds;
    return after === null
      ? 'mode queue, publishes before it answers'
      : `mode queue, answers and publishes ${spaced(after)} after that`;
  }
  const { timeoutSeconds, retries, backoff, circuitBreaker, concurrency, onFailure } = service;
  const pauses = backoffInWords(backoff, spaced);
  return [
    'mode sync',
    `a call may take ${spaced(timeoutSeconds)}`,
    ...(retries === 0 ? [] : [`${retries === 1 ? '1 retry' : `${retries} retries`}${pauses}`]),
    ...(circuitBreaker === null
      ? []
      : [
          `a circuit breaker opens for ${spaced(circuitBreaker.openSeconds)} after ${circuitBreaker.failures} failures`,
        ]),
    ...(concurrency === null ? [] : [`${concurrency} calls to a provider at once`]),
    ...Object.entries(onFailure).flatMap(([queue, what]) => {
      if (what === 'fail') return [];
      return [what === 'queue' ? `${queue} is queued where it fails` : `${queue} is left out where it fails`];
    }),
  ].join(', ');
}

/** `100 ms` */
function spaced(seconds: number): string {
  return formatDuration(seconds).replace(/(?<=\d)(?=[a-z])/, ' ');
}
