import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forecast } from '../../../../src/analysis/index.js';
import { AbortWatch, mayAbort } from '../../../../src/cli/abort/watch.js';
import type { AbortRequest } from '../../../../src/lab/run.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import type { TailedEvent } from '../../../../src/ledger/tail.js';
import type { Plan } from '../../../../src/plan/types.js';
import { parseExpectation } from '../../../../src/scenario/index.js';
import type { ExpectationSpec } from '../../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';

const scopes = { queues: ['emails'], producers: ['orders'], byHttp: [], services: [] };

function aborting(expression: string): ExpectationSpec {
  const read = parseExpectation(expression, scopes);
  if (!read.ok) throw new Error(read.message);
  return { ...read.value, abort: true };
}

/** 100/s for 3 s into 5/s at speed 2, so that a scenario second is half a real one. */
function planWith(...expect: readonly ExpectationSpec[]): Plan {
  return tinyPlan({
    speed: 2,
    producers: [tinyProducer({ phases: [{ forSeconds: 3, fromPerSecond: 100, toPerSecond: 100 }] })],
    queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5 })],
    expect,
  });
}

/** A run whose ledger and clock are told by hand. Times in scenario seconds. */
class Told {
  readonly requests: AbortRequest[] = [];
  readonly watch: AbortWatch;
  private news: TailedEvent[] = [];
  private now = 0;
  closed = 0;

  constructor(plan: Plan) {
    const info = { launchpad: '1', node: '20' };
    this.watch = new AbortWatch(
      {
        plan,
        prediction: forecast(plan, info),
        tail: { poll: () => this.news.splice(0), close: () => this.closed++ },
        clock: { now: () => this.now },
      },
      (request) => this.requests.push(request),
    );
  }

  tell(seconds: number, event: Record<string, unknown>, file = 'a'): void {
    this.news.push({
      event: { t: (seconds * 1e6) / 2, q: 'emails', ...event } as unknown as LedgerEvent,
      file,
    });
  }

  /** Messages that arrive one after the other, a hundredth of a second apart, from then on. */
  arrive(seconds: number, from: number, to: number): void {
    for (let i = from; i <= to; i++) {
      const at = seconds + (i - from) / 100;
      this.tell(at, { e: 'attempted', m: `orders/${i}`, due: (at * 1e6) / 2 });
      this.tell(at + 0.001, { e: 'acknowledged', m: `orders/${i}` });
    }
  }

  look(seconds: number): void {
    this.now = (seconds * 1e6) / 2;
    this.watch.look();
  }
}

describe('the watch over expectations that may end a run', () => {
  // It looks when it is told to.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is there only where one may', () => {
    const plain = parseExpectation('lost == 0', scopes);
    if (!plain.ok) throw new Error(plain.message);
    expect(mayAbort(planWith(plain.value))).toBe(false);
    expect(mayAbort(planWith(plain.value, aborting('backlog.peak <= 5')))).toBe(true);
  });

  it('asks once for the end, with what was seen and when, and follows the run no more', () => {
    const told = new Told(planWith(aborting('emails.backlog.peak <= 20')));
    told.arrive(0, 1, 20);
    told.look(1);
    expect(told.requests).toEqual([]);
    told.arrive(1, 21, 40);
    told.look(2);
    told.look(3);
    expect(told.requests).toEqual([
      {
        expectation: 'emails.backlog.peak <= 20',
        detail: "emails.backlog.peak <= 20 can't be met any more: it was 21 at 1.01 s",
      },
    ]);
    expect(told.closed).toBeGreaterThan(0);
  });

  it('waits with what is young, for files are read one after the other', () => {
    const told = new Told(planWith(aborting('emails.backlog.peak <= 20')));
    told.arrive(0, 1, 21);
    // The effect is older than the latest arrival, and comes into its file later.
    told.look(0.3);
    expect(told.requests).toEqual([]);
    told.tell(0.15, { e: 'started', m: 'orders/1' }, 'b');
    told.tell(0.16, { e: 'effect', m: 'orders/1' }, 'b');
    told.look(1);
    expect(told.requests).toEqual([]);
  });

  it('takes no message for one that waits before it is known to have arrived', () => {
    const told = new Told(planWith(aborting('emails.backlog.peak <= 20')));
    for (let i = 1; i <= 40; i++) told.tell(i / 100, { e: 'attempted', m: `orders/${i}`, due: 0 });
    for (let i = 1; i <= 30; i++) told.tell(0.5, { e: 'refused', m: `orders/${i}` });
    told.look(2);
    expect(told.requests).toEqual([]);
  });

  it('sees what changes while nothing happens', () => {
    const told = new Told(planWith(aborting('emails.oldestAge < 2s')));
    told.arrive(0, 1, 2);
    told.look(1.9);
    expect(told.requests).toEqual([]);
    told.look(2.4);
    expect(told.requests).toMatchObject([{ detail: expect.stringContaining('it was 2.2 s at 2.2 s') }]);
  });

  it('takes a queue for not drained while the broker has messages, too', () => {
    const told = new Told(planWith(aborting('emails.drainedAt <= 4s')));
    const depth = { e: 'depth', inFlight: 0, delayed: 0, dead: 0 };
    told.arrive(0, 1, 2);
    told.tell(3.9, { ...depth, ready: 2 });
    told.look(6);
    // Lost, perhaps.
    told.tell(6.1, { ...depth, ready: 0 });
    told.look(7);
    expect(told.requests).toEqual([]);
    told.tell(7.1, { ...depth, ready: 1 });
    told.look(8);
    expect(told.requests).toMatchObject([
      { detail: "emails.drainedAt <= 4s can't be met any more: it was not drained at 7.1 s" },
    ]);
  });

  it('holds against the prediction what is to be within it', () => {
    // 285 are predicted to wait at the most.
    const told = new Told(planWith(aborting('emails.backlog.peak within 3% of predicted')));
    told.arrive(0, 1, 290);
    told.look(4);
    expect(told.requests).toEqual([]);
    told.arrive(4, 291, 300);
    told.look(6);
    expect(told.requests).toHaveLength(1);
  });

  it('says for how long it has been catching up', () => {
    const told = new Told(planWith(aborting('emails.catchUp <= 10s')));
    told.arrive(0, 1, 300);
    told.look(12);
    expect(told.requests).toEqual([]);
    told.look(15);
    // The overload ends at 3 s.
    expect(told.requests).toMatchObject([
      { detail: "emails.catchUp <= 10s can't be met any more: catching up had taken 11.8 s by 14.8 s" },
    ]);
  });

  it('is asked by the earliest of several', () => {
    const told = new Told(
      planWith(aborting('emails.failures.failed == 0'), aborting('duplicateEffects == 0')),
    );
    told.arrive(0, 1, 1);
    told.tell(0.5, { e: 'effect', m: 'orders/1' });
    told.tell(0.6, { e: 'effect', m: 'orders/1' });
    told.tell(0.7, { e: 'failed', m: 'orders/1', why: 'no', kind: 'error' });
    told.look(2);
    expect(told.requests.map(({ expectation }) => expectation)).toEqual(['duplicateEffects == 0']);
  });
});
