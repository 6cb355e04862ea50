import { describe, expect, it } from 'vitest';
import { forecast } from '../../../src/analysis/index.js';
import { Narrator } from '../../../src/cli/live/narrator.js';
import { LiveStates } from '../../../src/cli/live/state.js';
import { Tally } from '../../../src/cli/live/tally.js';
import { timeToEmpty } from '../../../src/cli/live/time-to-empty.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { PlannedQueue } from '../../../src/plan/types.js';
import type { FaultSpec } from '../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

/** 100/s for 10 s into 5/s, with faults. */
function busyPlan(faults: readonly FaultSpec[] = []) {
  return tinyPlan({
    producers: [tinyProducer({ phases: [{ forSeconds: 10, fromPerSecond: 100, toPerSecond: 100 }] })],
    queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5 })],
    faults,
  });
}

const fault = (atSeconds: number, kind: FaultSpec['kind']): FaultSpec => ({
  atSeconds,
  kind,
  queue: 'emails',
  workers: 'all',
  forSeconds: null,
  when: 'now',
  repaired: false,
});

describe('the time to empty', () => {
  it.each([
    { what: 'after the last arrival', at: 10, backlog: 950, up: 1, faults: [], expected: { seconds: 190 } },
    { what: 'while they still arrive', at: 5, backlog: 475, up: 1, faults: [], expected: { seconds: 195 } },
    { what: 'with nothing there', at: 20, backlog: 0, up: 1, faults: [], expected: { seconds: 0 } },
    {
      what: 'before a restart',
      at: 12,
      backlog: 100,
      up: 0,
      faults: [fault(20, 'restart')],
      expected: { seconds: 28 },
    },
    {
      what: 'through a kill and a restart',
      at: 10,
      backlog: 100,
      up: 1,
      faults: [fault(20, 'kill'), fault(30, 'restart')],
      expected: { seconds: 30 },
    },
    {
      what: 'with nobody left',
      at: 12,
      backlog: 100,
      up: 0,
      faults: [],
      expected: { never: true, growthPerSecond: 0 },
    },
  ])('is right $what', ({ at, backlog, up, faults, expected }) => {
    const plan = busyPlan(faults);
    const result = timeToEmpty(plan, plan.queues[0] as PlannedQueue, at, backlog, up);
    if ('seconds' in expected)
      expect(result).toEqual({ seconds: expect.closeTo(expected.seconds as number, 6) });
    else expect(result).toEqual(expected);
  });
});

const worker = 'worker-emails-1.ndjson';

/** Tells and counts events as the live view does. */
function follow(events: readonly [file: string, event: LedgerEvent][], plan = tinyPlan()) {
  const tally = new Tally(plan);
  const narrator = new Narrator(plan, tally);
  const lines = events.flatMap(([file, event]) => {
    const told = narrator.tell({ event, file });
    tally.add({ event, file });
    return told;
  });
  return { plan, tally, lines: [...lines, ...narrator.flush()] };
}

const q = 'emails';
const story: [string, LedgerEvent][] = [
  ['producer-orders.ndjson', { t: 0, e: 'attempted', q, m: 'orders/1', due: 0 }],
  [worker, { t: 100, e: 'started', q, m: 'orders/1', n: 1, r: false }],
  ['producer-orders.ndjson', { t: 1_000_000, e: 'attempted', q, m: 'orders/2', due: 1_000_000 }],
  [worker, { t: 1_000_100, e: 'started', q, m: 'orders/2', n: 1, r: false }],
  [worker, { t: 1_100_000, e: 'effect', q, m: 'orders/2' }],
  ['lab.ndjson', { t: 1_500_000, e: 'fault', q, kind: 'kill', index: 0, workers: [1], pids: [41], up: 0 }],
];

describe('what is told while a run goes on', () => {
  it('counts what has arrived and had its effect, and knows which message waits longest', () => {
    const { tally } = follow(story);
    const queue = tally.queues.get('emails');
    expect(queue).toMatchObject({ arrived: 2, effected: 1, backlog: 1, workersUp: 0 });
    expect(queue?.oldestMessage()).toEqual({ message: 'orders/1', since: 0 });
  });

  it('counts no refused message, and none twice', () => {
    const { tally } = follow([
      ...story,
      ['producer-orders.ndjson', { t: 2_000_000, e: 'attempted', q, m: 'orders/3', due: 2_000_000 }],
      ['producer-orders.ndjson', { t: 2_000_001, e: 'refused', q, m: 'orders/3' }],
      ['worker-emails-1.2.ndjson', { t: 3_000_000, e: 'effect', q, m: 'orders/2' }],
    ]);
    expect(tally.queues.get('emails')).toMatchObject({ arrived: 2, effected: 1 });
  });

  it('says what a killed worker held, what came back, and who died by himself', () => {
    const { lines } = follow([
      ...story,
      [
        'lab.ndjson',
        { t: 2_000_000, e: 'fault', q, kind: 'restart', index: 1, workers: [1], pids: [42], up: 1 },
      ],
      ['lab.ndjson', { t: 2_300_000, e: 'ready', q, worker: 1, pid: 42 }],
      ['worker-emails-1.2.ndjson', { t: 3_000_000, e: 'started', q, m: 'orders/2', n: 2, r: true }],
      [
        'lab.ndjson',
        {
          t: 4_000_000,
          e: 'exited',
          role: 'worker',
          name: q,
          worker: 1,
          pid: 42,
          code: null,
          signal: 'SIGSEGV',
          ordered: false,
          up: 0,
        },
      ],
      [
        'lab.ndjson',
        {
          t: 5_000_000,
          e: 'fault',
          q,
          kind: 'kill',
          index: 2,
          workers: [],
          pids: [],
          up: 0,
          skipped: 'no worker of emails was running',
        },
      ],
    ]);
    expect(lines.map(({ text }) => text)).toEqual([
      'emails: worker 1 killed (pid 41), holding 2 messages, 1 of them with their effect',
      'emails: worker 1 restarted (pid 42)',
      'emails: worker 1 ready after 0.30 s of real time',
      'emails: worker 1 (pid 42) died by itself: signal SIGSEGV; nobody ordered this',
      'emails: nothing to kill: no worker of emails was running',
      'emails: redelivered orders/2',
    ]);
  });

  it('does not count what a process that is gone held', () => {
    const gone: [string, LedgerEvent] = [
      'lab.ndjson',
      {
        t: 1_500_100,
        e: 'exited',
        role: 'worker',
        name: q,
        worker: 1,
        pid: 41,
        code: null,
        signal: 'SIGKILL',
        ordered: true,
        up: 0,
      },
    ];
    const { lines } = follow([
      ...story,
      gone,
      ['worker-emails-1.2.ndjson', { t: 3_000_000, e: 'started', q, m: 'orders/1', n: 2, r: true }],
      [
        'lab.ndjson',
        { t: 4_000_000, e: 'fault', q, kind: 'kill', index: 1, workers: [1], pids: [42], up: 0 },
      ],
    ]);
    expect(lines.map(({ text }) => text)).toContain(
      'emails: worker 1 killed (pid 42), holding 1 message, 0 of them with their effect',
    );
  });

  it('says when the last message is published, once', () => {
    const { lines } = follow([
      ['producer-orders.ndjson', { t: 3_000_000, e: 'attempted', q, m: 'orders/4', due: 3_000_000 }],
    ]);
    expect(lines.map(({ text }) => text)).toEqual(['orders: the last of 4 is published']);
  });

  it('puts it together for the live table', () => {
    const { plan, tally } = follow(story);
    const states = new LiveStates(plan, forecast(plan, { launchpad: '1', node: 'v20' }), tally);
    expect(states.at(-10_000, false)).toMatchObject({ atSeconds: 0, phase: 'starting' });
    const state = states.at(2_000_000, false);
    expect(state).toMatchObject({ atSeconds: 2, phase: 'producing', progress: 0.25 });
    expect(state.queues[0]).toMatchObject({
      oldestAgeSeconds: 2,
      oldestMessage: 'orders/1',
      workersUp: 0,
      workersTotal: 1,
      timeToEmptySeconds: 'never',
    });
    expect(states.at(5_000_000, true).phase).toBe('draining');
  });
});

describe('failures, deaths and what comes after them', () => {
  const m = 'orders/1';
  const failed = (t: number, m: string): [string, LedgerEvent] => [
    worker,
    { t, e: 'failed', q, m, why: 'no such address', kind: 'error' },
  ];
  const died = (t: number, m: string): [string, LedgerEvent] => [
    worker,
    { t, e: 'dead', q, m, why: 'no such address' },
  ];
  const redriven: [string, LedgerEvent][] = [
    ['lab.ndjson', { t: 5_000_000, e: 'redriven', q, m, repaired: true }],
    [
      'lab.ndjson',
      { t: 5_000_100, e: 'fault', q, kind: 'redrive', index: 0, workers: [], pids: [], up: 1, messages: 1 },
    ],
  ];

  it('are told in one line for each queue and reason', () => {
    const { lines } = follow([
      ...[1, 2, 3, 4].map((n): [string, LedgerEvent] => failed(n, `orders/${n}`)),
      died(5, 'orders/1'),
      died(6, 'orders/2'),
    ]);
    expect(lines.map(({ text, tone }) => [text, tone])).toEqual([
      ['emails: 4 attempts failed (orders/1, orders/2, orders/3, orders/4): no such address', 'warn'],
      ['emails: orders/1, orders/2 are dead: no such address', 'warn'],
    ]);
    expect(follow([failed(1, m), died(2, m)]).lines.map(({ text }) => text)).toEqual([
      'emails: an attempt failed (orders/1): no such address',
      'emails: orders/1 is dead: no such address',
    ]);
  });

  it('name a message once that failed several times', () => {
    const { lines } = follow([failed(1, m), failed(2, m), failed(3, 'orders/2')]);
    expect(lines.map(({ text }) => text)).toEqual([
      'emails: 3 attempts failed (orders/1, orders/2): no such address',
    ]);
  });

  it('do not name hundreds', () => {
    const many = Array.from({ length: 200 }, (_, n): [string, LedgerEvent] => died(n, `orders/${n + 1}`));
    expect(follow(many).lines.map(({ text }) => text)).toEqual([
      'emails: orders/1, orders/2, orders/3, orders/4, orders/5, orders/6 and 194 more are dead: no such address',
    ]);
  });

  it('a message that was put back is waited for again', () => {
    const before = follow([...story.slice(0, 2), failed(200, m), died(300, m)]);
    expect(before.tally.queues.get(q)).toMatchObject({ backlog: 0, dead: 1, failed: 1 });
    const after = follow([...story.slice(0, 2), died(300, m), ...redriven]);
    expect(after.tally.queues.get(q)).toMatchObject({ backlog: 1, dead: 0 });
    expect(after.tally.queues.get(q)?.oldestMessage()).toEqual({ message: m, since: 0 });
    expect(after.lines[0]).toMatchObject({ text: 'emails: 1 dead message put back', tone: 'good' });
  });

  it('a supervisor is told from an order, and its worker counts', () => {
    const { lines, tally } = follow([
      ['lab.ndjson', { t: 1_000_000, e: 'supervised', q, worker: 1, pid: 43, up: 1 }],
      ['lab.ndjson', { t: 1_250_000, e: 'ready', q, worker: 1, pid: 43 }],
    ]);
    expect(lines.map(({ text }) => text)).toEqual([
      'emails: worker 1 started again by its supervisor (pid 43)',
      'emails: worker 1 ready after 0.25 s of real time',
    ]);
    expect(tally.queues.get(q)?.workersUp).toBe(1);
  });

  it('a further copy is no further message, and what was suppressed is over', () => {
    const again: [string, LedgerEvent] = [
      'producer-orders.ndjson',
      { t: 100, e: 'attempted', q, m, due: 100 },
    ];
    const { tally } = follow([...story.slice(0, 1), again]);
    expect(tally.queues.get(q)).toMatchObject({ arrived: 1, backlog: 1 });
    const suppressed = follow([
      ...story.slice(0, 1),
      [worker, { t: 200, e: 'suppressed', q, m, by: 'delivery-log' }],
    ]);
    expect(suppressed.tally.queues.get(q)).toMatchObject({ effected: 0, backlog: 0, over: 1 });
  });

  it('a message that was refused counts once a later copy is attempted', () => {
    const { tally } = follow([
      ...story.slice(0, 1),
      ['producer-orders.ndjson', { t: 1, e: 'refused', q, m }],
      ['producer-orders.ndjson', { t: 2, e: 'attempted', q, m, due: 2 }],
    ]);
    expect(tally.queues.get(q)).toMatchObject({ arrived: 1, backlog: 1 });
  });

  it('the dead-letter queue shows with the queue whose dead it holds', () => {
    const { plan, tally } = follow([
      failed(1, m),
      ['lab.ndjson', { t: 2, e: 'depth', q: 'emails-dead', ready: 3, inFlight: 0, delayed: 0, dead: 0 }],
    ]);
    const [queue] = new LiveStates(plan, forecast(plan, { launchpad: '1', node: 'v20' }), tally).at(
      10,
      false,
    ).queues;
    expect(queue).toMatchObject({ failedAttempts: 1, deadLetters: 3 });
  });
});

describe('a chain', () => {
  const plan = tinyPlan({
    queues: [
      tinyQueue({ outcomes: [{ name: 'done', share: 1, to: [{ queue: 'inventory' }] }] }),
      tinyQueue({ name: 'inventory' }),
    ],
  });

  it('counts what came through another queue by its own name', () => {
    const { tally } = follow(
      [
        ['producer-orders.ndjson', { t: 0, e: 'attempted', q, m: 'orders/2', due: 0 }],
        [worker, { t: 500, e: 'effect', q, m: 'orders/2' }],
        [worker, { t: 600, e: 'attempted', q: 'inventory', m: 'orders/2.emails', due: 600 }],
      ],
      plan,
    );
    expect(tally.queues.get('emails')).toMatchObject({ arrived: 1, effected: 1 });
    expect(tally.queues.get('inventory')).toMatchObject({ arrived: 1, effected: 0 });
    expect(tally.queues.get('inventory')?.oldestMessage()).toEqual({
      message: 'orders/2.emails',
      since: 600,
    });
  });

  it('says nothing of when a queue is empty that others still pass on to', () => {
    const { tally } = follow([], plan);
    const states = new LiveStates(plan, forecast(plan, { launchpad: '1', node: 'v20' }), tally).at(
      0,
      false,
    ).queues;
    expect(states.map(({ timeToEmptySeconds }) => timeToEmptySeconds === null)).toEqual([false, true]);
  });
});

describe('the time to empty under a supervisor', () => {
  const plan = tinyPlan({
    producers: [tinyProducer({ phases: [{ forSeconds: 10, fromPerSecond: 100, toPerSecond: 100 }] })],
    queues: [tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5, superviseSeconds: 2 })],
    faults: [fault(20, 'kill'), fault(40, 'redrive')],
  });

  it.each([
    ['counts on the worker that is started again', 10, 30, 0, 8],
    ['through a kill to come', 10, 100, 1, 22],
  ])('%s', (_, at, backlog, up, seconds) => {
    const result = timeToEmpty(plan, plan.queues[0] as PlannedQueue, at, backlog, up);
    expect(result).toEqual({ seconds: expect.closeTo(seconds, 6) });
  });
});
