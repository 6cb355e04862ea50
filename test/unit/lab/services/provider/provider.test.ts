import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProviderSpec } from '../../../../../src/scenario/types.js';
import { callFor, providerIn } from './in-process-provider.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'launchpad-test-'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

/** `email`: one each 200 ms, 100 ms each. */
const provider = (overrides: Partial<ProviderSpec> = {}, speed = 1) =>
  providerIn(directory, overrides, speed);
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe('a provider', () => {
  it('does one after the other, at its pace, and answers each when it is done', async () => {
    const { call, story, answers, provider: subject } = provider();
    for (const n of [1, 2, 3]) call(`orders/${n}`);
    expect([subject.waiting, subject.inService]).toEqual([2, 1]);
    await pass(99);
    expect(answers).toEqual([]);
    await pass(401);
    expect(story()).toEqual([
      '0 called orders/1',
      '0 called orders/2',
      '0 called orders/3',
      '100 effect orders/1',
      '300 effect orders/2',
      '500 effect orders/3',
    ]);
    expect(answers).toEqual([1, 2, 3].map((n) => [`orders/${n}`, 'done']));
    expect([subject.waiting, subject.inService]).toEqual([0, 0]);
  });

  it('is so much faster at speed', async () => {
    const { call, story } = provider({}, 10);
    for (const n of [1, 2]) call(`orders/${n}`);
    await pass(30);
    expect(story().slice(2)).toEqual(['10 effect orders/1', '30 effect orders/2']);
  });

  it('has several in service where its latency is longer than its pace', async () => {
    const { call, provider: subject } = provider({ latency: { kind: 'constant', meanSeconds: 1 } });
    for (const n of [1, 2, 3]) call(`orders/${n}`);
    await pass(400);
    expect([subject.waiting, subject.inService]).toEqual([0, 3]);
  });

  it('turns away whom its waiting room has no place for, and says how long the next start is away', async () => {
    const { call, story, answers, provider: subject } = provider({ waitingRoom: 1 });
    call('orders/1');
    call('orders/2');
    await pass(50);
    await expect(subject.call(callFor('orders/3'))).resolves.toEqual({
      status: 'turned-away',
      nextSeconds: 0.15,
    });
    expect(story()).toEqual(['0 called orders/1', '0 called orders/2', '50 turned-away orders/3']);
    expect(subject.recordOf('emails', 'orders/3')).toBeNull();
    await pass(1000);
    expect(answers).toHaveLength(2);
  });

  it('writes down who called, how many waited, and a correlation id that is not the order', async () => {
    const { call, events } = provider();
    call('orders/1.intake', { correlation: 'orders/1', pid: 42 });
    call('guest/1', { correlation: 'from-the-shop', key: 'a' });
    call('orders/2');
    await pass(1000);
    expect(events().slice(0, 3)).toEqual([
      { t: 0, e: 'called', s: 'email', q: 'emails', m: 'orders/1.intake', waiting: 0, pid: 42 },
      { t: 0, e: 'called', s: 'email', q: 'emails', m: 'guest/1', waiting: 0, c: 'from-the-shop' },
      { t: 0, e: 'called', s: 'email', q: 'emails', m: 'orders/2', waiting: 1 },
    ]);
    expect(events()[3]).toEqual({
      t: 100_000,
      e: 'effect',
      q: 'emails',
      m: 'orders/1.intake',
      s: 'email',
      pid: 42,
    });
    expect(events()[4]).toMatchObject({ e: 'effect', m: 'guest/1', c: 'from-the-shop' });
  });

  it('draws a latency for each time that it is called for a message', async () => {
    const spec = { latency: { kind: 'exponential', meanSeconds: 1 } } as const;
    const times = async (): Promise<number[]> => {
      const { call, events } = provider({ ...spec, capacity: { count: 1, perSeconds: 0.001 } });
      for (let i = 0; i < 3; i++) {
        call('orders/1');
        await pass(20_000);
      }
      const at = (kind: string) => events().flatMap(({ t, e }) => (e === kind ? [t] : []));
      const [called, effects] = [at('called'), at('effect')];
      return effects.map((t, i) => Math.round((t - (called[i] ?? 0)) / 1000));
    };
    const first = await times();
    expect(new Set(first).size).toBe(3);
    rmSync(directory, { recursive: true });
    expect(await times()).toEqual(first);
  });
});

describe('an idempotency key', () => {
  const key = 'emails:orders/1';

  it('that is known is answered at once, and takes no capacity', async () => {
    const { call, story, answers } = provider({ waitingRoom: 0 });
    call('orders/1', { key });
    await pass(150);
    call('orders/1', { key });
    await pass(0);
    expect(answers).toEqual([
      ['orders/1', 'done'],
      ['orders/1', 'replayed'],
    ]);
    expect(story()).toEqual(['0 called orders/1', '100 effect orders/1', '150 suppressed orders/1']);
  });

  it('whose first call is still waiting or in service waits for that', async () => {
    const { call, story, answers, provider: subject } = provider({ waitingRoom: 1 });
    call('orders/2');
    call('orders/1', { key });
    call('orders/1', { key });
    await pass(210);
    call('orders/1', { key });
    expect([subject.waiting, subject.inService]).toEqual([0, 1]);
    await pass(1000);
    expect(story().slice(2)).toEqual([
      '100 effect orders/2',
      '300 effect orders/1',
      '300 suppressed orders/1',
      '300 suppressed orders/1',
    ]);
    expect(answers.map(([, answer]) => answer)).toEqual(['done', 'done', 'replayed', 'replayed']);
  });

  it('whose first call was turned away is as good as new', async () => {
    const { call, answers, story } = provider({ waitingRoom: 0 });
    call('orders/2');
    call('orders/1', { key });
    call('orders/1', { key });
    await pass(300);
    expect(story().slice(1)).toEqual([
      '0 turned-away orders/1',
      '0 turned-away orders/1',
      '100 effect orders/2',
    ]);
    call('orders/1', { key });
    await pass(300);
    expect(answers.at(-1)).toEqual(['orders/1', 'done']);
  });

  it('without one, and with one that came with another message, is done again', async () => {
    const { call, story } = provider();
    call('orders/1', { key });
    call('orders/1');
    call('orders/2', { key });
    await pass(1000);
    expect(story().filter((line) => line.includes('effect'))).toHaveLength(3);
  });

  it('is known to the next process too, and so is what was done', async () => {
    const killed = provider({}, 10);
    killed.call('orders/1', { key });
    killed.call('orders/3');
    await pass(30);
    writeFileSync(join(directory, 'provider-email-0.ndjson'), '{"t":5,"e":"effect","q":"emails","m":"ord');
    const { call, answers, provider: next } = provider({}, 10);
    call('orders/1', { key });
    await pass(0);
    expect(answers).toEqual([['orders/1', 'replayed']]);
    expect(next.recordOf('emails', 'orders/1')).toEqual({
      queue: 'emails',
      message: 'orders/1',
      effects: [{ atSeconds: 0.1 }],
      suppressed: [{ atSeconds: 0 }],
    });
    expect(next.recordOf('emails', 'orders/3')?.effects).toEqual([{ atSeconds: 0.3 }]);
    expect(next.recordOf('payments', 'orders/1')).toBeNull();
  });

  it('that a process left which was killed before its effect is as good as new', async () => {
    const killed = provider();
    killed.keys.add(`${key} emails orders/1`);
    const { call, answers, story } = provider();
    call('orders/1', { key });
    await pass(150);
    call('orders/1', { key });
    await pass(0);
    expect(answers.map(([, answer]) => answer)).toEqual(['done', 'replayed']);
    expect(story().map((line) => line.replace(/^\d+ /, ''))).toEqual([
      'called orders/1',
      'effect orders/1',
      'suppressed orders/1',
    ]);
  });

  it('whose effect a process has after its successor had begun is known to that', async () => {
    const stopping = provider();
    stopping.call('orders/1', { key });
    const { call, answers } = provider();
    await pass(150);
    call('orders/1', { key });
    await pass(0);
    expect(answers).toEqual([['orders/1', 'replayed']]);
  });

  it('that another provider knows, whose name begins alike, means nothing here', async () => {
    const other = providerIn(directory, { name: 'email-eu' });
    other.call('orders/1', { key });
    await pass(200);
    const { call, answers, provider: subject } = provider();
    expect(subject.recordOf('emails', 'orders/1')).toBeNull();
    call('orders/1', { key });
    await pass(200);
    expect(answers).toEqual([['orders/1', 'done']]);
  });
});

describe('a provider that falls over', () => {
  const fallOver = { afterSeconds: 2, backSeconds: 5 };

  it('does so when its waiting room has been full for so long', async () => {
    const { call, story, fallOver: gone } = provider({ waitingRoom: 2, fallOver }, 2);
    let n = 0;
    for (let i = 0; i < 200 && gone.mock.calls.length === 0; i++) {
      call(`orders/${++n}`);
      await pass(10);
    }
    expect(gone).toHaveBeenCalledOnce();
    // The third call took the last place, at 20 ms.
    expect(story().at(-1)).toBe('1020 fell-over');
  });

  it('and whose callers leave it room again in time does not', async () => {
    const { call, fallOver: gone } = provider({ waitingRoom: 2, fallOver });
    for (let turn = 0; turn < 10; turn++) {
      for (let i = 0; i < 20; i++) call(`orders/${turn * 20 + i + 1}`);
      await pass(1000);
    }
    expect(gone).not.toHaveBeenCalled();
  });

  it('does not, where that is not set', async () => {
    const { call, fallOver: gone, answers } = provider({ waitingRoom: 2 });
    for (let i = 1; i < 400; i++) {
      call(`orders/${i}`);
      await pass(10);
    }
    expect(gone).not.toHaveBeenCalled();
    expect(answers.filter(([, answer]) => answer === 'done').length).toBeGreaterThanOrEqual(19);
  });
});

describe('a provider that is stopped', () => {
  it('finishes what is in service, and has done nothing for the others', async () => {
    const { call, story, answers, provider: subject } = provider();
    for (const n of [1, 2]) call(`orders/${n}`);
    call('orders/2', { key: 'a' });
    call('orders/2', { key: 'a' });
    const stopped = vi.fn();
    void subject.stop().then(stopped);
    call('orders/3');
    await pass(99);
    expect(stopped).not.toHaveBeenCalled();
    await pass(1);
    expect(stopped).toHaveBeenCalledOnce();
    await pass(1000);
    expect(story().slice(3)).toEqual(['100 effect orders/1']);
    expect(answers.map(([, answer]) => answer).sort()).toEqual(['done', ...Array(4).fill('stopping')]);
  });

  it('is gone at once where nothing is in service', async () => {
    await expect(provider().provider.stop()).resolves.toBeUndefined();
  });
});
