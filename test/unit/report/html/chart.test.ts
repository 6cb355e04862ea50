import { describe, expect, it } from 'vitest';
import { chart } from '../../../../src/report/html/chart.js';
import { firstAt, peakOf, roundedTimes, timeDecimals, valueAt } from '../../../../src/report/html/numbers.js';
import { endOf, gapsOf, marksOf, queueCharts } from '../../../../src/report/html/queue-charts.js';
import type { Series } from '../../../../src/result/series.js';
import { hostile } from '../../../fixtures/hostile.js';
import { outage, predictedOutage } from '../../../fixtures/results.js';
import { outageSeries } from '../../../fixtures/series.js';

const emails = outageSeries.queues.emails as Series['queues'][string];

describe('numbers of a chart', () => {
  it('are rounded to what can be seen, and no two points become one', () => {
    expect([0.5, 67, 3600, 86_400].map(timeDecimals)).toEqual([5, 3, 2, 0]);
    expect(roundedTimes([0, 1.234_56, 1.234_57, 1.234_58, 66], 67)).toEqual([0, 1.235, 1.236, 1.237, 66]);
    const times = roundedTimes(
      Array.from({ length: 500 }, (_, at) => at * 1e-7),
      86_400,
    );
    expect(new Set(times).size).toBe(500);
  });

  it('can be asked for at any time', () => {
    const curve = { atSeconds: [1, 2, 4], values: [10, 20, 0] };
    expect([0, 1, 1.5, 2, 3, 9].map((at) => valueAt(curve, at, 'steps'))).toEqual([null, 10, 10, 20, 20, 0]);
    expect([0, 1, 1.5, 2, 3, 9].map((at) => valueAt(curve, at, 'straight'))).toEqual([
      null,
      10,
      15,
      20,
      10,
      0,
    ]);
    expect(peakOf(curve)).toEqual({ atSeconds: 2, value: 20 });
    expect(peakOf({ atSeconds: [], values: [] })).toBeNull();
    expect([firstAt(curve, 15), firstAt(curve, 21)]).toEqual([2, null]);
  });
});

describe('a chart', () => {
  const made = chart({
    id: 'c',
    group: 'g',
    title: hostile,
    message: hostile,
    reading: hostile,
    unit: 'messages',
    endSeconds: 10,
    lines: [
      {
        label: hostile,
        look: 'measured',
        shape: 'steps',
        curve: { atSeconds: [0, 5], values: [0, 7.123_456_7] },
      },
      { label: 'none', look: 'depth', shape: 'steps', curve: { atSeconds: [], values: [] } },
      { label: 'other', look: 'predicted', shape: 'straight', curve: { atSeconds: [0, 10], values: [0, 3] } },
    ],
    marks: [{ atSeconds: 5, label: 'kill', kind: 'fault' }],
  });

  it('draws the line that matters most over the others, and leaves out lines without points', () => {
    expect(made.data.lines.map(({ look }) => look)).toEqual(['predicted', 'measured']);
    expect(made.data.lines[1]?.values).toEqual([0, 7.1235]);
    expect(
      [...made.html.matchAll(/data-line="(\d)"><i class="swatch line-(\w+)"/g)].map(([, at, look]) => [
        at,
        look,
      ]),
    ).toEqual([
      ['1', 'measured'],
      ['0', 'predicted'],
    ]);
  });

  it('says in a table what it shows: evenly, at the marks and at the peaks', () => {
    const rows = [...made.html.matchAll(/<tr><th scope="row"[^>]*>(.*?)<\/th>(.*?)<\/tr>/gs)];
    expect(rows.map(([, at]) => at)).toEqual(
      ['0', '1.25', '2.5', '3.75', '5', '6.25', '7.5', '8.75', '10'].map((at) => `${at}\u00a0s`),
    );
    expect(rows[4]?.[2]).toMatch(/>7\.1<.*>1\.5<.*kill; peak of/);
  });

  it('lets no name be more than text', () => {
    expect(made.html).not.toMatch(/<(img|script)/);
    expect(made.html.match(/aria-label="[^"]*"/g)?.length).toBe(2);
  });
});

describe("a queue's charts", () => {
  it('show measured over predicted, with the faults and the time when it had caught up', () => {
    const [backlog, flow, rates, age] = queueCharts('emails', outage, emails, 66.9, 'q1');
    expect(backlog?.data.lines.map(({ label }) => label)).toEqual([
      'depth',
      'predicted without the faults',
      'predicted',
      'backlog, measured',
    ]);
    expect(backlog?.data.marks).toEqual([
      { atSeconds: 1.31, label: 'kill', kind: 'fault' },
      { atSeconds: 8, label: 'restart', kind: 'fault' },
      { atSeconds: 66.7, label: 'caught up', kind: 'caught-up' },
    ]);
    expect(flow?.data.band).toEqual([0, 1]);
    expect(rates?.data.lines.map(({ label }) => label)).toEqual(['limit', 'in', 'out']);
    // The last span is as wide as the others.
    expect(rates?.data.times[1]?.slice(-2)).toEqual([66, 66.9]);
    expect(age?.data.unit).toBe('seconds');
    expect(new Set([backlog, flow, rates, age].map((each) => each?.data.group))).toEqual(new Set(['q1']));
  });

  it('are the backlog of the result alone where there are no series', () => {
    const charts = queueCharts('emails', predictedOutage, null, 67, 'q1');
    expect(charts).toHaveLength(1);
    expect(charts[0]?.data.lines.at(-1)?.label).toBe('backlog, predicted');
  });

  it('name a fault that is not of the queue, or that nobody ordered', () => {
    const [kill] = outage.faults;
    if (kill === undefined) throw new Error('the fixture has no fault');
    const faults = [
      { ...kill, kind: 'died', ordered: false },
      { ...kill, target: 'broker', doneAtSeconds: 2 },
      { ...kill, target: 'payments', doneAtSeconds: 3 },
      { ...kill, doneAtSeconds: null },
    ];
    expect(marksOf('emails', { ...outage, faults }).map(({ label }) => label)).toEqual([
      'died, not ordered',
      'kill broker',
      'caught up',
    ]);
  });

  it('say what the gaps between arrivals and departures are', () => {
    const arrived = { atSeconds: [0, 1, 2], values: [0, 50, 100] };
    const departed = { atSeconds: [0, 6, 11, 20], values: [0, 20, 60, 100] };
    expect(gapsOf(arrived, departed, 20)).toEqual({
      backlog: { atSeconds: 2, low: 0, high: 100, label: 'backlog 100' },
      delay: { number: 50, fromSeconds: 1, toSeconds: 11, label: 'delay 10 s' },
    });
    expect(gapsOf(arrived, arrived, 20)).toBeNull();
  });

  it('are as long as what was measured, and up to twice that as what was predicted', () => {
    expect(endOf(outage, null)).toBe(66.9);
    const until = (atSeconds: number): Series => ({
      ...outageSeries,
      queues: { emails: { ...emails, predictedBacklog: { atSeconds: [0, atSeconds], values: [0, 0] } } },
    });
    expect([50, 80, 1000].map((at) => endOf(outage, until(at)))).toEqual([66.9, 80, 133.8]);
  });
});
