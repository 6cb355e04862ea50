import { describe, expect, it } from 'vitest';
import { momentOf } from '../../../../src/analysis/history/index.js';
import type { Moment } from '../../../../src/result/history.js';
import { depth, shopLedger, shopPlan } from '../../../fixtures/history.js';
import { ended, fault, micros, published, runDirectory } from '../../../fixtures/runs.js';
import { tinyPlan } from '../../../fixtures/tiny.js';

const shop = (seconds: number, speed = 1): Moment =>
  momentOf(runDirectory(shopPlan(speed), shopLedger()), seconds);

describe('a moment of a run', () => {
  it('has the state, and what the broker said in the nearest sample, before or after', () => {
    const moment = shop(4.6);
    expect(moment).toMatchObject({ schema: 'launchpad.moment/1', atSeconds: 4.6, endSeconds: 25 });
    expect(moment.queues.emails).toMatchObject({ waiting: 1, inHand: 1, waitingForRetry: 1 });
    expect(moment.broker).toEqual({
      intake: null,
      inventory: null,
      emails: {
        atSeconds: 4.7,
        ready: 2,
        inFlight: 0,
        delayed: 1,
        dead: 0,
        deadLetterQueue: { atSeconds: 4.7, messages: 0 },
      },
    });
    expect(shop(12).broker.emails).toMatchObject({
      atSeconds: 12.1,
      inFlight: 1,
      deadLetterQueue: { messages: 1 },
    });
    expect(shop(2.3).broker.emails).toMatchObject({ atSeconds: 2.1, ready: 1, inFlight: 1 });
  });

  it('is in scenario time', () => {
    expect(shop(46, 10)).toMatchObject({ endSeconds: 250, broker: { emails: { atSeconds: 47 } } });
  });

  it.each([
    [1, null, '1.4 kill emails: worker 1 (pid 11)'],
    [
      5,
      '1.4 kill emails: worker 1 (pid 11)',
      '14.2 worker 1 (pid 12) of emails died (SIGKILL), ordered by no fault',
    ],
    [
      16,
      '14.2 worker 1 (pid 12) of emails died (SIGKILL), ordered by no fault',
      '20 redrive emails: 1 put back, repaired',
    ],
    [21, '20 redrive emails: 1 put back, repaired', null],
  ])('at %i s lies between two faults', (seconds, last, next) => {
    const { lastFault, nextFault } = shop(seconds);
    const words = [lastFault, nextFault].map((each) =>
      each === null ? null : `${each.atSeconds} ${each.what}`,
    );
    expect(words).toEqual([last, next]);
  });

  it('says of a fault that it was not done, and of the broker that it was lost', () => {
    const directory = runDirectory(tinyPlan(), {
      lab: [
        fault(1, 'kill', [], 0, { skipped: 'nothing to kill' }),
        { t: micros(3), e: 'broker-lost', why: 'closed' },
        depth(3, 'emails'),
        ended(5),
      ],
      producer: published(0, 'orders/1'),
    });
    expect(momentOf(directory, 2)).toMatchObject({
      lastFault: { atSeconds: 1, what: 'kill emails: not done, nothing to kill' },
      nextFault: { atSeconds: 3, what: 'the broker was lost: closed' },
    });
  });

  it.each([
    [25.1, '25.1 s is after the end: the run ended at 25 s'],
    [-1, '-1 s is before the run began'],
  ])('is refused outside the run: %d s', (seconds, message) => {
    expect(() => shop(seconds)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message,
        hint: 'Name a time from 0s to 25s, in scenario time.',
      }),
    );
  });
});
