import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { at, fault, micros } from '../../fixtures/runs.js';
import { tinyProducer, tinyQueue } from '../../fixtures/tiny.js';
import {
  answered,
  call,
  exited,
  faultOf,
  fellOver,
  orders,
  pids,
  providerOf,
  ready,
  received,
  responded,
  shop,
  shopResult,
  supervised,
  turnedAway,
} from './fixtures.js';

describe('what a provider wrote', () => {
  it('is counted', () => {
    const result = shopResult(shop(), {
      ...orders(),
      email: [
        ...orders().email,
        call(1, 0),
        call(1.1, 0),
        call(1.2, 1),
        turnedAway(1.3),
        at(2, 'suppressed', 'orders/1', { by: 'provider', s: 'email', pid: pids.emails }),
      ],
      service: [
        ...orders().service,
        { t: micros(2), e: 'breaker', s: 'email', state: 'open' },
        { t: micros(3), e: 'breaker', s: 'email', state: 'half-open' },
        { t: micros(3.1), e: 'breaker', s: 'email', state: 'closed' },
      ],
    });
    expect(providerOf(result, 'email')).toEqual({
      kind: 'provider',
      capacityPerSecond: 5,
      started: 1,
      died: 0,
      calls: 5,
      turnedAway: 1,
      effects: 4,
      replayed: 1,
      peakWaiting: 2,
      fellOver: 0,
      breakerOpened: 1,
      troubles: [
        {
          causes: ['turned calls away'],
          fromSeconds: 1.3,
          toSeconds: 1.3,
          posted: 0,
          notAccepted: 0,
          missing: { payments: 0 },
        },
      ],
    });
    expect(providerOf(result, 'payment')).toMatchObject({ capacityPerSecond: 10, calls: 0, troubles: [] });
    expect(result.queues.emails?.accounting).toMatchObject({ suppressed: 1, balanced: true });
  });

  it('is not there where the scenario has no services', () => {
    const plan = shop({
      producers: [tinyProducer()],
      queues: [tinyQueue()],
      providers: [],
      orderService: null,
    });
    const result = shopResult(plan, {});
    expect(result.services).toBeUndefined();
    expect(result.scenario.mode).toBeUndefined();
    expect(result.producers.orders?.orderBooks).toBeUndefined();
  });

  it('of an order service is what it received, answered and rejected', () => {
    const rejected = (status: number): LedgerEvent => ({ t: 0, e: 'rejected', status, why: 'no order' });
    const { service, ...rest } = orders();
    const result = shopResult(shop(), {
      ...rest,
      service: [
        rejected(400),
        rejected(404),
        rejected(400),
        ...service,
        received(5, 'guest/1'),
        responded(5.1, 'guest/1', 503),
      ],
      lab: [exited(10, 'order-service', pids.orderService)],
    });
    expect(result.services?.['order-service']).toEqual({
      kind: 'order-service',
      mode: 'queue',
      started: 1,
      died: 1,
      received: 5,
      guests: 1,
      responses: { 202: 4, 503: 1 },
      rejections: { 400: 2, 404: 1 },
    });
    expect(Object.keys(result.services ?? {})).toEqual(['order-service', 'email', 'payment']);
  });
});

describe("a provider's troubles", () => {
  it.each<[string, LedgerEvent[], LedgerEvent[], object[]]>([
    [
      'a kill until the next is ready',
      [
        faultOf(1, 'kill', 31),
        exited(1.1, 'email', 31, { ordered: true }),
        faultOf(2, 'restart', 33),
        ready(2.2, 33),
      ],
      [],
      [{ causes: ['killed'], fromSeconds: 1, toSeconds: 2.2, posted: 2 }],
    ],
    [
      'a freeze until the thaw',
      [faultOf(1, 'freeze', 31), faultOf(2.5, 'thaw', 31)],
      [],
      [{ causes: ['frozen'], fromSeconds: 1, toSeconds: 2.5, posted: 2 }],
    ],
    [
      'a freeze that a kill ends',
      [faultOf(1, 'freeze', 31), faultOf(2, 'kill', 31), ready(3.5, 33)],
      [],
      [{ causes: ['frozen', 'killed'], fromSeconds: 1, toSeconds: 3.5 }],
    ],
    [
      'a death that nobody ordered, and that nobody mends',
      [exited(1, 'email', 31)],
      [],
      [{ causes: ['died'], fromSeconds: 1, toSeconds: null, posted: 3 }],
    ],
    [
      'calls turned away less than a second apart, and then it fell over',
      [exited(3.41, 'email', 31), supervised(5.4, 33), ready(5.6, 33)],
      [turnedAway(1.5), turnedAway(2.4), fellOver(3.4)],
      [
        {
          causes: ['turned calls away', 'fell over'],
          fromSeconds: 1.5,
          toSeconds: 5.6,
          posted: 2,
        },
      ],
    ],
    [
      'calls turned away twice, more than a second apart',
      [],
      [turnedAway(1.2), turnedAway(1.4), turnedAway(2.9), turnedAway(3.1)],
      [
        { fromSeconds: 1.2, toSeconds: 1.4, posted: 0 },
        { fromSeconds: 2.9, toSeconds: 3.1, posted: 1 },
      ],
    ],
    [
      'calls turned away until the end, and after it',
      [],
      [turnedAway(59.8), turnedAway(60.2)],
      [{ causes: ['turned calls away'], fromSeconds: 59.8, toSeconds: 60 }],
    ],
    [
      'what comes after the end of the run is none',
      [{ ...exited(61, 'email', 31) }, fault(0.5, 'kill', [], 1, { q: 'email', skipped: 'nothing to kill' })],
      [],
      [],
    ],
  ])('are %s', (_, lab, email, troubles) => {
    const written = orders();
    const result = shopResult(shop(), { ...written, lab, email: [...written.email, ...email] });
    expect(providerOf(result, 'email').troubles).toMatchObject(troubles);
    expect(providerOf(result, 'email').troubles).toHaveLength(troubles.length);
  });

  it('spread to the orders that were posted in them, and their other steps', () => {
    const written = orders();
    const without3 = (events: readonly LedgerEvent[]) =>
      events.filter((event) => !('m' in event) || event.m !== 'orders/3');
    const result = shopResult(shop(), {
      ...Object.fromEntries(Object.entries(written).map(([file, events]) => [file, without3(events)])),
      customers: [...without3(written.customers), ...answered(2, 'orders/3', 503)],
      lab: [faultOf(0.5, 'freeze', 31), faultOf(2.5, 'thaw', 31)],
    });
    expect(providerOf(result, 'email').troubles).toMatchObject([
      { posted: 2, notAccepted: 1, missing: { payments: 1 } },
    ]);
  });

  it('are in scenario seconds, whatever the speed', () => {
    const plan = shop({ speed: 10 });
    const result = shopResult(plan, { email: [turnedAway(0.1), turnedAway(0.19), turnedAway(0.28)] });
    expect(providerOf(result, 'email').troubles).toMatchObject([{ fromSeconds: 1, toSeconds: 2.8 }]);
    const apart = shopResult(plan, { email: [turnedAway(0.1), turnedAway(0.21)] });
    expect(providerOf(apart, 'email').troubles).toHaveLength(2);
  });
});
