import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { at } from '../../fixtures/runs.js';
import {
  answered,
  effect,
  orderBooksOf,
  pids,
  received,
  responded,
  shop,
  shopResult,
  unanswered,
} from './fixtures.js';

/** What may become of a step: how its calls end, in their order; whether the provider does what it was called for; whether it is left out. */
interface Course {
  readonly calls: readonly ('done' | 'refused' | 'unknown' | 'open')[];
  readonly isDoneLate: boolean;
}

const course: fc.Arbitrary<Course> = fc.record({
  calls: fc.array(fc.constantFrom('done', 'refused', 'unknown', 'open'), { maxLength: 3 }),
  isDoneLate: fc.boolean(),
});

/** What is written of a step from a time on; its calls are half a second apart. */
function storyOf(m: string, q: 'emails' | 'payments', from: number, { calls, isDoneLate }: Course) {
  const service: LedgerEvent[] = [];
  const provider: LedgerEvent[] = [];
  if (calls.length > 0) service.push(at(from, 'attempted', m, { q }));
  for (const [i, end] of calls.entries()) {
    const t = from + i / 2;
    // Who takes the order up again does not know of the call.
    if (calls[i - 1] === 'open') service.push(at(t, 'attempted', m, { q }));
    service.push(at(t, 'started', m, { q, n: i + 1 }));
    if (end === 'done') {
      provider.push(effect(t + 0.1, m, q, pids.orderService));
      service.push(at(t + 0.2, 'acknowledged', m, { q }), at(t + 0.2, 'settled', m, { q }));
    } else if (end === 'open') {
      // Whoever made the call died before its end.
      if (isDoneLate) provider.push(effect(t + 0.4, m, q, pids.orderService));
    } else {
      const kind = end === 'refused' ? 'error' : 'timeout';
      service.push(at(t + 0.2, 'failed', m, { q, why: kind, kind }), at(t + 0.2, end, m, { q }));
      if (end === 'unknown' && isDoneLate) provider.push(effect(t + 3, m, q, pids.orderService));
    }
  }
  return { service, provider };
}

describe('whatever becomes of the calls', () => {
  it('the books balance, and nothing is undetermined', () => {
    const order = fc.record({
      emails: course,
      payments: course,
      status: fc.constantFrom(201, 400, 503, 504, null),
      isReceived: fc.boolean(),
      leftOut: fc.subarray(['emails', 'payments']),
    });
    fc.assert(
      fc.property(fc.array(order, { minLength: 4, maxLength: 4 }), (orders) => {
        const customers: LedgerEvent[] = [];
        const service: LedgerEvent[] = [];
        const providers: { emails: LedgerEvent[]; payments: LedgerEvent[] } = { emails: [], payments: [] };
        for (const [i, { status, isReceived, leftOut, ...steps }] of orders.entries()) {
          const m = `orders/${i + 1}`;
          if (!isReceived) {
            customers.push(...unanswered(i, m, 'unreached'));
            continue;
          }
          customers.push(...(status === null ? unanswered(i, m, 'broken', 9) : answered(i, m, status, 9)));
          service.push(received(i + 0.1, m));
          if (status !== null) service.push(responded(i + 8.9, m, status, leftOut));
          for (const [at, q] of (['emails', 'payments'] as const).entries()) {
            const story = storyOf(m, q, i + 0.2 + 2 * at, steps[q]);
            service.push(...story.service);
            providers[q].push(...story.provider);
          }
        }
        const result = shopResult(shop({ mode: 'sync' }), {
          customers,
          service,
          email: providers.emails,
          payment: providers.payments,
        });
        const taken = orders.filter(({ isReceived }) => isReceived);
        const accepted = taken.filter(({ status }) => status === 201).length;
        const books = orderBooksOf(result);
        expect(books).toMatchObject({ posted: 4, accepted, undetermined: 0, balanced: true });
        expect(books.lost).not.toBeNull();
        for (const q of ['emails', 'payments'] as const) {
          const { accounting } = result.queues[q]!;
          const isDone = ({ calls, isDoneLate }: Course): boolean =>
            calls.includes('done') ||
            (isDoneLate && calls.some((end) => end === 'unknown' || end === 'open'));
          expect(accounting).toMatchObject({
            scheduled: taken.length,
            effected: taken.filter((each) => isDone(each[q])).length,
            unexpected: 0,
            undetermined: 0,
            lost: 0,
            pending: 0,
            balanced: true,
          });
          expect(books.steps[q]?.done).toBe(accounting.effected);
          expect(books.steps[q]?.duplicated).toBe(accounting.duplicateEffects);
        }
        expect(result.producers.orders?.whole.balanced).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
