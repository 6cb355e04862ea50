import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../src/lab/services/call-provider.js';
import type { CallOutcome } from '../../../src/lab/services/http.js';
import type { Idempotency, QueueSpec } from '../../../src/scenario/types.js';
import { workerIn } from './in-process-worker.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'launchpad-test-'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const done: CallOutcome = { outcome: 'done', replayed: false };

/** A worker whose provider answers after 200 ms, in order: these outcomes, the last one for ever. */
function worker(outcomes: readonly CallOutcome[], spec: Partial<QueueSpec> = {}, speed = 1) {
  const calls: Call[] = [];
  const call = async (made: Call): Promise<CallOutcome> => {
    const outcome = outcomes[Math.min(calls.push(made), outcomes.length) - 1] as CallOutcome;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return outcome;
  };
  return { calls, ...workerIn(directory, { provider: 'email', ...spec }, { call, speed }) };
}

describe('a delivery whose work a provider does', () => {
  it('is called for, and acknowledged; the effect is the provider’s to write', async () => {
    const { deliver, story, settled, calls } = worker([done], { timeoutSeconds: 3 }, 10);
    deliver('orders/7.intake', { payload: { order: 7, correlation: 'from-the-shop' } });
    await pass(209);
    expect(settled).toEqual({});
    await pass(1);
    expect(settled).toEqual({ 'orders/7.intake': 'done' });
    expect(story()).toEqual(['0 started']);
    expect(calls).toEqual([
      {
        queue: 'emails',
        message: 'orders/7.intake',
        correlation: 'from-the-shop',
        key: null,
        timeoutMillis: 300,
      },
    ]);
  });

  it('has no time limit where the queue has none, and the order as its correlation where the payload has none', async () => {
    const { deliver, calls } = worker([done]);
    deliver('orders/7.intake', { payload: 'made by hand' });
    await pass(0);
    expect(calls).toMatchObject([{ correlation: 'orders/7', timeoutMillis: Number.POSITIVE_INFINITY }]);
  });

  it.each<[CallOutcome, string, 'error' | 'timeout']>([
    [{ outcome: 'turned-away', why: 'email answered 503: its waiting room is full' }, '', 'error'],
    [{ outcome: 'unreached', why: 'email could not be reached' }, '', 'error'],
    [{ outcome: 'broken', why: 'the connection to email broke' }, '', 'error'],
    [{ outcome: 'timeout', why: 'email gave no answer in time' }, ' (3 s)', 'timeout'],
  ])('and that fails with %o is tried again', async (outcome, more, kind) => {
    const backoff = { kind: 'fixed', delaySeconds: 1, jitter: 0, maxSeconds: null } as const;
    const { deliver, events, settled } = worker([outcome], { attempts: 2, backoff, timeoutSeconds: 3 });
    const reason = 'why' in outcome ? `${outcome.why}${more}` : '';
    deliver('orders/1');
    await pass(200);
    expect(events()).toMatchObject([{ e: 'started' }, { e: 'failed', why: reason, kind, again: 1_000_000 }]);
    expect(settled).toEqual({ 'orders/1': { retry: { reason, afterSeconds: 1 } } });
    deliver('orders/1', { attempt: 2, failures: 1 });
    await pass(200);
    expect(settled).toEqual({ 'orders/1': { reject: { reason } } });
  });

  it.each<[Idempotency, number, string | null, string[]]>([
    [{ mode: 'none' }, 2, null, ['started', 'started']],
    [{ mode: 'memory' }, 1, null, ['started', 'started', 'suppressed by memory']],
    [
      { mode: 'delivery-log', record: 'after' },
      1,
      null,
      ['started', 'started', 'suppressed by delivery-log'],
    ],
    // The key goes to the provider each time: only it knows.
    [{ mode: 'effect-key' }, 2, 'emails:orders/1', ['started', 'started']],
  ])(
    'and that is delivered twice with %o is called for so often: %i',
    async (idempotency, times, key, kinds) => {
      const subject = worker([done, { outcome: 'done', replayed: true }], { idempotency });
      subject.deliver('orders/1');
      await pass(400);
      subject.deliver('orders/1', { attempt: 2, redelivered: 'yes' });
      await pass(400);
      expect(subject.calls.map((call) => call.key)).toEqual(Array(times).fill(key));
      expect(subject.kinds()).toEqual(kinds);
    },
  );

  it('passes on what came with it', async () => {
    const outcomes = [{ name: 'sent', share: 1, to: [{ queue: 'audit' }] }];
    const { deliver, published } = worker([done], { outcomes });
    deliver('guest/1', { payload: { order: 1, correlation: 'from-the-shop' } });
    await pass(400);
    expect(published).toMatchObject([{ id: 'guest/1.emails', payload: { correlation: 'from-the-shop' } }]);
  });
});

describe('a kill that is aimed at a delivery whose work a provider does', () => {
  it.each([
    ['before-effect', 0],
    ['after-effect', 1],
    ['before-acknowledge', 1],
  ] as const)('%s has its moment after so many calls: %i', async (point, calls) => {
    const subject = worker([done]);
    subject.gate.arm({ point });
    subject.deliver('orders/1');
    await pass(1000);
    expect(subject.moment).toHaveBeenCalledOnce();
    expect(subject.calls).toHaveLength(calls);
    expect(subject.settled).toEqual({});
  });

  it('after the effect is not for one that the provider knew, or that failed', async () => {
    const outcomes: CallOutcome[] = [
      { outcome: 'done', replayed: true },
      { outcome: 'broken', why: 'it broke' },
    ];
    const subject = worker(outcomes, { attempts: 2 });
    subject.gate.arm({ point: 'after-effect' });
    subject.deliver('orders/1');
    subject.deliver('orders/2');
    await pass(1000);
    expect(subject.moment).not.toHaveBeenCalled();
    expect(subject.settled).toEqual({ 'orders/1': 'done', 'orders/2': { retry: { reason: 'it broke' } } });
  });
});
