import { describe, expect, it } from 'vitest';
import { measurementsOf } from '../../../../src/analysis/again/measurements.js';
import { collectFrom } from '../../../../src/analysis/collect.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { type Measurements, type QueueMeasurements, simulateEvents } from '../../../../src/model/index.js';
import type { Plan } from '../../../../src/plan/types.js';
import { at, collected, ended, fault, micros, worker } from '../../../fixtures/runs.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';

/** The events of a message that a worker did, from its start. */
const served = (m: string, started: number, effect: number, settled: number): LedgerEvent[] => [
  at(started, 'started', m, { n: 1, r: false }),
  at(effect, 'effect', m),
  at(settled, 'settled', m),
];

/** A message that is published so much later than it is due, and confirmed so long after that. */
const published = (m: string, due: number, lag: number, confirm: number): LedgerEvent[] => [
  at(due + lag, 'attempted', m, { due: micros(due) }),
  at(due + lag + confirm, 'acknowledged', m),
];

const ready = (seconds: number, pid: number, number = 1): LedgerEvent => ({
  t: micros(seconds),
  e: 'ready',
  q: 'emails',
  worker: number,
  pid,
});

function measured(plan: Plan, files: Parameters<typeof collected>[0]): Measurements & QueueMeasurements {
  const all = measurementsOf(plan, collected(files, plan));
  return { ...all, ...all.queues?.emails };
}

const producer = { t: 0, e: 'opened', role: 'producer', pid: 5, name: 'orders' } as const;

describe('what a ledger says beside the plan', () => {
  // Four orders, one each second, to one hand: 1/s, 0.3 s of work.
  const plan = tinyPlan();

  it('is how late each message was attempted; null of those that never were', () => {
    const orders = [
      producer,
      ...published('orders/1', 0, 0.01, 0.002),
      ...published('orders/3', 2, 0.03, 0.002),
    ];
    const { lagSeconds } = measured(plan, { orders, lab: [ended(5)] });
    expect(lagSeconds?.orders).toEqual([expect.closeTo(0.01, 6), null, expect.closeTo(0.03, 6), null]);
  });

  it('is the mean of the attempts of a message that goes to several queues', () => {
    const both = tinyPlan({
      producers: [tinyProducer({ to: [{ queue: 'emails' }, { queue: 'payments' }] })],
      queues: [tinyQueue(), tinyQueue({ name: 'payments' })],
    });
    const orders = [
      producer,
      at(0.01, 'attempted', 'orders/1', { due: 0 }),
      at(0.03, 'attempted', 'orders/1', { due: 0, q: 'payments' }),
    ];
    const { lagSeconds } = measured(both, { orders, lab: [ended(5)] });
    expect(lagSeconds?.orders?.[0]).toBeCloseTo(0.02, 6);
  });

  it('is when faults were done, but for aimed ones, and how long workers took to start', () => {
    const faults = [
      {
        atSeconds: 1,
        kind: 'kill',
        queue: 'emails',
        workers: 'all',
        forSeconds: null,
        when: 'now',
        repaired: false,
      },
      {
        atSeconds: 2,
        kind: 'restart',
        queue: 'emails',
        workers: 'all',
        forSeconds: null,
        when: 'now',
        repaired: false,
      },
      {
        atSeconds: 3,
        kind: 'kill',
        queue: 'emails',
        workers: 'all',
        forSeconds: null,
        when: 'after-effect',
        repaired: false,
      },
      {
        atSeconds: 4,
        kind: 'scale',
        queue: 'emails',
        workers: 3,
        forSeconds: null,
        when: 'now',
        repaired: false,
      },
    ] as const;
    const lab = [
      ready(-0.2, 11),
      fault(1.004, 'kill', [11], 0, { index: 0 }),
      fault(2.001, 'restart', [12], 1, { index: 1 }),
      ready(2.251, 12),
      fault(3.4, 'kill', [12], 0, { index: 2 }),
      { t: micros(3.6), e: 'supervised', q: 'emails', worker: 1, pid: 13, up: 1 } as const,
      ready(3.8, 13),
      fault(4.002, 'scale', [14, 15], 3, { index: 3 }),
      ready(4.302, 14, 2),
      ended(9),
    ];
    const { faultSeconds, workerStartSeconds, readyAtSeconds } = measured(tinyPlan({ faults }), { lab });
    expect([...(faultSeconds ?? [])]).toEqual([
      [0, 1.004],
      [1, 2.001],
      [3, 4.002],
    ]);
    // The last one never was.
    expect(workerStartSeconds).toEqual([0.25, expect.closeTo(0.2, 6), expect.closeTo(0.3, 6), null]);
    expect(readyAtSeconds).toEqual([-0.2]);
  });

  it('is in scenario time', () => {
    const lab = [ready(-0.2, 11), fault(0.5, 'restart', [12], 1, { index: 0 }), ready(0.75, 12), ended(9)];
    const { workerStartSeconds, readyAtSeconds } = measured({ ...plan, speed: 4 }, { lab });
    expect({ workerStartSeconds, readyAtSeconds }).toEqual({
      workerStartSeconds: [1],
      readyAtSeconds: [-0.8],
    });
  });

  it('is what a message took at its publish, its work and its end', () => {
    const files = {
      orders: [producer, ...published('orders/1', 0, 0, 0.002), ...published('orders/2', 1, 0, 0.004)],
      w: [
        worker(1, 11, -0.1),
        ...served('orders/1', 0.003, 0.304, 0.309),
        ...served('orders/2', 1.005, 1.308, 1.311),
      ],
      lab: [ended(5)],
    };
    const unlimited = tinyPlan({ queues: [tinyQueue({ rate: null })] });
    expect(measured(unlimited, files)).toMatchObject({
      // Of the second alone: when the worker's hand was free for the first isn't known.
      publishSeconds: expect.closeTo(0.005, 6),
      workExtraSeconds: expect.closeTo(0.002, 6),
      settleSeconds: expect.closeTo(0.004, 6),
      handSeconds: 0,
      windowExtraSeconds: 0,
    });
  });

  it('is how long full windows of the limiter were where something waited for them', () => {
    const four = [1, 2, 3, 4].flatMap((n) => published(`orders/${n}`, 0, 0, 0.001));
    const w = [
      worker(1, 11, -0.1),
      ...served('orders/1', 0.002, 0.302, 0.303),
      ...served('orders/2', 1.004, 1.304, 1.305),
      ...served('orders/3', 2.006, 2.306, 2.307),
    ];
    const { windowExtraSeconds } = measured(plan, { orders: [producer, ...four], w, lab: [ended(5)] });
    expect(windowExtraSeconds).toBeCloseTo(0.002, 6);
  });

  it('is no window where nothing waited for its end', () => {
    const orders = [producer, ...published('orders/1', 0, 0, 0.001), ...published('orders/2', 1, 0.5, 0.001)];
    const w = [
      worker(1, 11, -0.1),
      ...served('orders/1', 0.002, 0.302, 0.303),
      ...served('orders/2', 1.502, 1.802, 1.803),
    ];
    expect(measured(plan, { orders, w, lab: [ended(5)] }).windowExtraSeconds).toBe(0);
  });

  it('is how long a hand was empty between two messages where one waited and no limit held it', () => {
    const unlimited = tinyPlan({ queues: [tinyQueue({ rate: null })] });
    const orders = [producer, ...published('orders/1', 0, 0, 0.001), ...published('orders/2', 0, 0, 0.001)];
    const w = [
      worker(1, 11, -0.1),
      ...served('orders/1', 0.002, 0.302, 0.303),
      ...served('orders/2', 0.307, 0.607, 0.608),
    ];
    expect(measured(unlimited, { orders, w, lab: [ended(5)] }).handSeconds).toBeCloseTo(0.004, 6);
  });

  it('leaves out what a frozen worker had in hand', () => {
    const orders = [producer, ...published('orders/1', 0, 0, 0.001)];
    const lab = [
      fault(0.1, 'freeze', [11], 0, { index: 0 }),
      fault(2.1, 'thaw', [11], 1, { index: 1 }),
      ended(5),
    ];
    const w = [worker(1, 11, -0.1), ...served('orders/1', 0.002, 2.15, 2.16)];
    const { workExtraSeconds } = measured(plan, { orders, w, lab });
    expect(workExtraSeconds).toBe(0);
  });
});

describe('what a run was played with', () => {
  it('is found again in its ledger', () => {
    const plan = tinyPlan({
      producers: [tinyProducer({ phases: [{ forSeconds: 60, fromPerSecond: 4, toPerSecond: 4 }] })],
      queues: [
        tinyQueue({
          rate: { count: 5, perSeconds: 1 },
          concurrency: 5,
          work: { kind: 'lognormal', meanSeconds: 0.3, cv: 0.2 },
        }),
      ],
      faults: [
        {
          atSeconds: 10,
          kind: 'stop',
          queue: 'emails',
          workers: 'all',
          forSeconds: 10,
          when: 'now',
          repaired: false,
        },
      ],
    });
    const told: Measurements = {
      faultSeconds: new Map([
        [0, 10.002],
        [1, 20.003],
      ]),
      queues: {
        emails: {
          workerStartSeconds: [0.4],
          readyAtSeconds: [-0.3],
          windowExtraSeconds: 0.003,
          publishSeconds: 0.002,
          workExtraSeconds: 0.001,
          settleSeconds: 0.004,
        },
      },
    };
    const found = measurementsOf(
      plan,
      collectFrom((visit) => {
        simulateEvents(plan, visit, { measured: told });
        return { files: [], events: 0, tornLines: 0, damagedLines: 0, torn: [], damaged: new Map() };
      }, plan),
    );
    expect(found.faultSeconds).toEqual(told.faultSeconds);
    expect(found.queues?.emails).toMatchObject({
      workerStartSeconds: [expect.closeTo(0.4, 6)],
      readyAtSeconds: [-0.3],
      windowExtraSeconds: expect.closeTo(0.003, 6),
      publishSeconds: expect.closeTo(0.002, 6),
      workExtraSeconds: expect.closeTo(0.001, 5),
      settleSeconds: expect.closeTo(0.004, 6),
      dueExtraSeconds: 0,
      handSeconds: 0,
    });
  });
});
