import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulateEvents } from '../../../../src/model/events/index.js';
import { md1, mm1, mmc } from '../../../../src/model/formulas.js';
import type { Plan } from '../../../../src/plan/types.js';
import type { QueueSpec } from '../../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../../fixtures/tiny.js';
import { fault, play } from './play.js';

const batches = 20;
const messages = 20_000;
/** Of each batch: until then it has forgotten that it began empty. */
const warmUp = 1000;
/** Student's t with 19 degrees of freedom: so many standard errors are exceeded once in a thousand times. */
const quantile = 3.883;
const workSeconds = 0.1;
const exponential = { kind: 'exponential', meanSeconds: workSeconds } as const;
const constant = { kind: 'constant', meanSeconds: workSeconds } as const;

/** Poisson arrivals into hands with nothing else in their way. */
function planOf(perSecond: number, queue: Partial<QueueSpec>, seed: number): Plan {
  const phase = { forSeconds: messages / perSecond, fromPerSecond: perSecond, toPerSecond: perSecond };
  return tinyPlan({
    seed,
    producers: [tinyProducer({ arrivals: 'poisson', phases: [phase] })],
    queues: [tinyQueue({ rate: null, ...queue })],
  });
}

/** How long messages wait for their start in the mean, in seconds, once it runs as ever. First come, first served: the nth start is the nth's. */
function meanWait(plan: Plan): number {
  const arrivals: number[] = [];
  let started = 0;
  let sum = 0;
  simulateEvents(
    plan,
    ({ e, t }) => {
      if (e === 'attempted') arrivals.push(t);
      else if (e === 'started' && started++ >= warmUp) sum += t - (arrivals[started - 1] as number);
    },
    { sampleSeconds: 0 },
  );
  expect(started).toBe(arrivals.length);
  return sum / (started - warmUp) / 1e6;
}

describe(`the mean wait, of ${batches} batches of ${messages} messages, is within its 99.9 % interval of theory`, () => {
  test.each([
    ['M/M/1, ρ = 0.5', { work: exponential }, 5, mm1(5, 10)],
    ['M/M/1, ρ = 0.7', { work: exponential }, 7, mm1(7, 10)],
    ['M/D/1, ρ = 0.5', { work: constant }, 5, md1(5, workSeconds)],
    ['M/D/1, ρ = 0.7', { work: constant }, 7, md1(7, workSeconds)],
    ['M/M/4, one worker', { work: exponential, concurrency: 4 }, 28, mmc(28, 10, 4)],
    ['M/M/6, two workers', { work: exponential, workers: 2, concurrency: 3 }, 42, mmc(42, 10, 6)],
  ])('%s', (_, queue, perSecond, { waitSeconds }) => {
    const waits = Array.from({ length: batches }, (_, seed) => meanWait(planOf(perSecond, queue, seed + 1)));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / batches;
    const variance = waits.reduce((sum, wait) => sum + (wait - mean) ** 2, 0) / (batches - 1);
    const halfWidth = quantile * Math.sqrt(variance / batches);
    expect(Math.abs(mean - waitSeconds)).toBeLessThan(halfWidth);
    // Of an interval that is wide enough anything is within.
    expect(halfWidth / waitSeconds).toBeLessThan(0.12);
  });
});

test('D/D/1 with an outage: every wait to the microsecond', () => {
  const setting = fc
    .record({
      /** Between two arrivals, and of work; microseconds. */
      gap: fc.integer({ min: 1000, max: 200_000 }),
      load: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
      away: fc.integer({ min: 200_000, max: 5_000_000 }),
      from: fc.integer({ min: 0, max: 3_000_000 }),
      kind: fc.constantFrom('stop' as const, 'kill' as const),
    })
    .map((given) => ({ ...given, work: Math.max(1, Math.round(given.gap * given.load)) }));
  fc.assert(
    fc.property(setting, ({ gap, work, away, from, kind }) => {
      const back = from + away;
      // The first to come when nobody is there; and how many wait: the nth starts at back + n·work, and comes at (first + n)·gap.
      const first = Math.ceil(from / gap);
      const waiting = Math.ceil((back - first * gap) / (gap - work));
      fc.pre(waiting < 5000);
      const count = first + waiting + 10;
      const plan = tinyPlan({
        producers: [
          tinyProducer({
            phases: [
              { forSeconds: ((count - 0.5) * gap) / 1e6, fromPerSecond: 1e6 / gap, toPerSecond: 1e6 / gap },
            ],
          }),
        ],
        queues: [tinyQueue({ rate: null, work: { kind: 'constant', meanSeconds: work / 1e6 } })],
        faults: [fault({ atSeconds: from / 1e6, kind, forSeconds: away / 1e6 })],
      });
      // A kill takes what is in hand with it, which comes back first and later than the others' turn.
      fc.pre(kind === 'stop' || from > (first - 1) * gap + work);
      const waits = new Map<string, number>();
      for (const event of play(plan)) {
        if (event.e === 'attempted') waits.set(event.m, -event.t);
        else if (event.e === 'started') waits.set(event.m, (waits.get(event.m) as number) + event.t);
      }
      const expected = Array.from({ length: count }, (_, i) =>
        Math.max(0, i < first ? 0 : back + (i - first) * work - i * gap),
      );
      expect([...waits.values()]).toEqual(expected);
      expect(expected.filter((wait) => wait > 0).length).toBe(Math.max(0, waiting));
    }),
    { numRuns: 100 },
  );
});
