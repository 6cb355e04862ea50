import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LaunchpadError } from '../../../src/errors.js';
import { curveOf } from '../../../src/plan/curve.js';
import { Uniforms, uniform } from '../../../src/plan/draws.js';
import { scheduleOf } from '../../../src/plan/schedule.js';
import { sourcesOf } from '../../../src/plan/sources.js';
import type { Phase } from '../../../src/scenario/types.js';
import { tinyPlan, tinyProducer, tinyQueue } from '../../fixtures/tiny.js';

const flat = (perSecond: number, forSeconds: number): Phase[] => [
  { forSeconds, fromPerSecond: perSecond, toPerSecond: perSecond },
];

const week = flat(1_000_000, 604_800);

describe('the number of messages', () => {
  it('is exact for constant arrivals, however many', () => {
    const counted = (phases: Phase[]) =>
      scheduleOf({ name: 'orders', curve: curveOf(phases), arrivals: 'constant' }, 1);
    expect(counted(week)).toEqual({
      scheduled: 604_800_000_000,
      firstDueSeconds: 0,
      lastDueSeconds: expect.closeTo(604_799.999999, 6),
    });
    expect(counted(flat(1_000_000, 2_592_000))).toMatchObject({
      scheduled: 2_592_000_000_000,
      lastDueSeconds: expect.closeTo(2_592_000, 4),
    });
    const many = Array.from({ length: 1000 }, () => flat(1_000_000, 2_592_000)).flat();
    expect(counted(many).scheduled).toBe(2_592_000_000_000_000);
  });

  it('is drawn for Poisson arrivals, and their mean where there are too many, which the plan says', () => {
    const few = tinyPlan({ producers: [tinyProducer({ phases: flat(100, 100), arrivals: 'poisson' })] });
    expect(few.producers[0]?.scheduled).not.toBe(10_000);
    expect(few.warnings).toEqual([]);
    const many = tinyPlan({ producers: [tinyProducer({ phases: week, arrivals: 'poisson' })] });
    expect(many.producers[0]?.scheduled).toBe(604_800_000_000);
    expect(many.warnings[0]).toBe(
      'orders: its 604,800,000,000 random arrivals are not drawn one by one, and their mean is taken for their number; the standard deviation of that is 777,689 (0.00013 %).',
    );
  });

  it('behind outcomes is drawn, and taken by the shares where there are too many', () => {
    const outcomes = [
      { name: 'reserved', share: 0.9, to: [{ queue: 'emails' }] },
      { name: 'failed', share: 0.1, to: [] },
    ];
    const queues = [tinyQueue({ name: 'intake', outcomes }), tinyQueue()];
    const passing = (scheduled: number): number | undefined => {
      const producers = [{ spec: tinyProducer({ to: [{ queue: 'intake' }] }), scheduled }];
      return sourcesOf('emails', queues, producers, 1)[0]?.scheduled;
    };
    const drawn = passing(10_000) ?? 0;
    expect(drawn).not.toBe(9000);
    expect(Math.abs(drawn - 9000)).toBeLessThan(4 * 30);
    expect(passing(1e12)).toBe(9e11);
    const producers = [tinyProducer({ phases: week, to: [{ queue: 'intake' }] })];
    expect(tinyPlan({ queues, producers }).warnings[0]).toBe(
      'orders → intake → emails: what comes of 604,800,000,000 messages is not drawn one by one, and the share of 90 % is taken; the standard deviation of their number is 233,307 (0.000043 %).',
    );
  });

  it('is refused where a double could not count them', () => {
    const phases = Array.from({ length: 2000 }, () => flat(1_000_000, 2_592_000)).flat();
    const producers = [tinyProducer({ phases, to: [{ queue: 'emails' }, { queue: 'payments' }] })];
    const queues = [tinyQueue(), tinyQueue({ name: 'payments' })];
    const planned = (): unknown => tinyPlan({ producers, queues });
    expect(planned).toThrow(LaunchpadError);
    expect(planned).toThrow('About 1.0e+16 messages are more than can be counted to the last one');
  });
});

describe('draws of one stream', () => {
  it('are those of uniform', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), fc.string(), fc.nat(), (seed, stream, word) => {
        expect(new Uniforms(seed, stream).at(word)).toBe(uniform(seed, stream, word));
      }),
    );
  });
});
