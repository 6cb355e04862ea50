import { describe, expect, test } from 'vitest';
import { jobOptions, messageIdOf, redriveOptions } from '../../../src/broker/drivers/bullmq/jobs.js';
import { isRedelivered } from '../../../src/broker/drivers/bullmq/serve.js';
import type { Deduplication } from '../../../src/broker/types.js';

const kinds: readonly Deduplication[] = [
  { kind: 'none' },
  { kind: 'until-finished' },
  { kind: 'throttle', seconds: 1.5 },
  { kind: 'debounce', seconds: 1.5 },
  { kind: 'extend', seconds: 1.5 },
  { kind: 'reschedule', seconds: 1.5 },
  { kind: 'keep-last' },
];

describe('the job of a message', () => {
  test.each(kinds)('$kind: each publish has a job id of its own, which leads back to the message', (kind) => {
    const ids = [1, 2, 3].map((copy) => jobOptions(kind, { id: 'orders/142.intake', copy }).jobId);
    expect(ids).toEqual(['orders/142.intake', 'orders/142.intake~2', 'orders/142.intake~3']);
    expect(ids.map(messageIdOf)).toEqual(Array(3).fill('orders/142.intake'));
  });

  test('job-id: always the same', () => {
    const kind = { kind: 'job-id', keepCount: null, keepSeconds: null } as const;
    expect(jobOptions(kind, { id: 'orders/1', copy: 3 })).toEqual({ jobId: 'orders/1' });
  });

  test('the key is the message', () => {
    expect(kinds.map((kind) => jobOptions(kind, { id: 'orders/1', copy: 1 }))).toEqual([
      { jobId: 'orders/1' },
      { jobId: 'orders/1', deduplication: { id: 'orders/1' } },
      { jobId: 'orders/1', deduplication: { id: 'orders/1', ttl: 1_500 } },
      {
        jobId: 'orders/1',
        deduplication: { id: 'orders/1', ttl: 1_500, extend: true, replace: true },
        delay: 1_500,
      },
      { jobId: 'orders/1', deduplication: { id: 'orders/1', ttl: 1_500, extend: true } },
      { jobId: 'orders/1', deduplication: { id: 'orders/1', reschedule: true }, delay: 1_500 },
      { jobId: 'orders/1', deduplication: { id: 'orders/1', keepLastIfActive: true } },
    ]);
  });

  test('put back: the same for the same death, without a key that is held for a time', () => {
    const first = { id: 'orders/1', at: '2026-01-01T00:00:00.000Z' };
    const second = { id: 'orders/1', at: '2026-01-01T00:00:00.001Z' };
    for (const kind of kinds) {
      const options = redriveOptions(kind, first);
      expect(options).toEqual(redriveOptions(kind, first));
      expect(options.jobId).not.toBe(redriveOptions(kind, second).jobId);
      expect(messageIdOf(options.jobId)).toBe('orders/1');
      expect(options.delay).toBeUndefined();
      const held = {
        'until-finished': { id: 'orders/1' },
        reschedule: { id: 'orders/1' },
        'keep-last': { id: 'orders/1', keepLastIfActive: true },
      };
      expect(options.deduplication).toEqual(held[kind.kind as keyof typeof held]);
    }
    const jobId = { kind: 'job-id', keepCount: 0, keepSeconds: null } as const;
    expect(redriveOptions(jobId, first)).toEqual({ jobId: 'orders/1' });
  });

  test('a job without an id has no message', () => {
    expect(messageIdOf(undefined)).toBe('');
  });
});

describe('whether a start is a redelivery', () => {
  test.each([
    [1, [], false],
    [2, [], true],
    [3, [], true],
    [2, ['busy\n    at start 1'], false],
    [3, ['busy\n    at start 1'], true],
    [4, ['busy\n    at start 1', 'busy\n    at start 3'], false],
    [2, ['Error: a bug\n    at start (file.js:1:1)'], true],
  ])('start %i after %j: %s', (attemptsStarted, stacktrace, isOne) => {
    expect(isRedelivered({ attemptsStarted, stacktrace })).toBe(isOne);
  });
});
