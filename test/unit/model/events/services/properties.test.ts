import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analysePlayed } from '../../../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../../../src/ledger/events.js';
import { simulateEvents } from '../../../../../src/model/events/index.js';
import type { Plan } from '../../../../../src/plan/types.js';
import type {
  FaultSpec,
  OnFailure,
  OrderServiceSpec,
  ProviderSpec,
  QueueSpec,
  Scenario,
} from '../../../../../src/scenario/types.js';
import {
  tinyOrderService,
  tinyPlan,
  tinyProducer,
  tinyProvider,
  tinyQueue,
} from '../../../../fixtures/tiny.js';
import { fault } from '../play.js';

const seconds = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((millis) => millis / 1000);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(value, { nil: null });

const backoff = maybe(
  fc.record({
    kind: fc.constantFrom('fixed' as const, 'exponential' as const),
    delaySeconds: seconds(0.1, 1),
    jitter: fc.constantFrom(0, 0.5),
    maxSeconds: fc.constant(null),
  }),
);

const provider = (name: string): fc.Arbitrary<ProviderSpec> =>
  fc
    .record({
      capacity: fc.record({ count: fc.integer({ min: 1, max: 9 }), perSeconds: seconds(0.3, 1) }),
      latency: fc.oneof(
        fc.record({ kind: fc.constant('constant' as const), meanSeconds: seconds(0, 0.5) }),
        fc.record({ kind: fc.constant('exponential' as const), meanSeconds: seconds(0.05, 0.5) }),
      ),
      waitingRoom: fc.integer({ min: 0, max: 6 }),
      fallOver: maybe(fc.record({ afterSeconds: seconds(0.2, 2), backSeconds: seconds(0, 2) })),
    })
    .map((overrides) => tinyProvider({ name, ...overrides }));

const queue = (name: string): fc.Arbitrary<QueueSpec> =>
  fc
    .record({
      rate: maybe(fc.record({ count: fc.integer({ min: 1, max: 5 }), perSeconds: seconds(0.1, 1) })),
      workers: fc.integer({ min: 1, max: 2 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      provider: fc.constantFrom('email', 'payment'),
      timeoutSeconds: maybe(seconds(0.1, 2)),
      attempts: fc.integer({ min: 1, max: 4 }),
      backoff,
      acknowledgeSeconds: seconds(0, 0.3),
      idempotency: fc.constantFrom<QueueSpec['idempotency']>(
        { mode: 'none' },
        { mode: 'memory' },
        { mode: 'delivery-log', record: 'after' },
        { mode: 'effect-key' },
      ),
    })
    .map((overrides) => tinyQueue({ name, ...overrides }));

const onFailure = fc.constantFrom<OnFailure>('fail', 'degrade', 'queue');

const orderService: fc.Arbitrary<OrderServiceSpec> = fc
  .record({
    publishAfterAnswerSeconds: maybe(seconds(0.1, 1)),
    timeoutSeconds: seconds(0.1, 2),
    retries: fc.integer({ min: 0, max: 3 }),
    backoff,
    circuitBreaker: maybe(
      fc.record({ failures: fc.integer({ min: 1, max: 4 }), openSeconds: seconds(0.2, 2) }),
    ),
    concurrency: maybe(fc.integer({ min: 1, max: 4 })),
    onFailure: fc.record({ payments: onFailure, emails: onFailure }),
  })
  .map((overrides) => tinyOrderService(overrides));

const faults: fc.Arbitrary<FaultSpec[]> = fc.array(
  fc
    .record({
      atSeconds: seconds(0, 5),
      kind: fc.constantFrom<FaultSpec['kind']>('kill', 'stop', 'restart', 'freeze', 'thaw'),
      queue: fc.constantFrom('order-service', 'email', 'payment', 'emails'),
      forSeconds: maybe(seconds(0.2, 3)),
      when: fc.constantFrom<FaultSpec['when']>('now', 'before-effect', 'after-effect', 'random'),
    })
    .map(({ forSeconds, when, ...rest }) => {
      const back = ['kill', 'stop', 'freeze'].includes(rest.kind) ? forSeconds : null;
      const isAimed = rest.kind === 'kill' && rest.queue === 'emails';
      return fault({ ...rest, forSeconds: back, when: isAimed ? when : 'now' });
    }),
  { maxLength: 5 },
);

const scenario: fc.Arbitrary<Partial<Scenario>> = fc.record({
  seed: fc.integer({ min: 1, max: 1000 }),
  mode: fc.constantFrom('queue' as const, 'sync' as const),
  producers: fc
    .record({
      arrivals: fc.constantFrom('constant' as const, 'poisson' as const),
      rate: fc.integer({ min: 1, max: 15 }),
      patienceSeconds: seconds(0.2, 5),
      both: fc.boolean(),
      isAlone: fc.boolean(),
    })
    .map(({ rate, both, isAlone, ...rest }) => [
      tinyProducer({
        ...rest,
        via: 'http',
        phases: [{ forSeconds: 3, fromPerSecond: rate, toPerSecond: rate }],
        to: both ? [{ queue: 'payments' }, { queue: 'emails' }] : [{ queue: 'emails' }],
      }),
      ...(isAlone ? [] : [tinyProducer({ name: 'imports' })]),
    ]),
  queues: fc.tuple(queue('payments'), queue('emails')),
  providers: fc.tuple(provider('payment'), provider('email')),
  orderService,
  faults,
});

/** More than any of these plans has. */
const mostEvents = 100_000;

function playAll(plan: Plan, publishSeconds: number): [LedgerEvent, number][] {
  const events: [LedgerEvent, number][] = [];
  const measured = { queues: { emails: { publishSeconds }, payments: { publishSeconds } } };
  simulateEvents(
    plan,
    (event, file) => {
      events.push([event, file]);
      if (events.length > mostEvents) throw new Error('it has no end');
    },
    { measured, sampleSeconds: 0, drainLimitSeconds: 60 },
  );
  return events;
}

/** Of each provider, its effects in order of time, by queue and message. */
function effectsOf(events: readonly [LedgerEvent, number][]): Map<string, number> {
  const effects = new Map<string, number>();
  for (const [event] of events) {
    if (event.e !== 'effect') continue;
    const key = `${event.q} ${event.m}`;
    effects.set(key, (effects.get(key) ?? 0) + 1);
  }
  return effects;
}

describe('random plans with services', () => {
  test('the books of queues and of orders balance; a key is good for one effect; the same seed tells the same', () => {
    fc.assert(
      fc.property(scenario, fc.constantFrom(0, 0.01), (overrides, publishSeconds) => {
        const plan = tinyPlan(overrides);
        const events = playAll(plan, publishSeconds);
        for (let i = 1; i < events.length; i++)
          expect(events[i]?.[0].t).toBeGreaterThanOrEqual(events[i - 1]?.[0].t ?? 0);
        const result = analysePlayed(
          plan,
          (visit) => {
            for (const [event, file] of events) visit(event, file);
          },
          { launchpad: '0', node: 'v20', drainLimitSeconds: 60 },
        );
        for (const { accounting } of Object.values(result.queues))
          expect(accounting).toMatchObject({ balanced: true, undetermined: 0, unexpected: 0 });
        const books = result.producers.orders?.orderBooks;
        expect(books).toMatchObject({
          balanced: true,
          undetermined: 0,
          posted: plan.producers[0]?.scheduled,
        });
        for (const spec of plan.scenario.queues) {
          if (spec.idempotency.mode !== 'effect-key') continue;
          expect(result.queues[spec.name]?.accounting.duplicateEffects).toBe(0);
        }
        const called = events.filter(([{ e }]) => e === 'called').length;
        const effects = [...effectsOf(events).values()].reduce((sum, count) => sum + count, 0);
        expect(effects).toBeLessThanOrEqual(called);
        expect(playAll(plan, publishSeconds)).toEqual(events);
      }),
      { numRuns: 200 },
    );
  });
});
