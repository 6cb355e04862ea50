import { describe, expect, it } from 'vitest';
import { differencesOf, type Evidence, type MeasuredFigures } from '../../../src/analysis/difference.js';
import type { Difference, Trouble } from '../../../src/result/types.js';
import { tinyQueue } from '../../fixtures/tiny.js';

const figures: MeasuredFigures = {
  peakBacklog: 120,
  catchUpSeconds: 120,
  drainedAtSeconds: 400,
  maxWaitSeconds: 30,
  redeliveries: 0,
  duplicateEffects: 0,
};
const trouble: Trouble = {
  causes: ['emails killed at 20 s'],
  fromSeconds: 20,
  recoveryPointSeconds: 50,
  caughtUpAtSeconds: 173,
  catchUpSeconds: 123,
  reason: null,
  baseline: 0,
  peakBacklog: 122,
};
const bursts = Float64Array.from({ length: 5 * 140 }, (_, i) => 50.4 + Math.floor(i / 5));

/** 4/s for 300 s into 5/s; away from 20 s to 50 s, first start at 50.4 s. */
const steady: Evidence = {
  spec: tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 5 }),
  arrivals: [{ startSeconds: 0, endSeconds: 300, fromPerSecond: 4, toPerSecond: 4 }],
  starts: bursts,
  capacity: [
    { atSeconds: 0, perSecond: 5 },
    { atSeconds: 20, perSecond: 0 },
    { atSeconds: 50, perSecond: 5 },
  ],
  troubles: [trouble],
  orders: [{ atSeconds: 50, readySeconds: 50.3 }],
  stillAt: () => null,
  longestWaitUntil: 52,
};

function difference(
  evidence: Evidence,
  measured: Partial<MeasuredFigures> = {},
  measure: Difference['measure'] = 'catchUpSeconds',
): Difference {
  const all = differencesOf(
    { ...figures, catchUpReason: null },
    { ...figures, catchUpSeconds: 123, ...measured },
    evidence,
  );
  return all.find((entry) => entry.measure === measure)!;
}

describe('a difference between prediction and measurement', () => {
  it('counts a delay μ/(μ−λ) times where messages still arrive', () => {
    expect(difference(steady)).toEqual({
      measure: 'catchUpSeconds',
      predicted: 120,
      measured: 123,
      causes: [
        { cause: 'worker start', seconds: 2 },
        { cause: "the limiter's true window", seconds: 0 },
      ],
      unexplained: 1,
    });
  });

  it('has no worker start where the recovery point was no order', () => {
    const { causes } = difference({ ...steady, orders: [] });
    expect(causes.map(({ cause }) => cause)).toEqual(["the limiter's true window"]);
  });

  it('knows nothing of the limiter where the hands bind', () => {
    const { causes } = difference({
      ...steady,
      spec: tinyQueue({ rate: { count: 5, perSeconds: 1 }, concurrency: 1 }),
    });
    expect(causes.map(({ cause }) => cause)).toEqual(['worker start']);
  });

  it('knows nothing of the limiter from fewer than three windows', () => {
    const { causes } = difference({ ...steady, longestWaitUntil: 52 }, {}, 'maxWaitSeconds');
    // Of a certain message, the delay counts once.
    expect(causes).toEqual([{ cause: 'worker start', seconds: 0.4 }]);
  });

  it('counts only the share that was missing where others served the queue meanwhile', () => {
    const capacity = [
      { atSeconds: 0, perSecond: 4.5 },
      { atSeconds: 50, perSecond: 5 },
    ];
    const [cause] = difference({ ...steady, capacity }).causes;
    // A tenth of the capacity for 0.3 s, and that five times.
    expect(cause).toEqual({ cause: 'worker start', seconds: 0.15 });
  });

  it('is caught up at the usual backlog, where the model has none', () => {
    const { causes } = difference({ ...steady, troubles: [{ ...trouble, baseline: 5 }] });
    expect(causes.at(-1)).toEqual({ cause: 'caught up at the usual backlog of 5', seconds: -5 });
  });

  it('of a message after the trouble has no causes from it', () => {
    expect(difference(steady, { drainedAtSeconds: 300 }, 'drainedAtSeconds').causes).toEqual([]);
  });

  it('says where what is always in hand keeps a queue from its baseline', () => {
    // 15/s, 500 ms each: 7 or 8 are in hand as long as they come, until 60 s. Nobody waits any more from 20 s on.
    const late: Trouble = {
      ...trouble,
      fromSeconds: 0,
      recoveryPointSeconds: 10,
      caughtUpAtSeconds: 60.4,
      catchUpSeconds: 50.4,
    };
    const asked: [number, number][] = [];
    const { causes } = difference({
      ...steady,
      spec: tinyQueue({ rate: null, concurrency: 5, work: { kind: 'constant', meanSeconds: 0.5 } }),
      arrivals: [{ startSeconds: 0, endSeconds: 60, fromPerSecond: 15, toPerSecond: 15 }],
      starts: Float64Array.from([10, 20, 30]),
      troubles: [late],
      orders: [],
      stillAt: (at, level) => {
        asked.push([at, level]);
        return 20.4;
      },
    });
    expect(asked).toEqual([[10, 9]]);
    expect(causes).toEqual([{ cause: 'some 8 are always in hand at 15/s, and count', seconds: 40 }]);
  });

  it('of the last message in a limited queue is taken apart without a rest', () => {
    // 20 at once at 0 s; bursts of 5 at 0.4 s, 1.41 s, 2.42 s, 3.43 s; work of 0.3 s. A fluid takes 4 s.
    const starts = Float64Array.from({ length: 20 }, (_, i) => 0.4 + 1.01 * Math.floor(i / 5));
    const burst: Trouble = {
      ...trouble,
      fromSeconds: 0,
      recoveryPointSeconds: 0,
      caughtUpAtSeconds: 3.73,
      catchUpSeconds: 3.73,
    };
    const evidence: Evidence = {
      ...steady,
      arrivals: [],
      starts,
      capacity: [{ atSeconds: 0, perSecond: 5 }],
      troubles: [burst],
      orders: [],
    };
    const drained = differencesOf(
      { ...figures, catchUpReason: null, drainedAtSeconds: 4 },
      { ...figures, drainedAtSeconds: 3.73 },
      evidence,
    ).find(({ measure }) => measure === 'drainedAtSeconds');
    expect(drained).toEqual({
      measure: 'drainedAtSeconds',
      predicted: 4,
      measured: 3.73,
      causes: [
        { cause: "the limiter's true window", seconds: expect.closeTo(0.03, 9) },
        { cause: "waiting for the limiter's next window", seconds: 0.4 },
        { cause: "a window's messages start early in it", seconds: expect.closeTo(-1, 6) },
        { cause: 'work on the last message', seconds: expect.closeTo(0.3, 9) },
      ],
      unexplained: expect.closeTo(0, 6),
    });
  });

  it('is not known where one of the two never happens', () => {
    const { unexplained, measured } = difference(steady, { catchUpSeconds: null });
    expect({ unexplained, measured }).toEqual({ unexplained: null, measured: null });
    expect(difference({ ...steady, troubles: [] })).toMatchObject({ causes: [], unexplained: 3 });
  });
});
