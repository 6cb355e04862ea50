import { describe, expect, it } from 'vitest';
import { Narrator } from '../../../src/cli/live/narrator.js';
import { LiveStates } from '../../../src/cli/live/state.js';
import { Tally } from '../../../src/cli/live/tally.js';
import { timeToEmpty } from '../../../src/cli/live/time-to-empty.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import { predict } from '../../../src/model/index.js';
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
function follow(events: readonly [file: string, event: LedgerEvent][]) {
  const plan = tinyPlan();
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

  it('says when the last message is published, once', () => {
    const { lines } = follow([
      ['producer-orders.ndjson', { t: 3_000_000, e: 'attempted', q, m: 'orders/4', due: 3_000_000 }],
    ]);
    expect(lines.map(({ text }) => text)).toEqual(['orders: the last of 4 is published']);
  });

  it('puts it together for the live table', () => {
    const { plan, tally } = follow(story);
    const states = new LiveStates(plan, predict(plan), tally);
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
