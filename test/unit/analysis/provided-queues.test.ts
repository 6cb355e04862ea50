import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { at, fault, published, worker } from '../../fixtures/runs.js';
import { tinyProducer, tinyQueue } from '../../fixtures/tiny.js';
import {
  effect,
  exited,
  fellOver,
  opened,
  orders,
  pids,
  providerOf,
  queued,
  ready,
  shop,
  shopResult,
  supervised,
  worked,
} from './fixtures.js';

describe('a queue whose provider does the work', () => {
  it('is in trouble while the provider has fallen over, unordered', () => {
    const result = shopResult(shop(), {
      ...orders((due) => (due < 2 ? due + 0.1 : 12 + due / 10)),
      lab: [exited(2.31, 'email', 31), supervised(11, 33), ready(11.4, 33)],
      email: [...orders((due) => (due < 2 ? due + 0.1 : 12 + due / 10)).email, fellOver(2.3)],
    });
    expect(result.queues.emails?.troubles).toMatchObject([
      { causes: ['email fell over at 2.3 s'], fromSeconds: 2.3, recoveryPointSeconds: 11 },
    ]);
    expect(result.queues.payments?.troubles).toEqual([]);
    expect(result.faults).toMatchObject([
      { kind: 'died', target: 'email', ordered: false, held: null },
      { kind: 'supervised', target: 'email' },
    ]);
  });

  it('is in trouble where more arrives than the provider can do, with no worker to be missed', () => {
    const { producers, queues, ...rest } = shop({ mode: 'sync' }).scenario;
    const plan = shop({
      ...rest,
      producers: producers.map((producer) => ({
        ...producer,
        phases: [{ forSeconds: 4, fromPerSecond: 8, toPerSecond: 8 }],
      })),
      queues: queues.map((queue) => ({ ...queue, workers: 0, rate: { count: 1, perSeconds: 1 } })),
    });
    expect(plan.queues.map(({ isServed }) => isServed)).toEqual([false, false]);
    const { emails, payments } = shopResult(plan, {}).queues;
    expect(emails?.troubles).toMatchObject([{ causes: ['arrivals exceed capacity (8/s into 5/s)'] }]);
    expect(emails?.rate.configuredPerSecond).toBe(5);
    expect(payments?.troubles).toEqual([]);
  });

  it('has the effects of a killed worker explained by the provider that went on', () => {
    const m = 'orders/1';
    const plan = shop({
      producers: [tinyProducer({ to: [{ queue: 'emails' }] })],
      queues: [tinyQueue({ provider: 'email', rate: null })],
      orderService: null,
    });
    const result = shopResult(plan, {
      lab: [fault(0.2, 'kill', [pids.emails], 0)],
      customers: published(0, m),
      emails: [at(0.1, 'started', m, { n: 1, r: false })],
      email: [effect(0.4, m, 'emails'), effect(6.2, m, 'emails', 13)],
      more: {
        second: [worker(1, 13, 5), at(6, 'started', m, { n: 2, r: true }), at(6.3, 'settled', m)],
      },
    });
    expect(result.queues.emails).toMatchObject({
      accounting: { effected: 1, duplicateEffects: 1, duplicateDeliveries: 1, dropped: 3, balanced: true },
      redeliveries: { count: 1, neverStarted: 0 },
      duplicates: [
        {
          effects: [
            { atSeconds: 0.4, pid: pids.emails },
            { atSeconds: 6.2, pid: 13 },
          ],
          why: 'worker 1 (pid 11) was killed while its call was with email, which went on: the effect came 0.20 s later',
        },
      ],
    });
  });

  it('does not need to know who called', () => {
    const plan = shop();
    const written = orders();
    const email = written.email.map(
      ({ t, e, ...event }) => ({ t, e, ...event, pid: undefined }) as LedgerEvent,
    );
    const result = shopResult(plan, {
      ...written,
      email,
      more: { early: [opened('provider', 77, 'email')] },
    });
    expect(result.queues.emails?.accounting).toMatchObject({ effected: 4, balanced: true });
    expect(result.queues.emails?.workSeconds.max).toBeNull();
    expect(providerOf(result, 'email').started).toBe(2);
  });

  it("passes guests' messages on like any other", () => {
    const next = tinyQueue({
      name: 'payments',
      rate: null,
      provider: 'payment',
    });
    const plan = shop({
      producers: [tinyProducer({ via: 'http', to: [{ queue: 'emails' }] })],
      queues: [
        tinyQueue({
          provider: 'email',
          rate: null,
          outcomes: [{ name: 'sent', share: 1, to: [{ queue: 'payments' }] }],
        }),
        next,
      ],
    });
    const guest = 'guest/1';
    const behind = 'guest/1.emails';
    const result = shopResult(plan, {
      service: queued(0, guest, ['emails']),
      emails: [...worked(1, guest, 'emails'), ...published(1.23, behind, 'payments')],
      email: [effect(1.2, guest, 'emails')],
      payments: worked(2, behind, 'payments'),
      payment: [effect(2.2, behind, 'payments')],
    });
    for (const name of ['emails', 'payments']) {
      expect(result.queues[name]?.accounting).toMatchObject({
        scheduled: 1,
        attempted: 1,
        acknowledged: 1,
        effected: 1,
        unexpected: 0,
        balanced: true,
      });
    }
  });
});
