import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  analysePlayed,
  analysePlayedWithSeries,
  forecast,
  forecastWithSeries,
} from '../../../../src/analysis/index.js';
import type { Play } from '../../../../src/analysis/played.js';
import { mostPoints } from '../../../../src/analysis/series/thinner.js';
import type { LedgerEvent } from '../../../../src/ledger/events.js';
import type { QueueSeries } from '../../../../src/result/series.js';
import { outagePlan } from '../../../fixtures/outage.js';
import { at, ended, micros } from '../../../fixtures/runs.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';

const program = { launchpad: '1', node: 'v20' };
const info = { ...program, drainLimitSeconds: null };
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function rising(times: readonly number[]): boolean {
  return times.every((time, i) => i === 0 || time > (times[i - 1] as number));
}

/** Every curve's times. */
function timesOf(queue: QueueSeries): readonly (readonly number[])[] {
  const { backlog, arrived, departed, oldestAge, depth, rates } = queue;
  const curves = [backlog, arrived, departed, oldestAge].map(({ atSeconds }) => atSeconds);
  return [...curves, depth.atSeconds, rates.atSeconds];
}

describe('the series of what is predicted', () => {
  it('are of the very prediction, played message by message', () => {
    const plan = outagePlan();
    const { prediction, series } = forecastWithSeries(plan, program);
    expect(prediction).toEqual(forecast(plan, program));
    const queue = prediction.result.queues.emails;
    const emails = series.queues.emails as QueueSeries;
    expect(Math.max(...emails.backlog.values)).toBe(queue?.backlog.peak);
    expect(emails.predictedBacklog).toBeNull();
    expect(Math.max(...(emails.predictedWithoutFaults?.values ?? []))).toBe(
      queue?.predicted?.withoutFaults.peakBacklog,
    );
    expect(sum(emails.waits.messages)).toBe(300);
    expect(series.endSeconds).toBe(prediction.result.run.durationSeconds);
  });

  it('have lifelines, and no processes behind them', () => {
    const { series } = forecastWithSeries(outagePlan(10), program);
    const told = series.processes.map(({ role, pid, spans, end }) => [role, pid, spans.length, end]);
    expect(told).toContainEqual(['producer', 0, 1, 'done']);
    expect(told).toContainEqual(['worker', 0, 1, 'killed']);
    expect(series.processes.filter(({ role }) => role === 'worker')).toHaveLength(2);
    // In scenario time whatever the speed.
    expect(series.endSeconds).toBeGreaterThan(60);
  });

  it('have no second curve where there are no faults', () => {
    const { series } = forecastWithSeries(tinyPlan(), program);
    expect(series.queues.emails?.predictedWithoutFaults).toBeNull();
  });

  it('of a fluid are the backlog, and what arrived and departed', () => {
    // 2,000/s for 300 s are too many to play; served at 1,000/s they are gone at 600 s.
    const plan = tinyPlan({
      producers: [tinyProducer({ phases: [{ forSeconds: 300, fromPerSecond: 2000, toPerSecond: 2000 }] })],
      queues: [
        tinyQueue({
          rate: { count: 1000, perSeconds: 1 },
          concurrency: 1000,
          work: { kind: 'constant', meanSeconds: 0 },
        }),
      ],
    });
    const { prediction, series } = forecastWithSeries(plan, program);
    expect(prediction.by).toBe('fluid');
    const emails = series.queues.emails as QueueSeries;
    expect(Math.max(...emails.backlog.values)).toBe(prediction.result.queues.emails?.backlog.peak);
    expect(emails.arrived.values.at(-1)).toBeCloseTo(600_000, 3);
    for (const [i, count] of emails.arrived.values.entries()) {
      expect(count - (emails.departed.values[i] as number)).toBeCloseTo(
        emails.backlog.values[i] as number,
        5,
      );
    }
    expect(emails.rates).toMatchObject({ atSeconds: [], limitPerSecond: 1000 });
    expect(emails).toMatchObject({ predictedWithoutFaults: null, oldestAge: { atSeconds: [] } });
    expect(series.processes).toEqual([]);
  });
});

/** A message's life in milliseconds: from one to the next; null: it doesn't get so far. */
interface Life {
  readonly at: number;
  readonly wait: number | null;
  readonly work: number | null;
  /** After the work, where it is started again. */
  readonly again: number | null;
}

const life: fc.Arbitrary<Life> = fc.record({
  at: fc.integer({ min: 0, max: 9999 }),
  wait: fc.option(fc.integer({ min: 0, max: 20_000 }), { freq: 9 }),
  work: fc.option(fc.integer({ min: 0, max: 500 }), { freq: 9 }),
  again: fc.option(fc.integer({ min: 0, max: 5000 }), { freq: 2 }),
});

function eventsOf({ at: arrival, wait, work, again }: Life, i: number): LedgerEvent[] {
  const m = `orders/${i + 1}`;
  const published = [at(arrival / 1000, 'attempted', m), at(arrival / 1000, 'acknowledged', m)];
  if (wait === null) return published;
  const start = (arrival + wait) / 1000;
  const started = [...published, at(start, 'started', m)];
  if (work === null) return started;
  const done = start + work / 1000;
  const effected = [...started, at(done, 'effect', m)];
  if (again === null) return [...effected, at(done, 'settled', m)];
  return [...effected, at(done + again / 1000, 'started', m, { n: 2, r: true })];
}

/** Tells all of it, each kind in a file of its own. */
function telling(lives: readonly Life[]): Play {
  const end: LedgerEvent = ended(40);
  const events = [...lives.flatMap(eventsOf), end];
  events.sort((a, b) => a.t - b.t);
  return (visit) => {
    visit({ t: 0, e: 'opened', role: 'worker', pid: 11, name: 'emails', worker: 1 }, 1);
    for (const event of events) visit(event, event.e === 'started' || event.e === 'effect' ? 1 : 0);
  };
}

describe('for any ledger', () => {
  it('curves, waits and rates agree with the books', () => {
    const many = { minLength: 500, maxLength: 1500, size: 'max' } as const;
    const lives = fc.oneof(fc.array(life, { maxLength: 30 }), fc.array(life, many));
    fc.assert(
      fc.property(lives, (all) => {
        const producer = tinyProducer({
          phases: [{ forSeconds: Math.max(1, all.length), fromPerSecond: 1, toPerSecond: 1 }],
        });
        const plan = tinyPlan({ producers: [producer] });
        const { result, series } = analysePlayedWithSeries(plan, telling(all), info);
        const books = result.queues.emails;
        const emails = series.queues.emails as QueueSeries;
        if (books === undefined) throw new Error('there are no books');
        const { delivered, duplicateDeliveries } = books.accounting;
        expect(sum(emails.waits.messages)).toBe(delivered);
        const { inPerSecond, outPerSecond, spanSeconds } = emails.rates;
        expect(sum(inPerSecond) * spanSeconds).toBeCloseTo(all.length, 5);
        expect(sum(outPerSecond) * spanSeconds).toBeCloseTo(delivered + duplicateDeliveries, 5);
        expect(emails.arrived.values.at(-1)).toBe(all.length);
        expect(emails.departed.values.at(-1)).toBe(books.accounting.effected);
        expect(Math.max(...emails.backlog.values)).toBe(books.backlog.peak);
        for (const times of timesOf(emails)) {
          expect(rising(times)).toBe(true);
          expect(times.length).toBeLessThanOrEqual(mostPoints);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('the series of 300,000 messages', () => {
  const messages = 300_000;
  const plan = tinyPlan({
    producers: [tinyProducer({ phases: [{ forSeconds: 300, fromPerSecond: 1000, toPerSecond: 1000 }] })],
  });

  /** 1,000/s for 300 s, served at 500/s, and one sample of the depth in a hundred that is a peak. */
  const play: Play = (visit) => {
    visit({ t: 0, e: 'opened', role: 'worker', pid: 11, name: 'emails', worker: 1 }, 1);
    let served = 0;
    let sampled = 0;
    const serve = (until: number): void => {
      for (; served < messages && 2000 * served + 500 <= until; served++) {
        const m = `orders/${served + 1}`;
        visit({ t: 2000 * served + 400, e: 'started', q: 'emails', m, n: 1, r: false }, 1);
        visit({ t: 2000 * served + 500, e: 'effect', q: 'emails', m }, 1);
      }
      for (; 100_000 * sampled <= until; sampled++) {
        const ready = sampled === 1234 ? 1_000_000 : sampled;
        visit({ t: 100_000 * sampled, e: 'depth', q: 'emails', ready, inFlight: 0, delayed: 0, dead: 0 }, 2);
      }
    };
    for (let i = 0; i < messages; i++) {
      serve(1000 * i);
      const m = `orders/${i + 1}`;
      visit({ t: 1000 * i, e: 'attempted', q: 'emails', m, due: 1000 * i }, 0);
      visit({ t: 1000 * i, e: 'acknowledged', q: 'emails', m }, 0);
    }
    serve(2000 * messages);
    visit({ t: micros(600), e: 'ended', reason: 'drained', detail: '' }, 2);
  };

  it('are right, small, and there in little more time than the result', () => {
    const before = performance.now();
    const plain = analysePlayed(plan, play, info);
    const between = performance.now();
    const { result, series } = analysePlayedWithSeries(plan, play, info);
    const after = performance.now();
    expect(result).toEqual(plain);
    const emails = series.queues.emails as QueueSeries;
    for (const times of timesOf(emails)) expect(times.length).toBeLessThanOrEqual(mostPoints);
    expect(emails.backlog.atSeconds.length).toBeGreaterThan(600);
    expect(Math.max(...emails.backlog.values)).toBe(result.queues.emails?.backlog.peak);
    expect(Math.max(...emails.depth.ready)).toBe(1_000_000);
    expect(Math.max(...emails.oldestAge.values)).toBeCloseTo(300, 0);
    expect(sum(emails.waits.messages)).toBe(messages);
    expect(JSON.stringify(series).length).toBeLessThan(100_000);
    // A wide band, as the machine may be busy.
    expect(after - between).toBeLessThan(2 * (between - before) + 5000);
  });
});
