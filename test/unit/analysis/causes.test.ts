import { describe, expect, it } from 'vitest';
import { analyse } from '../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { QueueResult } from '../../../src/result/types.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import {
  at,
  census,
  delivered,
  ended,
  fault,
  micros,
  published,
  runDirectory,
  worker,
} from '../../fixtures/runs.js';
import { tinyPlan, tinyQueue } from '../../fixtures/tiny.js';

const lab: LedgerEvent = { t: 0, e: 'opened', role: 'lab', pid: 9 };
const m = 'orders/1';
const again = { n: 2, r: true };

/** One order on a queue with these settings. */
function result(
  spec: Partial<QueueSpec>,
  { lab: more = [], ...files }: Readonly<Record<string, readonly LedgerEvent[]>>,
): QueueResult {
  const directory = runDirectory(tinyPlan({ queues: [tinyQueue(spec)] }), {
    lab: [lab, ...more, ended(40), ...census(41)],
    producer: published(0, m),
    ...files,
  });
  const { emails } = analyse(directory).queues;
  expect(emails!.accounting.balanced).toBe(true);
  return emails!;
}

const why = (queue: QueueResult): string | undefined => queue.duplicates[0]?.why;

describe('why an effect came twice', () => {
  it('a time limit that cancelled nothing: the retry had its effect, and then the work that had hung', () => {
    const queue = result(
      { timeoutSeconds: 2, attempts: 2 },
      {
        one: [
          worker(1, 11),
          at(1, 'started', m, { n: 1, r: false }),
          at(3, 'failed', m, { why: 'timeout', kind: 'timeout', again: 0 }),
          at(3, 'settled', m),
          at(3, 'started', m, { n: 2, r: false }),
          at(3.3, 'effect', m),
          at(3.3, 'settled', m),
          at(11, 'effect', m),
        ],
      },
    );
    expect(queue.accounting).toMatchObject({ effected: 1, duplicateEffects: 1, duplicateDeliveries: 1 });
    expect(queue.redeliveries.count).toBe(0);
    expect(queue.failures).toMatchObject({ failed: 1, retried: 1, timedOut: 1, messages: 1, recovered: 1 });
    expect(queue.workSeconds.max).toBeCloseTo(0.3, 6);
    expect(why(queue)).toBe(
      'the work of worker 1 (pid 11) ran into its time limit, which cancelled nothing: it went on, and had its effect 10.00 s after its start',
    );
  });

  it('a time limit that cancelled nothing: the work that had hung had its effect before the retry', () => {
    const queue = result(
      {},
      {
        one: [
          worker(1, 11),
          at(1, 'started', m),
          at(3, 'failed', m, { why: 'timeout', kind: 'timeout', again: micros(10) }),
          at(3, 'settled', m),
          at(5, 'effect', m),
          ...delivered(13, m, { n: 2 }),
        ],
      },
    );
    expect(queue.workSeconds.max).toBeCloseTo(4, 6);
    expect(why(queue)).toMatch(/had its effect 4\.00 s after its start$/);
  });

  it.each<[QueueSpec['deduplication'], string]>([
    [{ kind: 'none' }, 'and nothing keeps a message from being queued twice'],
    [{ kind: 'job-id', keepCount: 0, keepSeconds: null }, 'when its job was gone'],
    [{ kind: 'until-finished' }, 'when its job had ended'],
    [{ kind: 'throttle', seconds: 2 }, 'when its key had run out'],
  ])('published twice: %o', (deduplication, reason) => {
    const queue = result(
      { deduplication },
      {
        producer: [...published(0, m), at(0.1, 'attempted', m), at(0.1, 'merged', m), ...published(3, m)],
        one: [worker(1, 11), ...delivered(1, m), ...delivered(4, m)],
      },
    );
    expect(queue.accounting).toMatchObject({ republished: 2, duplicateDeliveries: 1, duplicateEffects: 1 });
    expect(queue.redeliveries.count).toBe(0);
    expect(queue.littlesLaw).toBeNull();
    expect(why(queue)).toBe(`published again 3.00 s later, ${reason}`);
  });

  it('killed, and the memory of another process is another', () => {
    const files = {
      lab: [fault(2, 'kill', [11], 0)],
      one: [worker(1, 11), at(1, 'started', m, { n: 1, r: false }), at(1.3, 'effect', m)],
      two: [worker(1, 12, 5), ...delivered(8, m, again)],
    };
    const killed = 'worker 1 (pid 11) was killed 0.70 s after the effect, before the broker was told';
    expect(why(result({}, files))).toBe(killed);
    expect(why(result({ idempotency: { mode: 'memory' } }, files))).toBe(
      `${killed}; worker 1 (pid 12) remembers only what it did itself`,
    );
    expect(why(result({ idempotency: { mode: 'delivery-log', record: 'after' } }, files))).toBe(
      `${killed}; the delivery log did not know of it yet`,
    );
  });

  it('given up after its effect, and put back from the dead', () => {
    const queue = result(
      {},
      {
        lab: [at(20, 'redriven', m, { repaired: false })],
        one: [
          worker(1, 11),
          at(1, 'started', m, { n: 1, r: false }),
          at(1.3, 'effect', m),
          at(1.4, 'dead', m, { why: 'job stalled more than allowable limit' }),
          ...delivered(21, m, { n: 1, r: false }),
        ],
      },
    );
    expect(why(queue)).toBe('it was given up after its effect, and put back from the dead 18.70 s after it');
    expect(queue.deadLetters).toMatchObject({ given: 1, redriven: 1, final: 0 });
  });
});
