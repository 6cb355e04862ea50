import { describe, expect, it } from 'vitest';
import type { Deduplication, QueueSpec } from '../../../src/scenario/types.js';
import { byHands, forecast, phase } from './fixtures.js';

const kept = (keepCount: number | null, keepSeconds: number | null): Deduplication => ({
  kind: 'job-id',
  keepCount,
  keepSeconds,
});

/** Ten orders in a second, each again after 0.1, 3 and 8 s; half a second of work in ten hands. */
function submitted(deduplication: Deduplication, more: Partial<QueueSpec> = {}) {
  const work = { kind: 'constant', meanSeconds: 0.5 } as const;
  return forecast({
    phases: [phase(1, 10)],
    queue: byHands(10, { work, acknowledgeSeconds: 0, deduplication, ...more }),
    resubmitSeconds: [0.1, 3, 8],
  });
}

describe('published again', () => {
  it.each<[string, Deduplication, number]>([
    ['without protection', { kind: 'none' }, 30],
    ['the job is kept', kept(10_000, null), 0],
    ['the job is kept for good', kept(null, null), 0],
    ['the job is gone once it is done', kept(0, null), 20],
    ['the job is kept for 5 s', kept(null, 5), 10],
    ['until it is finished', { kind: 'until-finished' }, 20],
    ['for 5 s', { kind: 'throttle', seconds: 5 }, 10],
    ['for 10 s', { kind: 'throttle', seconds: 10 }, 0],
    ['for 2 s from the latest, the first served', { kind: 'extend', seconds: 2 }, 20],
    ['for 6 s from the latest, the first served', { kind: 'extend', seconds: 6 }, 0],
    ['until it is finished, 2 s after the latest', { kind: 'reschedule', seconds: 2 }, 20],
    ['the latest, once it is finished', { kind: 'keep-last' }, 30],
    ['for 2 s from the latest', { kind: 'debounce', seconds: 2 }, 20],
    ['for 6 s from the latest', { kind: 'debounce', seconds: 6 }, 0],
  ])('%s', (_, deduplication, further) => {
    const result = submitted(deduplication);
    expect(result).toMatchObject({ duplicateEffects: further, republished: 30, pending: 0, redeliveries: 0 });
    expect(result.attempts.copies).toBeCloseTo(further, 4);
    expect(result.effects).toBeCloseTo(10 + further, 4);
  });

  it('comes later where the latest counts', () => {
    expect(submitted({ kind: 'debounce', seconds: 2 }).drainedAtSeconds).toBeCloseTo(3.1, 5);
    expect(submitted({ kind: 'debounce', seconds: 6 }).drainedAtSeconds).toBeCloseTo(15, 5);
  });

  it('does not trust a protection to be over while a message may still wait', () => {
    // One hand needs 5 s for the ten: the one that waits longest is not done after 3 s.
    expect(submitted({ kind: 'until-finished' }, { concurrency: 1 })).toMatchObject({ duplicateEffects: 10 });
  });

  it.each<[string, Partial<QueueSpec>, number]>([
    ['the provider’s key', { idempotency: { mode: 'effect-key' } }, 0],
    ['a log', { idempotency: { mode: 'delivery-log', record: 'after' } }, 0],
    ['a log before', { idempotency: { mode: 'delivery-log', record: 'before' } }, 0],
    ['the memory of the only worker', { idempotency: { mode: 'memory' } }, 0],
    ['the memories of two', { idempotency: { mode: 'memory' }, workers: 2 }, 15],
  ])('is suppressed by %s', (_, more, duplicateEffects) => {
    const result = submitted({ kind: 'none' }, more);
    expect(result.duplicateEffects).toBe(duplicateEffects);
    expect(result.suppressed).toBeCloseTo(30 - duplicateEffects, 4);
    expect(result.lost).toBe(0);
  });

  it('is load like any other', () => {
    const work = { kind: 'constant', meanSeconds: 0.5 } as const;
    // 100 and 100 more a second later at 10/s.
    const busy = forecast({
      phases: [phase(1, 100)],
      queue: byHands(5, { work, acknowledgeSeconds: 0, deduplication: { kind: 'none' } }),
      resubmitSeconds: [1],
    });
    expect(busy.emptyAtSeconds).toBeCloseTo(20, 1);
    expect(busy.drainedAtSeconds).toBeCloseTo(10, 0);
  });
});
