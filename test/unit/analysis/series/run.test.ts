import { describe, expect, it } from 'vitest';
import { analyse, analyseRun, forecast } from '../../../../src/analysis/index.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import type { Curve, MessageRow, QueueSeries, Series } from '../../../../src/result/series.js';
import { outageLedger, outagePlan } from '../../../fixtures/outage.js';
import {
  at,
  census,
  delivered,
  ended,
  type Files,
  fault,
  micros,
  published,
  runDirectory,
  worker,
} from '../../../fixtures/runs.js';
import { tinyPlan } from '../../../fixtures/tiny.js';

const program = { launchpad: '1', node: 'v20' };

function pointsOf({ atSeconds, values }: Curve): [number, number][] {
  return atSeconds.map((seconds, i) => [seconds, values[i] as number]);
}

function emailsOf({ queues }: Series): QueueSeries {
  const { emails } = queues;
  if (emails === undefined) throw new Error('there is no series of emails');
  return emails;
}

function depth(seconds: number, ready: number, inFlight: number, delayed = 0, dead = 0): LedgerEvent {
  return { t: micros(seconds), e: 'depth', q: 'emails', ready, inFlight, delayed, dead };
}

/** One a second; the third waits for 2 s, the fourth is left. */
const four: Files = {
  lab: [
    depth(-0.1, 0, 0),
    { t: 0, e: 'run', wall: '2026-01-02T03:04:05.000Z' },
    depth(0.2, 0, 1),
    depth(3.5, 2, 0, 1, 3),
    ended(6, 'nobody-left'),
    depth(6.5, 1, 0),
    ...census(7, { ready: ['orders/4'] }),
  ],
  'producer-orders': [0, 1, 2, 3].flatMap((t) => published(t, `orders/${t + 1}`)),
  'worker-emails-1': [
    worker(1, 11),
    ...delivered(0.1, 'orders/1'),
    ...delivered(1.1, 'orders/2'),
    ...delivered(4.1, 'orders/3'),
  ],
};

describe('the series of a run of four messages', () => {
  const analysed = () => analyseRun(runDirectory(tinyPlan(), four));
  const analysedEmails = (): QueueSeries => emailsOf(analysed().series);

  it('ends with the drain', () => {
    const { series } = analysed();
    expect(series).toMatchObject({ schema: 'launchpad.series/1', endSeconds: 6 });
    expect(Object.keys(series.queues)).toEqual(['emails']);
  });

  it('has what arrived, what departed, and the backlog', () => {
    const { series, result } = analysed();
    const emails = emailsOf(series);
    expect(pointsOf(emails.backlog)).toEqual([
      [0, 1],
      [0.4, 0],
      [1, 1],
      [1.4, 0],
      [2, 1],
      [3, 2],
      [4.4, 1],
      [6, 1],
    ]);
    expect(emails.arrived.values).toEqual([1, 1, 2, 2, 3, 4, 4, 4]);
    expect(emails.departed.values).toEqual([0, 1, 1, 2, 2, 2, 3, 3]);
    expect(result.queues.emails?.backlog).toEqual({ peak: 2, peakAtSeconds: 3, final: 1 });
  });

  it('has the oldest age', () => {
    expect(pointsOf(analysedEmails().oldestAge)).toEqual([
      [0, 0],
      [0.4, 0.4],
      [0.400001, 0],
      [1, 0],
      [1.4, 0.4],
      [1.400001, 0],
      [2, 0],
      [4.4, 2.4],
      [4.400001, 1.400001],
      [6, 3],
    ]);
  });

  it('has the depth by its kinds, from the zero to the end', () => {
    expect(analysedEmails().depth).toEqual({
      atSeconds: [0, 0.2, 3.5],
      ready: [0, 0, 2],
      inFlight: [0, 1, 0],
      delayed: [0, 0, 1],
      dead: [0, 0, 3],
    });
  });

  it('has rates beside the limit', () => {
    expect(analysedEmails().rates).toEqual({
      atSeconds: [0, 1, 2, 3, 4, 5],
      spanSeconds: 1,
      inPerSecond: [1, 1, 1, 1, 0, 0],
      outPerSecond: [1, 1, 0, 0, 1, 0],
      limitPerSecond: 1,
    });
  });

  it('has the waits of those that were started', () => {
    const { fromSeconds, toSeconds, messages } = analysedEmails().waits;
    const some = messages.flatMap((count, i) => (count === 0 ? [] : [[fromSeconds[i], toSeconds[i], count]]));
    expect(some).toEqual([
      [0.1, 0.2, 2],
      [2.1, 2.2, 1],
    ]);
  });

  it('has nothing that was predicted, as nothing was', () => {
    const { predictedBacklog, predictedWithoutFaults } = analysedEmails();
    expect([predictedBacklog, predictedWithoutFaults]).toEqual([null, null]);
  });

  it('comes with the result that the analysis has without it', () => {
    const directory = runDirectory(tinyPlan(), four);
    expect(analyseRun(directory).result).toEqual(analyse(directory));
  });
});

describe('the series of other runs', () => {
  it('are in scenario seconds', () => {
    const plan = tinyPlan({ speed: 10 });
    const emails = emailsOf(analyseRun(runDirectory(plan, four)).series);
    expect(emails.backlog.atSeconds).toEqual([0, 4, 10, 14, 20, 30, 44, 60]);
    expect(emails.oldestAge.values.at(-1)).toBe(30);
    expect(emails.depth.atSeconds).toEqual([0, 2, 35]);
    expect(emails.rates.spanSeconds).toBe(1);
  });

  it('go on to the last message where that is after the drain', () => {
    const late: Files = {
      lab: [ended(2, 'drain-limit'), ...census(5)],
      'producer-orders': published(0, 'orders/1'),
      'worker-emails-1': [worker(1, 11), ...delivered(2.2, 'orders/1')],
    };
    const { series } = analyseRun(runDirectory(tinyPlan(), late));
    expect(series.endSeconds).toBe(2.5);
    expect(pointsOf(emailsOf(series).backlog)).toEqual([
      [0, 1],
      [2.5, 0],
    ]);
  });

  it('let a message that was put back from the dead arrive again, and leave lost ones out', () => {
    const files: Files = {
      lab: [
        { t: micros(4), e: 'redriven', q: 'emails', m: 'orders/1', repaired: true },
        ended(8),
        ...census(9),
      ],
      'producer-orders': [...published(0, 'orders/1'), ...published(1, 'orders/2')],
      'worker-emails-1': [
        worker(1, 11),
        at(0.5, 'started', 'orders/1'),
        at(2, 'dead', 'orders/1'),
        ...delivered(5, 'orders/1'),
      ],
    };
    const { series, result } = analyseRun(runDirectory(tinyPlan(), files));
    expect(result.queues.emails?.accounting).toMatchObject({ effected: 1, lost: 1 });
    const { backlog, arrived, departed } = emailsOf(series);
    expect(pointsOf(backlog)).toEqual([
      [0, 1],
      [2, 0],
      [4, 1],
      [5.3, 0],
      [8, 0],
    ]);
    expect([arrived.values, departed.values]).toEqual([
      [1, 1, 2, 2, 2],
      [0, 1, 1, 2, 2],
    ]);
  });

  it('are there where next to nothing is in the ledger', () => {
    const { series } = analyseRun(runDirectory(tinyPlan(), { lab: [ended(0)] }));
    const { backlog, oldestAge, waits, depth: sampled } = emailsOf(series);
    expect(series).toMatchObject({ endSeconds: 0, processes: [] });
    expect([pointsOf(backlog), pointsOf(oldestAge)]).toEqual([[[0, 0]], [[0, 0]]]);
    expect([waits.messages, sampled.atSeconds]).toEqual([[], []]);
  });

  it('have what was predicted, with and without the faults', () => {
    const plan = outagePlan();
    const prediction = forecast(plan, program);
    const { series, result } = analyseRun(
      runDirectory(plan, outageLedger(), { 'prediction.json': prediction }),
    );
    const emails = emailsOf(series);
    const curve = prediction.result.queues.emails?.curve;
    expect(emails.predictedBacklog?.values).toEqual(curve?.backlog);
    expect(emails.predictedBacklog?.atSeconds).toEqual(emails.predictedWithoutFaults?.atSeconds);
    expect(Math.max(...(emails.predictedBacklog?.values ?? []))).toBe(
      prediction.result.queues.emails?.backlog.peak,
    );
    expect(Math.max(...(emails.predictedWithoutFaults?.values ?? []))).toBeLessThan(290);
    // Five in each window, all over the run; the first kill took five of the second window with it.
    expect(emails.rates.outPerSecond.slice(0, 9)).toEqual([5, 5, 0, 0, 0, 0, 0, 0, 5]);
    expect(Math.max(...emails.backlog.values)).toBe(result.queues.emails?.backlog.peak);
    expect(Math.max(...emails.oldestAge.values)).toBeCloseTo(
      result.queues.emails?.oldestAgeSeconds.peak ?? 0,
      6,
    );
    expect(emails.waits.messages.reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(Math.max(...emails.depth.ready)).toBe(295);
  });
});

describe('the messages of a run', () => {
  function rowsOf(files: Files, plan = tinyPlan()): MessageRow[] {
    const rows: MessageRow[] = [];
    analyseRun(runDirectory(plan, files), { messages: (row) => rows.push(row) });
    return rows;
  }

  const blank = {
    queue: 'emails',
    arrivedSeconds: null,
    firstStartSeconds: null,
    firstEffectSeconds: null,
    starts: 0,
    effects: 0,
  };

  it('are told one by one, with their times and their ends', () => {
    expect(rowsOf(four)).toEqual([
      {
        queue: 'emails',
        message: 'orders/1',
        arrivedSeconds: 0,
        firstStartSeconds: 0.1,
        firstEffectSeconds: 0.4,
        starts: 1,
        effects: 1,
        ended: 'effected',
      },
      expect.objectContaining({ message: 'orders/2', arrivedSeconds: 1, ended: 'effected' }),
      expect.objectContaining({ message: 'orders/3', firstStartSeconds: 4.1, ended: 'effected' }),
      { ...blank, message: 'orders/4', arrivedSeconds: 3, ended: 'pending' },
    ]);
  });

  it('are in the classes of the books, those that the broker never had too', () => {
    const rows = rowsOf({
      lab: [ended(6), ...census(7, { deadLettered: ['orders/1'] })],
      'producer-orders': [
        ...published(0, 'orders/1'),
        at(1, 'attempted', 'orders/2'),
        at(1, 'refused', 'orders/2'),
        at(2, 'attempted', 'orders/3'),
        at(2, 'unknown', 'orders/3'),
      ],
      'worker-emails-1': [
        worker(1, 11),
        at(0.5, 'started', 'orders/1'),
        at(1, 'started', 'orders/1', { n: 2, r: true }),
        at(1.5, 'dead', 'orders/1'),
      ],
    });
    expect(rows).toEqual([
      {
        ...blank,
        message: 'orders/1',
        arrivedSeconds: 0,
        firstStartSeconds: 0.5,
        starts: 2,
        ended: 'deadLettered',
      },
      expect.objectContaining({ message: 'orders/2', starts: 0, ended: 'refused' }),
      expect.objectContaining({ message: 'orders/3', ended: 'neverArrived' }),
      { ...blank, message: 'orders/4', ended: 'dropped' },
    ]);
  });

  it('are lost or undetermined as the census says, and have all their effects', () => {
    const files = (found: readonly LedgerEvent[]): Files => ({
      lab: [fault(2, 'kill', [11], 0), ended(6), ...found],
      'producer-orders': [...published(0, 'orders/1'), ...published(1, 'orders/2')],
      'worker-emails-1': [worker(1, 11), ...delivered(0.1, 'orders/1').slice(0, 2)],
      'worker-emails-2': [worker(2, 12), ...delivered(3, 'orders/1', { n: 2, r: true })],
    });
    const [first, second] = rowsOf(files(census(7)));
    expect(first).toMatchObject({ starts: 2, effects: 2, firstEffectSeconds: 0.4, ended: 'effected' });
    expect(second).toMatchObject({ message: 'orders/2', ended: 'lost' });
    expect(rowsOf(files([]))[1]).toMatchObject({ message: 'orders/2', ended: 'undetermined' });
  });

  it('that are not in the plan come last', () => {
    const rows = rowsOf({
      lab: [ended(6), ...census(7)],
      'worker-emails-1': [worker(1, 11), ...delivered(1, 'guest/7')],
    });
    expect(rows.map(({ message, ended: end }) => `${message} ${end}`)).toEqual([
      'orders/1 dropped',
      'orders/2 dropped',
      'orders/3 dropped',
      'orders/4 dropped',
      'guest/7 effected',
    ]);
    expect(rows.at(-1)).toMatchObject({ arrivedSeconds: null, firstStartSeconds: 1, effects: 1 });
  });
});
