import { describe, expect, it } from 'vitest';
import {
  capacityOf,
  handSeconds,
  handsOf,
  handsPerSecond,
  limitPerSecond,
} from '../../../src/plan/capacity.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { tinyQueue } from '../../fixtures/tiny.js';

function queue(more: Partial<QueueSpec>): QueueSpec {
  const usual = { rate: { count: 5, perSeconds: 1 }, concurrency: 5, acknowledgeSeconds: 0.2 };
  return tinyQueue({ ...usual, ...more });
}

const infinity = Number.POSITIVE_INFINITY;
const instant = { work: { kind: 'constant', meanSeconds: 0 }, acknowledgeSeconds: 0 } as const;

describe('capacity', () => {
  it('is bound by what a message needs, acknowledge included', () => {
    expect(handSeconds(queue({}))).toBe(0.5);
    expect(handSeconds(queue({ work: { kind: 'exponential', meanSeconds: 2 } }))).toBe(2.2);
  });

  it.each([
    [1, queue({}), 10],
    [3, queue({}), 30],
    [0, queue({}), 0],
    [1, queue(instant), infinity],
    [0, queue(instant), 0],
  ])('hands of %d workers: %#', (workers, spec, expected) => {
    expect(handsPerSecond(spec, workers)).toBe(expected);
  });

  it.each([
    [null, infinity],
    [{ count: 5, perSeconds: 1 }, 5],
    [{ count: 1, perSeconds: 0.2 }, 5],
    [{ count: 1, perSeconds: 2 }, 0.5],
  ])('limit of %o', (rate, expected) => {
    expect(limitPerSecond(queue({ rate }))).toBe(expected);
  });

  it.each<[string, QueueSpec, number, 'queue' | 'worker', number]>([
    ['the limit binds', queue({}), 1, 'queue', 5],
    ['the hands bind', queue({ concurrency: 2 }), 1, 'queue', 4],
    ['more workers don’t lift a limit', queue({}), 3, 'queue', 5],
    ['more workers are more hands', queue({ rate: null }), 3, 'queue', 30],
    [
      'a concurrency of one and 250 ms of work under 5/s',
      queue({ concurrency: 1, work: { kind: 'constant', meanSeconds: 0.25 }, acknowledgeSeconds: 0 }),
      1,
      'queue',
      4,
    ],
    ['all are down', queue({ ...instant, rate: null }), 0, 'queue', 0],
    ['nothing binds', queue({ ...instant, rate: null }), 1, 'queue', infinity],
    ['a limit for the queue stays with half of the workers', queue({ workers: 2 }), 1, 'queue', 5],
    ['a worker’s share goes with it', queue({ workers: 2 }), 1, 'worker', 2.5],
    ['started with none, each has the whole', queue({ workers: 0 }), 1, 'worker', 5],
    ['a worker’s share of no limit', queue({ workers: 2, rate: null }), 1, 'worker', 10],
  ])('%s', (_, spec, workers, scope, expected) => {
    expect(capacityOf(spec, workers, scope)).toBe(expected);
  });

  // The handbook's loop: batch / (longest work + acknowledge + sleep).
  it.each<[string, Partial<QueueSpec>, number, number]>([
    ['5 in 0.3 + 1 s', {}, 1, 5 / 1.3],
    ['and acknowledged', { acknowledgeSeconds: 0.2 }, 1, 5 / 1.5],
    ['by three workers', {}, 3, 15 / 1.3],
    // 1 + 1/2 + 1/3 + 1/4 + 1/5 = 2.2833 means.
    ['exponential work', { work: { kind: 'exponential', meanSeconds: 0.3 } }, 1, 5 / (0.3 * (137 / 60) + 1)],
    ['nobody', {}, 0, 0],
  ])('polling, %s', (_, more, workers, expected) => {
    const polling = { batch: 5, sleepSeconds: 1, errorSleepSeconds: 5 };
    const spec = queue({ rate: null, concurrency: 1, acknowledgeSeconds: 0, polling, ...more });
    expect(capacityOf(spec, workers)).toBeCloseTo(expected, 9);
    expect(handsOf(spec)).toBe(5);
  });

  it('has no bound where a loop neither works nor sleeps', () => {
    const polling = { batch: 5, sleepSeconds: 0, errorSleepSeconds: 5 };
    expect(capacityOf(queue({ ...instant, rate: null, polling }), 1)).toBe(infinity);
  });
});
