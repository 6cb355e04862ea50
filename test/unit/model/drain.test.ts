import { describe, expect, it } from 'vitest';
import { defaultDrainSeconds, retryingSeconds } from '../../../src/model/drain.js';
import type { Plan } from '../../../src/plan/types.js';
import type { QueueSpec, Scenario } from '../../../src/scenario/types.js';
import { tinyOrderService, tinyPlan, tinyProducer, tinyProvider } from '../../fixtures/tiny.js';
import { byHands, emails, failing, ofMessages, ofShare, phase, planOf } from './fixtures.js';

/** Of a run that is predicted to be empty so long after its last moment. */
const limitOf = (plan: Plan, later = 0): number => defaultDrainSeconds(plan, plan.lastMomentSeconds + later);

const doubling = { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: 8 } as const;

describe('the longest that a message can take', () => {
  it.each<[string, Partial<QueueSpec>, number]>([
    ['one attempt', {}, 0.5],
    // Four attempts of 0.5 s, and 1 + 2 + 4 s, whatever the jitter draws.
    [
      'all its attempts',
      { attempts: 4, backoff: doubling, failures: [failing({ select: ofMessages(7) })] },
      9,
    ],
    [
      'two attempts to the limit',
      { attempts: 2, timeoutSeconds: 2, failures: [failing({ kind: 'hang', forSeconds: 9 })] },
      4.4 + 9,
    ],
    // Of a tenth it is sure after nine failures: ten attempts.
    ['as many as one may need', { attempts: 1000, failures: [failing({ select: ofShare(0.1) })] }, 5],
    // 1 + 2 + 4 + 8 s and five attempts of 50 ms are more than ten seconds, and then one more.
    [
      'until the dependency is back',
      {
        attempts: 1000,
        backoff: doubling,
        failures: [failing({ fromSeconds: 5, toSeconds: 15, afterSeconds: 0.05 })],
      },
      1 + 2 + 4 + 8 + 8 + 6 * 0.5,
    ],
  ])('%s', (_, more, expected) => {
    expect(retryingSeconds(byHands(5, more))).toBeCloseTo(expected, 6);
  });
});

describe('the drain’s limit', () => {
  const limit = (queue: QueueSpec): number => {
    return limitOf(planOf({ phases: [phase(10, 4)], queue }));
  };

  it('is twice the predicted drain and 30 s', () => {
    expect(limitOf(planOf({ phases: [phase(10, 4)], queue: emails(5) }), 59)).toBe(148);
  });

  it('is what it was where nothing can go wrong with an attempt', () => {
    expect(limit(emails(5))).toBe(30);
  });

  it.each<[string, Partial<QueueSpec>, number]>([
    ['attempts', { attempts: 3, failures: [failing({ select: ofShare(0.1) })] }, 30 + 1.5],
    // Two deaths, each 5 s + 3 × 1 s until it is given back and 2 s until a worker is there.
    ['deaths', { superviseSeconds: 2 }, 30 + 0.5 + 2 * 10],
  ])('has room for %s', (_, more, atLeast) => {
    expect(limit(emails(5, more))).toBeGreaterThanOrEqual(atLeast);
  });

  it('has room for all the waits of a message that retries', () => {
    const backoff = { kind: 'fixed', delaySeconds: 20, jitter: 0, maxSeconds: null } as const;
    const queue = emails(5, { attempts: 4, backoff, failures: [failing({ select: ofMessages(40) })] });
    expect(limit(queue)).toBeCloseTo(30 + 3 * 20 + 4 * 0.5, 6);
  });
});

describe('the drain’s limit with services', () => {
  const backoff = { kind: 'fixed', delaySeconds: 1, jitter: 0, maxSeconds: null } as const;
  const shop = (scenario: Partial<Scenario> = {}): Plan =>
    tinyPlan({
      producers: [tinyProducer({ phases: [phase(3, 100)], via: 'http', patienceSeconds: 10 })],
      queues: [
        emails(5, { provider: 'email', timeoutSeconds: 3, attempts: 10, backoff, acknowledgeSeconds: 0 }),
      ],
      providers: [tinyProvider()],
      orderService: tinyOrderService(),
      ...scenario,
    });

  it('has room in mode sync for what waits at the provider, the calls and the customers', () => {
    // 10 places at 5/s and 0.1 s of latency; a time limit of 3 s; a patience of 10 s.
    expect(limitOf(shop({ mode: 'sync' }))).toBeCloseTo(30 + 2.1 + 3 + 10, 6);
    const providers = [tinyProvider({ fallOver: { afterSeconds: 2, backSeconds: 5 } })];
    const orderService = tinyOrderService({ retries: 2, backoff });
    const more = shop({ mode: 'sync', providers, orderService });
    expect(limitOf(more)).toBeCloseTo(30 + 2.1 + 5 + 3 * 3 + 2 + 10, 6);
  });

  it('has room in mode sync for what is queued after a failure', () => {
    const queued = shop({ mode: 'sync', orderService: tinyOrderService({ onFailure: { emails: 'queue' } }) });
    expect(limitOf(queued)).toBeGreaterThan(300 / 5 + 30);
  });

  it('has room in mode queue for calls that are turned away', () => {
    // Nine places at 5/s less to wait in; ten attempts of 0.1 s, and nine backoffs of 1 s.
    const small = [tinyProvider({ waitingRoom: 1 })];
    expect(limitOf(shop({ providers: small }))).toBeCloseTo(limitOf(shop()) - 9 / 5 + 10 * 0.1 + 9, 6);
  });
});
