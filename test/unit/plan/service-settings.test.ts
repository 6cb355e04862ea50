import { describe, expect, it } from 'vitest';
import { servicesOf } from '../../../src/plan/service-settings.js';
import type { OrderServiceSpec, ProviderSpec } from '../../../src/scenario/types.js';
import { tinyOrderService, tinyProvider, tinyScenario } from '../../fixtures/tiny.js';

describe('what is said of the services', () => {
  it('is nothing where there is none', () => {
    expect(servicesOf(tinyScenario())).toEqual({});
  });

  it('begins with the order service', () => {
    const providers = [tinyProvider(), tinyProvider({ name: 'payment' })];
    const services = servicesOf(tinyScenario({ providers, orderService: tinyOrderService() }));
    expect(Object.keys(services)).toEqual(['order-service', 'email', 'payment']);
  });

  it.each<[Partial<ProviderSpec>, string]>([
    [{}, 'a provider: at most 5/s, 100 ms each, room for 10 to wait'],
    [
      { waitingRoom: 0, capacity: { count: 1, perSeconds: 0.2 } },
      'a provider: at most 1/200ms, 100 ms each, none can wait',
    ],
    [
      { waitingRoom: 20, fallOver: { afterSeconds: 2, backSeconds: 5 } },
      'a provider: at most 5/s, 100 ms each, room for 20 to wait, falls over when it was full for 2 s, and is back 5 s later',
    ],
    [
      { latency: { kind: 'exponential', meanSeconds: 1.5 } },
      'a provider: at most 5/s, 1.5 s on average (exponential) each, room for 10 to wait',
    ],
    [
      { latency: { kind: 'lognormal', meanSeconds: 0.1, cv: 2 } },
      'a provider: at most 5/s, 100 ms on average (lognormal, cv 2) each, room for 10 to wait',
    ],
  ])('of a provider with %o is in one line', (provider, expected) => {
    expect(servicesOf(tinyScenario({ providers: [tinyProvider(provider)] }))).toEqual({ email: expected });
  });

  it.each<['queue' | 'sync', Partial<OrderServiceSpec>, string]>([
    ['queue', {}, 'publishes, then answers'],
    ['queue', { publishAfterAnswerSeconds: 0.5 }, 'answers, and publishes 500 ms after that'],
    ['sync', {}, 'a call may take 3 s'],
    [
      'sync',
      {
        retries: 2,
        backoff: { kind: 'fixed', delaySeconds: 0.2, jitter: 0, maxSeconds: null },
        circuitBreaker: { failures: 5, openSeconds: 10 },
        concurrency: 20,
        onFailure: { emails: 'queue', payments: 'fail', letters: 'degrade' },
      },
      'a call may take 3 s, 2 retries with a backoff of 200 ms, a circuit breaker opens for 10 s after 5 failures, 20 calls to a provider at once, emails is queued where it fails, letters is left out where it fails',
    ],
    ['sync', { retries: 1 }, 'a call may take 3 s, 1 retry without a pause'],
  ])('of the order service in mode %s with %o is in one line', (mode, service, expected) => {
    const scenario = tinyScenario({ mode, orderService: tinyOrderService(service) });
    expect(servicesOf(scenario)).toEqual({ 'order-service': expected });
  });
});
