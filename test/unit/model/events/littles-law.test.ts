import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { simulateEvents } from '../../../../src/model/events/index.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { FailureSpec, FaultSpec, QueueSpec } from '../../../../src/scenario/types.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { fault } from './play.js';

/** Everything happens on a grid of this, and the depth is read at each of its points: so nothing is missed between two readings. */
const gridSeconds = 0.02;
const gridMicros = gridSeconds * 1e6;

const steps = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min, max }).map((count) => Math.round(count * gridMicros) / 1e6);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(value, { nil: null });

const failure: fc.Arbitrary<FailureSpec> = fc
  .record({
    kind: fc.constantFrom('fail' as const, 'hang' as const, 'crash' as const),
    select: fc.constantFrom<FailureSpec['select']>(
      { kind: 'all' },
      { kind: 'share', share: 0.3, per: 'attempt' },
      { kind: 'messages', messages: [2, 5] },
    ),
    times: maybe(fc.constantFrom(1, 2)),
    toSeconds: maybe(steps(1, 200)),
    retryable: fc.boolean(),
    forSeconds: maybe(steps(1, 100)),
  })
  .map((overrides) => tinyFailure(overrides));

const queue = (name: string): fc.Arbitrary<QueueSpec> =>
  fc
    .record({
      rate: maybe(fc.record({ count: fc.integer({ min: 1, max: 5 }), perSeconds: steps(1, 50) })),
      workers: fc.integer({ min: 0, max: 3 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      work: steps(0, 60).map((meanSeconds) => ({ kind: 'constant' as const, meanSeconds })),
      acknowledgeSeconds: steps(0, 20),
      redelivery: fc.record({
        afterSeconds: steps(25, 200),
        checkSeconds: steps(25, 100),
        limit: fc.integer({ min: 0, max: 2 }),
      }),
      failures: fc.array(failure, { maxLength: 2 }),
      timeoutSeconds: maybe(steps(10, 100)),
      attempts: fc.integer({ min: 1, max: 4 }),
      backoff: maybe(steps(0, 80)).map((delaySeconds) =>
        delaySeconds === null ? null : { kind: 'fixed' as const, delaySeconds, jitter: 0, maxSeconds: null },
      ),
      deadLetter: fc.constantFrom(
        null,
        { queue: `${name}-dead`, move: 'safe' as const },
        { queue: `${name}-dead`, move: 'on-failed' as const },
      ),
      superviseSeconds: maybe(steps(0, 50)),
    })
    // Each publish is a job of its own.
    .map((overrides) => tinyQueue({ name, deduplication: { kind: 'none' }, ...overrides }));

const faults: fc.Arbitrary<FaultSpec[]> = fc.array(
  fc
    .record({
      atSeconds: steps(0, 300),
      kind: fc.constantFrom<FaultSpec['kind']>(
        'kill',
        'stop',
        'restart',
        'freeze',
        'thaw',
        'scale',
        'redrive',
      ),
      queue: fc.constantFrom('intake', 'emails'),
      count: fc.integer({ min: 1, max: 3 }),
      when: fc.constantFrom<FaultSpec['when']>('now', 'after-effect', 'before-acknowledge'),
    })
    .map(({ count, when, ...rest }) =>
      fault({ ...rest, workers: count, when: rest.kind === 'kill' ? when : 'now' }),
    ),
  { maxLength: 5 },
);

const plan: fc.Arbitrary<Plan> = fc
  .record({
    perSecond: fc.constantFrom(1, 2, 5, 10, 25, 50),
    resubmitSeconds: fc.array(steps(1, 100), { maxLength: 1 }),
    intake: queue('intake'),
    emails: queue('emails'),
    faults,
  })
  .map(({ perSecond, resubmitSeconds, intake, emails, faults: list }) => {
    const phases = [{ forSeconds: 2, fromPerSecond: perSecond, toPerSecond: perSecond }];
    const outcomes = [{ name: 'done', share: 1, to: [{ queue: 'emails' }] }];
    return tinyPlan({
      producers: [tinyProducer({ phases, resubmitSeconds, to: [{ queue: 'intake' }] })],
      queues: [{ ...intake, outcomes }, emails],
      faults: list,
      drainSeconds: 20,
    });
  });

/** Both sides of the law over a run, in message-microseconds. */
interface Sides {
  /** The area under the depth, as the broker is asked for it. */
  area: number;
  /** The sum of the times that messages were there, as producers and workers tell it. */
  times: number;
}

function sidesOf(events: readonly LedgerEvent[], name: string): Sides {
  const end = events.find(({ e }) => e === 'ended')?.t ?? 0;
  const sides = { area: 0, times: 0 };
  let last = { t: 0, depth: 0 };
  /** Messages whose attempt failed and is about to be tried again; and how many jobs of each are there. */
  const retried = new Set<string>();
  const there = new Map<string, number>();
  const came = (m: string, t: number): void => {
    sides.times += end - t;
    there.set(m, (there.get(m) ?? 0) + 1);
  };
  const left = (m: string, t: number): void => {
    sides.times -= end - t;
    there.set(m, (there.get(m) ?? 0) - 1);
    expect(there.get(m)).toBeGreaterThanOrEqual(0);
  };
  for (const event of events) {
    if (!('q' in event) || event.q !== name || event.t > end) continue;
    const { t } = event;
    switch (event.e) {
      case 'depth':
        sides.area += last.depth * (t - last.t);
        last = { t, depth: event.ready + event.inFlight + event.delayed };
        break;
      case 'acknowledged':
      case 'redriven':
        came(event.m, t);
        break;
      case 'failed':
        if (event.again !== undefined) retried.add(event.m);
        break;
      case 'settled':
        if (!retried.delete(event.m)) left(event.m, t);
        break;
      case 'lost-lock':
        retried.delete(event.m);
        break;
      case 'dead':
        // Of what failed the worker has said so before; what was given back too often is dead without an attempt.
        if (event.why?.startsWith('killed under') === true) left(event.m, t);
        break;
    }
  }
  return sides;
}

describe('Little’s law', () => {
  test('holds to the microsecond on every run: the area under the depth is the sum of the times on the broker', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const events: LedgerEvent[] = [];
        simulateEvents(given, (event) => events.push(event), { sampleSeconds: gridSeconds });
        for (const { name } of given.queues) {
          const { area, times } = sidesOf(events, name);
          expect(area).toBe(times);
        }
      }),
      { numRuns: 100 },
    );
  });
});
