import fc from 'fast-check';
import type {
  Deduplication,
  FailureSpec,
  FaultSpec,
  QueueSpec,
  Scenario,
} from '../../../../src/scenario/types.js';
import { tinyFailure, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { fault } from './play.js';

export const seconds = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((millis) => millis / 1000);
export const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(value, { nil: null });

const work: fc.Arbitrary<QueueSpec['work']> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), meanSeconds: seconds(0, 2) }),
  fc.record({ kind: fc.constant('exponential' as const), meanSeconds: seconds(0.1, 1) }),
);

const select: fc.Arbitrary<FailureSpec['select']> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.record({
    kind: fc.constant('share' as const),
    share: fc.constantFrom(0.1, 0.5),
    per: fc.constantFrom('attempt' as const, 'message' as const),
  }),
  fc.record({ kind: fc.constant('messages' as const), messages: fc.constant([2, 5]) }),
);

const failure: fc.Arbitrary<FailureSpec> = fc
  .record({
    kind: fc.constantFrom('fail' as const, 'hang' as const, 'crash' as const),
    select,
    times: maybe(fc.constantFrom(1, 2)),
    toSeconds: maybe(seconds(1, 6)),
    retryable: fc.boolean(),
    forSeconds: maybe(seconds(0.1, 3)),
  })
  .map((overrides) => tinyFailure(overrides));

const deduplication: fc.Arbitrary<Deduplication> = fc.oneof(
  fc.constantFrom<Deduplication>(
    { kind: 'none' },
    { kind: 'until-finished' },
    { kind: 'keep-last' },
    { kind: 'job-id', keepCount: 0, keepSeconds: null },
    { kind: 'job-id', keepCount: 3, keepSeconds: null },
    { kind: 'job-id', keepCount: null, keepSeconds: 1 },
    { kind: 'job-id', keepCount: null, keepSeconds: null },
  ),
  fc.record({
    kind: fc.constantFrom('throttle' as const, 'extend' as const, 'reschedule' as const, 'debounce' as const),
    seconds: seconds(0.1, 3),
  }),
);

const queue = (name: string): fc.Arbitrary<QueueSpec> =>
  fc
    .record({
      rate: maybe(fc.record({ count: fc.integer({ min: 1, max: 5 }), perSeconds: seconds(0.1, 2) })),
      workers: fc.integer({ min: 0, max: 3 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
      work,
      acknowledgeSeconds: seconds(0, 1),
      redelivery: fc.record({
        afterSeconds: seconds(0.5, 4),
        checkSeconds: seconds(0.5, 2),
        limit: fc.integer({ min: 0, max: 2 }),
      }),
      failures: fc.array(failure, { maxLength: 2 }),
      timeoutSeconds: maybe(seconds(0.2, 2)),
      attempts: fc.integer({ min: 1, max: 4 }),
      backoff: maybe(
        fc.record({
          kind: fc.constantFrom('fixed' as const, 'exponential' as const),
          delaySeconds: seconds(0.1, 2),
          jitter: fc.constantFrom(0, 0.5),
          maxSeconds: fc.constant(null),
        }),
      ),
      deadLetter: fc.constantFrom(
        null,
        { queue: `${name}-dead`, move: 'safe' as const },
        { queue: `${name}-dead`, move: 'on-failed' as const },
      ),
      idempotency: fc.constantFrom<QueueSpec['idempotency']>(
        { mode: 'none' },
        { mode: 'memory' },
        { mode: 'delivery-log', record: 'before' },
        { mode: 'delivery-log', record: 'after' },
        { mode: 'effect-key' },
      ),
      deduplication,
      superviseSeconds: maybe(seconds(0, 2)),
      polling: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        {
          weight: 1,
          arbitrary: fc.record({
            batch: fc.integer({ min: 1, max: 4 }),
            sleepSeconds: seconds(0.1, 1),
            errorSleepSeconds: seconds(0.1, 2),
          }),
        },
      ),
    })
    .map((overrides) =>
      tinyQueue({ name, ...overrides, ...(overrides.polling === null ? {} : { rate: null }) }),
    );

const faults: fc.Arbitrary<FaultSpec[]> = fc.array(
  fc
    .record({
      atSeconds: seconds(0, 8),
      kind: fc.constantFrom<FaultSpec['kind']>(
        'kill',
        'kill',
        'stop',
        'restart',
        'freeze',
        'thaw',
        'scale',
        'redrive',
      ),
      queue: fc.constantFrom('intake', 'emails'),
      count: fc.integer({ min: 0, max: 3 }),
      all: fc.boolean(),
      when: fc.constantFrom<FaultSpec['when']>(
        'now',
        'before-effect',
        'after-effect',
        'before-acknowledge',
        'before-dead-letter',
        'random',
      ),
      repaired: fc.boolean(),
      forSeconds: maybe(seconds(0.5, 4)),
    })
    .map(({ count, all, when, ...rest }) => {
      const { kind } = rest;
      const workers = kind === 'scale' ? count : all ? ('all' as const) : Math.max(1, count);
      const back = ['kill', 'stop', 'freeze'].includes(kind) ? rest.forSeconds : null;
      return fault({ ...rest, forSeconds: back, workers, when: kind === 'kill' ? when : 'now' });
    }),
  { maxLength: 5 },
);

/** Two queues, one behind the other, with whatever may be set on them and befall them. */
export const scenario: fc.Arbitrary<Partial<Scenario>> = fc.record({
  seed: fc.integer({ min: 1, max: 1000 }),
  producers: fc
    .record({
      arrivals: fc.constantFrom('constant' as const, 'poisson' as const),
      resubmitSeconds: fc.array(seconds(0.1, 5), { maxLength: 2 }),
      rate: fc.integer({ min: 1, max: 12 }),
      both: fc.boolean(),
    })
    .map(({ rate, both, ...rest }) => [
      tinyProducer({
        ...rest,
        phases: [{ forSeconds: 3, fromPerSecond: rate, toPerSecond: rate }],
        to: both ? [{ queue: 'intake' }, { queue: 'emails' }] : [{ queue: 'intake' }],
      }),
    ]),
  queues: fc.tuple(queue('intake'), queue('emails')).map(([intake, emails]) => [
    {
      ...intake,
      outcomes: [
        { name: 'on', share: 0.7, to: [{ queue: 'emails' }] },
        { name: 'off', share: 0.3, to: [] },
      ],
    },
    emails,
  ]),
  faults,
});
