import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stretchesOf } from '../../../../src/model/theory/stretches.js';
import { curveOf } from '../../../../src/plan/curve.js';
import { phase } from '../fixtures.js';

describe('the times with a backlog', () => {
  it('have a rising rate exactly', () => {
    // λ = t for 10 s, μ = 5: over from 5 to 10 s, 12.5 wait, and at 5/s they take 2.5 s.
    const [stretch] = stretchesOf(curveOf([phase(10, 0, 10)]), [{ atSeconds: 0, perSecond: 5 }]);
    expect(stretch).toMatchObject({ fromSeconds: 5, recoverySeconds: 10, caughtUpSeconds: 12.5 });
    expect(stretch?.before).toMatchObject({ arrived: 37.5, served: 25, seconds: 5, awaySeconds: 0 });
  });

  it('end within a falling rate where the backlog does', () => {
    // λ = 10 − t: over until 5 s, and what had gathered, 12.5, is gone when as much more could be served: at 10 s.
    const [stretch] = stretchesOf(curveOf([phase(10, 10, 0)]), [{ atSeconds: 0, perSecond: 5 }]);
    expect(stretch?.recoverySeconds).toBe(5);
    expect(stretch?.caughtUpSeconds).toBeCloseTo(10);
  });

  const rates = fc.array(
    fc.record({ seconds: fc.integer({ min: 1, max: 5 }), perSecond: fc.integer({ min: 0, max: 9 }) }),
    {
      minLength: 1,
      maxLength: 8,
    },
  );

  it('are those of a backlog that is followed second by second', () => {
    fc.assert(
      fc.property(rates, rates, (arriving, serving) => {
        const curve = curveOf(arriving.map(({ seconds, perSecond }) => phase(seconds, perSecond)));
        let atSeconds = 0;
        const steps = serving.map(({ seconds, perSecond }) => {
          const step = { atSeconds, perSecond };
          atSeconds += seconds;
          return step;
        });
        const each = arriving.flatMap(({ seconds, perSecond }) => Array<number>(seconds).fill(perSecond));
        const capacityAt = (second: number): number =>
          steps.findLast((step) => step.atSeconds <= second)?.perSecond ?? 0;
        const stretches = stretchesOf(curve, steps);
        const end = atSeconds + each.length + 400;
        const backlogs = [0];
        for (let second = 0; second < end; second++)
          backlogs.push(Math.max(0, (backlogs[second] ?? 0) + (each[second] ?? 0) - capacityAt(second)));
        for (const { recoverySeconds, caughtUpSeconds, before, after } of stretches) {
          const until = recoverySeconds ?? end;
          expect(before.arrived - before.served).toBeCloseTo(backlogs[until] ?? 0, 6);
          if (caughtUpSeconds === null || after === null) {
            expect(capacityAt(end)).toBe(0);
            continue;
          }
          expect(before.arrived + after.arrived).toBeCloseTo(before.served + after.served, 6);
          expect(after.seconds).toBeCloseTo(caughtUpSeconds - until, 6);
          expect(backlogs[Math.ceil(caughtUpSeconds - 1e-9) - 1]).toBeGreaterThan(0);
        }
        // Outside of them nothing waits.
        for (let second = 0; second <= end; second++) {
          const isIn = stretches.some(
            (s) => s.fromSeconds < second && second < (s.caughtUpSeconds ?? Number.POSITIVE_INFINITY) - 1e-9,
          );
          if (!isIn && backlogs[second] !== 0) throw new Error(`${backlogs[second]} wait at ${second} s`);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
