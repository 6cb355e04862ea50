import { orderServiceName } from '../result/orders.js';
import type { Distribution, OrderServiceSpec, ProviderSpec, Scenario } from '../scenario/types.js';
import { formatRate } from '../scenario/units.js';
import { spaced } from './producer-words.js';
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

/** `a provider: at most 5/s, 100 ms each, room for 20 to wait, falls over when it was full for 2 s, and is back 5 s later` */
function providerInWords({ capacity, latency, waitingRoom, fallOver }: ProviderSpec): string {
  const facts = [
    `at most ${formatRate(capacity)}`,
    `${latencyInWords(latency)} each`,
    waitingRoom === 0 ? 'none can wait' : `room for ${waitingRoom} to wait`,
    ...(fallOver === null
      ? []
      : [
          `falls over when it was full for ${spaced(fallOver.afterSeconds)}, and is back ${spaced(fallOver.backSeconds)} later`,
        ]),
  ];
  return `a provider: ${facts.join(', ')}`;
}

/** `100 ms on average (exponential)` */
export function latencyInWords(latency: Distribution): string {
  const mean = spaced(latency.meanSeconds);
  if (latency.kind === 'constant') return mean;
  const spread = latency.kind === 'lognormal' ? `lognormal, cv ${latency.cv}` : latency.kind;
  return `${mean} on average (${spread})`;
}

/** `a call may take 3 s, 2 retries …`: only what matters in the mode, and of the protections those that are on. */
function orderServiceInWords(mode: Scenario['mode'], service: OrderServiceSpec): string {
  if (mode === 'queue') {
    const after = service.publishAfterAnswerSeconds;
    return after === null ? 'publishes, then answers' : `answers, and publishes ${spaced(after)} after that`;
  }
  const { timeoutSeconds, retries, backoff, circuitBreaker, concurrency, onFailure } = service;
  const pauses = backoffInWords(backoff, spaced);
  return [
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
