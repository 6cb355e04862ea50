import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PublishOutcome, Settlement } from '../../../src/broker/types.js';
import type { FailureSpec, Idempotency, QueueSpec } from '../../../src/scenario/types.js';
import { tinyFailure } from '../../fixtures/tiny.js';
import { type WorkerOptions, workerIn } from './in-process-worker.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'launchpad-test-'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

const worker = (overrides: Partial<QueueSpec> = {}, options: WorkerOptions = {}) =>
  workerIn(directory, overrides, options);

function failure(kind: FailureSpec['kind'], more: Partial<FailureSpec> = {}): FailureSpec {
  return tinyFailure({ kind, error: 'out of order', ...more });
}

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

const modes: readonly Idempotency[] = [
  { mode: 'none' },
  { mode: 'memory' },
  { mode: 'delivery-log', record: 'before' },
  { mode: 'delivery-log', record: 'after' },
  { mode: 'effect-key' },
];
const nameOf = (idempotency: Idempotency): string =>
  idempotency.mode === 'delivery-log' ? `delivery-log ${idempotency.record}` : idempotency.mode;

describe('a delivery', () => {
  it('is started, worked on, has its effect and is acknowledged, each at its time', async () => {
    const { deliver, story, settled } = worker();
    deliver('orders/1');
    await pass(399);
    expect(story()).toEqual(['0 started', '300 effect']);
    expect(settled).toEqual({});
    await pass(1);
    expect(settled).toEqual({ 'orders/1': 'done' });
  });

  it('takes so much less time at speed', async () => {
    const { deliver, story, settled } = worker({}, { speed: 10 });
    deliver('orders/1');
    await pass(40);
    expect(story()).toEqual(['0 started', '30 effect']);
    expect(settled).toEqual({ 'orders/1': 'done' });
  });

  it('has in the ledger what the broker says of it', async () => {
    const { deliver, events, listener } = worker();
    deliver('orders/1', { attempt: 2, redelivered: 'yes' });
    deliver('orders/2', { attempt: 'unknown', redelivered: 'unknown' });
    await pass(0);
    listener.settled('orders/1', 'ok');
    listener.dead('orders/2', 'stalled');
    listener.deadLettered('orders/2');
    const [first, second, ...rest] = events();
    expect(first).toMatchObject({ e: 'started', q: 'emails', m: 'orders/1', n: 2, r: true });
    expect(Object.keys(second ?? {})).toEqual(['t', 'e', 'q', 'm']);
    expect(rest).toMatchObject([
      { e: 'settled', m: 'orders/1' },
      { e: 'dead', m: 'orders/2', why: 'stalled' },
      { e: 'dead-lettered', m: 'orders/2' },
    ]);
  });
});

describe('work that fails', () => {
  const reason = 'out of order';
  const backoff = { kind: 'exponential', delaySeconds: 1, jitter: 0, maxSeconds: null } as const;

  it.each<[string, Partial<QueueSpec>, number | 'unknown', Settlement, number | undefined]>([
    ['without another attempt', {}, 0, { reject: { reason } }, undefined],
    ['to be tried again at once', { attempts: 3 }, 0, { retry: { reason } }, 0],
    ['to be tried again later', { attempts: 4, backoff }, 2, { retry: { reason, afterSeconds: 4 } }, 4e6],
    ['for the last time', { attempts: 4, backoff }, 3, { reject: { reason } }, undefined],
    [
      'where the broker does not count',
      { attempts: 4, backoff },
      'unknown',
      { retry: { reason, afterSeconds: 2 } },
      2e6,
    ],
  ])('%s', async (_, spec, failures, settlement, again) => {
    const { deliver, events, settled } = worker({ ...spec, failures: [failure('fail')] });
    deliver('orders/1', { failures, attempt: 2 });
    await pass(300);
    expect(settled).toEqual({ 'orders/1': settlement });
    expect(events()[1]).toMatchObject({ e: 'failed', m: 'orders/1', why: reason, kind: 'error' });
    expect((events()[1] as { again?: number }).again).toBe(again);
  });

  it('waits so much less at speed', async () => {
    const spec = { attempts: 2, backoff, failures: [failure('fail')] };
    const { deliver, events, settled } = worker(spec, { speed: 10 });
    deliver('orders/1');
    await pass(30);
    expect(settled).toEqual({ 'orders/1': { retry: { reason, afterSeconds: 0.1 } } });
    expect(events()[1]).toMatchObject({ again: 100_000 });
  });

  it('in a way that no attempt helps against is not tried again', async () => {
    const spec = { attempts: 5, failures: [failure('fail', { retryable: false })] };
    const { deliver, settled } = worker(spec);
    deliver('orders/1');
    await pass(300);
    expect(settled).toEqual({ 'orders/1': { reject: { reason } } });
  });

  it('shows after its own time, and only to attempts that start within its span of scenario time', async () => {
    const spec = { failures: [failure('fail', { fromSeconds: 5, toSeconds: 10, afterSeconds: 0.05 })] };
    const { deliver, story } = worker(spec, { speed: 10 });
    await pass(499);
    deliver('orders/1');
    await pass(1);
    deliver('orders/2');
    await pass(500);
    deliver('orders/3');
    await pass(100);
    expect(story()).toEqual([
      '499 started',
      '500 started',
      '505 failed',
      '529 effect',
      '1000 started',
      '1030 effect',
    ]);
  });

  it('does not fail once the message was repaired, where it failed as a single message', async () => {
    const spec = { failures: [failure('fail', { select: { kind: 'messages', messages: [7] } })] };
    const { deliver, kinds } = worker(spec);
    deliver('orders/7');
    await pass(400);
    deliver('orders/7', { payload: { order: 7, repaired: true } });
    await pass(400);
    expect(kinds()).toEqual(['started', 'failed', 'started', 'effect']);
  });
});

describe('work that hangs', () => {
  it('without an end never ends', async () => {
    const { deliver, kinds, settled } = worker({ failures: [failure('hang')] });
    deliver('orders/1');
    await pass(3_600_000);
    expect(kinds()).toEqual(['started']);
    expect(settled).toEqual({});
  });

  it('for a while goes on then as if nothing had been', async () => {
    const { deliver, story, settled } = worker({ failures: [failure('hang', { forSeconds: 2 })] });
    deliver('orders/1');
    await pass(2400);
    expect(story()).toEqual(['0 started', '2300 effect']);
    expect(settled).toEqual({ 'orders/1': 'done' });
  });

  it('fails at the time limit', async () => {
    const { deliver, events, settled } = worker({ timeoutSeconds: 1, failures: [failure('hang')] });
    deliver('orders/1');
    await pass(5000);
    const why = 'no end within 1 s';
    expect(events()).toMatchObject([{ e: 'started' }, { e: 'failed', why, kind: 'timeout' }]);
    expect(settled).toEqual({ 'orders/1': { reject: { reason: why } } });
  });

  it('has its effect all the same when the hang is over, and that is all: nobody waits for it', async () => {
    const spec = {
      timeoutSeconds: 1,
      attempts: 2,
      idempotency: { mode: 'memory' },
      outcomes: [{ name: 'sent', share: 1, to: [{ queue: 'audit' }] }],
      failures: [failure('hang', { forSeconds: 2 })],
    } as const;
    const { deliver, story, published } = worker(spec);
    deliver('orders/1');
    await pass(5000);
    expect(story()).toEqual(['0 started', '1000 failed', '2300 effect']);
    expect(published).toEqual([]);
  });

  it('is refused its late effect by a provider that has seen the key', async () => {
    const select = { kind: 'messages', messages: [1] } as const;
    const spec = {
      timeoutSeconds: 1,
      idempotency: { mode: 'effect-key' },
      failures: [failure('hang', { select, forSeconds: 2 })],
    } as const;
    const { deliver, story } = worker(spec);
    deliver('orders/1');
    await pass(1000);
    deliver('orders/1', { payload: { repaired: true } });
    await pass(5000);
    expect(story()).toEqual([
      '0 started',
      '1000 failed',
      '1000 started',
      '1300 effect',
      '2300 suppressed by provider',
    ]);
  });

  it('that takes exactly the time limit is in time, and what is slower is not', async () => {
    const inTime = worker({ timeoutSeconds: 0.3 });
    const slow = worker({ timeoutSeconds: 0.2 });
    inTime.deliver('orders/1');
    slow.deliver('orders/1');
    await pass(1000);
    expect(inTime.kinds()).toEqual(['started', 'effect']);
    expect(slow.story()).toEqual(['0 started', '200 failed', '300 effect']);
  });

  it('tells the process of what goes wrong with its late effect', async () => {
    const { deliver, onError } = worker({
      timeoutSeconds: 1,
      idempotency: { mode: 'effect-key' },
      failures: [failure('hang', { forSeconds: 2 })],
    });
    deliver('orders/1');
    await pass(1500);
    rmSync(join(directory, 'stores'), { recursive: true });
    await pass(1500);
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'ENOENT' }));
  });
});

describe('work that crashes its process', () => {
  it('does so at its end, before the effect, and nothing follows', async () => {
    const { deliver, crash, kinds, settled } = worker({ failures: [failure('crash')] });
    deliver('orders/1');
    await pass(299);
    expect(crash).not.toHaveBeenCalled();
    await pass(1);
    expect(crash).toHaveBeenCalledOnce();
    await pass(5000);
    expect(kinds()).toEqual(['started']);
    expect(settled).toEqual({});
  });

  it('does so also after a time limit, which cancels nothing', async () => {
    const { deliver, crash, kinds } = worker({ timeoutSeconds: 0.1, failures: [failure('crash')] });
    deliver('orders/1');
    await pass(300);
    expect(kinds()).toEqual(['started', 'failed']);
    expect(crash).toHaveBeenCalledOnce();
  });
});

describe('a second delivery', () => {
  const again = { attempt: 2, redelivered: 'yes' } as const;

  it.each([
    ['none', 'effect', 'effect'],
    ['memory', 'suppressed by memory', 'effect'],
    ['delivery-log before', 'suppressed by delivery-log', 'suppressed by delivery-log'],
    ['delivery-log after', 'suppressed by delivery-log', 'suppressed by delivery-log'],
    ['effect-key', 'suppressed by provider', 'suppressed by provider'],
  ])('with %s, here: %s; in another process: %s', async (name, here, elsewhere) => {
    const idempotency = modes.find((mode) => nameOf(mode) === name) as Idempotency;
    const [one, other] = [worker({ idempotency }), worker({ idempotency })];
    one.deliver('orders/1');
    await pass(400);
    one.deliver('orders/1', again);
    other.deliver('orders/1', again);
    await pass(400);
    expect(one.kinds()).toEqual(['started', 'effect', 'started', here]);
    expect(other.kinds()).toEqual(['started', elsewhere]);
    expect(other.settled).toEqual({ 'orders/1': 'done' });
  });

  it.each([
    ['none', 'effect'],
    ['memory', 'effect'],
    // Whoever made the record never had the effect: this one is lost.
    ['delivery-log before', 'suppressed by delivery-log'],
    ['delivery-log after', 'effect'],
    ['effect-key', 'effect'],
  ])('after an attempt that failed, with %s: %s', async (name, second) => {
    const idempotency = modes.find((mode) => nameOf(mode) === name) as Idempotency;
    const first = { ...failure('fail'), toSeconds: 0.1 };
    const { deliver, kinds } = worker({ idempotency, attempts: 2, failures: [first] });
    deliver('orders/1');
    await pass(300);
    deliver('orders/1', { attempt: 2, failures: 1 });
    await pass(400);
    expect(kinds()).toEqual(['started', 'failed', 'started', second]);
  });

  it.each([
    ['none', ['effect', 'effect']],
    ['memory', ['effect', 'effect']],
    ['delivery-log before', ['suppressed by delivery-log', 'effect']],
    ['delivery-log after', ['effect', 'effect']],
    ['effect-key', ['effect', 'suppressed by provider']],
  ])('at the same time, with %s: %j', async (name, ends) => {
    const idempotency = modes.find((mode) => nameOf(mode) === name) as Idempotency;
    const { deliver, kinds } = worker({ idempotency });
    deliver('orders/1');
    deliver('orders/1', again);
    await pass(400);
    expect(kinds().filter((kind) => kind !== 'started')).toEqual(ends);
  });

  it('that is suppressed is published on and waits before it is acknowledged', async () => {
    const spec = {
      idempotency: { mode: 'memory' },
      outcomes: [{ name: 'sent', share: 1, to: [{ queue: 'audit' }] }],
    } as const;
    const { deliver, story, settled, published } = worker(spec);
    deliver('orders/1');
    await pass(400);
    deliver('orders/1', again);
    delete settled['orders/1'];
    await pass(99);
    expect(settled).toEqual({});
    await pass(1);
    expect(settled).toEqual({ 'orders/1': 'done' });
    expect(published).toHaveLength(2);
    expect(story().slice(-4)).toEqual([
      '400 started',
      '400 suppressed by memory',
      '400 attempted',
      '400 acknowledged',
    ]);
  });
});

describe('a kill', () => {
  const points = ['before-effect', 'after-effect', 'before-acknowledge'] as const;
  const table: Readonly<Record<string, Readonly<Record<(typeof points)[number], string>>>> = {
    none: {
      'before-effect': 'effect',
      'after-effect': 'effect',
      'before-acknowledge': 'effect',
    },
    memory: {
      'before-effect': 'effect',
      'after-effect': 'effect',
      'before-acknowledge': 'effect',
    },
    'delivery-log before': {
      'before-effect': 'suppressed by delivery-log',
      'after-effect': 'suppressed by delivery-log',
      'before-acknowledge': 'suppressed by delivery-log',
    },
    'delivery-log after': {
      'before-effect': 'effect',
      'after-effect': 'effect',
      'before-acknowledge': 'suppressed by delivery-log',
    },
    'effect-key': {
      'before-effect': 'effect',
      'after-effect': 'suppressed by provider',
      'before-acknowledge': 'suppressed by provider',
    },
  };
  const cases = modes.flatMap((idempotency) =>
    points.map((point) => [nameOf(idempotency), point, idempotency] as const),
  );

  it.each(cases)('with %s, %s: what the next worker makes of it', async (name, point, idempotency) => {
    const killed = worker({ idempotency });
    killed.gate.arm({ point });
    killed.deliver('orders/1');
    await pass(1000);
    expect(killed.moment).toHaveBeenCalledOnce();
    expect(killed.settled).toEqual({});
    expect(killed.kinds()).toEqual(point === 'before-effect' ? ['started'] : ['started', 'effect']);
    const next = worker({ idempotency });
    next.deliver('orders/1', { attempt: 2, redelivered: 'yes' });
    await pass(1000);
    expect(next.kinds()).toEqual(['started', table[name]?.[point]]);
  });

  it('after the effect comes before, one before the acknowledgement after, what is published on', async () => {
    const outcomes = [{ name: 'sent', share: 1, to: [{ queue: 'audit' }] }];
    const published: number[] = [];
    for (const point of ['after-effect', 'before-acknowledge'] as const) {
      const subject = worker({ outcomes });
      subject.gate.arm({ point });
      subject.deliver('orders/1');
      await pass(1000);
      expect(subject.moment).toHaveBeenCalledOnce();
      published.push(subject.published.length);
    }
    expect(published).toEqual([0, 1]);
  });

  it('has its moment when those that failed or were suppressed have ended', async () => {
    const select = { kind: 'messages', messages: [1] } as const;
    const spec = {
      idempotency: { mode: 'memory' },
      attempts: 2,
      failures: [failure('fail', { select })],
    } as const;
    const { deliver, gate, moment, listener, settled } = worker(spec);
    deliver('orders/2');
    await pass(400);
    listener.settled('orders/2', 'ok');
    gate.arm({ point: 'after-effect' });
    for (const id of ['orders/1', 'orders/2', 'orders/3']) deliver(id);
    await pass(400);
    expect(moment).not.toHaveBeenCalled();
    expect(Object.keys(settled).sort()).toEqual(['orders/1', 'orders/2']);
    listener.settled('orders/1', 'ok');
    listener.settled('orders/2', 'ok');
    expect(moment).toHaveBeenCalledOnce();
  });

  it('that has its moment lets no failure, crash or late effect of another delivery happen', async () => {
    const befalling = (
      kind: FailureSpec['kind'],
      message: number,
      more: Partial<FailureSpec> = {},
    ): FailureSpec =>
      failure(kind, { select: { kind: 'messages', messages: [message] }, afterSeconds: 0.6, ...more });
    const failures = [befalling('fail', 1), befalling('crash', 2), befalling('hang', 3, { forSeconds: 0.1 })];
    const { deliver, gate, moment, crash, kinds } = worker({ failures, timeoutSeconds: 0.65 });
    for (const id of ['orders/1', 'orders/2', 'orders/3', 'orders/4']) deliver(id);
    await pass(0);
    gate.arm({ point: 'random', passage: 1 });
    await pass(5000);
    expect(moment).toHaveBeenCalledOnce();
    expect(crash).not.toHaveBeenCalled();
    expect(kinds()).toEqual(['started', 'started', 'started', 'started']);
  });

  it('that is called off lets all go on', async () => {
    const { deliver, gate, settled } = worker();
    gate.arm({ point: 'before-acknowledge' });
    deliver('orders/1');
    await pass(1000);
    gate.disarm();
    await pass(0);
    expect(settled).toEqual({ 'orders/1': 'done' });
  });
});

describe('what is published on', () => {
  const outcomes = [{ name: 'sent', share: 1, to: [{ queue: 'audit' }, { queue: 'archive' }] }];

  it('goes to each queue of the outcome after the effect, by its name there and with the order that it is about', async () => {
    const { deliver, events, story, published, settled } = worker({ outcomes });
    deliver('orders/7.intake');
    await pass(400);
    expect(story()).toEqual([
      '0 started',
      '300 effect',
      '300 attempted',
      '300 acknowledged',
      '300 attempted',
      '300 acknowledged',
    ]);
    const [attempted] = events().filter((event) => event.e === 'attempted');
    expect(attempted).toMatchObject({ q: 'audit', m: 'orders/7.intake.emails', due: expect.any(Number) });
    expect(published).toEqual(
      ['audit', 'archive'].map((target) => ({
        target,
        id: 'orders/7.intake.emails',
        payload: { order: 7, correlation: 'orders/7' },
      })),
    );
    expect(settled).toEqual({ 'orders/7.intake': 'done' });
  });

  it('is done by the outcome that was drawn for the message', async () => {
    const drawn = [
      { name: 'reserved', share: 0.5, to: [{ queue: 'audit' }] },
      { name: 'failed', share: 0.5, to: [] },
    ];
    const { deliver, published, kinds } = worker({ outcomes: drawn });
    for (let i = 1; i <= 40; i++) deliver(`orders/${i}`);
    await pass(400);
    expect(kinds().filter((kind) => kind === 'effect')).toHaveLength(40);
    expect(published.length).toBeGreaterThan(5);
    expect(published.length).toBeLessThan(35);
  });

  it('counts as there where the broker has it already', async () => {
    const { deliver, kinds, settled } = worker({ outcomes }, { outcome: () => ({ outcome: 'merged' }) });
    deliver('orders/1');
    await pass(400);
    expect(kinds().slice(2)).toEqual(['attempted', 'merged', 'attempted', 'merged']);
    expect(settled).toEqual({ 'orders/1': 'done' });
  });

  it.each(['refused', 'unknown'] as const)(
    'is tried again with the whole message where it is %s',
    async (how) => {
      const outcome = (target: string): PublishOutcome =>
        target === 'archive' ? { outcome: how, reason: 'cut off' } : { outcome: 'acknowledged' };
      const { deliver, events, kinds, settled } = worker({ outcomes }, { speed: 2, outcome });
      deliver('orders/1', { failures: 5 });
      await pass(400);
      const reason = 'could not publish on to archive: cut off';
      expect(kinds().slice(2)).toEqual(['attempted', 'acknowledged', 'attempted', how, 'failed']);
      expect(events().at(-1)).toMatchObject({ why: reason, kind: 'error', again: 500_000 });
      expect(settled).toEqual({ 'orders/1': { retry: { reason, afterSeconds: 0.5 } } });
    },
  );
});
