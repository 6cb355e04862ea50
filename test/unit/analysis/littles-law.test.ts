import { describe, expect, it } from 'vitest';
import { littlesLaw } from '../../../src/analysis/littles-law.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { LittlesLaw } from '../../../src/result/types.js';
import {
  at,
  census,
  collected,
  delivered,
  ended,
  type Files,
  micros,
  published,
} from '../../fixtures/runs.js';

const depth = (seconds: number, ready: number, inFlight = 0, delayed = 0): LedgerEvent => ({
  t: micros(seconds),
  e: 'depth',
  q: 'emails',
  ready,
  inFlight,
  delayed,
  dead: 99,
});

function law(files: Files): LittlesLaw | null {
  const { queues, story } = collected(files);
  return littlesLaw(queues.get('emails')!.table, story.depthOf('emails'), (t) => t / 1e6);
}

describe("Little's law", () => {
  it('sets the area under the depth against the times on the broker', () => {
    const result = law({
      lab: [depth(0, 0), depth(1, 1, 1), depth(3, 1, 0, 1), depth(4, 0), depth(5, 0)],
      producer: [...published(0.5, 'orders/1'), ...published(0.5, 'orders/2')],
      worker: [...delivered(2.2, 'orders/1'), ...delivered(3.2, 'orders/2')],
      census: census(6),
    });
    // 1 + 4 + 1; 2 s and 3 s.
    expect(result).toEqual({ sampledMessageSeconds: 6, ledgerMessageSeconds: 5, differencePercent: 20 });
  });

  it.each<[string, LedgerEvent[], LedgerEvent[], number]>([
    ['pending, to the last sample', published(1, 'orders/1'), census(20, { ready: ['orders/1'] }), 9],
    [
      'done and on the broker again, to the last sample',
      [...published(1, 'orders/1'), ...delivered(2, 'orders/1')],
      census(20, { ready: ['orders/1'] }),
      9,
    ],
    [
      'settled twice, to the second time',
      [...published(1, 'orders/1'), ...delivered(2, 'orders/1'), ...delivered(5, 'orders/1')],
      census(20),
      4.3,
    ],
    [
      'done, and the end was not recorded, to the effect',
      [...published(1, 'orders/1'), at(2, 'started', 'orders/1'), at(3, 'effect', 'orders/1')],
      census(20),
      2,
    ],
    ['dead, to its death', [...published(1, 'orders/1'), at(3, 'dead', 'orders/1')], census(20), 2],
    [
      'settled after the last sample, to that',
      [...published(1, 'orders/1'), ...delivered(12, 'orders/1')],
      census(20),
      9,
    ],
    [
      'tried again after a while, which counts',
      [
        ...published(1, 'orders/1'),
        at(2, 'started', 'orders/1'),
        at(2.3, 'failed', 'orders/1', { why: 'x', kind: 'error', again: 4e6 }),
        at(2.3, 'settled', 'orders/1'),
        ...delivered(6.3, 'orders/1'),
      ],
      census(20),
      5.6,
    ],
    ['lost, not at all', published(1, 'orders/1'), census(20), 0],
    ['refused, not at all', [at(1, 'attempted', 'orders/1'), at(1, 'refused', 'orders/1')], census(20), 0],
  ])('counts a message that is %s', (_, events, found, expected) => {
    const result = law({ lab: [depth(0, 0), depth(10, 0)], other: events, zensus: [ended(15), ...found] });
    expect(result!.ledgerMessageSeconds).toBeCloseTo(expected, 9);
    if (expected === 0) expect(result!.differencePercent).toBeNull();
  });

  it('says nothing without two samples', () => {
    expect(law({ lab: [depth(1, 5)] })).toBeNull();
  });
});
