import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderOf, reorderingOf } from '../../../src/analysis/order.js';
import type { OrderResult } from '../../../src/result/failures.js';
import { at, collected, delivered, published } from '../../fixtures/runs.js';

type Message = readonly [arrival: number, effect: number];

const reordering = (messages: readonly Message[]): OrderResult =>
  reorderingOf(
    Float64Array.from(messages, ([arrival]) => arrival),
    Float64Array.from(messages, ([, effect]) => effect),
  );

/** By its definition: pairs, and two sorted lists. */
function naive(messages: readonly Message[]): OrderResult {
  const outOfOrder = messages.filter(([arrival, effect]) =>
    messages.some((other) => other[0] > arrival && other[1] < effect),
  ).length;
  const byArrival = [...messages].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const places = byArrival.map((message, place) => ({ message, place }));
  const byEffect = [...places].sort((a, b) => a.message[1] - b.message[1] || a.place - b.place);
  const displacements = byEffect.map(({ place }, now) => Math.abs(now - place));
  return { outOfOrder, maxDisplacement: Math.max(0, ...displacements) };
}

describe('the order', () => {
  it.each<[string, Message[], number, number]>([
    ['of nothing', [], 0, 0],
    [
      'of the arrivals',
      [
        [1, 5],
        [2, 6],
        [3, 7],
      ],
      0,
      0,
    ],
    [
      'of two that changed places',
      [
        [1, 6],
        [2, 5],
        [3, 7],
      ],
      1,
      1,
    ],
    [
      'of one that came last',
      [
        [1, 9],
        [2, 5],
        [3, 6],
        [4, 7],
      ],
      1,
      3,
    ],
    [
      'of one that came first',
      [
        [1, 5],
        [2, 6],
        [3, 7],
        [4, 1],
      ],
      3,
      3,
    ],
    [
      'reversed',
      [
        [1, 4],
        [2, 3],
        [3, 2],
        [4, 1],
      ],
      3,
      3,
    ],
    [
      'of effects at one time',
      [
        [1, 5],
        [2, 5],
        [3, 5],
      ],
      0,
      0,
    ],
    [
      'of arrivals at one time',
      [
        [1, 7],
        [1, 6],
        [1, 5],
      ],
      0,
      0,
    ],
  ])('%s', (_, messages, outOfOrder, maxDisplacement) => {
    expect(reordering(messages)).toEqual({ outOfOrder, maxDisplacement });
    expect(reordering([...messages].reverse())).toEqual({ outOfOrder, maxDisplacement });
  });

  it('is that of the first effects, and of the messages that had one', () => {
    const { queues } = collected({
      producer: [1, 2, 3, 4].flatMap((n) => published(n, `orders/${n}`)),
      worker: [
        ...delivered(5, 'orders/3'),
        ...delivered(6, 'orders/2'),
        ...delivered(7, 'orders/4'),
        at(8, 'effect', 'orders/2'),
      ],
    });
    expect(orderOf(queues.get('emails')!.table)).toEqual({ outOfOrder: 1, maxDisplacement: 1 });
  });

  it('is what its definition says, whatever the times', () => {
    const time = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time), { maxLength: 30 }), (messages) => {
        expect(reordering(messages)).toEqual(naive(messages));
      }),
      { numRuns: 500 },
    );
  });
});
