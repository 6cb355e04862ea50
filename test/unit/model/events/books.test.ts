import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analysePlayed } from '../../../../src/analysis/played.js';
import { simulateEvents } from '../../../../src/model/events/index.js';
import type { QueueResult } from '../../../../src/result/types.js';
import type { Scenario } from '../../../../src/scenario/types.js';
import { tinyPlan } from '../../../fixtures/tiny.js';
import { scenario } from './plans.js';

function played(overrides: Partial<Scenario>) {
  const plan = tinyPlan({ drainSeconds: 60, ...overrides });
  return analysePlayed(plan, (visit) => simulateEvents(plan, visit), {
    launchpad: '1',
    node: '20',
    drainLimitSeconds: 60,
  });
}

/** Of producers, all of whose messages come once, to queues that nothing is put back on. */
const once = scenario.map((overrides) => ({
  ...overrides,
  producers: overrides.producers?.map((producer) => ({ ...producer, resubmitSeconds: [] })),
  faults: overrides.faults?.filter(({ kind }) => kind !== 'redrive'),
}));

describe('the result of a random plan', () => {
  test('has books that balance, and no backlog below zero or above all that there is', () => {
    fc.assert(
      fc.property(scenario, (overrides) => {
        const { producers, queues } = played(overrides);
        for (const { whole } of Object.values(producers)) expect(whole.balanced).toBe(true);
        for (const { accounting, backlog, curve, catchUpSeconds } of Object.values(queues)) {
          expect(accounting.balanced).toBe(true);
          expect(Math.min(0, ...curve.backlog)).toBe(0);
          expect(backlog.peak).toBeLessThanOrEqual(accounting.scheduled);
          expect(catchUpSeconds ?? 0).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 80 },
    );
  });

  test('has as many duplicate deliveries as redeliveries and further attempts, and no more duplicate effects', () => {
    fc.assert(
      fc.property(once, (overrides) => {
        const { accounting, redeliveries, failures } = played(overrides).queues.intake as QueueResult;
        const { delivered, duplicateDeliveries, effected, duplicateEffects, suppressed } = accounting;
        const redelivered = redeliveries.count - redeliveries.neverStarted;
        expect(duplicateDeliveries).toBeGreaterThanOrEqual(redelivered);
        // What is to be tried again may still wait for that at the end.
        expect(duplicateDeliveries).toBeLessThanOrEqual(redelivered + failures.retried);
        // Each start has one effect at most, whoever waits for it.
        expect(effected + duplicateEffects + suppressed).toBeLessThanOrEqual(delivered + duplicateDeliveries);
        expect(duplicateEffects).toBeLessThanOrEqual(duplicateDeliveries);
      }),
      { numRuns: 80 },
    );
  });
});
