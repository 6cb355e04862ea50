import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { QueueResult } from '../../../src/result/types.js';
import { at, census, delivered, ended, fault, published, runDirectory, worker } from '../../fixtures/runs.js';
import { tinyPlan } from '../../fixtures/tiny.js';

const m = 'orders/4';
const others = ['orders/1', 'orders/2', 'orders/3'];

/** Four orders; the last one's first worker died in its hands at 4.3 s, with or without an effect in its file. */
function result(
  firstHad: readonly LedgerEvent[],
  by: string,
  more: readonly LedgerEvent[] = [],
): QueueResult {
  const directory = runDirectory(tinyPlan(), {
    lab: [{ t: 0, e: 'opened', role: 'lab', pid: 9 }, fault(4.3, 'kill', [11], 0), ended(40), ...census(41)],
    producer: [...others, m].flatMap((id, i) => published(i, id)),
    one: [
      worker(1, 11),
      ...others.flatMap((id, i) => delivered(i + 0.1, id)),
      at(4, 'started', m, { n: 1, r: false }),
      ...firstHad,
    ],
    two: [
      worker(1, 12, 8),
      at(9, 'started', m, { n: 2, r: true }),
      at(9.3, 'suppressed', m, { by }),
      at(9.3, 'settled', m),
      ...more,
    ],
  });
  const { emails } = analyse(directory).queues;
  expect(emails!.accounting.balanced).toBe(true);
  return emails!;
}

describe('a suppressed effect', () => {
  it.each(['memory', 'delivery-log', 'provider'])('whose first is in the ledger is one effect: %s', (by) => {
    const { accounting, endToEndSeconds } = result([at(4.3, 'effect', m)], by);
    expect(accounting).toMatchObject({
      effected: 4,
      lost: 0,
      suppressed: 1,
      duplicateEffects: 0,
      duplicateDeliveries: 1,
    });
    expect(endToEndSeconds.max).toBeCloseTo(1.3, 6);
  });

  it('that never happened is lost', () => {
    const { accounting } = result([], 'delivery-log');
    expect(accounting).toMatchObject({ effected: 3, lost: 1, suppressed: 1, duplicateEffects: 0 });
  });

  it('is effected, from the refusal on, where the provider is the witness', () => {
    const { accounting, endToEndSeconds, backlog, drainedAtSeconds } = result([], 'provider');
    expect(accounting).toMatchObject({ effected: 4, lost: 0, suppressed: 1, duplicateEffects: 0 });
    expect(endToEndSeconds.max).toBeCloseTo(6.3, 6);
    expect(backlog.final).toBe(0);
    expect(drainedAtSeconds).toBeCloseTo(9.3, 6);
  });

  it('is the one effect where the worker that had it records it later', () => {
    const { accounting, duplicates, endToEndSeconds } = result([], 'provider', [at(10, 'effect', m)]);
    expect(accounting).toMatchObject({ effected: 4, suppressed: 1, duplicateEffects: 0 });
    expect(duplicates).toEqual([]);
    expect(endToEndSeconds.max).toBeCloseTo(7, 6);
  });
});
