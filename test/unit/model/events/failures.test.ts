import { describe, expect, test } from 'vitest';
import { drawBackoff } from '../../../../src/plan/draws.js';
import type { Deduplication, QueueSpec } from '../../../../src/scenario/types.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { census, count, fault, ids, play, told } from './play.js';

const second = { kind: 'messages', messages: [2] } as const;
const failing = (queue: Partial<QueueSpec>, faults = [] as ReturnType<typeof fault>[]) =>
  play(tinyPlan({ queues: [tinyQueue({ rate: null, ...queue })], faults }));

describe('a failed attempt', () => {
  test('is tried again after its backoff, with the jitter that was drawn, and behind what is ready', () => {
    const backoff = { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: null } as const;
    const events = failing({ attempts: 3, backoff, failures: [tinyFailure({ select: second, times: 1 })] });
    const again = Math.round(drawBackoff(backoff, 1, 'emails', 'orders/2', 1) * 1e6);
    expect(events.find(({ e }) => e === 'failed')).toMatchObject({ t: 1.3e6, kind: 'error', again });
    const retry = events.filter((event) => event.e === 'started' && event.m === 'orders/2')[1];
    // A retry is no redelivery. The hand is free from 2.3 s on.
    expect(retry).toMatchObject({ t: Math.max(2.3e6, 1.3e6 + again), n: 2, r: false });
  });

  test('without a backoff goes to the end of the line', () => {
    const failures = [tinyFailure({ select: { kind: 'messages', messages: [1] }, times: 1 })];
    const work = { kind: 'constant', meanSeconds: 1.5 } as const;
    const events = failing({ attempts: 2, failures, work });
    expect(ids(events, 'started')).toEqual(['orders/1', 'orders/2', 'orders/1', 'orders/3', 'orders/4']);
  });

  test('only while its dependency is down, and after the time that it takes to show', () => {
    const failures = [tinyFailure({ fromSeconds: 1, toSeconds: 2, afterSeconds: 0.1 })];
    const events = failing({
      attempts: 9,
      backoff: { kind: 'fixed', delaySeconds: 0.5, jitter: 0, maxSeconds: null },
      failures,
    });
    expect(told(events, 'failed')).toEqual(['1.1 failed orders/2', '1.7 failed orders/2']);
    expect(count(events, 'effect')).toBe(4);
  });

  test('that may not be tried again, or was tried as often as it may, is dead', () => {
    const events = failing({ attempts: 3, failures: [tinyFailure({ select: second })] });
    expect(told(events, 'failed', 'dead', 'dead-lettered')).toEqual([
      '1.3 failed orders/2',
      '1.6 failed orders/2',
      '1.9 failed orders/2',
      '1.9 dead orders/2',
      '1.9 dead-lettered orders/2',
    ]);
    expect(census(events, 'emails-dead')).toEqual({ ready: ['orders/2'] });
    const atOnce = failing({
      attempts: 3,
      deadLetter: null,
      failures: [tinyFailure({ select: second, retryable: false })],
    });
    expect(told(atOnce, 'failed', 'dead', 'dead-lettered')).toEqual([
      '1.3 failed orders/2',
      '1.3 dead orders/2',
    ]);
    expect(census(atOnce, 'emails').dead).toEqual(['orders/2']);
  });

  test('of a time limit: the work goes on, and has its effect', () => {
    const failures = [tinyFailure({ kind: 'hang', select: second, times: 1, forSeconds: 1 })];
    const events = failing({ attempts: 2, timeoutSeconds: 0.5, failures });
    expect(events.find(({ e }) => e === 'failed')).toMatchObject({
      t: 1.5e6,
      kind: 'timeout',
      why: 'no end within 0.5 s',
    });
    expect(told(events, 'effect').filter((line) => line.endsWith('/2'))).toEqual([
      '1.8 effect orders/2',
      '2.3 effect orders/2',
    ]);
  });
});

describe('a redrive', () => {
  const dead = { failures: [tinyFailure({ select: second })] };

  test.each(['safe', 'on-failed', null] as const)(
    'puts all dead back; repaired, they are done (%s)',
    (move) => {
      const deadLetter = move === null ? null : { queue: 'emails-dead', move };
      for (const repaired of [true, false]) {
        const events = failing({ ...dead, deadLetter }, [fault({ atSeconds: 6, kind: 'redrive', repaired })]);
        expect(told(events, 'redriven')).toEqual(['6 redriven orders/2']);
        expect(events.filter(({ e }) => e === 'fault')).toMatchObject([{ messages: 1, workers: [], up: 1 }]);
        expect(count(events, 'effect')).toBe(repaired ? 4 : 3);
        expect(count(events, 'dead')).toBe(repaired ? 1 : 2);
        expect(events.filter((event) => event.e === 'started' && event.m === 'orders/2')).toMatchObject([
          { n: 1 },
          { t: 6e6, n: 1, r: false },
        ]);
      }
    },
  );

  test('says where there was nothing', () => {
    const events = failing({}, [fault({ atSeconds: 6, kind: 'redrive' })]);
    expect(events.find(({ e }) => e === 'fault')).toMatchObject({
      messages: 0,
      skipped: 'emails had no dead letters',
    });
  });
});

describe('a message that is published again', () => {
  const resubmitted = (deduplication: Deduplication, resubmitSeconds = [0.1, 2, 6]) =>
    play(
      tinyPlan({
        producers: [
          tinyProducer({ phases: [{ forSeconds: 1, fromPerSecond: 1, toPerSecond: 1 }], resubmitSeconds }),
        ],
        queues: [tinyQueue({ rate: null, deduplication })],
      }),
    );
  const starts = (deduplication: Deduplication) =>
    told(resubmitted(deduplication), 'started').map((line) => Number(line.split(' ')[0]));
  const answers = (deduplication: Deduplication) =>
    told(resubmitted(deduplication), 'acknowledged', 'merged')
      .map((line) => line.split(' ')[1]?.[0])
      .join('');

  // Published at 0, 0.1, 2 and 6 s; worked on for 0.3 s.
  test.each<[Deduplication, number[], string]>([
    [{ kind: 'none' }, [0, 0.3, 2, 6], 'aaaa'],
    [{ kind: 'job-id', keepCount: 10, keepSeconds: null }, [0], 'aaaa'],
    [{ kind: 'job-id', keepCount: 0, keepSeconds: null }, [0, 2, 6], 'aaaa'],
    [{ kind: 'until-finished' }, [0, 2, 6], 'amaa'],
    [{ kind: 'throttle', seconds: 5 }, [0, 6], 'amma'],
    [{ kind: 'extend', seconds: 3 }, [0, 6], 'amma'],
    [{ kind: 'extend', seconds: 5 }, [0], 'ammm'],
    [{ kind: 'reschedule', seconds: 1 }, [1.1, 3, 7], 'amaa'],
    [{ kind: 'reschedule', seconds: 3 }, [5, 9], 'amma'],
    [{ kind: 'keep-last' }, [0, 0.3, 2, 6], 'amaa'],
    [{ kind: 'debounce', seconds: 1 }, [1.1, 3, 7], 'aaaa'],
    [{ kind: 'debounce', seconds: 5 }, [11], 'aaaa'],
  ])('%o', (deduplication, expected, said) => {
    expect(starts(deduplication)).toEqual(expected);
    expect(answers(deduplication)).toBe(said);
  });

  test('a job is known for so long after its end, and until another ends', () => {
    const events = play(
      tinyPlan({
        producers: [tinyProducer({ resubmitSeconds: [5, 20] })],
        queues: [
          tinyQueue({ rate: null, deduplication: { kind: 'job-id', keepCount: null, keepSeconds: 4 } }),
        ],
      }),
    );
    expect(ids(events, 'started')).toEqual(['orders/1', 'orders/2', 'orders/3', 'orders/4']);
  });
});

describe('idempotency', () => {
  const twice = (idempotency: QueueSpec['idempotency'], workers = 1) =>
    play(
      tinyPlan({
        producers: [tinyProducer({ resubmitSeconds: [9] })],
        queues: [tinyQueue({ workers, deduplication: { kind: 'none' }, idempotency })],
      }),
    );

  test.each<[QueueSpec['idempotency'], string]>([
    [{ mode: 'memory' }, 'memory'],
    [{ mode: 'delivery-log', record: 'before' }, 'delivery-log'],
    [{ mode: 'delivery-log', record: 'after' }, 'delivery-log'],
    [{ mode: 'effect-key' }, 'provider'],
  ])('%o suppresses a second effect', (idempotency, by) => {
    const events = twice(idempotency);
    expect(count(events, 'effect')).toBe(4);
    expect(events.filter(({ e }) => e === 'suppressed')).toMatchObject(Array(4).fill({ by }));
  });

  test('each worker has a memory of its own', () => {
    const events = twice({ mode: 'memory' }, 4);
    expect(count(events, 'effect') + count(events, 'suppressed')).toBe(8);
    expect(count(events, 'effect')).toBeGreaterThan(4);
  });
});

describe('a chain', () => {
  test('publishes on after the effect and before the end', () => {
    const on = (queue: string) => [{ name: 'on', share: 1, to: [{ queue }] }];
    const queues = [
      tinyQueue({ name: 'intake', acknowledgeSeconds: 0.1, outcomes: on('emails') }),
      tinyQueue({ rate: null }),
    ];
    const producers = [
      tinyProducer({
        phases: [{ forSeconds: 1, fromPerSecond: 1, toPerSecond: 1 }],
        to: [{ queue: 'intake' }],
      }),
    ];
    const events = play(tinyPlan({ queues, producers }), {
      measured: { queues: { intake: { publishSeconds: 0.05 }, emails: { publishSeconds: 0.05 } } },
    });
    expect(told(events, 'attempted', 'acknowledged', 'started', 'effect', 'settled')).toEqual([
      '0 attempted orders/1',
      '0.05 acknowledged orders/1',
      '0.05 started orders/1',
      '0.35 effect orders/1',
      '0.35 attempted orders/1.intake',
      '0.4 acknowledged orders/1.intake',
      '0.4 started orders/1.intake',
      '0.5 settled orders/1',
      '0.7 effect orders/1.intake',
      '0.7 settled orders/1.intake',
    ]);
  });
});

describe('a polling loop', () => {
  const polling = { batch: 2, sleepSeconds: 1, errorSleepSeconds: 5 };
  const producers = [tinyProducer({ phases: [{ forSeconds: 0.1, fromPerSecond: 50, toPerSecond: 50 }] })];
  const starts = (queue: Partial<QueueSpec>) =>
    told(
      play(tinyPlan({ producers, queues: [tinyQueue({ rate: null, polling, ...queue })] })),
      'started',
    ).map((line) => line.split(' ')[0]);

  test('takes a batch, works on all of it, sleeps', () => {
    // Nothing is there when it first looks, before the first message.
    expect(starts({})).toEqual(['1', '1', '2.3', '2.3', '3.6']);
  });

  test('waits for the slowest; after an error it sleeps from then on', () => {
    const slow = [tinyFailure({ kind: 'hang', select: second, forSeconds: 2 })];
    expect(starts({ failures: slow })).toEqual(['1', '1', '4.3', '4.3', '5.6']);
    const error = [tinyFailure({ select: second, afterSeconds: 0.1 })];
    expect(starts({ failures: error })).toEqual(['1', '1', '6.1', '6.1', '7.4']);
  });

  test('that waits for one that never ends asks for nothing more', () => {
    const hung = [tinyFailure({ kind: 'hang', select: second })];
    expect(starts({ failures: hung })).toEqual(['1', '1']);
  });
});
