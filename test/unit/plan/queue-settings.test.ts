import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../../src/plan/queue-settings.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { tinyFailure as failure, tinyQueue } from '../../fixtures/tiny.js';

describe('what is set of a queue', () => {
  it('is nothing where all is as it is by default', () => {
    expect(settingsOf(tinyQueue())).toEqual([]);
  });

  it.each<[Partial<QueueSpec>, string]>([
    [
      { failures: [failure({ select: { kind: 'share', share: 0.1, per: 'attempt' } })] },
      '10 % of the attempts fail',
    ],
    [
      { failures: [failure({ select: { kind: 'messages', messages: [7, 13] }, retryable: false })] },
      'messages 7, 13 fail for good',
    ],
    [{ failures: [failure({ times: 1 })] }, 'all fail the first time'],
    [{ failures: [failure({ fromSeconds: 5, toSeconds: 15 })] }, 'all fail from 5s until 15s'],
    [
      { failures: [failure({ kind: 'hang', select: { kind: 'messages', messages: [7] }, forSeconds: 10 })] },
      'message 7 hangs for 10s',
    ],
    [
      { failures: [failure({ kind: 'crash', select: { kind: 'messages', messages: [1, 2, 3, 4, 5, 6] } })] },
      'messages 1, 2, 3, 4, 5, … kill their worker',
    ],
    [{ provider: 'email' }, 'provider: email'],
    [{ timeoutSeconds: 2 }, 'time limit 2s'],
    [{ attempts: 4 }, '4 attempts without a pause'],
    [
      { attempts: 4, backoff: { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: 30 } },
      '4 attempts with a backoff of 1s, doubled each time, at most 30s, jitter 0.5',
    ],
    [{ deadLetter: null }, 'no dead-letter queue'],
    [{ deadLetter: { queue: 'graveyard', move: 'safe' } }, 'dead letters to graveyard'],
    [
      { deadLetter: { queue: 'emails-dead', move: 'on-failed' } },
      'dead letters to emails-dead by the worker that saw the failure',
    ],
    [{ idempotency: { mode: 'memory' } }, 'each worker remembers what it did'],
    [
      { idempotency: { mode: 'delivery-log', record: 'before' } },
      'a delivery log, written before the effect',
    ],
    [{ idempotency: { mode: 'effect-key' } }, 'the provider refuses a key that it has seen'],
    [{ deduplication: { kind: 'none' } }, 'no deduplication'],
    [
      { deduplication: { kind: 'job-id', keepCount: 0, keepSeconds: null } },
      'deduplication by job id until its end',
    ],
    [
      { deduplication: { kind: 'job-id', keepCount: null, keepSeconds: 5 } },
      'deduplication by job id, kept for 5s after its end',
    ],
    [{ deduplication: { kind: 'until-finished' } }, 'deduplication until the job has ended'],
    [{ deduplication: { kind: 'throttle', seconds: 5 } }, 'deduplication for 5s from the first publish'],
    [{ deduplication: { kind: 'debounce', seconds: 5 } }, 'only the latest publish within 5s counts'],
    [{ superviseSeconds: 1 }, 'a dead worker is started again after 1s'],
    [
      { polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 5 } },
      'polls for up to 5, sleeps 1s, after an error 5s',
    ],
    [{ outcomes: [{ name: 'done', share: 1, to: [{ queue: 'inventory' }] }] }, 'passes on to inventory'],
  ])('%j', (change, text) => {
    expect(settingsOf(tinyQueue(change))).toEqual([text]);
  });

  it('says what share is passed on where', () => {
    const outcomes = [
      { name: 'reserved', share: 0.9, to: [{ queue: 'notification' }] },
      { name: 'failed', share: 0.1, to: [] },
    ];
    expect(settingsOf(tinyQueue({ outcomes }))).toEqual(['passes 90 % (reserved) on to notification']);
  });
});
