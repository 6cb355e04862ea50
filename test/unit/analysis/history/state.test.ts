import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FiledEvent, stateAt } from '../../../../src/analysis/history/index.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import { readLedger } from '../../../../src/ledger/read.js';
import type { QueueMoment } from '../../../../src/result/history.js';
import type { Deduplication } from '../../../../src/scenario/types.js';
import { shopLedger, shopPlan } from '../../../fixtures/history.js';
import {
  at,
  delivered,
  type Files,
  fault,
  micros,
  published,
  temporaryDirectory,
  worker,
  writeLedger,
} from '../../../fixtures/runs.js';
import { tinyPlan, tinyQueue } from '../../../fixtures/tiny.js';

/** As the reader hands them out. */
function eventsOf(files: Files): FiledEvent[] {
  const directory = temporaryDirectory();
  writeLedger(directory, files);
  const events: FiledEvent[] = [];
  readLedger(directory, (event, file) => events.push({ event, file }));
  return events;
}

const m = 'orders/1';
const start = at(1, 'started', m, { n: 1, r: false });
const plan = tinyPlan();

/** The state of `emails` after the story of one message, told by the worker with pid 11, one with pid 12 and the lab. */
function emailsAt(
  seconds: number,
  first: readonly LedgerEvent[],
  { second = [], lab = [], sent = published(0, m) }: Readonly<Record<string, readonly LedgerEvent[]>> = {},
  of = plan,
): QueueMoment {
  const files = {
    producer: sent,
    'worker-1': [worker(1, 11), ...first],
    'worker-2': [worker(2, 12), ...second],
    lab,
  };
  return stateAt(eventsOf(files), of, seconds).queues.emails!;
}

/** Where the copies of messages are, leaving out what is 0. */
function places(queue: QueueMoment): Record<string, number> {
  const { publishing, unknown, waiting, inHand, waitingForRetry, dead, deadLetterQueue } = queue;
  const all = {
    publishing,
    unknown,
    waiting,
    inHand,
    waitingForRetry,
    dead,
    deadLettered: deadLetterQueue?.messages ?? 0,
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

describe('the state at an instant', () => {
  const shop = shopPlan();

  it('is what the events up to then add up to', () => {
    const state = stateAt(eventsOf(shopLedger()), shop, 4.6);
    expect(state).toMatchObject({
      atSeconds: 4.6,
      brokerAwaySinceSeconds: null,
      producers: { orders: { scheduled: 4, attempted: 4 } },
    });
    expect(state.queues.emails).toEqual({
      scheduled: 4,
      attempted: 4,
      acknowledged: 4,
      publishing: 0,
      unknown: 0,
      waiting: 1,
      inHand: 1,
      waitingForRetry: 1,
      effected: 2,
      duplicateEffects: 0,
      suppressed: 0,
      failed: 2,
      dead: 0,
      deadLetterQueue: { name: 'emails-dead', messages: 0 },
      redriven: 0,
      held: [
        { message: 'orders/2', worker: 1, pid: 11, sinceSeconds: 1.01, stage: 'effected', holder: 'down' },
      ],
      workers: [{ worker: 1, pid: 12, state: 'up', sinceSeconds: 2.6 }],
    });
    expect(state.queues.inventory).toMatchObject({ scheduled: 3, attempted: 3, effected: 3, inHand: 0 });
  });

  it('is plain data', () => {
    const state = stateAt(eventsOf(shopLedger()), shop, 12);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('takes in what happened at the very instant, and nothing later', () => {
    const events = eventsOf(shopLedger());
    expect(stateAt(events, shop, 8.3).queues.emails?.duplicateEffects).toBe(1);
    expect(stateAt(events, shop, 8.2999).queues.emails?.duplicateEffects).toBe(0);
  });

  it('counts in scenario time', () => {
    const events = eventsOf(shopLedger());
    expect(stateAt(events, shopPlan(10), 83).queues.emails?.duplicateEffects).toBe(1);
    expect(stateAt(events, shopPlan(10), 82.9).queues.emails?.duplicateEffects).toBe(0);
    expect(stateAt(events, shopPlan(10), 40).queues.emails?.held[0]?.sinceSeconds).toBe(10.1);
  });

  it('depends on the events alone, and what is attempted and effected never gets less', () => {
    const events = eventsOf(shopLedger());
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 25, noNaN: true }),
        fc.double({ min: 0, max: 25, noNaN: true }),
        (a, b) => {
          const early = stateAt(events, shop, Math.min(a, b));
          const late = stateAt(events, shop, Math.max(a, b));
          expect(stateAt(events, shop, Math.min(a, b))).toEqual(early);
          for (const [name, queue] of Object.entries(early.queues)) {
            const then = late.queues[name]!;
            expect(then.attempted).toBeGreaterThanOrEqual(queue.attempted);
            expect(then.effected).toBeGreaterThanOrEqual(queue.effected);
            expect(then.duplicateEffects).toBeGreaterThanOrEqual(queue.duplicateEffects);
            expect(queue.inHand).toBeGreaterThanOrEqual(queue.held.length);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('where a message is', () => {
  it.each<[string, () => QueueMoment, Record<string, number>]>([
    ['being published', () => emailsAt(5, [], { sent: [at(0, 'attempted', m)] }), { publishing: 1 }],
    ['refused', () => emailsAt(5, [], { sent: [at(0, 'attempted', m), at(0, 'refused', m)] }), {}],
    [
      'of unknown outcome',
      () => emailsAt(5, [], { sent: [at(0, 'attempted', m), at(0, 'unknown', m)] }),
      { unknown: 1 },
    ],
    ['waiting', () => emailsAt(5, []), { waiting: 1 }],
    ['in hand', () => emailsAt(5, [start]), { inHand: 1 }],
    ['done', () => emailsAt(5, delivered(1, m)), {}],
    ['in hand though it has its effect', () => emailsAt(5, [start, at(1.3, 'effect', m)]), { inHand: 1 }],
    [
      'started before its publish was confirmed',
      () =>
        emailsAt(5, [at(0.5, 'started', m, { n: 1, r: false })], {
          sent: [at(0, 'attempted', m), at(0.6, 'acknowledged', m)],
        }),
      { inHand: 1 },
    ],
    [
      'of unknown outcome, and seen since',
      () => emailsAt(5, delivered(1, m), { sent: [at(0, 'attempted', m), at(0, 'unknown', m)] }),
      {},
    ],
  ])('that is %s', (_, queue, expected) => {
    expect(places(queue())).toEqual(expected);
  });

  const failing = [
    start,
    at(1.3, 'failed', m, { why: 'no', kind: 'error', again: micros(2) }),
    at(1.4, 'settled', m),
  ];

  it('waits for its next attempt, and then like the others', () => {
    expect(places(emailsAt(1.35, failing))).toEqual({ inHand: 1 });
    expect(places(emailsAt(3.3, failing))).toEqual({ waitingForRetry: 1 });
    expect(places(emailsAt(3.4, failing))).toEqual({ waiting: 1 });
    expect(places(emailsAt(3.6, [...failing, at(3.5, 'started', m, { n: 2, r: false })]))).toEqual({
      inHand: 1,
    });
  });

  it('is dead, then in the dead-letter queue, then waiting again', () => {
    const giving = [
      start,
      at(1.3, 'failed', m, { why: 'no', kind: 'error' }),
      at(1.4, 'dead', m, { why: 'no' }),
      at(1.4, 'settled', m),
      at(2, 'dead-lettered', m),
    ];
    const lab = [at(3, 'redriven', m, { repaired: false })];
    expect(places(emailsAt(1.5, giving, { lab }))).toEqual({ dead: 1 });
    expect(places(emailsAt(2.5, giving, { lab }))).toEqual({ deadLettered: 1 });
    expect(places(emailsAt(3.5, giving, { lab }))).toEqual({ waiting: 1 });
    expect(emailsAt(3.5, giving, { lab })).toMatchObject({ redriven: 1, failed: 1 });
    expect(places(emailsAt(5, [...giving, ...delivered(4, m)], { lab }))).toEqual({});
  });

  it('dies once, whoever says so again', () => {
    const giving = [
      start,
      at(1.3, 'failed', m, { why: 'no', kind: 'error' }),
      at(1.4, 'settled', m),
      at(1.4, 'dead', m, { why: 'no' }),
    ];
    const second = [
      at(5, 'dead', m, { why: 'no' }),
      at(5.1, 'dead-lettered', m),
      at(5.2, 'dead', m, { why: 'no' }),
    ];
    expect(places(emailsAt(2, giving, { second }))).toEqual({ dead: 1 });
    expect(places(emailsAt(5.05, giving, { second }))).toEqual({ dead: 1 });
    expect(places(emailsAt(6, giving, { second }))).toEqual({ deadLettered: 1 });
  });

  it("is in a dead worker's hands until it is given out again", () => {
    const lab = [fault(2, 'kill', [11], 1)];
    const second = delivered(8, m, { n: 2, r: true });
    expect(emailsAt(5, [start], { second, lab })).toMatchObject({
      inHand: 1,
      held: [{ message: m, worker: 1, pid: 11, stage: 'working', holder: 'down' }],
    });
    expect(emailsAt(8.1, [start], { second, lab })).toMatchObject({
      inHand: 1,
      held: [{ message: m, worker: 2, pid: 12, sinceSeconds: 8, holder: 'up' }],
    });
    expect(places(emailsAt(9, [start], { second, lab }))).toEqual({});
  });

  it('is given up by the broker after a second death', () => {
    const lab = [fault(2, 'kill', [11], 1), at(9, 'dead', m, { why: 'stalled' })];
    expect(places(emailsAt(10, [start], { lab }))).toEqual({ dead: 1 });
  });

  it("counts once while a frozen worker's message is with another", () => {
    const lab = [fault(2, 'freeze', [11], 1), fault(12, 'thaw', [11], 2)];
    const first = [start, at(12.1, 'effect', m), at(12.2, 'lost-lock', m)];
    const second = delivered(8, m, { n: 2, r: true });
    const queue = (seconds: number): QueueMoment => emailsAt(seconds, first, { second, lab });
    expect(queue(5).workers[0]).toMatchObject({ state: 'frozen', sinceSeconds: 2 });
    expect(places(queue(8.1))).toEqual({ inHand: 1 });
    expect(queue(8.1).held[0]).toMatchObject({ worker: 2 });
    expect(places(queue(9))).toEqual({});
    expect(queue(13)).toMatchObject({ effected: 1, duplicateEffects: 1, inHand: 0, waiting: 0 });
  });

  it('waits again where the broker took it from a worker and nobody has it', () => {
    expect(places(emailsAt(5, [start, at(4, 'lost-lock', m)]))).toEqual({ waiting: 1 });
  });

  it('is in hand where the answer to its end never came', () => {
    expect(emailsAt(5, [start, at(1.3, 'effect', m), at(4, 'settle-unknown', m)])).toMatchObject({
      inHand: 1,
      held: [{ stage: 'unsettled' }],
    });
  });

  it("has its effect where the provider's refusal says so", () => {
    const first = [start, at(1.3, 'suppressed', m, { by: 'provider' }), at(1.4, 'settled', m)];
    expect(emailsAt(5, first)).toMatchObject({ effected: 1, duplicateEffects: 0, suppressed: 1, inHand: 0 });
  });
});

describe('a second publish', () => {
  const twice = [...published(0, m), ...published(2, m)];
  const of = (deduplication: Deduplication, done: boolean): Record<string, number> =>
    places(
      emailsAt(
        3,
        done ? delivered(1, m) : [],
        { sent: twice },
        tinyPlan({ queues: [tinyQueue({ deduplication })] }),
      ),
    );

  it.each<[Deduplication, Record<string, number>, Record<string, number>]>([
    [{ kind: 'none' }, { waiting: 2 }, { waiting: 1 }],
    [{ kind: 'job-id', keepCount: 10_000, keepSeconds: null }, { waiting: 1 }, {}],
    [{ kind: 'job-id', keepCount: null, keepSeconds: null }, { waiting: 1 }, {}],
    [{ kind: 'job-id', keepCount: 0, keepSeconds: null }, { waiting: 1 }, { waiting: 1 }],
    [{ kind: 'job-id', keepCount: null, keepSeconds: 5 }, { waiting: 1 }, {}],
    [{ kind: 'job-id', keepCount: null, keepSeconds: 0.5 }, { waiting: 1 }, { waiting: 1 }],
    [{ kind: 'debounce', seconds: 5 }, { waiting: 1 }, { waiting: 1 }],
  ])('under %j makes a copy or not, before the first is done and after', (deduplication, before, done) => {
    expect(of(deduplication, false)).toEqual(before);
    expect(of(deduplication, true)).toEqual(done);
  });

  it('that was merged makes none', () => {
    expect(
      places(emailsAt(3, [], { sent: [...published(0, m), at(2, 'attempted', m), at(2, 'merged', m)] })),
    ).toEqual({ waiting: 1 });
  });
});

describe('the workers at an instant', () => {
  it('are starting until they are ready or do something', () => {
    const lab: LedgerEvent[] = [
      fault(2, 'kill', [11], 1),
      {
        t: micros(2.1),
        e: 'exited',
        role: 'worker',
        name: 'emails',
        worker: 1,
        pid: 11,
        code: null,
        signal: 'SIGKILL',
        ordered: true,
        up: 1,
      },
      fault(4, 'restart', [13], 2, { index: 1 }),
      { t: micros(4.3), e: 'ready', q: 'emails', worker: 1, pid: 13 },
      fault(6, 'stop', [13], 1, { index: 2 }),
    ];
    const workers = (seconds: number) =>
      emailsAt(seconds, [start], { lab }).workers.map(
        ({ worker, pid, state, sinceSeconds }) => `${worker} ${pid} ${state} ${sinceSeconds}`,
      );
    expect(workers(0.5)).toEqual(['1 11 starting 0', '2 12 starting 0']);
    expect(workers(1)).toEqual(['1 11 up 1', '2 12 starting 0']);
    expect(workers(3)).toEqual(['1 11 down 2', '2 12 starting 0']);
    expect(workers(4)).toEqual(['1 13 starting 4', '2 12 starting 0']);
    expect(workers(5)).toEqual(['1 13 up 4.3', '2 12 starting 0']);
    expect(workers(7)).toEqual(['1 13 stopping 6', '2 12 starting 0']);
  });

  it('list the ten messages that are held longest', () => {
    const ids = Array.from({ length: 12 }, (_, i) => `orders/${i + 1}`);
    const queue = emailsAt(
      5,
      ids.map((id, i) => at(1 + i / 10, 'started', id, { n: 1, r: false })),
      {
        sent: ids.flatMap((id) => published(0, id)),
      },
    );
    expect(queue.inHand).toBe(12);
    expect(queue.held.map(({ message }) => message)).toEqual(ids.slice(0, 10));
  });

  it('know when the broker is away', () => {
    const lab: LedgerEvent[] = [
      { t: micros(2), e: 'broker-lost', why: 'closed' },
      { t: micros(4), e: 'broker-back', why: 'answers' },
    ];
    const away = (seconds: number) => stateAt(eventsOf({ lab }), plan, seconds).brokerAwaySinceSeconds;
    expect([away(1), away(3), away(5)]).toEqual([null, 2, null]);
  });
});
