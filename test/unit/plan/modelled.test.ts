import { describe, expect, it } from 'vitest';
import { cumulativeAt, rateAt } from '../../../src/plan/curve.js';
import { takenInPerRealSecond } from '../../../src/plan/entry.js';
import { modelledPlan, modelledSpec } from '../../../src/plan/modelled.js';
import { outagesOf } from '../../../src/plan/outages.js';
import type { Plan } from '../../../src/plan/types.js';
import type { FaultSpec, ProducerSpec, QueueSpec, Scenario } from '../../../src/scenario/types.js';
import { tinyOrderService, tinyPlan, tinyProducer, tinyProvider, tinyQueue } from '../../fixtures/tiny.js';

function fault(atSeconds: number, kind: FaultSpec['kind'], queue: string, forSeconds?: number): FaultSpec {
  return {
    atSeconds,
    kind,
    queue,
    workers: 'all',
    forSeconds: forSeconds ?? null,
    when: 'now',
    repaired: false,
  };
}

/** 100 orders/s for 10 s by HTTP to `emails`, whose work `email` does. */
function shop(
  scenario: Partial<Scenario> = {},
  producer: Partial<ProducerSpec> = {},
  queue: Partial<QueueSpec> = {},
): Plan {
  return tinyPlan({
    producers: [
      tinyProducer({
        phases: [{ forSeconds: 10, fromPerSecond: 100, toPerSecond: 100 }],
        via: 'http',
        patienceSeconds: 3,
        ...producer,
      }),
    ],
    queues: [
      tinyQueue({
        rate: { count: 5, perSeconds: 1 },
        concurrency: 5,
        provider: 'email',
        timeoutSeconds: 3,
        ...queue,
      }),
    ],
    providers: [tinyProvider()],
    orderService: tinyOrderService(),
    ...scenario,
  });
}

describe('when a service is away', () => {
  it.each<[string, FaultSpec[], ReturnType<typeof outagesOf>]>([
    ['never', [fault(1, 'kill', 'emails')], []],
    [
      'from a kill to its restart',
      [fault(1, 'kill', 'email', 4)],
      [{ kind: 'killed', fromSeconds: 1, toSeconds: 5 }],
    ],
    [
      'for good',
      [fault(1, 'stop', 'email')],
      [{ kind: 'stopped', fromSeconds: 1, toSeconds: Number.POSITIVE_INFINITY }],
    ],
    [
      'frozen, and then killed',
      [fault(1, 'freeze', 'email'), fault(3, 'kill', 'email'), fault(6, 'restart', 'email')],
      [
        { kind: 'frozen', fromSeconds: 1, toSeconds: 3 },
        { kind: 'killed', fromSeconds: 3, toSeconds: 6 },
      ],
    ],
    [
      'twice',
      [fault(1, 'freeze', 'email', 1), fault(5, 'kill', 'email', 1)],
      [
        { kind: 'frozen', fromSeconds: 1, toSeconds: 2 },
        { kind: 'killed', fromSeconds: 5, toSeconds: 6 },
      ],
    ],
  ])('is known: %s', (_, faults, expected) => {
    expect(outagesOf(shop({ faults }), 'email')).toEqual(expected);
  });
});

describe('a queue as the model sees it', () => {
  it('is as it is without a provider', () => {
    const plan = tinyPlan();
    expect(modelledSpec(plan, 'emails')).toBe(plan.scenario.queues[0]);
    expect(modelledPlan(plan).queues).toEqual(plan.queues);
  });

  it('has its provider’s latency as its work, and the tighter of the two limits', () => {
    const latency = { kind: 'constant', meanSeconds: 0.1 };
    expect(modelledSpec(shop(), 'emails')).toMatchObject({
      work: latency,
      rate: { count: 5, perSeconds: 1 },
    });
    for (const rate of [null, { count: 10, perSeconds: 1 }])
      expect(modelledSpec(shop({}, {}, { rate }), 'emails').rate).toEqual({ count: 1, perSeconds: 0.2 });
  });

  it.each<[string, FaultSpec[], object[]]>([
    [
      'fails while its provider is down',
      [fault(2, 'kill', 'email', 4)],
      [{ kind: 'fail', fromSeconds: 2, toSeconds: 6, afterSeconds: 0, error: 'email is down' }],
    ],
    [
      'hangs while it is frozen, until the thaw',
      [fault(2, 'freeze', 'email', 4)],
      [{ kind: 'hang', fromSeconds: 2, toSeconds: 6, forSeconds: 4, error: 'email does not answer' }],
    ],
    [
      'hangs for ever where it stays frozen',
      [fault(2, 'freeze', 'email')],
      [{ kind: 'hang', fromSeconds: 2, toSeconds: null, forSeconds: null }],
    ],
    [
      'fails late where the frozen one is killed',
      [fault(2, 'freeze', 'email'), fault(6, 'kill', 'email')],
      [
        { kind: 'fail', fromSeconds: 2, toSeconds: 6, afterSeconds: 4 },
        { kind: 'fail', fromSeconds: 6, toSeconds: null, afterSeconds: 0 },
      ],
    ],
  ])('%s', (_, faults, expected) => {
    expect(modelledSpec(shop({ faults }), 'emails').failures).toMatchObject(expected);
  });
});

describe('orders by HTTP as they arrive', () => {
  const arrivals = (plan: Plan) => {
    const { producers, queues } = modelledPlan(plan);
    return {
      scheduled: queues[0]?.scheduled,
      posted: producers[0]?.scheduled,
      arrived: (seconds: number) => Math.round(cumulativeAt(queues[0]?.arrivals ?? [], seconds)),
      rate: (seconds: number) => rateAt(queues[0]?.arrivals ?? [], seconds),
    };
  };

  it('arrive as they are due while the order service is there', () => {
    const plan = shop();
    expect(modelledPlan(plan).queues).toEqual(plan.queues);
  });

  it('never arrive where they are due while it is down', () => {
    const plan = shop({ faults: [fault(2, 'kill', 'order-service', 3)] });
    const { scheduled, arrived, rate } = arrivals(plan);
    expect(scheduled).toBe(700);
    expect([arrived(2), arrived(5), arrived(10)]).toEqual([200, 200, 700]);
    expect([rate(1.9), rate(2), rate(4.9), rate(5)]).toEqual([100, 0, 0, 100]);
  });

  it('arrive in a burst at the thaw, those that were given up among them', () => {
    const plan = shop({ faults: [fault(2, 'freeze', 'order-service', 4)] });
    const { scheduled, arrived } = arrivals(plan);
    expect(scheduled).toBe(1000);
    const seconds = 400 / takenInPerRealSecond;
    expect([arrived(2), arrived(6), arrived(6 + seconds)]).toEqual([
      200,
      200,
      600 + Math.round(100 * seconds),
    ]);
    expect(arrived(20)).toBe(1000);
  });

  it('are lost beyond what connections are held for, where their customers are gone', () => {
    // 511 of the first 600 have a place, and the 300 of the last 3 s wait for one.
    const more = { patienceSeconds: 3, phases: [{ forSeconds: 12, fromPerSecond: 100, toPerSecond: 100 }] };
    const plan = shop({ faults: [fault(2, 'freeze', 'order-service', 9)] }, more);
    expect(arrivals(plan).scheduled).toBe(200 + 511 + 300 + 100);
  });

  it('are lost where the frozen service is killed', () => {
    const faults = [
      fault(2, 'freeze', 'order-service'),
      fault(4, 'kill', 'order-service'),
      fault(5, 'restart', 'order-service'),
    ];
    expect(arrivals(shop({ faults })).scheduled).toBe(700);
  });

  it('are promised and lost where it publishes after it answered', () => {
    const orderService = tinyOrderService({ publishAfterAnswerSeconds: 0.5 });
    const killed = arrivals(shop({ orderService, faults: [fault(2, 'kill', 'order-service', 3)] }));
    expect([killed.scheduled, killed.arrived(2), killed.arrived(5.5)]).toEqual([650, 150, 150]);
    const stopped = arrivals(shop({ orderService, faults: [fault(2, 'stop', 'order-service', 3)] }));
    expect([stopped.scheduled, stopped.arrived(2), stopped.arrived(2.5)]).toEqual([700, 150, 200]);
  });

  it('are as they are for producers by queue, whatever befalls the order service', () => {
    const plan = shop({ faults: [fault(2, 'kill', 'order-service')] }, { via: 'queue' });
    expect(modelledPlan(plan).producers).toEqual(plan.producers);
  });
});

describe('whether a queue is served', () => {
  const isServed = (scenario: Partial<Scenario>, producer: Partial<ProducerSpec> = {}) =>
    shop({ mode: 'sync', ...scenario }, producer).queues[0]?.isServed;

  it('it is in mode queue, and where something else than the order service comes to it', () => {
    expect(isServed({ mode: 'queue' })).toBe(true);
    expect(isServed({}, { via: 'queue' })).toBe(true);
    expect(isServed({ orderService: tinyOrderService({ onFailure: { emails: 'queue' } }) })).toBe(true);
  });

  it('it is not in mode sync, where the order service does all of its work', () => {
    expect(isServed({})).toBe(false);
    expect(isServed({ orderService: tinyOrderService({ onFailure: { emails: 'degrade' } }) })).toBe(false);
  });
});
