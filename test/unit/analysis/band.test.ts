import { describe, expect, it } from 'vitest';
import { playedPerSeed, withBand } from '../../../src/analysis/band.js';
import { forecast } from '../../../src/analysis/forecast.js';
import { isInBand } from '../../../src/analysis/prediction-interval.js';
import type { Plan } from '../../../src/plan/types.js';
import type { Scenario } from '../../../src/scenario/types.js';
import { tinyFailure, tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

const program = { launchpad: '0', node: 'v20' };

/** About 24 orders at random into a queue that serves one a second. */
function drawn(overrides: Partial<Scenario> = {}): Plan {
  return tinyPlan({
    producers: [
      tinyProducer({
        arrivals: 'poisson',
        phases: [{ forSeconds: 30, fromPerSecond: 0.8, toPerSecond: 0.8 }],
      }),
    ],
    expect: [
      {
        expression: 'emails.drainedAt <= 32s',
        scope: 'emails',
        measure: 'drainedAtSeconds',
        operator: '<=',
        value: 32,
      },
    ],
    ...overrides,
  });
}

function banded(plan: Plan, seeds = 40) {
  const prediction = withBand(forecast(plan, program), plan, program, seeds);
  const queue = prediction.result.queues.emails;
  const band = queue?.predicted?.band;
  if (queue === undefined || band === undefined) throw new Error('no band');
  return { prediction, queue, band };
}

describe('a band', () => {
  it('has low ≤ median ≤ high of each figure, and says over how many seeds', () => {
    const { seeds, coverage, ...ranges } = banded(drawn()).band;
    expect([seeds, coverage]).toEqual([40, 39 / 41]);
    expect(Object.keys(ranges)).toHaveLength(7);
    for (const { low, median, high } of Object.values(ranges)) {
      expect(low).toBeLessThanOrEqual(median as number);
      expect(median).toBeLessThanOrEqual(high as number);
    }
    expect(ranges.peakBacklog.low).toBeLessThan(ranges.peakBacklog.high as number);
  });

  it('is the same each time, bit for bit', () => {
    expect(JSON.stringify(banded(drawn(), 5))).toBe(JSON.stringify(banded(drawn(), 5)));
  });

  it('is of the seeds that follow the own one', () => {
    const figure = (seed: number) =>
      forecast(drawn({ seed }), program).result.queues.emails?.drainedAtSeconds as number;
    const { band } = banded(drawn({ seed: 7 }), 3);
    const [low, median, high] = [8, 9, 10].map(figure).sort((a, b) => a - b);
    expect(band.drainedAtSeconds).toEqual({ low, median, high });
  });

  it('takes the seeds before the own one where there are none after it', () => {
    const last = Number.MAX_SAFE_INTEGER;
    const before = banded(drawn({ seed: last }), 2).band;
    expect(before).toEqual(banded(drawn({ seed: last - 3 }), 2).band);
  });

  it("has most seeds' figures within it", () => {
    const { band } = banded(drawn({ seed: 1000 }));
    const outside = Array.from({ length: 40 }, (_, i) => {
      const queue = forecast(drawn({ seed: 1 + i }), program).result.queues.emails;
      return isInBand(band.peakBacklog, queue?.backlog.peak ?? null);
    }).filter((isIn) => !isIn);
    // Two are to be expected; with ten the band would be of something else.
    expect(outside.length).toBeLessThan(10);
  });

  it('says how many seeds meet the expectations', () => {
    const seeds = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const outcomes = seeds.map((seed) => forecast(drawn({ seed }), program).result.verdict.outcome);
    const pass = outcomes.filter((outcome) => outcome === 'pass').length;
    expect(pass).toBeGreaterThan(0);
    expect(pass).toBeLessThan(10);
    const { verdict } = banded(drawn(), 10).prediction.result;
    expect(verdict.seeds).toEqual({ count: 10, pass, fail: 10 - pass });
  });

  it('says nothing of expectations where there are none, and leaves all else as it was', () => {
    const plan = drawn({ expect: [] });
    const plain = forecast(plan, program);
    const { result } = banded(plan, 2).prediction;
    expect(result.verdict).toEqual(plain.result.verdict);
    const { predicted, ...queue } = result.queues.emails ?? {};
    const { predicted: before, ...same } = plain.result.queues.emails ?? {};
    expect(queue).toEqual(same);
    expect(predicted).toMatchObject(before ?? {});
  });

  it('is without an upper end where some seeds never get there', () => {
    const plan = drawn({ drainSeconds: 1 });
    expect(banded(plan).band.drainedAtSeconds).toMatchObject({ low: expect.any(Number), high: null });
  });

  it('takes a wait of messages that nobody served for endless, and that of none for none', () => {
    const unserved = tinyQueue({ workers: 0 });
    expect(banded(drawn({ queues: [unserved], drainSeconds: 1 }), 2).band.maxWaitSeconds.low).toBeNull();
    const rare = tinyProducer({
      arrivals: 'poisson',
      phases: [{ forSeconds: 1, fromPerSecond: 1e-6, toPerSecond: 1e-6 }],
    });
    expect(banded(drawn({ producers: [rare] }), 2).band.waitP99Seconds).toEqual({
      low: 0,
      median: 0,
      high: 0,
    });
  });

  it('costs what is played for a seed', () => {
    const plan = tinyPlan({
      queues: [
        tinyQueue({
          attempts: 2,
          failures: [tinyFailure({ times: 1 })],
        }),
      ],
    });
    expect(playedPerSeed(forecast(plan, program))).toBe(8);
  });
});
