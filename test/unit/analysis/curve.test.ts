import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeasuredBacklog } from '../../../src/analysis/backlog.js';
import { thinned } from '../../../src/analysis/curve.js';

function backlog(pairs: readonly (readonly [number, number])[]): MeasuredBacklog {
  return MeasuredBacklog.of(
    Float64Array.from(pairs, ([arrival]) => arrival),
    Float64Array.from(pairs, ([, end]) => end),
    100,
  );
}

describe('the thinned curve', () => {
  it('keeps a peak of a moment, and the end', () => {
    const many = Array.from({ length: 50 }, (): [number, number] => [60.001, 60.002]);
    const curve = thinned(backlog([[10, 200], ...many]), 100, null, null);
    const peak = curve.backlog.indexOf(51);
    expect(curve.atSeconds[peak]).toBe(60.001);
    expect([curve.atSeconds.at(-1), curve.backlog.at(-1)]).toEqual([100, 1]);
    expect([curve.predicted, curve.predictedWithoutFaults]).toEqual([null, null]);
  });

  it('is one point where nothing ever happened', () => {
    expect(thinned(backlog([]), 0, null, null)).toMatchObject({ atSeconds: [0], backlog: [0] });
  });

  it('has the predicted values of the same times', () => {
    const curve = thinned(
      backlog([[10, 20]]),
      40,
      (t) => t,
      () => 7,
    );
    expect(curve.predicted).toEqual(curve.atSeconds);
    expect(new Set(curve.predictedWithoutFaults)).toEqual(new Set([7]));
  });

  it('has at most 240 points, in order, all of them true, among them the highest', () => {
    const pair = fc
      .tuple(fc.double({ min: 0, max: 99, noNaN: true }), fc.double({ min: 0, max: 30, noNaN: true }))
      .map(([t, took]): [number, number] => [t, t + took]);
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 400 }), (pairs) => {
        const view = backlog(pairs);
        const { atSeconds, backlog: values } = thinned(view, 100, null, null);
        expect(atSeconds.length).toBeLessThanOrEqual(240);
        expect([...atSeconds].sort((a, b) => a - b)).toEqual(atSeconds);
        expect(values).toEqual(atSeconds.map((t) => view.at(t)));
        expect(Math.max(...values)).toBe(view.highest(0, 100.5));
      }),
      { numRuns: 50 },
    );
  });
});
