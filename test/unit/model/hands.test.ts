import { describe, expect, it } from 'vitest';
import { aimedMoment, handsAt, type Situation } from '../../../src/model/hands.js';
import { capacityOf } from '../../../src/plan/capacity.js';
import { curveOf } from '../../../src/plan/curve.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { byHands, emails, phase } from './fixtures.js';

function situation(queue: QueueSpec, perSecond: number, more: Partial<Situation> = {}): Situation {
  return {
    queue,
    rateScope: 'queue',
    arrivals: curveOf([phase(100, perSecond)]),
    workersUp: queue.workers,
    perSecond: capacityOf(queue, queue.workers),
    busySinceSeconds: null,
    startedBefore: 0,
    ...more,
  };
}

/** 100/s into five at once each second, work 0.3 s, acknowledge 0.2 s. */
const windows = situation(emails(5), 100, { busySinceSeconds: 0 });
/** 4/s into the same: a start every 0.25 s. */
const calm = situation(emails(5), 4);
/** One every 0.2 s. */
const smooth = situation(emails(1, { rate: { count: 1, perSeconds: 0.2 }, concurrency: 5 }), 100, {
  busySinceSeconds: 0,
});
/** Ten a second through two hands: rounds of two every 0.15 s. */
const rounds = situation(
  emails(10, { concurrency: 2, work: { kind: 'constant', meanSeconds: 0.1 }, acknowledgeSeconds: 0.05 }),
  100,
  { busySinceSeconds: 0 },
);

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

  it('is Little’s law where messages wait for hands', () => {
    const given = situation(byHands(5), 100, { busySinceSeconds: 0 });
    // 10/s × 0.5 s, two fifths of the time after the effect.
    expect(handsAt(given, 3.3)).toEqual({ messages: 5, withEffect: 2, started: null });
  });

  it('is Little’s law where each worker paces itself', () => {
    const given = situation(emails(5), 100, { busySinceSeconds: 0, rateScope: 'worker' });
    expect(handsAt(given, 3.3)).toEqual({ messages: 3, withEffect: 1, started: null });
  });

  it('never starts what has not arrived', () => {
    const given = { ...windows, arrivals: curveOf([phase(0.03, 100), phase(10, 0)]) };
    expect(handsAt(given, 0.2)).toEqual({ messages: 3, withEffect: 0, started: 3 });
    expect(handsAt(given, 5)).toEqual({ messages: 0, withEffect: 0, started: 3 });
  });
});

describe('aimedMoment', () => {
  const aim = (given: Situation, at: number, worker = 0) => {
    const moment = aimedMoment(given, at, worker);
    return moment === null ? null : [moment.atSeconds, moment.hands.messages, moment.hands.started];
  };

  it.each([
    ['the next window’s effects, where hands are empty', windows, 1, [1.3, 5, 10]],
    ['at once, where all have had their effect', windows, 0.4, [0.4, 5, 5]],
    ['this window’s effects, where the work goes on', windows, 2.1, [2.3, 5, 15]],
    ['one by one, where the next comes later than the effect', situation(emails(5), 2), 10.1, [10.3, 1, 21]],
    // From 10 s on nothing is acknowledged: started at 9.75, 10, … 10.75, and then the hands are full.
    ['full hands, where there is always one at work', calm, 10, [11.05, 5, 44]],
    ['full hands under a smooth limiter', smooth, 10.05, [10.7, 5, 53]],
    [
      'the hands’ work, where messages wait for hands',
      situation(byHands(5), 100, { busySinceSeconds: 0 }),
      3,
      [3.3, 5, null],
    ],
  ] as const)('%s', (_, given, at, [moment, messages, started]) => {
    expect(aim(given, at)).toEqual([expect.closeTo(moment, 9), messages, started]);
  });

  it('never comes where nothing arrives any more', () => {
    expect(aim({ ...calm, arrivals: curveOf([phase(5, 4)]) }, 10)).toBeNull();
  });

  it('has one of two workers start every other message', () => {
    const two = situation(emails(5, { workers: 2 }), 4);
    // Starts at 4.75, 5.25, …: its first message has had its effect at 5.05, before the next comes.
    expect(aim(two, 5)).toEqual([expect.closeTo(5.05, 9), 1, 20]);
    expect(aim(two, 5, 1)).toEqual([expect.closeTo(5.3, 9), 1, 21]);
  });
});
