import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutgoingMessage, PublishOutcome } from '../../../src/broker/types.js';
import type { Publish } from '../../../src/lab/outcomes.js';
import { produce } from '../../../src/lab/producer/loop.js';
import type { ProducerSetup } from '../../../src/lab/protocol.js';
import type { AttemptedEvent, LedgerEvent } from '../../../src/ledger/events.js';
import { Clock, LedgerWriter } from '../../../src/ledger/write.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'launchpad-test-'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

interface Start {
  readonly perSecond: number;
  readonly forSeconds: number;
  readonly speed?: number;
  readonly to?: readonly string[];
  readonly giveUpSeconds?: number;
  readonly resubmitSeconds?: readonly number[];
  readonly publish?: Publish;
}

const acknowledge = async (_queue: string, messages: readonly OutgoingMessage[]): Promise<PublishOutcome[]> =>
  messages.map(() => ({ outcome: 'acknowledged' }));

/** Starts a producer whose clock begins now; time passes only when the test says so. */
function start({
  perSecond,
  forSeconds,
  speed = 1,
  to = ['emails'],
  giveUpSeconds,
  resubmitSeconds = [],
  publish = acknowledge,
}: Start) {
  const curve = [
    { startSeconds: 0, endSeconds: forSeconds, fromPerSecond: perSecond, toPerSecond: perSecond },
  ];
  const setup: ProducerSetup = {
    role: 'producer',
    orderServiceUrl: null,
    driver: 'none',
    url: '',
    namespace: '',
    queues: [],
    storesDirectory: '',
    ledgerDirectory: directory,
    ledgerFile: 'producer-orders',
    seed: 1,
    speed,
    producer: {
      name: 'orders',
      curve,
      arrivals: 'constant',
      scheduled: perSecond * forSeconds,
      firstDueSeconds: 0,
      lastDueSeconds: forSeconds - 1 / perSecond,
      to,
      giveUpSeconds: giveUpSeconds ?? null,
      resubmitSeconds,
      via: 'queue',
      patienceSeconds: 30,
    },
  };
  const clock = new Clock(process.hrtime.bigint());
  const ledger = new LedgerWriter(directory, 'producer-orders', clock, { role: 'producer', name: 'orders' });
  const abort = new AbortController();
  const done = produce(setup, publish, clock, ledger, abort.signal);
  return { done, abort };
}

function events(): LedgerEvent[] {
  const text = readFileSync(join(directory, 'producer-orders.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LedgerEvent);
}

const attempts = (): AttemptedEvent[] => events().filter((event) => event.e === 'attempted');
const lags = (): number[] => attempts().map(({ t, due }) => t - due);

describe('the producer', () => {
  it.each([
    { perSecond: 100, forSeconds: 3, speed: 1, interval: 10_000 },
    { perSecond: 100, forSeconds: 3, speed: 5, interval: 2000 },
    { perSecond: 4, forSeconds: 10, speed: 10, interval: 25_000 },
  ])('attempts $perSecond/s at speed $speed each at its time', async ({ interval, ...plan }) => {
    const { done } = start(plan);
    await vi.advanceTimersByTimeAsync((plan.forSeconds * 1000) / plan.speed);
    await done;
    expect(attempts().map(({ m }) => m)).toEqual(
      Array.from({ length: plan.perSecond * plan.forSeconds }, (_, i) => `orders/${i + 1}`),
    );
    expect(attempts().map(({ due }) => due)).toEqual(attempts().map((_, i) => i * interval));
    expect(Math.min(...lags())).toBeGreaterThanOrEqual(0);
    expect(Math.max(...lags())).toBeLessThan(2000);
  });

  it('gives each message to each of its queues', async () => {
    const { done } = start({ perSecond: 10, forSeconds: 1, to: ['emails', 'payments'] });
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    for (const queue of ['emails', 'payments'])
      expect(attempts().filter(({ q }) => q === queue)).toHaveLength(10);
  });

  it('writes that it attempts before it publishes, and the outcome as it was', async () => {
    const outcomes: PublishOutcome[] = [
      { outcome: 'acknowledged' },
      { outcome: 'refused', reason: 'away' },
      { outcome: 'unknown', reason: 'cut off' },
      { outcome: 'merged' },
    ];
    const written: number[] = [];
    const publish: Publish = async (_queue, messages) => {
      written.push(attempts().length);
      return messages.map((message) => outcomes[Number(message.id.split('/')[1]) - 1] as PublishOutcome);
    };
    const { done } = start({ perSecond: 4, forSeconds: 1, publish });
    await vi.advanceTimersByTimeAsync(1000);
    await done;
    expect(written).toEqual([1, 2, 3, 4]);
    expect(
      events().flatMap((event) => (event.e === 'opened' || event.e === 'attempted' ? [] : [event.e])),
    ).toEqual(outcomes.map(({ outcome }) => outcome));
  });

  it('sends late what could not be sent in time, all of it, and the schedule stays where it was', async () => {
    let answer: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const publish: Publish = async (queue, messages) => {
      await blocked;
      return acknowledge(queue, messages);
    };
    const { done } = start({ perSecond: 1000, forSeconds: 2, publish });
    await vi.advanceTimersByTimeAsync(3000);
    const before = attempts().length;
    expect(before).toBeGreaterThanOrEqual(500);
    expect(before).toBeLessThan(2000);
    answer();
    await vi.advanceTimersByTimeAsync(10);
    await done;
    expect(attempts()).toHaveLength(2000);
    expect(attempts().map(({ due }) => due)).toEqual(Array.from({ length: 2000 }, (_, i) => i * 1000));
    expect(Math.max(...lags())).toBeGreaterThan(1_000_000);
  });

  it('drops what is later than it may be', async () => {
    let answer: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const publish: Publish = async (queue, messages) => {
      await blocked;
      return acknowledge(queue, messages);
    };
    const { done } = start({ perSecond: 1000, forSeconds: 2, giveUpSeconds: 0.1, publish });
    await vi.advanceTimersByTimeAsync(3000);
    const before = attempts().length;
    answer();
    await vi.advanceTimersByTimeAsync(10);
    await done;
    expect(attempts()).toHaveLength(before);
  });

  it('ends when it is told to, with what is in flight left without an outcome', async () => {
    const { done, abort } = start({
      perSecond: 100,
      forSeconds: 10,
      publish: () => new Promise(() => undefined),
    });
    await vi.advanceTimersByTimeAsync(1000);
    abort.abort();
    await done;
    expect(attempts()).toHaveLength(101);
    expect(events().filter((event) => event.e === 'acknowledged')).toEqual([]);
  });

  it('publishes each message again at its times, as a further copy with the same payload', async () => {
    const published: unknown[] = [];
    const publish: Publish = async (queue, messages) => {
      published.push(...messages);
      return acknowledge(queue, messages);
    };
    const { done } = start({ perSecond: 2, forSeconds: 1, speed: 10, resubmitSeconds: [3, 0.5], publish });
    await vi.advanceTimersByTimeAsync(400);
    await done;
    expect(attempts().map(({ m, due }) => [m, due])).toEqual([
      ['orders/1', 0],
      // Due together with the first copy of the second: the earlier copy goes first.
      ['orders/2', 50_000],
      ['orders/1', 50_000],
      ['orders/2', 100_000],
      ['orders/1', 300_000],
      ['orders/2', 350_000],
    ]);
    expect(published).toEqual(
      [
        [1, 1],
        [2, 1],
        [1, 2],
        [2, 2],
        [1, 3],
        [2, 3],
      ].map(([order, copy]) => ({
        id: `orders/${order}`,
        copy,
        payload: { order, correlation: `orders/${order}` },
      })),
    );
    expect(Math.max(...lags())).toBeLessThan(2000);
  });

  it('gives up on a further copy that is too late, too', async () => {
    let answer: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const publish: Publish = async (queue, messages) => {
      await blocked;
      return acknowledge(queue, messages);
    };
    const { done } = start({
      perSecond: 1000,
      forSeconds: 1,
      giveUpSeconds: 0.1,
      resubmitSeconds: [1],
      publish,
    });
    await vi.advanceTimersByTimeAsync(3000);
    const before = attempts().length;
    answer();
    await vi.advanceTimersByTimeAsync(10);
    await done;
    expect(before).toBeLessThan(1000);
    expect(attempts()).toHaveLength(before);
  });

  it('ends at once with what goes wrong in the lab, however long it is to the next message', async () => {
    const broken = new Error('no space left');
    const { done } = start({ perSecond: 1, forSeconds: 100, publish: () => Promise.reject(broken) });
    const ended = expect(done).rejects.toBe(broken);
    await vi.advanceTimersByTimeAsync(10);
    await ended;
    expect(attempts()).toHaveLength(1);
  });
});
