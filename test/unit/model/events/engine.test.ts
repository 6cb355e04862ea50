import { describe, expect, test } from 'vitest';
import { scheduleOf } from '../../../../src/lab/producer/schedule.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { simulateEvents, whyNotSimulated } from '../../../../src/model/events/index.js';
import { tinyCapabilities, tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { census, count, fault, ids, play, told } from './play.js';

const phase = (forSeconds: number, perSecond: number) => ({
  forSeconds,
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
});

describe('a plain queue', () => {
  test('is told as its ledger would tell it', () => {
    const events: [LedgerEvent, number][] = [];
    const plan = tinyPlan({ producers: [tinyProducer({ phases: [phase(1, 2)] })] });
    simulateEvents(plan, (event, file) => events.push([event, file]), { sampleSeconds: 0 });
    const q = 'emails';
    const none = { ready: 0, inFlight: 0, delayed: 0, dead: 0 };
    expect(events).toEqual([
      [{ t: 0, e: 'opened', role: 'lab', pid: 100 }, 0],
      [{ t: 0, e: 'opened', role: 'producer', pid: 101, name: 'orders' }, 1],
      [{ t: 0, e: 'opened', role: 'worker', pid: 102, name: q, worker: 1 }, 2],
      [{ t: 0, e: 'ready', q, worker: 1, pid: 102 }, 0],
      [{ t: 0, e: 'attempted', q, m: 'orders/1', due: 0 }, 1],
      [{ t: 0, e: 'acknowledged', q, m: 'orders/1' }, 1],
      [{ t: 0, e: 'started', q, m: 'orders/1', n: 1, r: false }, 2],
      [{ t: 300_000, e: 'effect', q, m: 'orders/1' }, 2],
      [{ t: 300_000, e: 'settled', q, m: 'orders/1' }, 2],
      [{ t: 500_000, e: 'attempted', q, m: 'orders/2', due: 500_000 }, 1],
      [{ t: 500_000, e: 'acknowledged', q, m: 'orders/2' }, 1],
      [
        {
          t: 500_000,
          e: 'exited',
          role: 'producer',
          name: 'orders',
          pid: 101,
          code: 0,
          signal: null,
          ordered: true,
        },
        0,
      ],
      // The limit is one a second.
      [{ t: 1_000_000, e: 'started', q, m: 'orders/2', n: 1, r: false }, 2],
      [{ t: 1_300_000, e: 'effect', q, m: 'orders/2' }, 2],
      [{ t: 1_300_000, e: 'settled', q, m: 'orders/2' }, 2],
      [{ t: 1_300_000, e: 'depth', q, ...none }, 0],
      [{ t: 1_300_000, e: 'depth', q: 'emails-dead', ...none }, 0],
      [{ t: 1_300_000, e: 'ended', reason: 'drained', detail: 'nothing was left' }, 0],
      [
        {
          t: 1_300_001,
          e: 'exited',
          role: 'worker',
          name: q,
          worker: 1,
          pid: 102,
          code: 0,
          signal: null,
          ordered: true,
          up: 0,
        },
        0,
      ],
      [{ t: 1_300_001, e: 'census-complete', q }, 0],
      [{ t: 1_300_001, e: 'census-complete', q: 'emails-dead' }, 0],
    ]);
  });

  test('the first start after a window opens the next; the limit holds over all workers', () => {
    const rate = { count: 2, perSeconds: 1 };
    const queues = [
      tinyQueue({ rate, workers: 2, concurrency: 5, work: { kind: 'constant', meanSeconds: 0 } }),
    ];
    const producers = [tinyProducer({ phases: [phase(0.4, 0), phase(1, 6)] })];
    const started = told(play(tinyPlan({ producers, queues })), 'started').map((line) =>
      Number(line.split(' ')[0]),
    );
    expect(started).toEqual([0.4, 0.566667, 1.4, 1.4, 2.4, 2.4]);
  });

  test('windows may be longer than configured, and the broker may take its time', () => {
    const plan = tinyPlan({ producers: [tinyProducer({ phases: [phase(1, 3)] })] });
    const events = play(plan, {
      measured: { queues: { emails: { windowExtraSeconds: 0.002, publishSeconds: 0.001 } } },
    });
    expect(told(events, 'acknowledged')[0]).toBe('0.001 acknowledged orders/1');
    expect(told(events, 'started').map((line) => line.split(' ')[0])).toEqual(['0.001', '1.003', '2.005']);
  });

  test('copies of a producer come on the schedule of the lab', () => {
    const resubmitSeconds = [3, 1];
    const producer = {
      phases: [phase(2, 5), { forSeconds: 2, fromPerSecond: 5, toPerSecond: 0 }],
      resubmitSeconds,
    };
    const plan = tinyPlan({ producers: [tinyProducer({ ...producer, arrivals: 'poisson' })] });
    const next = scheduleOf({ producer: plan.producers[0] as never, seed: 1, speed: 1 });
    const schedule: string[] = [];
    for (let due = next(); due !== null; due = next())
      schedule.push(`${due.micros / 1e6} attempted ${due.id}`);
    expect(told(play(plan), 'attempted')).toEqual(schedule);
    expect(schedule.length).toBeGreaterThan(20);
  });
});

describe('a D/D/1 with an outage', () => {
  test('outage: 290 wait and 5 come again, 59 windows', () => {
    const plan = tinyPlan({
      producers: [tinyProducer({ phases: [phase(3, 100)] })],
      queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5, acknowledgeSeconds: 0.2 })],
      faults: [fault({ when: 'after-effect' }), fault({ atSeconds: 8, kind: 'restart' })],
    });
    const events = play(plan);
    const atKill = events.findIndex(({ e }) => e === 'fault');
    expect(told(events, 'fault')).toEqual(['1.3 fault emails', '8 fault emails']);
    const later = events.slice(atKill);
    expect(count(later, 'effect')).toBe(295);
    expect(events.filter((event) => event.e === 'started' && event.r === true)).toHaveLength(5);
    const windows = new Set(later.flatMap(({ e, t }) => (e === 'started' ? t : [])));
    expect(windows.size).toBe(59);
    expect([Math.min(...windows), Math.max(...windows)]).toEqual([8e6, 66e6]);
  });

  test.each([
    [4, 5, 30],
    [1, 2, 10],
    [9, 10, 5],
  ])('%i/s into %i/s, away for %i s: λT/(μ−λ)', (arrivals, capacity, seconds) => {
    const plan = tinyPlan({
      producers: [
        tinyProducer({ phases: [phase(60 + (3 * arrivals * seconds) / (capacity - arrivals), arrivals)] }),
      ],
      queues: [tinyQueue({ rate: null, work: { kind: 'constant', meanSeconds: 1 / capacity } })],
      faults: [fault({ atSeconds: 10, kind: 'stop', forSeconds: seconds })],
    });
    const events = play(plan);
    const since = new Map<string, number>();
    let caughtUpAt = 0;
    for (const { e, t, ...rest } of events) {
      const m = 'm' in rest ? String(rest.m) : '';
      if (e === 'attempted') since.set(m, t);
      if (e === 'started' && t - (since.get(m) ?? 0) > 1) caughtUpAt = t;
    }
    const expected = 10 + seconds + (arrivals * seconds) / (capacity - arrivals);
    expect(Math.abs(caughtUpAt / 1e6 - expected)).toBeLessThanOrEqual(2 / (capacity - arrivals));
  });
});

describe('the end', () => {
  const hangs = { queues: [tinyQueue({ work: { kind: 'constant', meanSeconds: 100 } as const })] };

  test('drain limit: what is in hand has half a second, and is found by the census', () => {
    const events = play(tinyPlan(hangs), { drainLimitSeconds: 6 });
    const ended = events.find(({ e }) => e === 'ended');
    expect(ended).toMatchObject({ t: 10e6, reason: 'drain-limit', detail: 'still there: emails 4' });
    expect(events.filter(({ e }) => e === 'exited').at(-1)).toMatchObject({
      t: 10_500_001,
      signal: 'SIGKILL',
    });
    expect(census(events, 'emails')).toEqual({
      inFlight: ['orders/1'],
      ready: ['orders/2', 'orders/3', 'orders/4'],
    });
  });

  test('what ends within that half second still counts', () => {
    const queues = [tinyQueue({ rate: null, concurrency: 9, work: { kind: 'constant', meanSeconds: 7.2 } })];
    const events = play(tinyPlan({ queues }), { drainLimitSeconds: 6 });
    expect(told(events, 'effect').slice(-2)).toEqual(['9.2 effect orders/3', '10.2 effect orders/4']);
    expect(census(events, 'emails')).toEqual({});
  });

  test('nobody is left to serve it', () => {
    const events = play(tinyPlan({ faults: [fault({ atSeconds: 1.1 })] }));
    const detail = 'nobody left to serve emails; still there: emails 3';
    expect(events.find(({ e }) => e === 'ended')).toEqual({
      t: 3e6,
      e: 'ended',
      reason: 'nobody-left',
      detail,
    });
    expect(census(events, 'emails').inFlight).toEqual(['orders/2']);
  });

  test('without a limit it ends where nothing can happen any more', () => {
    const failures = [
      {
        kind: 'hang' as const,
        select: { kind: 'messages' as const, messages: [2] },
        times: null,
        fromSeconds: 0,
        toSeconds: null,
        retryable: true,
        afterSeconds: null,
        forSeconds: null,
        error: '',
      },
    ];
    const events = play(tinyPlan({ queues: [tinyQueue({ failures })] }));
    expect(events.find(({ e }) => e === 'ended')).toMatchObject({ reason: 'drain-limit' });
    expect(ids(events, 'effect')).toEqual(['orders/1']);
  });
});

describe('what is not played', () => {
  test('is named', () => {
    expect(whyNotSimulated(tinyPlan())).toBeNull();
    const plan = { ...tinyPlan(), capabilities: { ...tinyCapabilities, rateScope: 'worker' } as const };
    expect(whyNotSimulated(plan)).toMatch(/limits/);
    expect(() => play(plan)).toThrow(/limits/);
  });
});

test('the same plan is the same stream, and the speed is not asked for', () => {
  const scenario = {
    producers: [tinyProducer({ arrivals: 'poisson' as const, phases: [phase(20, 5)] })],
    queues: [
      tinyQueue({
        rate: null,
        workers: 3,
        concurrency: 2,
        work: { kind: 'exponential', meanSeconds: 1 } as const,
      }),
    ],
    faults: [fault({ when: 'random' }), fault({ atSeconds: 9, kind: 'restart' })],
  };
  const once = JSON.stringify(play(tinyPlan(scenario)));
  expect(JSON.stringify(play(tinyPlan(scenario)))).toBe(once);
  expect(JSON.stringify(play({ ...tinyPlan(scenario), speed: 10 }))).toBe(once);
  expect(JSON.stringify(play(tinyPlan({ ...scenario, seed: 2 })))).not.toBe(once);
});
