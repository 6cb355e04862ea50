import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueIn } from '../../../../src/analysis/expectations/values.js';
import { analysePlayed } from '../../../../src/analysis/played.js';
import { WatchedRun } from '../../../../src/cli/abort/run.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { simulateEvents } from '../../../../src/model/events/index.js';
import type { Plan } from '../../../../src/plan/types.js';
import { canAbort } from '../../../../src/result/growing.js';
import { measures } from '../../../../src/result/measures.js';
import type { Result } from '../../../../src/result/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { scenario } from '../../model/events/plans.js';

const watched = measures.filter(canAbort);

/** All events of a plan, each with its file, and the result that the analysis makes of them. */
function played(plan: Plan) {
  const events: { event: LedgerEvent; file: string }[] = [];
  const result = analysePlayed(
    plan,
    (visit) =>
      simulateEvents(plan, (event, file) => {
        events.push({ event, file: String(file) });
        visit(event, file);
      }),
    { launchpad: '1', node: '20', drainLimitSeconds: 60 },
  );
  // What comes after the end, the census, is no part of what is watched.
  const end = events.findIndex(({ event }) => event.e === 'ended');
  return { events: events.slice(0, end), result: { ...result, origin: 'measured' as const } };
}

/** What the whole run says; never counts as infinite, and so does what is not known. */
function inTheEnd(path: string, scope: string | null, result: Result): number {
  const measure = watched.find((each) => each.path === path);
  if (measure === undefined) throw new Error(path);
  const value = valueIn(measure, scope, result);
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}

/** 20/s for 5 s into 5/s, so that it takes a quarter of a minute to catch up; five are worked on at once. */
const busy = tinyPlan({
  producers: [tinyProducer({ phases: [{ forSeconds: 5, fromPerSecond: 20, toPerSecond: 20 }] })],
  queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5, acknowledgeSeconds: 0.2 })],
});

describe('what is watched of a run', () => {
  it('is never more than what the whole run comes to, at any time', () => {
    fc.assert(
      fc.property(scenario, fc.integer({ min: 5, max: 60 }), (overrides, every) => {
        const plan = tinyPlan({ drainSeconds: 60, ...overrides });
        const { events, result } = played(plan);
        // Only a census tells the lost from those that wait.
        fc.pre(Object.values(result.queues).every(({ accounting }) => accounting.lost === 0));
        const run = new WatchedRun(plan);
        events.forEach((tailed, i) => {
          run.visit(tailed);
          if (i % every !== 0 && i < events.length - 1) return;
          for (const { path, of } of watched) {
            if (of === 'service') continue;
            const names = of === 'queue' ? Object.keys(result.queues) : Object.keys(result.producers);
            for (const scope of [...names, null]) {
              const end = inTheEnd(path, scope, result);
              expect(run.value(path, scope), `${scope} ${path} at ${tailed.event.t}`).toBeLessThanOrEqual(
                end + 1e-6,
              );
            }
          }
        });
      }),
      { numRuns: 50 },
    );
  });

  it('comes to the same where nothing is in doubt', () => {
    const { events, result } = played(busy);
    const run = new WatchedRun(busy);
    for (const tailed of events) run.visit(tailed);
    run.knownUntil(60e6);
    for (const path of ['backlog.peak', 'oldestAgeSeconds.peak', 'waitSeconds.max', 'endToEndSeconds.max'])
      expect(run.value(path, 'emails')).toBeCloseTo(inTheEnd(path, 'emails', result), 6);
    expect(run.value('backlog.peak', null)).toBe(result.queues.emails?.backlog.peak);
    expect(run.value('depth.peak', null)).toBeGreaterThan(0);
  });

  it('counts what is done twice, and what is handed out again', () => {
    const plan = tinyPlan({
      ...busy.scenario,
      faults: [
        {
          atSeconds: 1,
          kind: 'kill',
          queue: 'emails',
          workers: 'all',
          forSeconds: 3,
          when: 'after-effect',
          repaired: false,
        },
      ],
      queues: [
        tinyQueue({
          rate: { count: 5, perSeconds: 1 },
          concurrency: 5,
          acknowledgeSeconds: 0.2,
          redelivery: { afterSeconds: 2, checkSeconds: 0.5, limit: 1 },
        }),
      ],
    });
    const { events, result } = played(plan);
    const run = new WatchedRun(plan);
    for (const tailed of events) run.visit(tailed);
    expect(result.queues.emails?.accounting.duplicateEffects).toBe(5);
    for (const path of [
      'accounting.duplicateEffects',
      'accounting.duplicateDeliveries',
      'redeliveries.count',
    ])
      expect(run.value(path, null), path).toBe(inTheEnd(path, null, result));
  });
});

describe('catching up, as it is watched', () => {
  /** When it is first said to take longer than so many seconds. */
  function longerThan(plan: Plan, limit: number): number | null {
    const { events } = played(plan);
    const run = new WatchedRun(plan);
    for (const tailed of events) {
      run.visit(tailed);
      if (run.value('catchUpSeconds', 'emails') > limit) return run.nowSeconds;
    }
    return null;
  }

  it('takes as long as has passed since the recovery point, which is the end of the overload at 5 s', () => {
    const { result } = played(busy);
    const took = result.queues.emails?.catchUpSeconds ?? 0;
    expect(took).toBeGreaterThan(10);
    const at = longerThan(busy, 4) ?? 0;
    expect(at).toBeGreaterThan(9);
    expect(at).toBeLessThan(10);
    expect(longerThan(busy, took + 0.5)).toBeNull();
  });

  it('is not said while a fault is to come that moves the recovery point', () => {
    const plan = tinyPlan({
      ...busy.scenario,
      faults: [
        {
          atSeconds: 12,
          kind: 'kill',
          queue: 'emails',
          workers: 'all',
          forSeconds: 1,
          when: 'now',
          repaired: false,
        },
      ],
    });
    // After the restart at 13 s.
    expect(longerThan(plan, 4) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(17);
  });

  it('is not said while the rate is to rise again', () => {
    const again = tinyPlan({
      ...busy.scenario,
      producers: [
        tinyProducer({
          phases: [
            { forSeconds: 5, fromPerSecond: 20, toPerSecond: 20 },
            { forSeconds: 7, fromPerSecond: 0, toPerSecond: 0 },
            { forSeconds: 1, fromPerSecond: 20, toPerSecond: 20 },
          ],
        }),
      ],
    });
    expect(longerThan(again, 4) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(17);
  });
});
