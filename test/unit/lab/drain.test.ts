import { describe, expect, it } from 'vitest';
import type { Depth } from '../../../src/broker/types.js';
import { drain, moveMicrosOf } from '../../../src/lab/drain.js';
import type { AskedService } from '../../../src/lab/service-load.js';
import type { Clock } from '../../../src/ledger/write.js';
import { tinyPlan, tinyQueue } from '../../fixtures/tiny.js';
import { answeringService, FakePool, poolsOf } from './fakes.js';

type Reading = Readonly<Record<string, Partial<Depth>>>;

/** A drain with a limit of 10 s that sees one reading a second, from `from` seconds on. */
function drained(
  readings: readonly (Reading | (() => Reading))[],
  pools: readonly FakePool[],
  from = 0,
  signal = new AbortController().signal,
  moveMicros: ReadonlyMap<string, number> = new Map(),
  services: readonly AskedService[] = [],
) {
  const seen = { readings: 0 };
  const latest = new Map<string, Depth>();
  const sampler = {
    latest,
    fresh: (): Promise<void> => {
      const reading = readings[seen.readings++];
      // Nothing more is read: whoever still waits for it waits for the signal.
      if (reading === undefined) return new Promise(() => undefined);
      for (const [queue, depth] of Object.entries(typeof reading === 'function' ? reading() : reading))
        latest.set(queue, { ready: 0, inFlight: 0, delayed: 0, dead: 0, ...depth });
      return Promise.resolve();
    },
  };
  const clock = { zero: 0n, now: () => (from + seen.readings) * 1e6 } satisfies Clock;
  const sources = { sampler, workers: poolsOf(...pools), services };
  const end = drain(sources, clock, { endMicros: 10e6, moveMicros }, signal);
  return { end, seen };
}

const served = (queue = 'emails'): FakePool => new FakePool(queue, ['up']);

describe('a drain', () => {
  it('ends when nothing is ready, in flight or delayed any more; the dead may stay', async () => {
    const { end, seen } = drained(
      [
        { emails: { ready: 2 } },
        { emails: { inFlight: 1 } },
        { emails: { delayed: 1 } },
        { emails: { dead: 4 } },
      ],
      [served()],
    );
    expect(await end).toEqual({ reason: 'drained', detail: 'nothing was left' });
    expect(seen.readings).toBe(4);
  });

  it('waits for every queue', async () => {
    const { end, seen } = drained(
      [
        { emails: {}, payments: { ready: 1 } },
        { emails: {}, payments: {} },
      ],
      [served(), served('payments')],
    );
    expect((await end).reason).toBe('drained');
    expect(seen.readings).toBe(2);
  });

  it('ends at its limit, and says what is still there', async () => {
    const left = { emails: { ready: 7, inFlight: 2, delayed: 1 }, payments: {} };
    const { end, seen } = drained([left, left, left], [served(), served('payments')], 7);
    expect(await end).toEqual({ reason: 'drain-limit', detail: 'still there: emails 10' });
    expect(seen.readings).toBe(3);
  });

  it('that is complete at its limit is complete', async () => {
    expect((await drained([{ emails: {} }], [served()], 20).end).reason).toBe('drained');
  });

  it.each([
    ['all workers down', ['down', 'down']],
    ['all workers frozen', ['frozen']],
    ['no workers', []],
  ] as const)('ends where nobody is left to serve what is there: %s', async (_, states) => {
    const pools = [new FakePool('emails', [...states]), served('payments')];
    expect(await drained([{ emails: { ready: 3, inFlight: 5 } }], pools).end).toEqual({
      reason: 'nobody-left',
      detail: 'nobody left to serve emails; still there: emails 8',
    });
  });

  it('names every queue that nobody serves', async () => {
    const pools = [new FakePool('emails', ['down']), new FakePool('payments', ['frozen'])];
    const { detail } = await drained([{ emails: { ready: 3 }, payments: { delayed: 1 } }], pools).end;
    expect(detail).toBe('nobody left to serve emails and payments; still there: emails 3, payments 1');
  });

  it('goes on while another queue is served', async () => {
    const { end, seen } = drained(
      [
        { emails: { ready: 3 }, payments: { ready: 1 } },
        { emails: { ready: 3 }, payments: {} },
      ],
      [new FakePool('emails', ['down']), served('payments')],
    );
    expect((await end).reason).toBe('nobody-left');
    expect(seen.readings).toBe(2);
  });

  it('goes on while a worker that was told to stop finishes what it holds, beside a frozen one', async () => {
    const pool = new FakePool('emails', ['frozen', 'down']);
    pool.finishing = 1;
    const finished = (): Reading => {
      pool.finishing = 0;
      return { emails: { ready: 4 } };
    };
    const { end, seen } = drained([{ emails: { ready: 4, inFlight: 1 } }, finished], [pool]);
    expect(await end).toMatchObject({ reason: 'nobody-left', detail: expect.stringContaining('emails 4') });
    expect(seen.readings).toBe(2);
  });

  it('is over when the run is, even where no reading comes', async () => {
    const over = new AbortController();
    const { end } = drained([{ emails: { ready: 1 } }], [served()], 0, over.signal);
    over.abort();
    expect((await end).reason).toBe('interrupted');
  });

  it('passes over what is in a queue for the dead', async () => {
    const { end } = drained([{ emails: {}, 'emails-dead': { ready: 3 } }], [served()]);
    expect((await end).reason).toBe('drained');
  });

  it('goes on while the supervisor is about to start a worker again', async () => {
    const pool = new FakePool('emails', ['down']);
    pool.pending = 1;
    const gone = (): Reading => {
      pool.pending = 0;
      return { emails: { ready: 1 } };
    };
    const { end, seen } = drained([{ emails: { ready: 1 } }, gone], [pool]);
    expect((await end).reason).toBe('nobody-left');
    expect(seen.readings).toBe(2);
  });
});

describe('a drain with dead that are to be moved', () => {
  const moveMicros = new Map([['emails', 3e6]]);
  const never = new AbortController().signal;
  const dead = { emails: { dead: 2 } };

  it('waits until a worker that lives has moved them', async () => {
    const { end, seen } = drained([dead, dead, { emails: {} }], [served()], 0, never, moveMicros);
    expect((await end).reason).toBe('drained');
    expect(seen.readings).toBe(3);
  });

  it('waits no longer than for their time, which begins again when their number changes', async () => {
    const one = { emails: { dead: 1 } };
    const { end, seen } = drained([dead, dead, one, one, one, one], [served()], 0, never, moveMicros);
    expect((await end).reason).toBe('drained');
    expect(seen.readings).toBe(6);
  });

  it('says that they are there where its limit comes first', async () => {
    const { end } = drained([dead, dead], [served()], 9, never, moveMicros);
    expect(await end).toEqual({ reason: 'drain-limit', detail: 'still there: emails 2' });
  });

  it('does not wait where no worker lives', async () => {
    const { end, seen } = drained([dead], [new FakePool('emails', ['down'])], 0, never, moveMicros);
    expect((await end).reason).toBe('drained');
    expect(seen.readings).toBe(1);
  });

  it('gives a safe move the supervisor’s wait, the start of a worker and two checks, and no other move anything', () => {
    const plan = tinyPlan({
      speed: 10,
      producers: [],
      queues: [
        tinyQueue({ redelivery: { afterSeconds: 5, checkSeconds: 2, limit: 1 } }),
        tinyQueue({
          name: 'shipments',
          redelivery: { afterSeconds: 5, checkSeconds: 2, limit: 1 },
          superviseSeconds: 30,
        }),
        tinyQueue({ name: 'payments', deadLetter: { queue: 'payments-dead', move: 'on-failed' } }),
        tinyQueue({ name: 'sms', deadLetter: null }),
      ],
    });
    expect([...moveMicrosOf(plan)]).toEqual([
      ['emails', 1.4e6],
      ['shipments', 4.4e6],
    ]);
  });
});

describe('a drain with services', () => {
  const never = new AbortController().signal;
  const none: ReadonlyMap<string, number> = new Map();
  const nothing = { emails: {} };

  it('goes on while one of them is at something', async () => {
    const email = answeringService('email', 'provider', [3, 1, 0]);
    const orders = answeringService('order-service', 'order-service', [2, 0, 0]);
    const readings = [nothing, nothing, nothing];
    const { end, seen } = drained(readings, [served()], 0, never, none, [email, orders]);
    expect(await end).toEqual({ reason: 'drained', detail: 'nothing was left' });
    expect(seen.readings).toBe(3);
  });

  it('looks along the way: who publishes, the queues, who is called', async () => {
    const looked: string[] = [];
    const reading = (): Reading => {
      looked.push('queues');
      return nothing;
    };
    const email = answeringService('email', 'provider', [0], () => looked.push('email'));
    const orders = answeringService('order-service', 'order-service', [0], () => looked.push('orders'));
    await drained([reading], [served()], 0, never, none, [email, orders]).end;
    expect(looked).toEqual(['orders', 'queues', 'email']);
  });

  it('says at its limit what they are still at', async () => {
    const email = answeringService('email', 'provider', [3]);
    const orders = answeringService('order-service', 'order-service', [1]);
    const reading = { emails: { delayed: 2 } };
    const { end } = drained([reading], [served()], 9, never, none, [email, orders]);
    expect(await end).toEqual({
      reason: 'drain-limit',
      detail: 'still there: emails 2, order-service 1 order, email 3 calls',
    });
  });

  it('does not say that nobody is left while one of them is at something', async () => {
    const email = answeringService('email', 'provider', [3, 0]);
    const reading = { emails: { ready: 2 } };
    const down = new FakePool('emails', ['down']);
    const { end, seen } = drained([reading, reading], [down], 0, never, none, [email]);
    expect((await end).detail).toBe('nobody left to serve emails; still there: emails 2');
    expect(seen.readings).toBe(2);
  });
});
