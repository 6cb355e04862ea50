import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Depth } from '../../../src/broker/types.js';
import { Sampler } from '../../../src/lab/sampler.js';
import { labLedger } from './fakes.js';

const depth = (ready: number): Depth => ({ ready, inFlight: 1, delayed: 2, dead: 3 });

/** A sampler of a broker that can be away. */
function sampling(queues: readonly string[] = ['emails']) {
  const broker = {
    away: false,
    asked: 0,
    depth(queue: string): Promise<Depth> {
      this.asked++;
      return this.away
        ? Promise.reject(new Error('connect ECONNREFUSED'))
        : Promise.resolve(depth(queue.length));
    },
  };
  const { ledger, events } = labLedger();
  return { broker, events, sampler: new Sampler(broker, queues, ledger) };
}

describe('the sampler', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('reads the depth of every queue ten times a second, until its end', async () => {
    const { broker, sampler, events } = sampling(['emails', 'payments']);
    sampler.start();
    await vi.advanceTimersByTimeAsync(950);
    await sampler.end();
    await vi.advanceTimersByTimeAsync(1000);
    expect(broker.asked).toBe(20);
    expect(events()).toHaveLength(20);
    expect(events().slice(0, 2)).toMatchObject([
      { e: 'depth', q: 'emails', ready: 6, inFlight: 1, delayed: 2, dead: 3 },
      { e: 'depth', q: 'payments', ready: 8, inFlight: 1, delayed: 2, dead: 3 },
    ]);
    expect([...sampler.latest]).toEqual([
      ['emails', depth(6)],
      ['payments', depth(8)],
    ]);
  });

  it('gives a fresh reading only to who asked before it began', async () => {
    const { sampler, broker } = sampling();
    let fresh = false;
    sampler.start();
    void sampler.fresh().then(() => {
      fresh = true;
    });
    await vi.advanceTimersByTimeAsync(99);
    expect({ fresh, asked: broker.asked }).toEqual({ fresh: false, asked: 1 });
    await vi.advanceTimersByTimeAsync(1);
    expect({ fresh, asked: broker.asked }).toEqual({ fresh: true, asked: 2 });
    await sampler.end();
  });

  it('says once that the broker is away, and once that it is back; who waits for a reading waits on', async () => {
    const { sampler, broker, events } = sampling();
    let fresh = false;
    broker.away = true;
    sampler.start();
    void sampler.fresh().then(() => {
      fresh = true;
    });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(fresh).toBe(false);
    broker.away = false;
    await vi.advanceTimersByTimeAsync(100);
    await sampler.end();
    expect(fresh).toBe(true);
    expect(events()).toMatchObject([
      { e: 'broker-lost', why: 'connect ECONNREFUSED' },
      { e: 'broker-back', why: 'the broker answers again' },
      { e: 'depth', q: 'emails' },
    ]);
  });

  it('gives a broker up that is away for more than ten seconds in a row', async () => {
    const { sampler, broker } = sampling();
    const gaveUp: string[] = [];
    void sampler.gaveUp.then((reason) => gaveUp.push(reason));
    broker.away = true;
    sampler.start();
    await vi.advanceTimersByTimeAsync(9_000);
    broker.away = false;
    await vi.advanceTimersByTimeAsync(200);
    broker.away = true;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gaveUp).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    await sampler.end();
    expect(gaveUp).toEqual(['the broker did not answer for 10 s: connect ECONNREFUSED']);
  });
});
