import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaOf } from '../../../src/model/chains.js';
import { type FluidRun, runFluid } from '../../../src/model/fluid.js';
import { defaultDrainSeconds, predict, predictedResult } from '../../../src/model/index.js';
import { highestWithin, valueAt, valueWithin } from '../../../src/model/pieces.js';
import { cumulativeAt, endOf } from '../../../src/plan/curve.js';
import type { FailureSpec, FaultSpec, Phase, QueueSpec } from '../../../src/scenario/types.js';
import { capabilities, emails, failing, fault, planOf } from './fixtures.js';

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
    redelivery: queue.redelivery,
    capabilities,
    faults: plan.faults,
    horizonSeconds: Number.POSITIVE_INFINITY,
  });
}

describe('the fluid model, whatever happens', () => {
  const setting = fc.record({ phases, queue: queues, faults });

  it('keeps the backlog between nothing and all that has arrived', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const arrivals = planOf(given).queues[0]?.arrivals ?? [];
        for (const piece of run(given).backlog) {
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

  it('has curves without gaps', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const { backlog, starts, endSeconds } = run(given);
        expect(starts.map((piece) => piece.fromSeconds)).toEqual(backlog.map((piece) => piece.fromSeconds));
        backlog.forEach((piece, i) => {
          expect(piece.fromSeconds).toBe(backlog[i - 1]?.toSeconds ?? 0);
          expect(piece.toSeconds).toBeGreaterThan(piece.fromSeconds);
        });
        expect(backlog.at(-1)?.toSeconds ?? 0).toBe(endSeconds);
      }),
    );
  });

  it('counts every message as effected or pending, and every duplicate effect as a redelivery', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const plan = planOf(given);
        const [queue] = predict(plan).queues;
        if (queue === undefined) throw new Error('No queue was predicted');
        const total = cumulativeAt(plan.queues[0]?.arrivals ?? [], queue.settledAtSeconds);
        expect(queue.effects - queue.duplicateEffects + queue.pending + queue.dead).toBeCloseTo(total, 4);
        expect(queue.duplicateEffects).toBeLessThanOrEqual(queue.redeliveries);
        expect(queue.drainedAtSeconds === null).toBe(queue.pending > 0);
        expect(queue.emptyAtSeconds === null || queue.drainedAtSeconds !== null).toBe(true);
      }),
    );
  });

  it('never serves faster than its capacity while all goes well', () => {
    fc.assert(
      fc.property(phases, queues, (given, queue) => {
        const result = run({ phases: given, queue, faults: [] });
        const perSecond = result.capacity[0]?.perSecond ?? 0;
        const arrivals = planOf({ phases: given, queue }).queues[0]?.arrivals ?? [];
        const departed = (t: number): number => cumulativeAt(arrivals, t) - valueAt(result.backlog, t);
        let before = 0;
        for (const { fromSeconds, toSeconds } of result.backlog) {
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
            highestWithin(result.backlog, 0, Number.POSITIVE_INFINITY).value;
          expect(peak(fast)).toBeLessThanOrEqual(peak(slow) + 1e-6);
        },
      ),
    );
  });

  it('agrees with adding up small steps', () => {
    fc.assert(
      fc.property(phases, fc.integer({ min: 1, max: 40 }), (given, perSecond) => {
        const { backlog } = run({ phases: given, queue: emails(perSecond), faults: [] });
        const arrivals = planOf({ phases: given, queue: emails(perSecond) }).queues[0]?.arrivals ?? [];
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
    expect(many.backlog.length).toBe(few.backlog.length);
  });
});

/** Whatever befalls attempts. */
const failures = fc.array(
  fc.record<FailureSpec>({
    kind: fc.constantFrom<FailureSpec['kind']>('fail', 'fail', 'hang', 'crash'),
    select: fc.oneof(
      fc.constant<FailureSpec['select']>({ kind: 'all' }),
      fc.record({
        kind: fc.constant<'share'>('share'),
        share: fc.double({ min: 0.01, max: 1, noNaN: true }),
        per: fc.constantFrom<'attempt' | 'message'>('attempt', 'message'),
      }),
      fc.record({
        kind: fc.constant<'messages'>('messages'),
        messages: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
      }),
    ),
    times: fc.constantFrom(null, null, 1, 2),
    fromSeconds: fc.integer({ min: 0, max: 20 }),
    toSeconds: fc.integer({ min: 21, max: 40 }),
    retryable: fc.boolean(),
    afterSeconds: fc.constantFrom(null, 0.05),
    forSeconds: fc.constantFrom(null, 2),
    error: fc.constant('failed'),
  }),
  { maxLength: 3 },
);

const failingQueues = fc.record({
  queue: queues,
  failures,
  attempts: fc.integer({ min: 1, max: 5 }),
  timeoutSeconds: fc.constantFrom(null, 0.2, 1),
  superviseSeconds: fc.constantFrom(null, 1),
  idempotency: fc.constantFrom<QueueSpec['idempotency']>(
    { mode: 'none' },
    { mode: 'memory' },
    { mode: 'delivery-log', record: 'before' },
    { mode: 'delivery-log', record: 'after' },
    { mode: 'effect-key' },
  ),
  polling: fc.constantFrom(null, null, { batch: 5, sleepSeconds: 1, errorSleepSeconds: 5 }),
});

const short = fc.array(
  fc.record<Phase>({
    forSeconds: fc.integer({ min: 1, max: 10 }),
    fromPerSecond: fc.integer({ min: 0, max: 20 }),
    toPerSecond: fc.integer({ min: 0, max: 20 }),
  }),
  { minLength: 1, maxLength: 2 },
);

describe('the fluid model, whatever befalls attempts', () => {
  const setting = fc
    .record({
      phases: short,
      of: failingQueues,
      faults,
      repaired: fc.boolean(),
      resubmitSeconds: fc.constantFrom<readonly number[]>([], [3]),
    })
    .map(({ of: { queue, polling, ...more }, faults: list, repaired, ...rest }) => {
      const rate = polling === null ? queue.rate : null;
      const deduplication = { kind: 'none' } as const;
      const redrive = fault(25, 'redrive', { repaired });
      const all = [...list, redrive].sort((a, b) => a.atSeconds - b.atSeconds);
      return { ...rest, queue: { ...queue, ...more, polling, rate, deduplication }, faults: all };
    });

  it('has books that add up, and no number below zero', () => {
    fc.assert(
      fc.property(setting, (given) => {
        const plan = planOf(given);
        const prediction = predict(plan);
        const [queue] = prediction.queues;
        if (queue === undefined) throw new Error('No queue was predicted');
        const { attempts } = queue;
        expect(
          queue.effects - queue.duplicateEffects + queue.pending + queue.dead + queue.lost,
        ).toBeGreaterThan(queue.arrived - 0.6);
        const counts = [
          ...Object.values(attempts),
          queue.pending,
          queue.dead,
          queue.lost,
          queue.suppressed,
          queue.duplicateEffects,
          queue.redeliveries,
          queue.deadAfterEffect,
          queue.deliveries,
        ];
        for (const count of counts) expect(count).toBeGreaterThanOrEqual(0);
        for (const piece of queue.backlog) {
          expect(piece.value).toBeGreaterThanOrEqual(-1e-6);
          expect(valueWithin(piece, piece.toSeconds)).toBeGreaterThanOrEqual(-1e-6);
        }
        expect(attempts.retried).toBeLessThanOrEqual(attempts.failed + 1e-3);
        expect(attempts.recovered).toBeLessThanOrEqual(attempts.failedMessages + 1e-3);
        const result = predictedResult(plan, prediction, { launchpad: '1', node: '20' });
        const { accounting } = result.queues.emails ?? {};
        if (accounting === undefined) throw new Error('The result has no emails');
        const { effected, deadLettered, pending, lost, scheduled } = accounting;
        expect(effected + deadLettered + (pending ?? 0) + (lost ?? 0)).toBe(scheduled);
        expect(Math.min(effected, deadLettered, pending ?? 0, lost ?? 0)).toBeGreaterThanOrEqual(0);
        const whole = result.producers.orders?.whole;
        expect(
          (whole?.lost ?? 0) + (whole?.pending ?? 0) + (whole?.deadLettered ?? 0) + (whole?.completed ?? 0),
        ).toBe(scheduled);
        expect(defaultDrainSeconds(plan, prediction)).toBeGreaterThanOrEqual(30);
        expect(predict(plan)).toEqual(prediction);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps every message: it went on, is dead, or waits', () => {
    const calm = setting.map(({ faults: _, ...rest }) => ({ ...rest, faults: [] }));
    fc.assert(
      fc.property(calm, (given) => {
        const withoutCrashes = given.queue.failures.filter(({ kind }) => kind !== 'crash');
        const result = run({ ...given, queue: { ...given.queue, failures: withoutCrashes } });
        const arrived = cumulativeAt(planOf(given).queues[0]?.arrivals ?? [], result.endSeconds);
        const pending = valueAt(result.backlog, result.endSeconds);
        expect(areaOf(result.passed) + result.dead + result.deadAfterEffect + pending).toBeCloseTo(
          arrived,
          3,
        );
      }),
      { numRuns: 40 },
    );
  });

  it('has never fewer deliveries, nor more dead, with more attempts', () => {
    const select = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(short, select, fc.integer({ min: 1, max: 6 }), (given, share, attempts) => {
        const spec = (count: number): QueueSpec =>
          emails(20, {
            attempts: count,
            failures: [failing({ select: { kind: 'share', share, per: 'attempt' } })],
          });
        const few = predict(planOf({ phases: given, queue: spec(attempts) })).queues[0];
        const more = predict(planOf({ phases: given, queue: spec(attempts + 1) })).queues[0];
        expect(more?.deliveries).toBeGreaterThanOrEqual((few?.deliveries ?? 0) - 1e-4);
        expect(more?.dead).toBeLessThanOrEqual((few?.dead ?? 0) + 1e-4);
      }),
      { numRuns: 15 },
    );
  });
});
