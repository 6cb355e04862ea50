import { describe, expect, it } from 'vitest';
import {
  type BacklogView,
  type CapacityStep,
  findTroubles,
  longestCatchUp,
  stillnessOf,
  type Taking,
  takingCause,
} from '../../../src/model/index.js';
import { curveOf } from '../../../src/plan/curve.js';
import type { Phase } from '../../../src/scenario/types.js';
import { emails, phase } from './fixtures.js';

/** A backlog that was measured: steps of [time, messages], each until the next; 0 before. */
function stepped(
  steps: readonly (readonly [number, number])[],
  done: BacklogView['allDoneBefore'],
): BacklogView {
  const at = (seconds: number): number => steps.findLast(([t]) => t <= seconds)?.[1] ?? 0;
  const times = steps.map(([t]) => t);
  const highest = (from: number, to: number): number =>
    Math.max(at(from), ...steps.filter(([t]) => t >= from && t < to).map(([, n]) => n));
  return {
    at,
    highest,
    firstStillFrom: (from, level, forSeconds) =>
      [from, ...times.filter((t) => t > from)].find((t) => highest(t, t + forSeconds) <= level) ?? null,
    allDoneBefore: done,
  };
}

interface Case {
  readonly phases: readonly Phase[];
  readonly capacity: readonly (readonly [number, number])[];
  readonly takings?: readonly Taking[];
  readonly backlog: readonly (readonly [number, number])[];
  /** When all that arrived before a time were done; default: at once. */
  readonly done?: BacklogView['allDoneBefore'];
  readonly end?: number;
}

function troublesOf(given: Case) {
  const capacity: CapacityStep[] = given.capacity.map(([atSeconds, perSecond]) => ({ atSeconds, perSecond }));
  return findTroubles({
    name: 'emails',
    arrivals: curveOf(given.phases),
    capacity,
    takings: given.takings ?? [],
    stillnessSeconds: 10,
    endSeconds: given.end ?? 200,
    backlog: stepped(given.backlog, given.done ?? ((seconds) => seconds)),
  });
}

const killed = (atSeconds: number): Taking => ({ atSeconds, cause: `emails killed at ${atSeconds} s` });

describe('findTroubles on hand-written backlogs', () => {
  it('finds none where arrivals stay within the capacity', () => {
    const backlog = [
      [0, 1],
      [5, 30],
      [20, 0],
    ] as const;
    expect(troublesOf({ phases: [phase(100, 5)], capacity: [[0, 5]], backlog })).toEqual([]);
  });

  it('measures from the end of the overload, against nothing where it starts with the run', () => {
    const backlog = [
      [0, 10],
      [5, 475],
      [10, 950],
      [100, 450],
      [199, 0],
    ] as const;
    expect(troublesOf({ phases: [phase(10, 100)], capacity: [[0, 5]], backlog })).toEqual([
      {
        causes: ['arrivals exceed capacity (100/s into 5/s)'],
        fromSeconds: 0,
        recoveryPointSeconds: 10,
        caughtUpAtSeconds: 199,
        catchUpSeconds: 189,
        reason: null,
        baseline: 0,
        peakBacklog: 950,
      },
    ]);
  });

  it('takes the highest backlog of the S seconds before as the baseline', () => {
    const [trouble] = troublesOf({
      phases: [phase(200, 4)],
      capacity: [
        [0, 5],
        [50, 0],
        [60, 5],
      ],
      takings: [killed(50)],
      backlog: [
        [0, 0],
        [30, 9],
        [39, 3],
        [45, 2],
        [50, 20],
        [60, 40],
        [90, 4],
        [95, 3],
      ],
    });
    // The 9 lasted until 39 s, one second before the ten seconds begin.
    expect(trouble).toMatchObject({
      baseline: 3,
      peakBacklog: 40,
      recoveryPointSeconds: 60,
      caughtUpAtSeconds: 95,
    });
  });

  it('is not deceived by a burst that only touches the baseline', () => {
    const [trouble] = troublesOf({
      phases: [phase(10, 100)],
      capacity: [[0, 5]],
      backlog: [
        [0, 100],
        [20, 0],
        [25, 7],
        [29, 0],
        [50, 3],
        [51, 0],
      ],
    });
    // At 20 s it is down for 5 s only; at 29 s for 21 s, and what comes then is no part of it.
    expect(trouble).toMatchObject({ caughtUpAtSeconds: 29, catchUpSeconds: 19 });
  });

  it('counts a backlog that is down until the end, however soon that is', () => {
    const given: Case = {
      phases: [phase(10, 100)],
      capacity: [[0, 5]],
      backlog: [
        [0, 50],
        [98, 0],
      ],
      end: 99,
    };
    expect(troublesOf(given)).toMatchObject([{ caughtUpAtSeconds: 98 }]);
  });

  it('waits for every message from before the recovery point', () => {
    const given: Case = {
      phases: [phase(100, 4)],
      capacity: [[0, 5]],
      takings: [{ atSeconds: 20, cause: '1 of 2 workers of emails killed at 20 s' }],
      backlog: [[0, 1]],
    };
    expect(troublesOf({ ...given, done: () => 80.4 })).toMatchObject([
      { recoveryPointSeconds: 20, caughtUpAtSeconds: 80.4, catchUpSeconds: 60.4, baseline: 1 },
    ]);
    expect(troublesOf({ ...given, done: () => null })).toMatchObject([
      {
        catchUpSeconds: null,
        reason: 'never: a message from before the recovery point was not done by the end',
      },
    ]);
    expect(troublesOf(given)).toMatchObject([{ catchUpSeconds: 0 }]);
  });

  it('joins an overload and a kill, and recovers with the restart although arrivals are long over', () => {
    const given: Case = {
      phases: [phase(3, 100)],
      capacity: [
        [0, 5],
        [1.3, 0],
        [8, 5],
      ],
      takings: [killed(1.3)],
      backlog: [
        [0, 120],
        [3, 290],
        [8, 285],
        [66.7, 0],
      ],
    };
    expect(troublesOf(given)).toEqual([
      {
        causes: ['arrivals exceed capacity (100/s into 5/s)', 'emails killed at 1.3 s'],
        fromSeconds: 0,
        recoveryPointSeconds: 8,
        caughtUpAtSeconds: 66.7,
        catchUpSeconds: 58.7,
        reason: null,
        baseline: 0,
        peakBacklog: 290,
      },
    ]);
  });

  it('joins troubles that begin before the last is caught up, and keeps two apart', () => {
    const capacity = [
      [0, 5],
      [20, 0],
      [25, 5],
      [40, 0],
      [45, 5],
    ] as const;
    const given: Case = { phases: [phase(200, 4)], capacity, takings: [killed(20), killed(40)], backlog: [] };
    const joined = troublesOf({
      ...given,
      backlog: [
        [20, 20],
        [40, 30],
        [70, 0],
      ],
    });
    expect(joined).toMatchObject([
      {
        causes: ['emails killed at 20 s', 'emails killed at 40 s'],
        fromSeconds: 20,
        recoveryPointSeconds: 45,
        catchUpSeconds: 25,
        baseline: 0,
      },
    ]);
    const apart = troublesOf({
      ...given,
      backlog: [
        [20, 20],
        [29, 0],
        [40, 30],
        [70, 0],
      ],
    });
    expect(apart).toMatchObject([
      { fromSeconds: 20, catchUpSeconds: 4, peakBacklog: 20 },
      { fromSeconds: 40, catchUpSeconds: 25, peakBacklog: 30 },
    ]);
    expect(longestCatchUp(apart)).toEqual({ catchUpSeconds: 25, catchUpReason: null });
  });

  it('says when an overload joins', () => {
    const phases = [phase(10, 100), phase(10, 1), phase(10, 20)];
    const [trouble] = troublesOf({
      phases,
      capacity: [[0, 5]],
      backlog: [
        [0, 900],
        [90, 0],
      ],
    });
    expect(trouble).toMatchObject({
      causes: [
        'arrivals exceed capacity (100/s into 5/s)',
        'arrivals exceed capacity (20/s into 5/s) at 20 s',
      ],
      recoveryPointSeconds: 30,
    });
  });

  it('recovers at the fault itself where the rest of the workers suffice, and with the restart where not', () => {
    const takings = [{ atSeconds: 30, cause: '1 of 2 workers of emails killed at 30 s' }];
    const backlog = [
      [30, 5],
      [50, 0],
    ] as const;
    const enough: Case = {
      phases: [phase(100, 4)],
      capacity: [
        [0, 10],
        [30, 5],
      ],
      takings,
      backlog,
    };
    expect(troublesOf(enough)).toMatchObject([{ recoveryPointSeconds: 30, catchUpSeconds: 20 }]);
    const even: Case = { ...enough, phases: [phase(100, 5)] };
    expect(troublesOf(even)).toMatchObject([{ recoveryPointSeconds: 30, catchUpSeconds: 20 }]);
    const short: Case = {
      ...enough,
      phases: [phase(100, 8)],
      capacity: [
        [0, 10],
        [30, 5],
        [45, 10],
      ],
    };
    expect(troublesOf(short)).toMatchObject([
      { recoveryPointSeconds: 45, catchUpSeconds: 5, causes: [takings[0]?.cause] },
    ]);
  });

  it('takes a freeze for what it is: workers away until the thaw', () => {
    const given: Case = {
      phases: [phase(100, 4)],
      capacity: [
        [0, 5],
        [10, 0],
        [18, 5],
      ],
      takings: [{ atSeconds: 10, cause: takingCause('freeze', 'emails', 1, 1, 10) }],
      backlog: [
        [10, 10],
        [18, 32],
        [51, 0],
      ],
    };
    expect(troublesOf(given)).toMatchObject([
      { causes: ['emails frozen at 10 s'], recoveryPointSeconds: 18, catchUpSeconds: 33, peakBacklog: 32 },
    ]);
  });

  it.each<[string, Case, string]>([
    [
      'grows',
      { phases: [phase(100, 100)], capacity: [[0, 5]], backlog: [[0, 950]], end: 10 },
      'never: 100/s arrive, 5/s leave, +95/s',
    ],
    [
      'stays',
      { phases: [phase(1, 10), phase(99, 5)], capacity: [[0, 5]], backlog: [[0, 5]], end: 10 },
      'never: 5/s arrive, 5/s leave, nothing is left for the backlog',
    ],
    [
      'is abandoned',
      {
        phases: [phase(10, 4)],
        capacity: [
          [0, 5],
          [5, 0],
        ],
        takings: [killed(5)],
        backlog: [[5, 20]],
      },
      'never: no worker of emails came back, 20 waiting at the end',
    ],
    [
      'was never served',
      { phases: [phase(10, 4)], capacity: [[0, 0]], backlog: [[0, 40]] },
      'never: no worker of emails was ever up, 40 waiting at the end',
    ],
    [
      'was not given the time',
      {
        phases: [phase(10, 100)],
        capacity: [[0, 5]],
        backlog: [
          [0, 900],
          [150, 250],
        ],
      },
      'never: still 250 waiting at the end',
    ],
  ])('says why a backlog that %s is never caught up', (_, given, reason) => {
    const troubles = troublesOf(given);
    expect(troubles).toMatchObject([{ catchUpSeconds: null, caughtUpAtSeconds: null, reason }]);
    expect(longestCatchUp(troubles)).toEqual({ catchUpSeconds: null, catchUpReason: reason });
  });

  it('begins a ramp’s trouble where it crosses the capacity', () => {
    const [trouble] = troublesOf({
      phases: [phase(10, 0, 10), phase(10, 10, 0)],
      capacity: [[0, 5]],
      backlog: [
        [5, 10],
        [20, 0],
      ],
    });
    expect(trouble).toMatchObject({
      causes: ['arrivals exceed capacity (up to 10/s into 5/s)'],
      fromSeconds: 5,
      recoveryPointSeconds: 15,
    });
  });

  it('knows no trouble where nothing bounds the capacity', () => {
    const capacity = [[0, Number.POSITIVE_INFINITY]] as const;
    expect(troublesOf({ phases: [phase(10, 1e6)], capacity, backlog: [] })).toEqual([]);
  });
});

describe('stillnessOf', () => {
  it('is ten seconds, or a limiter window that is longer', () => {
    expect(stillnessOf(emails(5))).toBe(10);
    expect(stillnessOf(emails(5, { rate: null }))).toBe(10);
    expect(stillnessOf(emails(5, { rate: { count: 5, perSeconds: 60 } }))).toBe(60);
  });
});

describe('takingCause', () => {
  it.each([
    ['kill', 1, 1, 1.3047, 'emails killed at 1.3 s'],
    ['stop', 2, 2, 30, 'emails stopped at 30 s'],
    ['freeze', 1, 2, 0.25, '1 of 2 workers of emails frozen at 0.25 s'],
    ['scale', 2, 3, 10, '2 of 3 workers of emails scaled down at 10 s'],
  ] as const)('%s %d of %d at %d s', (kind, workers, before, at, expected) => {
    expect(takingCause(kind, 'emails', workers, before, at)).toBe(expected);
  });
});

describe('arrivals that change each second', () => {
  it('are one trouble whose many onsets ask only once when the backlog is still', () => {
    const phases = Array.from({ length: 400 }, (_, i) => phase(1, i % 2 === 0 ? 20 : 4));
    let asked = 0;
    const view = stepped(
      [
        [0, 50],
        [450, 0],
      ],
      (seconds) => seconds,
    );
    const troubles = findTroubles({
      name: 'emails',
      arrivals: curveOf(phases),
      capacity: [{ atSeconds: 0, perSecond: 10 }],
      takings: [],
      stillnessSeconds: 10,
      endSeconds: 500,
      backlog: {
        ...view,
        firstStillFrom: (from, level, forSeconds) => {
          asked++;
          return view.firstStillFrom(from, level, forSeconds);
        },
      },
    });
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toMatchObject({
      recoveryPointSeconds: 399,
      caughtUpAtSeconds: 450,
      catchUpSeconds: 51,
    });
    expect(troubles[0]?.causes).toHaveLength(200);
    expect(asked).toBe(1);
  });
});
