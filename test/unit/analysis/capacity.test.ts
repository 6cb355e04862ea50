import { describe, expect, it } from 'vitest';
import { capacityFrom } from '../../../src/analysis/capacity.js';
import { analyse } from '../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { QueueResult } from '../../../src/result/types.js';
import {
  at,
  census,
  collected,
  delivered,
  ended,
  fault,
  micros,
  published,
  runDirectory,
  worker,
} from '../../fixtures/runs.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

const lab: LedgerEvent = { t: 0, e: 'opened', role: 'lab', pid: 9 };
const exited = (
  seconds: number,
  up: number,
  ordered: boolean,
  signal: string | null = 'SIGKILL',
): LedgerEvent => ({
  t: micros(seconds),
  e: 'exited',
  role: 'worker',
  name: 'emails',
  worker: 1,
  pid: 11,
  code: signal === null ? 1 : null,
  signal,
  ordered,
  up,
});

/** The capacity of two workers of two hands each, one message a second in each hand: 2/s per worker. */
function capacity(...events: LedgerEvent[]): ReturnType<typeof capacityFrom> {
  const queue = tinyQueue({
    rate: null,
    workers: 2,
    concurrency: 2,
    work: { kind: 'constant', meanSeconds: 1 },
  });
  const plan = tinyPlan({ queues: [queue] });
  const { story } = collected({ lab: [lab, ...events] }, plan);
  return capacityFrom(story, plan, 'emails', (t) => t / 1e6);
}

describe('the measured capacity', () => {
  it.each<[string, LedgerEvent[], [number, number][], string[]]>([
    ['nothing', [], [[0, 4]], []],
    [
      'a kill of one of two, and a restart',
      [fault(1, 'kill', [11], 1), exited(1.01, 1, true), fault(3, 'restart', [13], 2)],
      [
        [0, 4],
        [1, 2],
        [3, 4],
      ],
      ['1 of 2 workers of emails killed at 1 s'],
    ],
    [
      'a freeze of all, and a thaw',
      [fault(1, 'freeze', [11, 12], 0), fault(3, 'thaw', [11, 12], 2)],
      [
        [0, 4],
        [1, 0],
        [3, 4],
      ],
      ['emails frozen at 1 s'],
    ],
    [
      'a scale up and down',
      [fault(1, 'scale', [13], 3), fault(3, 'scale', [13, 12], 1)],
      [
        [0, 4],
        [1, 6],
        [3, 2],
      ],
      ['2 of 3 workers of emails scaled down at 3 s'],
    ],
    [
      'a death that nobody ordered, and a supervisor',
      [exited(1, 1, false), { t: micros(2), e: 'supervised', q: 'emails', worker: 1, pid: 13, up: 2 }],
      [
        [0, 4],
        [1, 2],
        [2, 4],
      ],
      ['worker 1 of emails died at 1 s, unordered'],
    ],
    ['a redrive', [fault(1, 'redrive', [], 2, { messages: 3 })], [[0, 4]], []],
    ['a kill that hit nobody', [fault(1, 'kill', [], 2, { skipped: 'nothing to kill' })], [[0, 4]], []],
    [
      'a death that nobody ordered',
      [exited(1, 1, false)],
      [
        [0, 4],
        [1, 2],
      ],
      ['worker 1 of emails died at 1 s, unordered'],
    ],
    [
      'a broker that was away',
      [
        { t: micros(1), e: 'broker-lost', why: 'refused' },
        { t: micros(2), e: 'broker-back', why: 'answers' },
      ],
      [
        [0, 4],
        [1, 0],
        [2, 4],
      ],
      ['the broker was lost at 1 s'],
    ],
    ['the end of the run', [ended(5), exited(6, 0, true, null)], [[0, 4]], []],
  ])('after %s', (_, events, steps, causes) => {
    const { steps: measured, takings } = capacity(...events);
    expect(measured.map((step) => [step.atSeconds, step.perSecond])).toEqual(steps);
    expect(takings.map((taking) => taking.cause)).toEqual(causes);
  });

  it('knows when the last worker went', () => {
    const { down } = capacity(
      fault(1, 'kill', [11], 1),
      fault(2, 'kill', [12], 0),
      fault(4, 'restart', [13], 1),
    );
    expect(down).toEqual([micros(2)]);
  });
});

/** One order a second for `until` seconds into a queue of up to 4/s, done at once unless the worker is away. */
function emails(
  until: number,
  events: LedgerEvent[],
  doneAt: (due: number) => number | null,
  end = 100,
): QueueResult {
  const queue = tinyQueue({ rate: { count: 4, perSeconds: 1 }, concurrency: 4 });
  const phases = [{ forSeconds: until, fromPerSecond: 1, toPerSecond: 1 }];
  const plan = tinyPlan({ queues: [queue], producers: [tinyProducer({ phases })] });
  const dues = Array.from({ length: until }, (_, i) => i);
  const left = dues.filter((due) => doneAt(due) === null).map((due) => `orders/${due + 1}`);
  const done = dues
    .flatMap((due) => {
      const start = doneAt(due);
      return start === null ? [] : delivered(start, `orders/${due + 1}`);
    })
    .sort((a, b) => a.t - b.t);
  const directory = runDirectory(plan, {
    lab: [lab, ...events, ended(end), ...census(end + 1, { ready: left })],
    producer: dues.flatMap((due) => published(due, `orders/${due + 1}`)),
    worker: [worker(1, 11), ...done],
  });
  return analyse(directory).queues.emails as QueueResult;
}

describe('troubles in a ledger', () => {
  it('are none where workers keep up', () => {
    const { troubles, catchUpSeconds, catchUpReason } = emails(30, [], (due) => due);
    expect({ troubles, catchUpSeconds, catchUpReason }).toEqual({
      troubles: [],
      catchUpSeconds: 0,
      catchUpReason: null,
    });
  });

  it('count from the command to start again, not from readiness', () => {
    // Away from 20 s to 26 s. First starts at 28 s, four a second: the two of 28 s and 29 s are above the baseline until 30.3 s.
    const events = [fault(20, 'kill', [11], 0), exited(20.1, 0, true), fault(26, 'restart', [12], 1)];
    const { troubles, catchUpSeconds } = emails(60, events, (due) =>
      due >= 20 && due < 30 ? Math.max(due, 28 + Math.floor((due - 20) / 4)) : due,
    );
    expect(troubles).toEqual([
      {
        causes: ['emails killed at 20 s'],
        fromSeconds: 20,
        recoveryPointSeconds: 26,
        caughtUpAtSeconds: 30.3,
        catchUpSeconds: 4.3,
        reason: null,
        baseline: 1,
        peakBacklog: 9,
      },
    ]);
    expect(catchUpSeconds).toBe(4.3);
  });

  it('are never caught up where nobody comes back', () => {
    const { catchUpSeconds, catchUpReason, drainedAtSeconds, backlog } = emails(
      40,
      [fault(20, 'kill', [11], 0), exited(20.1, 0, true)],
      (due) => (due < 20 ? due : null),
      40,
    );
    expect({ catchUpSeconds, drainedAtSeconds }).toEqual({ catchUpSeconds: null, drainedAtSeconds: null });
    expect(catchUpReason).toContain('never');
    expect(backlog.final).toBe(20);
  });

  it('are two where the first was caught up before the second', () => {
    const events = [
      fault(20, 'freeze', [11], 0),
      fault(22, 'thaw', [11], 1),
      fault(50, 'freeze', [11], 0),
      fault(53, 'thaw', [11], 1),
    ];
    const { troubles } = emails(80, events, (due) =>
      due === 20 || due === 21 ? 22 : due >= 50 && due < 53 ? 53 : due,
    );
    expect(
      troubles.map((trouble) => [trouble.fromSeconds, trouble.recoveryPointSeconds, trouble.catchUpSeconds]),
    ).toEqual([
      [20, 22, 0.3],
      [50, 53, 0.3],
    ]);
  });

  it('end with what was not started again', () => {
    const { backlog, depth, oldestAgeSeconds } = emails(10, [], (due) => (due === 9 ? null : due), 50);
    expect(backlog.final).toBe(1);
    expect(depth).toEqual({ peak: null, peakAtSeconds: null, final: null });
    expect(oldestAgeSeconds.peak).toBe(41);
  });
});

describe('the waits of a ledger', () => {
  it('are from arrival to first start, the work and the whole to the first effect', () => {
    const plan = tinyPlan();
    const directory = runDirectory(plan, {
      lab: [lab, ended(20), ...census(21)],
      producer: [0, 1, 2, 3].flatMap((due) => published(due, `orders/${due + 1}`)),
      worker: [
        worker(1, 11),
        at(1, 'started', 'orders/1'),
        at(3, 'started', 'orders/1'),
        at(3.2, 'effect', 'orders/1'),
        ...delivered(4, 'orders/2'),
        ...delivered(5, 'orders/3'),
        at(6, 'started', 'orders/4'),
        at(6.5, 'effect', 'orders/4'),
        at(7, 'effect', 'orders/4'),
      ],
    });
    const { waitSeconds, workSeconds, endToEndSeconds } = analyse(directory).queues.emails as QueueResult;
    expect(waitSeconds).toEqual({ p50: 3, p95: 3, p99: 3, max: 3 });
    expect(endToEndSeconds).toEqual({ p50: 3.3, p95: 3.5, p99: 3.5, max: 3.5 });
    expect(workSeconds).toEqual({ p50: 0.3, p95: 0.5, p99: 0.5, max: 0.5 });
  });
});
