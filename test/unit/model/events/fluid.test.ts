import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analysePlayed } from '../../../../src/analysis/played.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import {
  backlogAt,
  predict,
  predictedResult,
  type QueuePrediction,
  simulateEvents,
} from '../../../../src/model/index.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { FaultSpec, Phase } from '../../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { fault, play } from './play.js';

const perSecond = fc.integer({ min: 0, max: 20 });
const phases = fc.array(
  fc.record<Phase>({
    forSeconds: fc.integer({ min: 1, max: 20 }),
    fromPerSecond: perSecond,
    toPerSecond: perSecond,
  }),
  { minLength: 1, maxLength: 5 },
);

/** Workers that are away for a while, and come back in the end. */
const stops = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 100 }), away: fc.integer({ min: 1, max: 100 }) }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((list) => {
    let at = 0;
    return list.map(({ gap, away }) => {
      const stop = fault({ atSeconds: (at + gap) / 10, kind: 'stop', forSeconds: away / 10 });
      at += gap + away;
      return stop;
    });
  });

/** Regular arrivals into a smooth limit, one message each so many seconds, and nothing else in their way. */
const plans = (faults: fc.Arbitrary<FaultSpec[]>): fc.Arbitrary<Plan> =>
  fc.record({ phases, perSeconds: fc.constantFrom(0.05, 0.1, 0.2, 0.5), faults }).map((given) =>
    tinyPlan({
      producers: [tinyProducer({ phases: given.phases })],
      queues: [
        tinyQueue({
          rate: { count: 1, perSeconds: given.perSeconds },
          work: { kind: 'constant', meanSeconds: 0 },
        }),
      ],
      faults: given.faults,
    }),
  );

/** The backlog from each moment on at which it changes: seconds and messages. */
function backlogOf(events: readonly LedgerEvent[]): Map<number, number> {
  const backlog = new Map<number, number>();
  let now = 0;
  for (const { e, t } of events) {
    if (e === 'attempted') now++;
    else if (e === 'effect') now--;
    else continue;
    backlog.set(t / 1e6, now);
  }
  return backlog;
}

/** Times are rounded to microseconds, and each rounding puts off what follows until the limiter has nothing to do. */
const rounding = 0.001;

describe('the fluid and the engine agree on deterministic plans', () => {
  test('on the highest backlog to the message', () => {
    fc.assert(
      fc.property(plans(fc.constant([])), (plan) => {
        const [queue] = predict(plan).queues;
        const peak = Math.max(0, ...backlogOf(play(plan)).values());
        expect(Math.abs(peak - (queue?.peakBacklog ?? 0))).toBeLessThan(1 + rounding);
      }),
      { numRuns: 100 },
    );
  });

  // Arrivals are whole messages and starts are whole windows, so each side may be one off. And a stop that falls between two starts costs
  // nothing in fact, and the fluid what it would have served meanwhile: less than a message, as a longer one meets a start.
  test('with stops, at every moment to a message that arrives, one that starts, and one for each stop', () => {
    fc.assert(
      fc.property(plans(stops), (plan) => {
        const [queue] = predict(plan).queues as readonly [QueuePrediction];
        const backlog = backlogOf(play(plan));
        const most = 2 + plan.scenario.faults.length + rounding;
        for (const [seconds, messages] of backlog) {
          expect(Math.abs(messages - backlogAt(queue, seconds))).toBeLessThan(most);
        }
        const windowSeconds = plan.scenario.queues[0]?.rate?.perSeconds ?? Number.NaN;
        // Where nothing waits any more, the last to arrive is the last to go: a ramp down to 0 has a last message long before its end.
        // And a stop between the one's end and the other's puts that off by as long as it lasts.
        const isStopped = plan.faults.some(({ atSeconds }) => atSeconds > plan.producingSeconds);
        if (isStopped || backlogAt(queue, plan.producingSeconds) < 2) return;
        const last = Math.max(...backlog.keys());
        expect(Math.abs(last - (queue.drainedAtSeconds ?? 0))).toBeLessThan(most * windowSeconds);
      }),
      { numRuns: 100 },
    );
  });

  test('and on the books exactly', () => {
    const info = { launchpad: '1', node: '20' };
    fc.assert(
      fc.property(plans(stops), (plan) => {
        const fluid = predictedResult(plan, predict(plan), info).queues.emails;
        const played = analysePlayed(plan, (visit) => simulateEvents(plan, visit), {
          ...info,
          drainLimitSeconds: null,
        }).queues.emails;
        expect(fluid?.accounting).toEqual(played?.accounting);
        expect(played?.accounting.effected).toBe(plan.producers[0]?.scheduled);
      }),
      { numRuns: 50 },
    );
  });
});
