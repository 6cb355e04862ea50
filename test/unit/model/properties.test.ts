import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runFluid } from '../../../src/model/fluid.js';
import { predict, predictedResult, type QueuePrediction, whyNotFluid } from '../../../src/model/index.js';
import { highestWithin, valueAt, valueWithin } from '../../../src/model/pieces.js';
import type { FluidRun } from '../../../src/model/run.js';
import { cumulativeAt, endOf } from '../../../src/plan/curve.js';
import type { WaitQuantiles } from '../../../src/result/types.js';
import type { FaultSpec, Phase, QueueSpec } from '../../../src/scenario/types.js';
import { capabilities, emails, plain, planOf } from './fixtures.js';

const phases = fc.array(
  fc.record<Phase>({
    forSeconds: fc.integer({ min: 1, max: 60 }),
    fromPerSecond: fc.integer({ min: 0, max: 50 }),
    toPerSecond: fc.integer({ min: 0, max: 50 }),
  }),
  { minLength: 1, maxLength: 4 },
);

const queues = fc
  .record({
    perSecond: fc.integer({ min: 1, max: 40 }),
    limited: fc.boolean(),
    workers: fc.integer({ min: 1, max: 3 }),
    concurrency: fc.integer({ min: 1, max: 10 }),
  })
  .map(({ perSecond, limited, workers, concurrency }) => {
    const rate = limited ? { count: perSecond, perSeconds: 1 } : null;
    return emails(perSecond, { workers, concurrency, rate });
  });

/** Whatever befalls workers, in whatever order. */
const faults = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 1000 }),
      kind: fc.constantFrom<FaultSpec['kind']>('kill', 'stop', 'restart', 'freeze', 'thaw', 'scale'),
      workers: fc.oneof(fc.constant<'all'>('all'), fc.integer({ min: 1, max: 3 })),
      aimed: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((list) =>
    list
      .sort((a, b) => a.at - b.at)
      .map(
        ({ at, kind, workers, aimed }): FaultSpec => ({
          atSeconds: at / 10,
          kind,
          queue: 'emails',
          workers,
          forSeconds: null,
          repaired: false,
          when: kind === 'kill' && aimed ? 'after-effect' : 'now',
        }),
      ),
  );

function run(given: { phases: Phase[]; queue: QueueSpec; faults: FaultSpec[] }): FluidRun {
  const plan = planOf(given);
  const [queue] = plan.queues;
  if (queue === undefined) throw new Error('The plan has no queue');
  return runFluid({
    queue: given.queue,
    arrivals: queue.arrivals,
    streams: [queue.arrivals],
    redelivery: queue.redelivery,
    capabilities,
    faults: plan.faults,
    horizonSeconds: Number.POSITIVE_INFINITY,
  });
}

function predicted(given: { phases: Phase[]; queue: QueueSpec; faults: FaultSpec[] }): QueuePrediction {
  const [queue] = predict(planOf(given)).queues;
  if (queue === undefined) throw new Error('No queue was predicted');
  return queue;
}

describe('the fluid model, whatever happens', () => {
  const setting = fc.record({ phases, queue: queues, faults });

  it('keeps the backlog between nothing and all that has arrived', () => {
    fc.assert(
      fc.property(setting, (given) => {
        if (whyNotFluid(planOf(given)) !== null) return;
        const arrivals = planOf(given).queues[0]?.arrivals ?? [];
        for (const piece of predicted(given).backlog) {
          for (const seconds of [
            piece.fromSeconds,
            (piece.fromSeconds + piece.toSeconds) / 2,
            piece.toSeconds,
          ]) {
            const backlog = valueWithin(piece, seconds);
            expect(backlog).toBeGreaterThanOrEqual(-1e-6);
            // A kill counts whole messages, so it can be ahead by less than one.
            expect(backlog).toBeLessThanOrEqual(cumulativeAt(arrivals, seconds) + 1 + 1e-6);
          }
        }
      }),
    );
  });

  it('has curves without gaps, and cumulative ones that do not fall by a message', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const { backlog, curves } = predicted(given);
        const isRepresented = whyNotFluid(planOf(given)) === null;
        for (const curve of [backlog, curves.waiting, curves.started, curves.left]) {
          curve.forEach((piece, i) => {
            expect(piece.fromSeconds).toBe(curve[i - 1]?.toSeconds ?? 0);
            expect(piece.toSeconds).toBeGreaterThan(piece.fromSeconds);
          });
        }
        for (const curve of isRepresented ? [curves.started, curves.left] : []) {
          curve.forEach((piece, i) => {
            const before = curve[i - 1];
            const end = before === undefined ? 0 : valueWithin(before, before.toSeconds);
            expect(piece.value).toBeGreaterThan(end - 1);
            expect(piece.slopePerSecond).toBeGreaterThanOrEqual(-1e-9);
          });
        }
      }),
    );
  });

  it('counts every message as effected or pending, and every duplicate effect as a redelivery', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const plan = planOf(given);
        const prediction = predict(plan);
        const queue = predicted(given);
        expect(queue.duplicateEffects).toBeLessThanOrEqual(queue.redeliveries);
        expect(queue.drainedAtSeconds === null).toBe(queue.pending > 0);
        expect(queue.emptyAtSeconds === null || queue.drainedAtSeconds !== null).toBe(true);
        const result = predictedResult(plan, prediction, { launchpad: '1', node: '20' });
        const { scheduled, effected, pending } = result.queues.emails?.accounting ?? {};
        expect((effected ?? 0) + (pending ?? 0)).toBe(scheduled);
        expect(Math.min(effected ?? -1, pending ?? -1)).toBeGreaterThanOrEqual(0);
        expect(result.producers.orders?.whole).toMatchObject({ scheduled, pending });
        expect(predict(plan)).toEqual(prediction);
      }),
    );
  });

  it('orders what messages take: quantiles rise, an effect follows its start, the oldest is older than any that had one', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const { waitSeconds, endToEndSeconds, oldestAgeSeconds, maxWaitSeconds } = predicted(given);
        const rising = (times: WaitQuantiles): void => {
          const { p50, p95, p99, max } = times;
          expect([p50, p95, p99]).toEqual([p50, p95, p99].toSorted((a, b) => (a ?? 0) - (b ?? 0)));
          // What is less than a message may wait longer than all of them.
          if (max !== null && p50 !== null) expect(p50).toBeLessThanOrEqual(max + 1e-6);
        };
        rising(waitSeconds);
        rising(endToEndSeconds);
        expect(waitSeconds.max).toBe(maxWaitSeconds);
        if (endToEndSeconds.max !== null)
          expect(oldestAgeSeconds).toBeGreaterThanOrEqual(endToEndSeconds.max - 1e-6);
      }),
    );
  });

  it('never serves faster than its capacity while all goes well', () => {
    fc.assert(
      fc.property(phases, queues, (given, queue) => {
        const result = run({ phases: given, queue, faults: [] });
        const perSecond = result.capacity[0]?.perSecond ?? 0;
        const arrivals = planOf({ phases: given, queue }).queues[0]?.arrivals ?? [];
        const departed = (t: number): number => cumulativeAt(arrivals, t) - valueAt(result.waiting, t);
        let before = 0;
        for (const { fromSeconds, toSeconds } of result.waiting.slice(0, -1)) {
          const now = departed(toSeconds);
          expect(now - before).toBeLessThanOrEqual(perSecond * (toSeconds - fromSeconds) + 1e-6);
          expect(now).toBeGreaterThanOrEqual(before - 1e-6);
          before = now;
        }
      }),
    );
  });

  it('never drains later, nor peaks higher, with more capacity', () => {
    fc.assert(
      fc.property(
        phases,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (given, few, more) => {
          const slow = run({ phases: given, queue: emails(few), faults: [] });
          const fast = run({ phases: given, queue: emails(few + more), faults: [] });
          expect(fast.endSeconds).toBeLessThanOrEqual(slow.endSeconds + 1e-6);
          const peak = (result: FluidRun): number =>
            highestWithin(result.waiting, 0, Number.POSITIVE_INFINITY).value;
          expect(peak(fast)).toBeLessThanOrEqual(peak(slow) + 1e-6);
        },
      ),
    );
  });

  it('agrees with adding up small steps', () => {
    fc.assert(
      fc.property(phases, fc.integer({ min: 1, max: 40 }), (given, perSecond) => {
        const { waiting: backlog } = run({ phases: given, queue: plain(perSecond), faults: [] });
        const arrivals = planOf({ phases: given, queue: plain(perSecond) }).queues[0]?.arrivals ?? [];
        const step = 1 / 64;
        let waiting = 0;
        for (let t = 0; t < endOf(arrivals); t += step) {
          const arrived = cumulativeAt(arrivals, t + step) - cumulativeAt(arrivals, t);
          waiting = Math.max(0, waiting + arrived - perSecond * step);
          expect(Math.abs(valueAt(backlog, t + step) - waiting)).toBeLessThan(perSecond * step + 0.01);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('costs as much as there are changes, not messages', () => {
    const few = run({
      phases: [{ forSeconds: 3, fromPerSecond: 100, toPerSecond: 100 }],
      queue: emails(5),
      faults: [],
    });
    const many = run({
      phases: [{ forSeconds: 3e4, fromPerSecond: 100, toPerSecond: 100 }],
      queue: emails(5),
      faults: [],
    });
    expect(many.waiting.length).toBe(few.waiting.length);
  });
});
