import { describe, expect, it } from 'vitest';
import { drawOutcome } from '../../../src/plan/draws.js';
import { messageId } from '../../../src/plan/messages.js';
import { leadsTo, sourcesOf } from '../../../src/plan/sources.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

const done = (...to: string[]) => [{ name: 'done', share: 1, to: to.map((queue) => ({ queue })) }];
const thousand = tinyProducer({
  phases: [{ forSeconds: 10, fromPerSecond: 100, toPerSecond: 100 }],
  to: [{ queue: 'intake' }],
});
const chain = [
  tinyQueue({ name: 'intake', outcomes: done('inventory') }),
  tinyQueue({
    name: 'inventory',
    outcomes: [
      { name: 'reserved', share: 0.9, to: [{ queue: 'notification' }] },
      { name: 'failed', share: 0.1, to: [] },
    ],
  }),
  tinyQueue({ name: 'notification' }),
];

describe('the ways to a queue', () => {
  it('are one for a queue that only a producer publishes to', () => {
    const [emails] = tinyPlan().queues;
    expect(emails?.sources).toEqual([{ producer: 'orders', path: [], scheduled: 4 }]);
    expect(emails?.feeders).toEqual([]);
  });

  it('lead through queues, by the outcomes drawn', () => {
    const plan = tinyPlan({ producers: [thousand], queues: chain });
    const [intake, inventory, notification] = plan.queues;
    expect(intake?.scheduled).toBe(1000);
    expect(inventory?.sources).toEqual([{ producer: 'orders', path: ['intake'], scheduled: 1000 }]);
    expect(inventory?.feeders).toEqual([{ queue: 'intake', outcome: 'done', share: 1 }]);
    const reserved = Array.from({ length: 1000 }, (_, i) => messageId('orders', i + 1, ['intake'])).filter(
      (message) => drawOutcome(chain[1] as (typeof chain)[number], 1, message)?.name === 'reserved',
    ).length;
    expect(notification?.sources).toEqual([
      { producer: 'orders', path: ['intake', 'inventory'], scheduled: reserved },
    ]);
    expect(reserved).toBeGreaterThan(860);
    expect(reserved).toBeLessThan(940);
    expect(notification?.arrivals).toEqual([]);
  });

  it('are several where branches meet, and each makes messages of its own', () => {
    const diamond = [
      tinyQueue({ name: 'a', outcomes: done('b', 'c') }),
      tinyQueue({ name: 'b', outcomes: done('c') }),
      tinyQueue({ name: 'c' }),
    ];
    const producer = tinyProducer({ to: [{ queue: 'a' }, { queue: 'c' }] });
    expect(sourcesOf('c', diamond, [{ spec: producer, scheduled: 4 }], 1)).toEqual([
      { producer: 'orders', path: [], scheduled: 4 },
      { producer: 'orders', path: ['a'], scheduled: 4 },
      { producer: 'orders', path: ['a', 'b'], scheduled: 4 },
    ]);
  });

  it('depend on nothing but the seed', () => {
    const lead = (seed: number) =>
      Array.from({ length: 50 }, (_, i) =>
        leadsTo(`orders/${i + 1}`, ['intake', 'inventory'], 'notification', chain, seed),
      );
    expect(lead(1)).toEqual(lead(1));
    expect(lead(1)).not.toEqual(lead(2));
  });
});
