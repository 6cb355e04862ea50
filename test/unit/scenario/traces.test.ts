import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDriver } from '../../../src/broker/index.js';
import { LaunchpadError } from '../../../src/errors.js';
import { scheduleOf } from '../../../src/lab/producer/schedule.js';
import { predict } from '../../../src/model/index.js';
import { Arrivals } from '../../../src/plan/arrivals.js';
import { buildPlan } from '../../../src/plan/build.js';
import { type Overrides, parseScenario } from '../../../src/scenario/index.js';
import type { ProducerSpec, Scenario } from '../../../src/scenario/types.js';

let directory = '';
let files = 0;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'launchpad-traces-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function scenarioWith(csv: string, more = '', overrides: Overrides = {}): Scenario {
  files++;
  writeFileSync(join(directory, `${files}.csv`), csv);
  const text = `producers: {orders: {trace: ${files}.csv, to: [emails]${more}}}\nqueues: {emails: {rate: 5/s}}\n`;
  return parseScenario(text, { file: join(directory, 'my.yaml'), overrides });
}

function producerOf(csv: string, more = ''): ProducerSpec {
  const [producer] = scenarioWith(csv, more).producers;
  if (producer === undefined) throw new Error('there is no producer');
  return producer;
}

/** `3.csv:2 producers.orders.trace: message → hint`, without the directory and the number. */
function problemsOf(csv: string, more = '', overrides: Overrides = {}): string[] {
  try {
    scenarioWith(csv, more, overrides);
  } catch (error) {
    if (!(error instanceof LaunchpadError)) throw error;
    return error.problems.map(
      ({ file = '', line, path, message }) =>
        `${file.replace(/.*\//, '').replace(/^\d+/, 'N')}:${line ?? '-'} ${path}: ${message.replaceAll(/\b\d+(?=\.csv)/g, 'N')}`,
    );
  }
  throw new Error('nothing was found wrong');
}

describe('counts per second', () => {
  it('are a phase for each second, equal neighbours as one, and nothing where a second is missing', () => {
    const { phases, times } = producerOf('second,count\n0,4\n1,4\n2,10\n5,1\n');
    expect(times).toBeUndefined();
    expect(phases).toEqual([
      { forSeconds: 2, fromPerSecond: 4, toPerSecond: 4 },
      { forSeconds: 1, fromPerSecond: 10, toPerSecond: 10 },
      { forSeconds: 2, fromPerSecond: 0, toPerSecond: 0 },
      { forSeconds: 1, fromPerSecond: 1, toPerSecond: 1 },
    ]);
  });

  it('plan exactly so many messages in each second', () => {
    const counts = [3, 0, 7, 1, 100, 0, 2];
    const csv = `time,count\r\n${counts.map((count, second) => `${second},${count}`).join('\r\n')}`;
    const plan = buildPlan(scenarioWith(csv), describeDriver('bullmq'));
    const [producer] = plan.producers;
    if (producer === undefined) throw new Error('there is no producer');
    const arrivals = new Arrivals(producer, plan.seed);
    const found = counts.map(() => 0);
    for (let due = arrivals.next(); due !== null; due = arrivals.next()) {
      found[Math.floor(due)] = (found[Math.floor(due)] ?? 0) + 1;
    }
    expect(found).toEqual(counts);
    expect(producer.scheduled).toBe(113);
    expect(plan.producingSeconds).toBe(7);
  });

  it('count from the earliest second where they are dates, in any order', () => {
    const csv = '\ufeff"second","count"\n2026-07-25 10:00:02,1\n2026-07-25 10:00:00,6\n';
    expect(producerOf(csv).phases.map(({ fromPerSecond }) => fromPerSecond)).toEqual([6, 0, 1]);
    expect(producerOf('second,count\n1753437602,1\n1753437600,6').phases).toHaveLength(3);
    // Small numbers count from zero.
    expect(producerOf('second,count\n2,1').phases).toEqual([
      { forSeconds: 2, fromPerSecond: 0, toPerSecond: 0 },
      { forSeconds: 1, fromPerSecond: 1, toPerSecond: 1 },
    ]);
  });

  it('may be drawn around', () => {
    expect(producerOf('second,count\n0,4', ', arrivals: poisson').arrivals).toBe('poisson');
  });

  it('are told line by line where they are wrong', () => {
    expect(problemsOf('second,count\n0,4\n0.5,4\n1,many\n2,1.5\n-3,1\n0,2\n7\n')).toEqual([
      'N.csv:3 producers.orders.trace: 0.5 is not a whole second',
      'N.csv:4 producers.orders.trace: many is not a count',
      'N.csv:5 producers.orders.trace: 1.5 is not a count',
      'N.csv:6 producers.orders.trace: -3 is negative',
      'N.csv:7 producers.orders.trace: the same second as in line 2',
      'N.csv:8 producers.orders.trace: has 1 columns, not 2',
    ]);
    expect(problemsOf('second,count\n0,0')).toEqual([
      'my.yaml:1 producers.orders.trace: N.csv counts no message',
    ]);
  });

  it('are bounded', () => {
    const rows = Array.from({ length: 36_001 }, (_, i) => `${i},${1 + (i % 2)}`);
    expect(problemsOf(`second,count\n${rows.join('\n')}`)[0]).toContain('changes its rate 36,001 times');
    expect(problemsOf('second,count\n2026-01-01T00:00:00Z,1\n2026-03-01T00:00:00Z,1')[0]).toContain(
      'goes over 59 days',
    );
    expect(problemsOf('second,count\n0,9999999999999998')[0]).toContain('is not a count');
  });
});

describe('timestamps', () => {
  it('say when each message is due, in order', () => {
    expect(producerOf('3.5\n0.25\n3.5\n1').times).toEqual([0.25, 1, 3.5, 3.5]);
    expect(producerOf('timestamp\n0.5\n\n2\n').times).toEqual([0.5, 2]);
  });

  it('count from the earliest where they are dates', () => {
    const iso = 'time\n2026-07-25T12:00:01.250001+02:00\n2026-07-25T10:00:00Z\n2026-07-25 10:00:00.5\n';
    expect(producerOf(iso).times).toEqual([0, 0.5, 1.250001]);
    expect(producerOf('1753437601.25\n1753437600').times).toEqual([0, 1.25]);
    expect(producerOf('1753437601250\n1753437600000').times).toEqual([0, 1.25]);
  });

  it('have their mean over 10 s as rate', () => {
    const even = producerOf(Array.from({ length: 300 }, (_, i) => `${i / 100}`).join('\n'));
    expect(even.phases).toHaveLength(1);
    expect(even.phases[0]?.forSeconds).toBeCloseTo(3, 9);
    expect(even.phases[0]?.fromPerSecond).toBeCloseTo(100, 9);
    const two = producerOf(['0', '1', '2', '11', '24.5'].join('\n'));
    expect(two.phases.map(({ forSeconds }) => forSeconds)).toEqual([10, 10, 10.625]);
    expect(two.phases.map((phase) => phase.forSeconds * phase.fromPerSecond)).toEqual([3, 1, 1]);
    expect(producerOf('4').phases).toEqual([{ forSeconds: 5, fromPerSecond: 0.2, toPerSecond: 0.2 }]);
  });

  it('are what the plan, the producer and the count of messages follow', () => {
    const times = [0, 0.001, 4, 4, 19.75];
    const plan = buildPlan(scenarioWith(times.join('\n'), ', resubmit: [1s]'), describeDriver('bullmq'));
    const [producer] = plan.producers;
    if (producer === undefined) throw new Error('there is no producer');
    expect(producer).toMatchObject({ scheduled: 5, firstDueSeconds: 0, lastDueSeconds: 19.75, times });
    const next = scheduleOf({ producer, seed: plan.seed, speed: 2 });
    const due = Array.from({ length: 10 }, next);
    expect(due.filter((one) => one?.copy === 1).map((one) => one?.micros)).toEqual([
      0, 500, 2e6, 2e6, 9_875_000,
    ]);
    expect(due.filter((one) => one?.copy === 2).map((one) => one?.micros)[4]).toBe(10_375_000);
    expect(next()).toBeNull();
    // As it is written into the run's directory and read back.
    expect(JSON.parse(JSON.stringify(plan)).producers[0].times).toEqual(times);
    expect(predict(plan).queues[0]?.scheduled).toBe(5);
  });

  it('are told line by line where they are wrong', () => {
    expect(problemsOf('time\n1\nsoon\n-2\n2026-07-25T10:00:00Z\n5000000\n3,4')).toEqual([
      'N.csv:3 producers.orders.trace: soon is not a time',
      'N.csv:4 producers.orders.trace: -2 is negative',
      'N.csv:5 producers.orders.trace: 2026-07-25T10:00:00Z is ISO 8601, and the lines before are seconds from the beginning',
      'N.csv:6 producers.orders.trace: 5000000 s is later than 30 days',
      'N.csv:7 producers.orders.trace: has 2 columns',
    ]);
    const many = problemsOf(
      Array.from({ length: 25 }, () => 'soon')
        .join('\n')
        .replace('soon', '1'),
    );
    expect(many).toHaveLength(11);
    expect(many.at(-1)).toBe('N.csv:- producers.orders.trace: has 14 more lines like these');
    expect(problemsOf('\n')).toEqual(['my.yaml:1 producers.orders.trace: N.csv has no timestamp']);
    expect(problemsOf('time,customer\n1,7')).toEqual([
      'my.yaml:1 producers.orders.trace: N.csv has the columns time, customer',
    ]);
    expect(problemsOf(`${'1\n'.repeat(250_001)}`)[0]).toContain('has 250,001 timestamps');
  });

  it('are not drawn around', () => {
    expect(problemsOf('1\n2', ', arrivals: poisson')[0]).toContain('so nothing is drawn');
  });
});

describe('a trace', () => {
  it('takes the place of a rate and of phases', () => {
    expect(problemsOf('1', ', rate: 5/s')[0]).toContain("`rate` and `trace` don't go together");
    expect(problemsOf('1', ', phases: []')[0]).toContain("`phases` and `trace` don't go together");
  });

  it('gives way to a rate and a length together', () => {
    const { producers } = scenarioWith('1', '', { rate: ['5/s'], for: ['2s'] });
    expect(producers[0]).toMatchObject({ phases: [{ forSeconds: 2, fromPerSecond: 5, toPerSecond: 5 }] });
    expect(producers[0]?.times).toBeUndefined();
    expect(problemsOf('1', '', { rate: ['5/s'] })).toEqual([':- --rate 5/s: orders has a trace']);
  });

  it('is a file, from the working directory where a flag names it', () => {
    const text = 'producers: {orders: {trace: ., to: [emails]}}\nqueues: {emails: {}}\n';
    const file = join(directory, 'my.yaml');
    expect(() => parseScenario(text, { file })).toThrow('. is not a file');
    const set = ['producers.orders.trace=no/such.csv'];
    expect(() => parseScenario(text, { file, overrides: { set } })).toThrow('there is no file no/such.csv');
  });

  it('is read again when it has changed', () => {
    const text = 'producers: {orders: {trace: same.csv, to: [emails]}}\nqueues: {emails: {}}\n';
    const read = () => parseScenario(text, { file: join(directory, 'my.yaml') }).producers[0]?.times;
    writeFileSync(join(directory, 'same.csv'), '1\n2\n');
    expect(read()).toEqual([1, 2]);
    writeFileSync(join(directory, 'same.csv'), '1\n2\n3\n');
    expect(read()).toEqual([1, 2, 3]);
  });
});
