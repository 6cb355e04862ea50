import { describe, expect, test } from 'vitest';
import { analysePlayed } from '../../../../../src/analysis/index.js';
import { planOne } from '../../../../../src/cli/predict-one.js';
import { type Measurements, simulateEvents } from '../../../../../src/model/events/index.js';
import { loadVariants } from '../../../../../src/scenario/index.js';
import type { Scenario } from '../../../../../src/scenario/types.js';

async function resultOf(name: string, only: string, measured: Measurements = {}) {
  const { variants } = await loadVariants(name, {}, { only: [only] });
  const plan = planOne(variants[0]?.scenario as Scenario);
  const info = { launchpad: '0', node: 'v20', drainLimitSeconds: null };
  const result = analysePlayed(plan, (visit) => simulateEvents(plan, visit, { measured }), info);
  return {
    books: result.producers.orders?.orderBooks,
    services: result.services ?? {},
    queues: result.queues,
  };
}

const starts = (...startSeconds: number[]) => ({ services: { email: { startSeconds } } });

// What runs at speed 1 on BullMQ counted, with the starts of their providers.
describe('what was counted in real runs', () => {
  test('sync-vs-queue, sync: to the call', async () => {
    const { books, services } = await resultOf('sync-vs-queue', 'sync');
    expect(books).toMatchObject({ accepted: 29, failed: 271, done: 29, halfDone: 5, doneUnaccepted: 16 });
    expect(services['order-service']).toMatchObject({ responses: { 201: 29, 503: 255, 504: 16 } });
    expect(services.payment).toMatchObject({ calls: 300, turnedAway: 250, peakWaiting: 20 });
    expect(services.email).toMatchObject({ calls: 50, turnedAway: 5, effects: 45 });
  });

  test('sync-vs-queue, sync-retries: what is turned away by milliseconds may differ by an order', async () => {
    const { books, services } = await resultOf('sync-vs-queue', 'sync-retries');
    expect(books?.accepted).toBe(55);
    expect(Math.abs((books?.halfDone ?? 0) - 8)).toBeLessThanOrEqual(1);
    expect(services.payment).toMatchObject({ calls: 1040, turnedAway: 975, effects: 65 });
    expect(services.email).toMatchObject({ replayed: 26 });
  });

  test('falling-over, sync: three falls, and the calls that each broke', async () => {
    const { books, services, queues } = await resultOf('falling-over', 'sync', starts(0.178, 0.175, 0.18));
    expect(books).toMatchObject({ accepted: 49, failed: 251, done: 49 });
    expect(queues.emails?.accounting).toMatchObject({ unknown: 27, refused: 224, effected: 49 });
    expect(services.email).toMatchObject({ started: 4, died: 3, calls: 171, turnedAway: 95, fellOver: 3 });
  });

  test('falling-over, retries', async () => {
    const { books, services } = await resultOf('falling-over', 'retries', starts(0.18));
    expect(books).toMatchObject({ accepted: 42, failed: 258 });
    expect(services.email).toMatchObject({ fellOver: 4, effects: 42 });
  });

  test('falling-over, breaker', async () => {
    const { books, services } = await resultOf('falling-over', 'breaker', starts(0.18, 0.179));
    expect(books).toMatchObject({ accepted: 42, failed: 258 });
    expect(services.email).toMatchObject({ fellOver: 2, breakerOpened: 4, effects: 42 });
  });

  test('what-202-means: half a second of promises is lost', async () => {
    const measured = { services: { 'order-service': { startSeconds: [0.36] } } };
    const { books } = await resultOf('what-202-means', 'answer-first', measured);
    expect(books?.lost).toBe(25);
    // One was posted in the millisecond before the kill.
    expect(books?.accepted).toBe(232 - 1);
  });
});
