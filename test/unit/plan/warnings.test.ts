import { describe, expect, it } from 'vitest';
import type { FailureSpec, Outcome, QueueSpec, Scenario } from '../../../src/scenario/types.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

function failure(kind: FailureSpec['kind'], parts: Partial<FailureSpec> = {}): FailureSpec {
  return tinyFailure({ kind, error: 'x', ...parts });
}

function messages(...numbers: number[]): Partial<FailureSpec> {
  return { select: { kind: 'messages', messages: numbers } };
}

/** The warnings of four orders to one queue. */
function warnings(queue: Partial<QueueSpec>, scenario: Partial<Scenario> = {}): readonly string[] {
  return tinyPlan({ queues: [tinyQueue(queue)], ...scenario }).warnings;
}

describe('warnings', () => {
  it('are none where nothing is to be said', () => {
    expect(warnings({})).toEqual([]);
    expect(warnings({ failures: [failure('hang', messages(2))], timeoutSeconds: 1 })).toEqual([]);
    expect(warnings({ failures: [failure('hang', { ...messages(2), forSeconds: 5 })] })).toEqual([]);
  });

  it.each<[string, Partial<QueueSpec>, string]>([
    [
      'one hand',
      { concurrency: 3, failures: [failure('hang', messages(2))] },
      'emails: 1 of its messages hangs for ever, and it has no time limit: each such message takes a hand away for good, 1 of 3 hands.',
    ],
    [
      'all hands',
      { workers: 2, failures: [failure('hang', messages(2, 3))] },
      'emails: 2 of its messages hang for ever, and it has no time limit: each such message takes a hand away for good, 2 of 2 hands, and then the queue stands still.',
    ],
    [
      'everything',
      { failures: [failure('hang')] },
      'emails: 4 of its messages hang for ever, and it has no time limit: each such message takes a hand away for good, 1 of 1 hand, and then the queue stands still.',
    ],
    [
      'a share',
      {
        concurrency: 10,
        failures: [failure('hang', { select: { kind: 'share', share: 0.5, per: 'attempt' } })],
      },
      'emails: up to 2 of its messages hang for ever, and it has no time limit: each such message takes a hand away for good, 2 of 10 hands.',
    ],
    [
      'a polling worker',
      {
        rate: null,
        polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 1 },
        failures: [failure('hang', messages(4))],
      },
      'emails: 1 of its messages hangs for ever, and it has no time limit: each such message takes a polling worker away for good, 1 of 1 polling worker, and then the queue stands still.',
    ],
  ])('tell that a hang takes %s', (_what, queue, expected) => {
    expect(warnings(queue)).toEqual([expected]);
  });

  it('tell of failures that befall nobody', () => {
    expect(warnings({ failures: [failure('fail', messages(4, 5)), failure('crash', messages(60))] })).toEqual(
      ['emails: no message 5, 60 ever comes to it, so what is to befall them befalls nobody.'],
    );
    expect(warnings({ failures: [failure('hang', messages(5))] })).toEqual([
      'emails: no message 5 ever comes to it, so what is to befall it befalls nobody.',
    ]);
  });

  it('look for a failing message on every way', () => {
    const outcomes: Outcome[] = [{ name: 'done', share: 1, to: [{ queue: 'emails' }] }];
    const queues = [
      tinyQueue({ name: 'intake', outcomes }),
      tinyQueue({ failures: [failure('hang', messages(4))] }),
    ];
    const producers = [tinyProducer({ to: [{ queue: 'intake' }] })];
    expect(warnings({}, { queues, producers })).toEqual([
      expect.stringContaining('emails: 1 of its messages hangs'),
    ]);
  });

  it.each<[string, Partial<QueueSpec>, number, string]>([
    [
      'a time limit below the work',
      { timeoutSeconds: 0.2 },
      1,
      'emails: its work takes 0.3 s and its time limit is 0.2 s: no attempt can succeed.',
    ],
    [
      'a time limit that is short for real',
      { timeoutSeconds: 0.4 },
      5,
      'emails: its time limit lasts 80 ms of real time at speed 5: an attempt may meet it only because the machine was busy.',
    ],
    [
      'a backoff that is short for real',
      { attempts: 2, backoff: { kind: 'fixed', delaySeconds: 0.04, jitter: 0, maxSeconds: null } },
      5,
      "emails: its first backoff lasts 8 ms of real time at speed 5: the broker's own time for a retry is about as long.",
    ],
  ])('tell of %s', (_what, queue, speed, expected) => {
    expect(warnings(queue, { speed })).toEqual([expected]);
  });

  it('tell of retries at once that are more than a machine can make', () => {
    const storm = {
      rate: null,
      concurrency: 100,
      attempts: 1000,
      failures: [failure('fail', { afterSeconds: 0.01 })],
    };
    expect(warnings(storm)).toEqual([
      'emails: while all its work fails it is retried at once: up to 10,000 attempts per second of real time. Above 5,000 the machine is what is measured.',
    ]);
    expect(
      warnings({ ...storm, work: { kind: 'constant', meanSeconds: 0 }, failures: [failure('fail')] }),
    ).toEqual([expect.stringContaining('as many attempts as the machine can make')]);
    expect(warnings({ ...storm, attempts: 1 })).toEqual([]);
    expect(warnings({ ...storm, rate: { count: 100, perSeconds: 1 } })).toEqual([]);
    expect(
      warnings({ ...storm, failures: [failure('fail', { afterSeconds: 0.01, retryable: false })] }),
    ).toEqual([]);
  });

  it.each<[QueueSpec['deduplication'], string]>([
    [
      { kind: 'throttle', seconds: 5 },
      'emails: its throttle holds a key for 5 s, and what a dead worker of intake has passed on',
    ],
    [
      { kind: 'debounce', seconds: 2 },
      'emails: with its debounce everything that intake passes on waits 2 s before it is served',
    ],
  ])('tell of %j behind another queue', (deduplication, expected) => {
    const outcomes: Outcome[] = [{ name: 'done', share: 1, to: [{ queue: 'emails' }] }];
    const queues = [tinyQueue({ name: 'intake', outcomes }), tinyQueue({ deduplication })];
    const producers = [tinyProducer({ to: [{ queue: 'intake' }] })];
    expect(warnings({}, { queues, producers })).toEqual([expect.stringContaining(expected)]);
    expect(warnings({ deduplication })).toEqual([]);
  });

  it('count resubmits among the publishes, where they meet', () => {
    const phases = [{ forSeconds: 1, fromPerSecond: 2000, toPerSecond: 2000 }];
    const at = (...resubmitSeconds: number[]) =>
      warnings({}, { producers: [tinyProducer({ phases, resubmitSeconds })] }).filter((w) =>
        w.includes('publishes'),
      );
    expect(at(0.1)).toEqual([]);
    expect(at(0.1, 0.2)).toEqual([
      expect.stringContaining('Up to 6,000 publishes per second of real time are due'),
    ]);
    expect(at(2, 4)).toEqual([]);
  });
});
