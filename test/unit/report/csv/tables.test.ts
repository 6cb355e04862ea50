import { describe, expect, it } from 'vitest';
import { expectationsCsv } from '../../../../src/report/csv/expectations.js';
import { messageCsv, messagesHeader } from '../../../../src/report/csv/messages.js';
import { processesCsv } from '../../../../src/report/csv/processes.js';
import { seriesCsv } from '../../../../src/report/csv/series.js';
import type { QueueSeries } from '../../../../src/result/series.js';
import { recordsIn } from '../../../fixtures/csv.js';
import { neverCatchingUp, outage } from '../../../fixtures/results.js';
import { outageSeries } from '../../../fixtures/series.js';

const nothing = { atSeconds: [], values: [] };

const queue: QueueSeries = {
  backlog: { atSeconds: [0, 1, 3], values: [0, 10, 0] },
  predictedBacklog: { atSeconds: [0, 4], values: [0, 8] },
  predictedWithoutFaults: null,
  depth: { atSeconds: [0.5, 2], ready: [4, 1], inFlight: [5, 0], delayed: [0, 0], dead: [0, 2] },
  arrived: { atSeconds: [0, 1, 3], values: [0, 10, 10] },
  departed: { atSeconds: [0, 1, 3], values: [0, 0, 10] },
  rates: {
    atSeconds: [0, 2],
    spanSeconds: 2,
    inPerSecond: [5, 0],
    outPerSecond: [2.5, 2.5],
    limitPerSecond: 3,
  },
  oldestAge: { atSeconds: [1, 3], values: [0, 2] },
  waits: { fromSeconds: [], toSeconds: [], messages: [] },
};

describe('the time series of a queue', () => {
  it('has each curve at the times of all of them', () => {
    const rows = recordsIn(seriesCsv(queue, false));
    expect(rows.map(({ atSeconds }) => atSeconds)).toEqual(['0', '0.5', '1', '2', '3', '4']);
    const column = (name: string) => rows.map((row) => row[name]);
    // Steps hold.
    expect(column('backlog')).toEqual(['0', '0', '10', '10', '0', '0']);
    expect(column('ready')).toEqual(['', '4', '4', '1', '1', '1']);
    expect(column('dead')).toEqual(['', '0', '0', '2', '2', '2']);
    expect(column('inPerSecond')).toEqual(['5', '5', '5', '0', '0', '0']);
    // Straight lines go on to their next point, and not beyond the last.
    expect(column('predictedBacklog')).toEqual(['0', '1', '2', '4', '6', '8']);
    expect(column('oldestAgeSeconds')).toEqual(['', '', '0', '1', '2', '']);
    expect(column('predictedBacklogWithoutFaults')).toEqual(['', '', '', '', '', '']);
    expect(column('limitPerSecond')).toEqual(['3', '3', '3', '3', '3', '3']);
  });

  it('goes straight from point to point where a fluid predicted it', () => {
    const rows = recordsIn(seriesCsv(queue, true));
    expect(rows.map(({ backlog }) => backlog)).toEqual(['0', '5', '10', '5', '0', '']);
  });

  it('keeps peaks and balances: arrived less departed is the backlog', () => {
    const [emails] = Object.values(outageSeries.queues);
    const rows = recordsIn(seriesCsv(emails as QueueSeries, false));
    const backlogs = rows.map(({ backlog }) => Number(backlog));
    expect(Math.max(...backlogs)).toBe(Math.max(...(emails?.backlog.values ?? [])));
    for (const { arrived, departed, backlog } of rows)
      expect(Number(arrived) - Number(departed)).toBeCloseTo(Number(backlog), 6);
  });

  it('is a head alone where there is nothing', () => {
    const empty = { ...queue, backlog: nothing, arrived: nothing, departed: nothing, oldestAge: nothing };
    const depth = { atSeconds: [], ready: [], inFlight: [], delayed: [], dead: [] };
    const rates = { ...queue.rates, atSeconds: [], inPerSecond: [], outPerSecond: [] };
    expect(recordsIn(seriesCsv({ ...empty, predictedBacklog: null, depth, rates }, false))).toEqual([]);
  });
});

describe('the table of messages', () => {
  it('has a row for each, with what is not known left empty', () => {
    const row = {
      queue: 'emails',
      message: 'orders/7',
      arrivedSeconds: 0.07,
      firstStartSeconds: null,
      firstEffectSeconds: null,
      starts: 0,
      effects: 0,
      ended: 'pending',
    } as const;
    expect(recordsIn(messagesHeader + messageCsv(row))).toEqual([
      {
        queue: 'emails',
        message: 'orders/7',
        arrivedSeconds: '0.07',
        firstStartSeconds: '',
        firstEffectSeconds: '',
        starts: '0',
        effects: '0',
        ended: 'pending',
      },
    ]);
  });
});

describe('the table of expectations', () => {
  it('has what came of each', () => {
    const [first, second] = recordsIn(expectationsCsv(neverCatchingUp));
    expect(first).toEqual({
      expression: 'emails.catchUp <= 70s',
      measure: 'emails.catchUpSeconds',
      unit: 'seconds',
      expected: '',
      actual: '',
      outcome: 'fail',
      reason: 'never',
    });
    expect(second).toMatchObject({ actual: '5655', unit: 'count' });
  });

  it('has the rules of a baseline below them', () => {
    const rule = {
      rule: 'emails.catchUp +10%',
      measure: 'emails.catchUp',
      unit: 'seconds',
      baseline: 50,
      limit: 55,
      allows: 'at most',
      actual: 58.7,
      outcome: 'fail',
      reason: 'it was 58.7 s',
      noise: { verdict: 'untold', why: '' },
    } as const;
    const gates = { baseline: 'base.json', settings: [], rules: [rule] };
    expect(recordsIn(expectationsCsv({ ...outage, gates })).at(-1)).toMatchObject({
      expression: 'emails.catchUp +10%',
      expected: 'at most 55',
      actual: '58.7',
      outcome: 'fail',
    });
  });
});

describe('the table of processes', () => {
  it('has a row for each span, and the end at the last', () => {
    const rows = recordsIn(processesCsv(outageSeries)).filter(({ name }) => name === 'emails');
    expect(rows.map(({ pid, state, end }) => [pid, state, end])).toEqual([
      ['4711', 'up', 'killed'],
      ['4712', 'starting', ''],
      ['4712', 'up', ''],
    ]);
    expect(rows[1]).toMatchObject({ role: 'worker', worker: '1', fromSeconds: '8', toSeconds: '8.27' });
  });

  it('has no pid for what was played', () => {
    const played = {
      ...outageSeries,
      processes: outageSeries.processes.map((life) => ({ ...life, pid: 0 })),
    };
    expect(recordsIn(processesCsv(played)).map(({ pid }) => pid)).toEqual(
      recordsIn(processesCsv(outageSeries)).map(() => ''),
    );
  });
});
