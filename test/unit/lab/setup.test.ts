import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokerQueues, queuesAlongTheWay } from '../../../src/lab/broker-queues.js';
import { makeComparisonDirectory, makeRunDirectory, removeStores } from '../../../src/lab/directory.js';
import { isRepaired, payloadOf, repairedPayload } from '../../../src/lab/payload.js';
import { consumeOptions } from '../../../src/lab/worker/consume-options.js';
import type { Deduplication } from '../../../src/scenario/types.js';
import { temporaryDirectory } from '../../fixtures/runs.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

describe('the queues as a connection has to know them', () => {
  const plan = (deduplication: Deduplication) =>
    tinyPlan({
      speed: 10,
      queues: [tinyQueue({ deduplication }), tinyQueue({ name: 'payments', deadLetter: null })],
    });

  it.each<[Deduplication, Deduplication]>([
    [{ kind: 'none' }, { kind: 'none' }],
    [{ kind: 'until-finished' }, { kind: 'until-finished' }],
    [
      { kind: 'throttle', seconds: 5 },
      { kind: 'throttle', seconds: 0.5 },
    ],
    [
      { kind: 'debounce', seconds: 5 },
      { kind: 'debounce', seconds: 0.5 },
    ],
    [
      { kind: 'job-id', keepCount: 1000, keepSeconds: null },
      { kind: 'job-id', keepCount: 1000, keepSeconds: null },
    ],
    [
      { kind: 'job-id', keepCount: null, keepSeconds: 5 },
      { kind: 'job-id', keepCount: null, keepSeconds: 0.5 },
    ],
  ])('at speed 10, %j is %j', (deduplication, scaled) => {
    expect(brokerQueues(plan(deduplication))).toMatchObject([
      { name: 'emails', deduplication: scaled, deadLetter: { queue: 'emails-dead', move: 'safe' } },
      { name: 'payments', deadLetter: null },
    ]);
  });

  it('are looked at along the way of the messages, and those for the dead last', () => {
    const on = (queue: string) => [{ name: 'done', share: 1, to: [{ queue }] }];
    const chain = tinyPlan({
      producers: [tinyProducer({ to: [{ queue: 'intake' }, { queue: 'notification' }] })],
      queues: [
        tinyQueue({ name: 'notification', deadLetter: null }),
        tinyQueue({
          name: 'inventory',
          outcomes: on('notification'),
          deadLetter: { queue: 'gone', move: 'safe' },
        }),
        tinyQueue({ name: 'intake', outcomes: on('inventory'), deadLetter: null }),
      ],
    });
    expect(queuesAlongTheWay(chain)).toEqual(['intake', 'inventory', 'notification', 'gone']);
  });
});

describe('how a worker serves its queue', () => {
  it('is in real time', () => {
    const queue = tinyQueue({ concurrency: 3, polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 5 } });
    const redelivery = { afterSeconds: 5, checkSeconds: 1, limit: 2 };
    expect(consumeOptions({ queue, rate: { count: 5, perSeconds: 1 }, redelivery, speed: 10 })).toEqual({
      concurrency: 3,
      rate: { count: 5, perSeconds: 0.1 },
      redelivery: { afterSeconds: 0.5, checkSeconds: 0.1, limit: 2 },
      polling: { batch: 5, sleepSeconds: 0.1, errorSleepSeconds: 0.5 },
    });
    expect(consumeOptions({ queue: tinyQueue(), rate: null, redelivery, speed: 1 })).toMatchObject({
      rate: null,
      polling: null,
    });
  });
});

describe('what a message carries', () => {
  it('names its order, wherever it came through', () => {
    expect(payloadOf('orders/142')).toEqual({ order: 142, correlation: 'orders/142' });
    expect(payloadOf('orders/142.intake.inventory')).toEqual({ order: 142, correlation: 'orders/142' });
    expect(() => payloadOf('142')).toThrow('no message');
  });

  it('can be repaired', () => {
    const payload = payloadOf('orders/7');
    expect([isRepaired(payload), isRepaired(repairedPayload(payload))]).toEqual([false, true]);
    expect(repairedPayload(payload)).toEqual({ ...payload, repaired: true });
    expect(repairedPayload('text')).toEqual({ repaired: true });
    expect([null, 'text', 7].map(isRepaired)).toEqual([false, false, false]);
  });
});

describe('a run directory', () => {
  const now = new Date('2026-11-21T09:45:00.000Z');
  const id = /^20261121-094500-outage-[0-9a-f]{4}$/;

  it('is named by the run, and made with all that is above it', () => {
    const base = join(temporaryDirectory(), 'some', 'where');
    const directory = makeRunDirectory(base, 'outage', now);
    expect(directory.id).toMatch(id);
    expect(readdirSync(base)).toEqual([directory.id]);
    expect(readdirSync(directory.path).sort()).toEqual(['ledger', 'logs']);
  });

  it('can have another name, in the directory of a comparison; the run is unique all the same', () => {
    const comparison = makeComparisonDirectory(temporaryDirectory(), 'outage', now);
    expect(comparison.id).toMatch(id);
    expect(readdirSync(comparison.path)).toEqual([]);
    const directory = makeRunDirectory(comparison.path, 'outage', now, 'idempotency=none');
    expect(directory.path).toBe(join(comparison.path, 'idempotency=none'));
    expect(directory.id).toMatch(id);
  });

  it('is never one that is there', () => {
    const base = temporaryDirectory();
    makeRunDirectory(base, 'outage', now, 'none');
    expect(() => makeRunDirectory(base, 'outage', now, 'none')).toThrow(/can't be made/);
  });

  it('loses its stores, of which there may be none', () => {
    const directory = makeRunDirectory(temporaryDirectory(), 'outage', now);
    removeStores(directory);
    mkdirSync(join(directory.stores, 'emails', 'provider'), { recursive: true });
    writeFileSync(join(directory.stores, 'emails', 'provider', 'orders%2F1'), '');
    removeStores(directory);
    expect(existsSync(directory.stores)).toBe(false);
  });
});
