import { describe, expect, it } from 'vitest';
import {
  aimedMoment,
  bindsAlone,
  comeFreely,
  handsAt,
  isSureAt,
  type Pace,
  type Situation,
} from '../../../src/model/hands.js';
import { curveOf } from '../../../src/plan/curve.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { byHands, emails, phase } from './fixtures.js';

const busy: Pace = { sinceSeconds: 0, isBusy: true, isFresh: true, isSure: true, started: 0 };
const idle: Pace = { ...busy, isBusy: false };

function situation(
  queue: QueueSpec,
  perSecond: number,
  pace: Pace,
  more: Partial<Situation> = {},
): Situation {
  return { queue, streams: [curveOf([phase(100, perSecond)])], workersUp: queue.workers, pace, ...more };
}

/** 100/s into five at once each second, work 0.3 s, acknowledge 0.2 s. */
const windows = situation(emails(5), 100, busy);
/** 4/s into the same: a start every 0.25 s. */
const calm = situation(emails(5), 4, idle);
/** One every 0.2 s. */
const smooth = situation(emails(1, { rate: { count: 1, perSeconds: 0.2 }, concurrency: 5 }), 100, busy);
/** Ten a second through two hands: rounds of two every 0.15 s. */
const rounds = situation(
  emails(10, { concurrency: 2, work: { kind: 'constant', meanSeconds: 0.1 }, acknowledgeSeconds: 0.05 }),
  100,
  busy,
);
/** 15/s into five hands, each busy for 0.5 s: they take turns as the first messages came, every 0.067 s. */
const turns = situation(byHands(5), 15, busy);

describe('handsAt', () => {
  it.each([
    // Just before the first start, in the work, between effect and acknowledgement, and empty-handed.
    ['windows', windows, 0, [0, 0, 0]],
    ['windows', windows, 0.1, [5, 0, 5]],
    ['windows', windows, 0.4, [5, 5, 5]],
    ['windows', windows, 0.9, [0, 0, 5]],
    ['windows', windows, 1, [0, 0, 5]],
    ['windows', windows, 1.2, [5, 0, 10]],
    ['windows', windows, 7.4, [5, 5, 40]],
    // Starts at 9.75 and 9.5: the latter has had its effect and is acknowledged at the very moment.
    ['arrivals as they come', calm, 10, [2, 1, 40]],
    ['arrivals as they come', calm, 10.1, [2, 1, 41]],
    ['a smooth limiter', smooth, 10.05, [3, 1, 51]],
    ['rounds', rounds, 0.2, [2, 0, 4]],
    ['rounds', rounds, 0.27, [2, 2, 4]],
    ['rounds', rounds, 0.9, [0, 0, 10]],
  ] as const)('%s at %#: %o', (_, given, at, [messages, withEffect, started]) => {
    expect(handsAt(given, at)).toEqual({ messages, withEffect, started });
  });

  it.each([
    ['all hands start the first messages as they come', turns, 0.25, [4, 0, 4]],
    ['and are busy from then on', turns, 0.32, [5, 1, 5]],
    ['the first is free again', turns, 0.51, [5, 3, 6]],
    ['and so on', turns, 10.32, [5, 1, 105]],
    [
      'in rounds, where all begin at once',
      situation(byHands(5), 100, { ...busy, sinceSeconds: 8, started: 300 }),
      9.2,
      [5, 0, 315],
    ],
    [
      'and have their effects at once',
      situation(byHands(5), 100, { ...busy, sinceSeconds: 8, started: 300 }),
      9.4,
      [5, 5, 315],
    ],
  ] as const)('follows the hands where these bind: %s', (_, given, at, [messages, withEffect, started]) => {
    expect(handsAt(given, at)).toEqual({ messages, withEffect, started });
  });

  it('counts each producer’s messages by themselves', () => {
    const streams = [curveOf([phase(100, 2)]), curveOf([phase(100, 2)])];
    // Both at 9.5 and 10 s.
    expect(handsAt({ ...calm, streams }, 10.1)).toEqual({ messages: 2, withEffect: 0, started: 42 });
  });

  it('never starts what has not arrived', () => {
    const given = { ...windows, streams: [curveOf([phase(0.03, 100), phase(10, 0)])] };
    expect(handsAt(given, 0.2)).toEqual({ messages: 3, withEffect: 0, started: 3 });
    expect(handsAt(given, 5)).toEqual({ messages: 0, withEffect: 0, started: 3 });
  });
});

describe('what is sure', () => {
  it('is a busy stretch whose starts are known, and what comes freely once the last one has settled', () => {
    expect(isSureAt(windows, 3)).toBe(true);
    expect(isSureAt({ ...windows, pace: { ...busy, isSure: false } }, 3)).toBe(false);
    const since = { ...calm, pace: { ...idle, isFresh: false, sinceSeconds: 10 } };
    // Work, acknowledgement and a window are 1.5 s.
    expect([isSureAt(since, 11.4), isSureAt(since, 11.6)]).toEqual([false, true]);
  });

  it.each<[string, QueueSpec, boolean]>([
    ['no limit', byHands(5), true],
    ['hands for every window', emails(5), true],
    ['hands that are done in rounds within a window', emails(10, { concurrency: 5 }), true],
    [
      'work longer than a window, and hands for all of it',
      emails(5, { concurrency: 15, acknowledgeSeconds: 2 }),
      true,
    ],
    [
      'work longer than a window, and too few hands',
      emails(5, { concurrency: 13, acknowledgeSeconds: 2 }),
      false,
    ],
    ['a limit that hands may meet', emails(12, { concurrency: 5 }), false],
    ['a limit that hands never meet', emails(20, { concurrency: 5 }), true],
  ])('is what only one bound decides: %s', (_, queue, expected) => {
    expect(bindsAlone(queue, 1)).toBe(expected);
  });

  it('is that one producer’s messages never meet, and several’s may', () => {
    expect(comeFreely(emails(5), 1, 1, 5)).toBe(true);
    expect(comeFreely(emails(5), 1, 2, 4)).toBe(true);
    expect(comeFreely(emails(5), 1, 2, 5)).toBe(false);
    expect(comeFreely(byHands(5), 1, 3, 7)).toBe(false);
  });
});

describe('aimedMoment', () => {
  const aim = (given: Situation, at: number) => {
    const moment = aimedMoment(given, at, 'after-effect');
    return moment === null ? null : [moment.atSeconds, moment.hands.messages, moment.hands.started];
  };

  it.each([
    ['the next window’s effects, where hands are empty', windows, 1, [1.3, 5, 10]],
    ['at once, where all have had their effect', windows, 0.4, [0.4, 5, 5]],
    ['this window’s effects, where the work goes on', windows, 2.1, [2.3, 5, 15]],
    [
      'one by one, where the next comes later than the effect',
      situation(emails(5), 2, idle),
      10.1,
      [10.3, 1, 21],
    ],
    // From 10 s on nothing is acknowledged: started at 9.75, 10, … 10.75, and then the hands are full.
    ['full hands, where there is always one at work', calm, 10, [11.05, 5, 44]],
    ['full hands under a smooth limiter', smooth, 10.05, [10.7, 5, 53]],
  ] as const)('%s', (_, given, at, [moment, messages, started]) => {
    expect(aim(given, at)).toEqual([expect.closeTo(moment, 9), messages, started]);
  });

  it('never comes where nothing arrives any more', () => {
    expect(aim({ ...calm, streams: [curveOf([phase(5, 4)])] }, 10)).toBeNull();
  });
});
