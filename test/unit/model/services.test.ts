import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/analysis/index.js';
import { defaultDrainSeconds, predict, predictedResult } from '../../../src/model/index.js';
import { outagesOf } from '../../../src/plan/outages.js';
import type { Plan } from '../../../src/plan/types.js';
import type { QueueResult, Result } from '../../../src/result/types.js';
import type { ExpectationSpec, FaultSpec, QueueSpec, Scenario } from '../../../src/scenario/types.js';
import { tinyOrderService, tinyPlan, tinyProducer, tinyProvider } from '../../fixtures/tiny.js';
import { emails, fault, phase } from './fixtures.js';

const backoff = { kind: 'fixed', delaySeconds: 1, jitter: 0, maxSeconds: null } as const;

/** 100 orders/s for 3 s by HTTP; `emails` at 5/s, done by `email`. */
function shop(scenario: Partial<Scenario> = {}, queue: Partial<QueueSpec> = {}): Plan {
  return tinyPlan({
    producers: [tinyProducer({ phases: [phase(3, 100)], via: 'http', patienceSeconds: 10 })],
    queues: [
      emails(5, {
        provider: 'email',
        timeoutSeconds: 3,
        attempts: 10,
        backoff,
        acknowledgeSeconds: 0,
        ...queue,
      }),
    ],
    providers: [tinyProvider()],
    orderService: tinyOrderService(),
    ...scenario,
  });
}

function resultOf(plan: Plan): Omit<Result, 'verdict' | 'expectations'> & { readonly emails: QueueResult } {
  const result = predictedResult(plan, predict(plan), { launchpad: '1.2.3', node: 'v20.0.0' });
  return { ...result, emails: result.queues.emails as QueueResult };
}

const on = (target: string, ...faults: readonly FaultSpec[]): FaultSpec[] =>
  faults.map((each) => ({ ...each, queue: target }));

const expected = (expression: string, measure: string, value: number): ExpectationSpec => ({
  expression,
  scope: 'emails',
  measure,
  operator: '==',
  value,
});

describe('a queue whose work a provider does', () => {
  it('is predicted by the tighter of its rate and the provider’s capacity', () => {
    for (const rate of [{ count: 5, perSeconds: 1 }, { count: 10, perSeconds: 1 }, null]) {
      const { accounting, drainedAtSeconds, backlog } = resultOf(shop({}, { rate })).emails;
      expect(accounting).toMatchObject({ scheduled: 300, effected: 300, balanced: true });
      expect(drainedAtSeconds).toBe(60);
      expect(backlog.peak).toBe(285);
    }
  });

  it('has the provider’s latency in hand, and not the work', () => {
    // One hand and 500 ms: 2/s.
    const providers = [tinyProvider({ latency: { kind: 'constant', meanSeconds: 0.5 } })];
    expect(resultOf(shop({ providers }, { concurrency: 1 })).emails.drainedAtSeconds).toBe(150);
  });

  it('knows nothing of a work that waits for others at the provider', () => {
    expect(resultOf(shop()).emails.workSeconds.p99).toBeNull();
    expect(resultOf(shop({}, { concurrency: 1 })).emails.workSeconds.p99).toBe(0.1);
  });

  it('has a trouble while its provider is down, by its name', () => {
    const plan = shop({
      producers: [tinyProducer({ phases: [phase(40, 4)], via: 'http' })],
      faults: on('email', fault(10, 'kill', { forSeconds: 5 })),
    });
    const { emails: queue, faults } = resultOf(plan);
    expect(queue.troubles).toHaveLength(1);
    expect(queue.troubles[0]).toMatchObject({
      causes: ['email is down from 10 s'],
      fromSeconds: 10,
      recoveryPointSeconds: 15,
    });
    // 20 that wait, with 1/s to spare.
    expect(queue.catchUpSeconds).toBeCloseTo(20, 0);
    expect(queue.accounting).toMatchObject({ effected: 160, deadLettered: 0, lost: 0 });
    expect(queue.predicted?.withoutFaults.catchUpSeconds).toBe(0);
    expect(faults).toMatchObject([
      { target: 'email', kind: 'kill', doneAtSeconds: 10, workers: [1], held: null },
      { target: 'email', kind: 'restart', doneAtSeconds: 15, workers: [1] },
    ]);
  });

  it('hangs while its provider is frozen, and what was called is done at the thaw', () => {
    const plan = shop({
      producers: [tinyProducer({ phases: [phase(40, 4)], via: 'http' })],
      faults: on('email', fault(10, 'freeze', { forSeconds: 5 })),
    });
    const { emails: queue } = resultOf(plan);
    expect(queue.troubles[0]?.causes).toEqual(['email does not answer from 10 s']);
    expect(queue.failures.timedOut).toBeGreaterThan(5);
    expect(queue.accounting).toMatchObject({ effected: 160, deadLettered: 0 });
    expect(queue.accounting.duplicateEffects).toBe(queue.failures.timedOut);
    const keyed = resultOf({
      ...plan,
      scenario: {
        ...plan.scenario,
        queues: plan.scenario.queues.map((each) => ({ ...each, idempotency: { mode: 'effect-key' } })),
      },
    });
    expect(keyed.emails.accounting).toMatchObject({
      duplicateEffects: 0,
      suppressed: queue.failures.timedOut,
    });
  });

  it('gives its messages up where the provider stays away', () => {
    const { emails: queue } = resultOf(shop({ faults: on('email', fault(1, 'kill')) }, { attempts: 2 }));
    expect(queue.accounting.deadLettered).toBeGreaterThan(280);
    expect(queue.accounting.balanced).toBe(true);
  });

  it('says which faults find nobody', () => {
    const plan = shop({ faults: on('email', fault(1, 'kill'), fault(2, 'freeze'), fault(3, 'restart')) });
    expect(predict(plan).faults).toMatchObject([
      { doneAtSeconds: 1, workers: 1 },
      { doneAtSeconds: null, workers: 0, detail: 'email is down by then' },
      { doneAtSeconds: 3, workers: 1 },
    ]);
    expect(outagesOf(plan, 'email')).toHaveLength(1);
  });
});

describe('orders by HTTP in mode queue', () => {
  it('are predicted as those by queue are', () => {
    const byQueue = shop({ producers: [tinyProducer({ phases: [phase(3, 100)] })] });
    expect(predict(shop()).queues).toEqual(predict(byQueue).queues);
    expect(resultOf(shop()).scenario.mode).toBe('queue');
  });

  it('are not published where the order service is down', () => {
    const plan = shop({ faults: on('order-service', fault(1, 'kill', { forSeconds: 1 })) });
    const { emails: queue, producers, faults } = resultOf(plan);
    expect(queue.accounting).toMatchObject({ scheduled: 200, effected: 200, lost: 0 });
    expect(queue.drainedAtSeconds).toBe(40);
    expect(producers.orders).toMatchObject({
      scheduled: 300,
      whole: { scheduled: 300, completed: 200, unpublished: 100, undetermined: 0 },
    });
    expect(queue.predicted?.withoutFaults.drainedAtSeconds).toBe(60);
    expect(faults[0]).toMatchObject({ target: 'order-service', doneAtSeconds: 1 });
  });

  it('come in a burst at the thaw of the order service', () => {
    const plan = shop({
      producers: [tinyProducer({ phases: [phase(20, 4)], via: 'http' })],
      faults: on('order-service', fault(5, 'freeze', { forSeconds: 10 })),
    });
    const { emails: queue } = resultOf(plan);
    expect(queue.accounting).toMatchObject({ scheduled: 80, effected: 80 });
    expect(queue.backlog.peak).toBeCloseTo(40, 0);
    expect(queue.backlog.peakAtSeconds).toBeCloseTo(15, 0);
    expect(queue.troubles[0]?.causes[0]).toContain('arrivals exceed capacity');
  });
});

describe('mode sync', () => {
  const plan = shop({ mode: 'sync' });

  it('has no prediction of a queue, and says why', () => {
    expect(predict(plan).queues).toEqual([]);
    const { emails: queue, run, scenario, producers } = resultOf(plan);
    expect(queue).toMatchObject({
      predicted: null,
      catchUpSeconds: null,
      catchUpReason: 'mode: sync has no queue to predict',
      drainedAtSeconds: null,
      backlog: { peak: null },
      accounting: { scheduled: 300, undetermined: 300, lost: null, pending: null, balanced: true },
      workers: { started: 0 },
    });
    expect(run.ended).toMatchObject({ reason: 'drained', detail: 'every queue that is predicted is empty' });
    expect(scenario.mode).toBe('sync');
    expect(producers.orders?.whole).toMatchObject({ scheduled: 300, undetermined: 300, completed: 0 });
  });

  it('leaves expectations open', () => {
    const expect_ = [
      expected('emails.effected == 300', 'accounting.effected', 300),
      expected('emails.duplicateEffects == 0', 'accounting.duplicateEffects', 0),
      expected('emails.lost == 0', 'accounting.lost', 0),
      expected('emails.catchUp == 0', 'catchUpSeconds', 0),
      { ...expected('orders.completed == 300', 'whole.completed', 300), scope: 'orders' },
      { ...expected('orders.accepted == 300', 'orderBooks.accepted', 300), scope: 'orders' },
      { ...expected('email.turnedAway == 0', 'turnedAway', 0), scope: 'email' },
    ];
    const { emails: _, ...result } = resultOf(plan);
    const judged = judge(result, { ...plan, scenario: { ...plan.scenario, expect: expect_ } });
    expect(judged.expectations.map(({ outcome }) => outcome)).toEqual(expect_.map(() => 'unknown'));
    expect(judged.expectations[0]?.reason).toBe('emails: mode: sync has no queue to predict');
    expect(judged.expectations[3]?.reason).toBe('emails: mode: sync has no queue to predict');
  });

  it('does not predict what is queued after a failure, nor what comes beside the order service', () => {
    const queued = shop({ mode: 'sync', orderService: tinyOrderService({ onFailure: { emails: 'queue' } }) });
    expect(resultOf(queued).emails.catchUpReason).toContain('publishes only what has failed');
    const both = shop({
      mode: 'sync',
      producers: [
        tinyProducer({ phases: [phase(3, 100)], via: 'http' }),
        tinyProducer({ name: 'reminders', phases: [phase(3, 1)] }),
      ],
    });
    expect(resultOf(both).emails.catchUpReason).toContain('part of the work without the queue');
  });

  it('predicts the queues that no order by HTTP comes to', () => {
    const reports = emails(5, { name: 'reports', deadLetter: null });
    const mixed = shop({
      mode: 'sync',
      producers: [
        tinyProducer({ phases: [phase(3, 100)], via: 'http' }),
        tinyProducer({ name: 'nightly', phases: [phase(3, 10)], to: [{ queue: 'reports' }] }),
      ],
      queues: [...plan.scenario.queues, reports],
    });
    expect(predict(mixed).queues.map(({ name }) => name)).toEqual(['reports']);
    const { queues, producers } = resultOf(mixed);
    expect(Object.keys(queues)).toEqual(['emails', 'reports']);
    expect(producers.nightly?.whole).toMatchObject({ completed: 30, undetermined: 0 });
  });
});

describe('the drain’s limit with services', () => {
  const limit = (of: Plan): number => defaultDrainSeconds(of, predict(of));

  it('has room in mode sync for what waits at the provider, the calls and the customers', () => {
    // 10 places at 5/s and 0.1 s of latency; a time limit of 3 s; a patience of 10 s.
    expect(limit(shop({ mode: 'sync' }))).toBeCloseTo(30 + 2.1 + 3 + 10, 6);
    const providers = [tinyProvider({ fallOver: { afterSeconds: 2, backSeconds: 5 } })];
    const orderService = tinyOrderService({ retries: 2, backoff });
    const more = shop({ mode: 'sync', providers, orderService });
    expect(limit(more)).toBeCloseTo(30 + 2.1 + 5 + 3 * 3 + 2 + 10, 6);
  });

  it('has room in mode sync for what is queued after a failure', () => {
    const queued = shop({ mode: 'sync', orderService: tinyOrderService({ onFailure: { emails: 'queue' } }) });
    expect(limit(queued)).toBeGreaterThan(300 / 5 + 30);
  });

  it('has room in mode queue for calls that are turned away', () => {
    // Nine places at 5/s less to wait in; ten attempts of 0.1 s, and nine backoffs of 1 s.
    const small = [tinyProvider({ waitingRoom: 1 })];
    expect(limit(shop({ providers: small }))).toBeCloseTo(limit(shop()) - 9 / 5 + 10 * 0.1 + 9, 6);
  });

  it('is longer than an outage of the provider asks for', () => {
    const down = shop({ faults: on('email', fault(1, 'kill', { forSeconds: 20 })) }, { attempts: 30 });
    const [queue] = predict(down).queues;
    expect(limit(down)).toBeGreaterThan(2 * ((queue?.emptyAtSeconds ?? 0) - down.lastMomentSeconds));
  });
});
