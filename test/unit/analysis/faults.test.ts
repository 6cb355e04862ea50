import { describe, expect, it } from 'vitest';
import { faultResults, workersResult } from '../../../src/analysis/faults.js';
import type { LedgerEvent } from '../../../src/ledger/events.js';
import type { FaultSpec } from '../../../src/scenario/types.js';
import { at, collected, delivered, ended, fault, micros, worker } from '../../fixtures/runs.js';
import { tinyPlan } from '../../fixtures/tiny.js';

const seconds = (t: number): number => t / 1e6;
const lab: LedgerEvent = { t: 0, e: 'opened', role: 'lab', pid: 9 };

describe('the faults', () => {
  const spec = (atSeconds: number, kind: FaultSpec['kind']): FaultSpec => ({
    atSeconds,
    kind,
    queue: 'emails',
    workers: 'all',
    forSeconds: null,
    when: 'now',
    repaired: false,
  });

  it('say what they hit and what it held, or why they were not done, and those that nobody ordered are among them', () => {
    const plan = tinyPlan({ faults: [spec(1, 'kill'), spec(2, 'kill'), spec(3, 'restart')] });
    const { story, processes } = collected(
      {
        lab: [
          lab,
          { t: micros(0.5), e: 'broker-lost', why: 'no answer' },
          { t: micros(0.6), e: 'broker-back', why: 'answers' },
          // Two aimed at, each at its own moment: two events of one fault.
          fault(1.1, 'kill', [11], 1, { workers: [1] }),
          fault(1.2, 'kill', [12], 0, { workers: [2] }),
          fault(2, 'kill', [], 0, { index: 1, skipped: 'no worker of emails was running' }),
          {
            t: micros(2.5),
            e: 'exited',
            role: 'producer',
            name: 'orders',
            pid: 8,
            code: 1,
            signal: null,
            ordered: false,
          },
        ],
        one: [
          worker(1, 11),
          ...delivered(0.1, 'orders/1'),
          at(0.9, 'started', 'orders/2'),
          at(1, 'started', 'orders/3'),
          at(1, 'effect', 'orders/2'),
        ],
        two: [worker(2, 12), at(1, 'started', 'orders/4')],
      },
      plan,
    );
    const base = { target: 'emails', ordered: true, detail: null, held: null };
    const strange = { workers: [], ordered: false, held: null };
    expect(faultResults(plan, story, processes, seconds)).toEqual([
      {
        ...strange,
        atSeconds: 0.5,
        doneAtSeconds: 0.5,
        kind: 'lost',
        target: 'broker',
        pids: [],
        detail: 'no answer',
      },
      {
        ...base,
        atSeconds: 1,
        doneAtSeconds: 1.1,
        kind: 'kill',
        workers: [1, 2],
        pids: [11, 12],
        held: { messages: 3, withEffect: 1 },
      },
      {
        ...base,
        atSeconds: 2,
        doneAtSeconds: null,
        kind: 'kill',
        workers: [],
        pids: [],
        detail: 'no worker of emails was running',
      },
      {
        ...strange,
        atSeconds: 2.5,
        doneAtSeconds: 2.5,
        kind: 'died',
        target: 'orders',
        pids: [8],
        detail: 'exit code 1',
      },
      {
        ...base,
        atSeconds: 3,
        doneAtSeconds: null,
        kind: 'restart',
        workers: [],
        pids: [],
        detail: 'not done: the run ended before',
      },
    ]);
  });

  it('show a death by a signal with what was held', () => {
    const plan = tinyPlan();
    const { story, processes } = collected({
      lab: [
        lab,
        {
          t: micros(2),
          e: 'exited',
          role: 'worker',
          name: 'emails',
          worker: 1,
          pid: 11,
          code: null,
          signal: 'SIGKILL',
          ordered: false,
          up: 0,
        },
        ended(5),
      ],
      one: [worker(1, 11), at(1, 'started', 'orders/1'), at(1.3, 'effect', 'orders/1')],
    });
    expect(faultResults(plan, story, processes, seconds)).toEqual([
      {
        atSeconds: 2,
        doneAtSeconds: 2,
        kind: 'died',
        target: 'emails',
        workers: [1],
        pids: [11],
        ordered: false,
        detail: 'signal SIGKILL',
        held: { messages: 1, withEffect: 1 },
      },
    ]);
    expect(workersResult('emails', story, processes)).toEqual({
      started: 1,
      startRealSeconds: { max: null },
      died: 1,
    });
  });

  it.each<[string | undefined, string]>([
    ['ENOENT: no such file', 'exit code 1: ENOENT: no such file'],
    ['', 'exit code 1'],
    [undefined, 'exit code 1'],
  ])('show what a process said before it exited by itself: %s', (why, detail) => {
    const exited: LedgerEvent = {
      t: micros(2),
      e: 'exited',
      role: 'worker',
      name: 'emails',
      worker: 1,
      pid: 11,
      code: 1,
      signal: null,
      ordered: false,
      ...(why === undefined ? {} : { why }),
    };
    const { story, processes } = collected({ lab: [lab, exited], one: [worker(1, 11)] });
    expect(faultResults(tinyPlan(), story, processes, seconds)).toMatchObject([{ kind: 'died', detail }]);
  });

  it('show how long a worker took from the order to its readiness', () => {
    const ready = (at: number, pid: number): LedgerEvent => ({
      t: micros(at),
      e: 'ready',
      q: 'emails',
      worker: 1,
      pid,
    });
    const { story, processes } = collected({
      lab: [lab, ready(-0.2, 11), fault(2, 'kill', [11], 0), fault(3, 'restart', [12], 1), ready(3.25, 12)],
      one: [worker(1, 11)],
      two: [worker(1, 12, 3.2)],
    });
    expect(workersResult('emails', story, processes)).toEqual({
      started: 2,
      startRealSeconds: { max: 0.25 },
      died: 0,
    });
  });

  it('take the supervisor for an order, and show its restarts as workers', () => {
    const { story, processes } = collected({
      lab: [
        lab,
        { t: micros(3), e: 'supervised', q: 'emails', worker: 1, pid: 12, up: 1 },
        { t: micros(3.3), e: 'ready', q: 'emails', worker: 1, pid: 12 },
      ],
      one: [worker(1, 11)],
      two: [worker(1, 12, 3.2)],
    });
    const { started, startRealSeconds } = workersResult('emails', story, processes);
    expect(started).toBe(2);
    expect(startRealSeconds.max).toBeCloseTo(0.3, 9);
  });

  it.each<[number, string]>([
    [1, '1 message put back'],
    [12, '12 messages put back'],
  ])('say of a redrive how many messages it put back: %d', (messages, detail) => {
    const { story, processes } = collected({ lab: [lab, fault(5, 'redrive', [], 1, { messages })] });
    const plan = tinyPlan({ faults: [spec(5, 'redrive')] });
    expect(faultResults(plan, story, processes, seconds)).toMatchObject([
      { kind: 'redrive', doneAtSeconds: 5, workers: [], detail, held: null },
    ]);
  });
});
