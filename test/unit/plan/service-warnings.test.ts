import { describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import { buildPlan } from '../../../src/plan/build.js';
import { refuseRun } from '../../../src/plan/run-limits.js';
import { callSeconds } from '../../../src/plan/service-warnings.js';
import type {
  OrderServiceSpec,
  ProducerSpec,
  ProviderSpec,
  QueueSpec,
  Scenario,
} from '../../../src/scenario/types.js';
import {
  tinyCapabilities,
  tinyOrderService,
  tinyProducer,
  tinyProvider,
  tinyQueue,
  tinyScenario,
} from '../../fixtures/tiny.js';

interface Setting {
  readonly perSecond?: number;
  readonly producer?: Partial<ProducerSpec>;
  readonly queue?: Partial<QueueSpec>;
  readonly provider?: Partial<ProviderSpec>;
  readonly service?: Partial<OrderServiceSpec>;
  readonly scenario?: Partial<Scenario>;
}

/** So many orders per second for 10 s, 5/s of emails by a provider with room enough. */
function shop({ perSecond = 100, producer, queue, provider, service, scenario }: Setting): Scenario {
  return tinyScenario({
    producers: [
      tinyProducer({
        phases: [{ forSeconds: 10, fromPerSecond: perSecond, toPerSecond: perSecond }],
        via: 'http',
        ...producer,
      }),
    ],
    queues: [
      tinyQueue({
        rate: { count: 5, perSeconds: 1 },
        concurrency: 5,
        provider: 'email',
        timeoutSeconds: 3,
        redelivery: null,
        ...queue,
      }),
    ],
    providers: [tinyProvider(provider)],
    orderService: tinyOrderService(service),
    ...scenario,
  });
}

function warnings(setting: Setting): readonly string[] {
  return buildPlan(shop(setting), tinyCapabilities).warnings;
}

const sync = { mode: 'sync' } as const;

describe('warnings of services', () => {
  it('are none where nothing is to be said', () => {
    expect(warnings({})).toEqual([]);
    expect(warnings({ perSecond: 4, scenario: sync })).toEqual([]);
  });

  it.each<[string, Setting, string]>([
    [
      'how many orders can succeed in mode sync',
      { scenario: sync },
      'orders: at 100/s orders and 5/s of email at most 5 of 100 orders/s can succeed (mode: sync).',
    ],
    [
      'a rate above the capacity',
      { queue: { rate: { count: 8, perSeconds: 1 } } },
      'emails: its rate of 8/s is above the 5/s of email: calls wait at email.',
    ],
    [
      'a rate above the capacity, and too little room',
      { queue: { rate: { count: 8, perSeconds: 1 }, concurrency: 20 }, provider: { waitingRoom: 10 } },
      'emails: its rate of 8/s is above the 5/s of email: calls wait at email, where 10 may: of 20 calls at once up to 9 are turned away and tried again.',
    ],
    [
      'a room that is too small for a window',
      { provider: { waitingRoom: 2 } },
      'emails: 5 calls at once come to email in each window of 1 s, and its waiting room holds 2: 2 of 5 are turned away each window and tried again.',
    ],
    [
      'hands without a rate',
      { queue: { rate: null, concurrency: 50 }, provider: { waitingRoom: 10 } },
      'emails: it has no rate, so up to 50 calls are at email at once, which has room for 11: up to 39 are turned away and tried again.',
    ],
    [
      'calls that are done too late',
      { queue: { timeoutSeconds: 0.5 } },
      'emails: the last of 4 in the waiting room of email is done after 0.9 s, and a call has a time limit of 0.5 s: calls time out and are done all the same.',
    ],
    [
      'calls that are done too late, in mode sync',
      { perSecond: 4, provider: { waitingRoom: 20 }, scenario: sync },
      'emails: the last of 20 in the waiting room of email is done after 4.1 s, and a call has a time limit of 3 s: calls time out and are done all the same.',
    ],
    [
      'what a crash would lose',
      { service: { publishAfterAnswerSeconds: 0.5 } },
      'order-service: it answers 202 first and publishes 0.5 s after that: a crash would lose up to 50 orders that customers were promised (100/s × 0.5 s).',
    ],
    [
      'impatient customers',
      {
        perSecond: 4,
        producer: { patienceSeconds: 5 },
        service: {
          retries: 2,
          backoff: { kind: 'exponential', delaySeconds: 0.2, jitter: 0, maxSeconds: null },
        },
        scenario: sync,
      },
      'orders: customers wait 5 s for an answer, and the order service may take 9.6 s for its step (time limits, retries and backoffs): it goes on with orders that nobody waits for any more.',
    ],
    [
      'what HTTP adds',
      { perSecond: 4, scenario: { speed: 10 }, queue: { rate: null, timeoutSeconds: 5 } },
      'email: HTTP adds 1 to 3 ms of real time to each call, about 10 % of the 20 ms between two calls at speed 10.',
    ],
    [
      'intervals that timers can’t hold',
      { perSecond: 4, scenario: { speed: 25 }, queue: { rate: null, timeoutSeconds: 5 } },
      'email: at speed 25 it takes on a call each 8 ms of real time; timers are right to about 1 ms, and HTTP adds 1 to 3 ms to each call: it may do less than its 5/s.',
    ],
    [
      'more orders than HTTP takes',
      { perSecond: 2000 },
      '2,000 orders by HTTP per second of real time are due; above 1,500 customers wait for the machine, and not for the services.',
    ],
  ])('tell %s', (_, setting, expected) => {
    expect(warnings(setting)).toEqual([expected]);
  });

  it('do not count steps that an order may do without, nor calls that a concurrency limit keeps out', () => {
    expect(warnings({ scenario: sync, service: { onFailure: { emails: 'degrade' } } })).toEqual([]);
    const few = { perSecond: 4, provider: { waitingRoom: 20 }, scenario: sync, service: { concurrency: 10 } };
    expect(warnings(few)).toEqual([]);
  });

  it('share a provider’s capacity over the steps that it does', () => {
    const queues = ['emails', 'letters'].map((name) =>
      tinyQueue({
        name,
        rate: { count: 2, perSeconds: 1 },
        concurrency: 2,
        provider: 'email',
        timeoutSeconds: 3,
      }),
    );
    const to = { to: [{ queue: 'emails' }, { queue: 'letters' }] };
    const onFailure = { emails: 'fail', letters: 'fail' } as const;
    const setting = { producer: to, service: { onFailure }, scenario: { queues } };
    expect(warnings({ ...setting, scenario: { queues, ...sync } })).toEqual([
      'orders: at 100/s orders and 5/s of email at most 2.5 of 100 orders/s can succeed (mode: sync).',
    ]);
    expect(warnings(setting)).toEqual([
      'email: emails and letters share its 5/s; the prediction lets each have all of it.',
    ]);
  });

  it('say what a kill that is ordered loses', () => {
    const kill = {
      atSeconds: 2,
      kind: 'kill',
      queue: 'order-service',
      workers: 'all',
      forSeconds: 3,
    } as const;
    const faults = [{ ...kill, when: 'now', repaired: false } as const];
    const [warning] = warnings({ service: { publishAfterAnswerSeconds: 0.5 }, scenario: { faults } });
    expect(warning).toContain('the kill loses up to 50 orders');
  });

  it('do not speak of a limiter window where the provider is what limits', () => {
    const slow = { perSecond: 4, scenario: { speed: 2 }, queue: { rate: null } };
    expect(warnings(slow)).toEqual([]);
  });
});

describe('refusals of services', () => {
  it('name the highest good speed', () => {
    const scenario = shop({ perSecond: 300, scenario: { speed: 20 } });
    const refused = (): unknown => refuseRun(buildPlan(scenario, tinyCapabilities));
    expect(refused).toThrow(LaunchpadError);
    expect(refused).toThrow('6,000 orders by HTTP per second of real time would be due (5,000 is the most)');
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ code: 'plan-refused', hint: 'Use --speed 16.6 or less.' });
    }
    refuseRun(buildPlan(shop({ perSecond: 300, scenario: { speed: 16 } }), tinyCapabilities));
  });

  it('do not count a limiter that has no workers in mode sync', () => {
    const scenario = { speed: 10, ...sync };
    const queue = { rate: { count: 1, perSeconds: 0.05 }, redelivery: null };
    const refused = (more: Partial<Scenario>): unknown =>
      refuseRun(buildPlan(shop({ perSecond: 4, queue, scenario: more }), tinyCapabilities));
    expect(() => refused(scenario)).not.toThrow();
    expect(() => refused({ speed: 10 })).toThrow('the limiter window of emails would last 5 ms');
  });
});

describe('the longest that a step takes in mode sync', () => {
  it.each<[Partial<OrderServiceSpec>, number]>([
    [{}, 3],
    [{ retries: 2 }, 9],
    [{ retries: 2, backoff: { kind: 'fixed', delaySeconds: 0.2, jitter: 0, maxSeconds: null } }, 9.4],
    [{ retries: 3, backoff: { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: 3 } }, 18],
  ])('is its calls and the waits between: %o', (service, expected) => {
    expect(callSeconds(tinyOrderService(service))).toBeCloseTo(expected, 9);
  });
});
