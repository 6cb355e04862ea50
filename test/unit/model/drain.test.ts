import { describe, expect, it } from 'vitest';
import { retryingSeconds } from '../../../src/model/drain.js';
import { defaultDrainSeconds, predict } from '../../../src/model/index.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { byHands, emails, failing, ofMessages, ofShare, phase, planOf } from './fixtures.js';

const doubling = { kind: 'exponential', delaySeconds: 1, jitter: 0.5, maxSeconds: 8 } as const;

describe('the longest that a message can take', () => {
  it.each<[string, Partial<QueueSpec>, number]>([
    ['one attempt', {}, 0.5],
    // Four attempts of 0.5 s, and 1 + 2 + 4 s, whatever the jitter draws.
    [
      'all its attempts',
      { attempts: 4, backoff: doubling, failures: [failing({ select: ofMessages(7) })] },
      9,
    ],
    [
      'two attempts to the limit',
      { attempts: 2, timeoutSeconds: 2, failures: [failing({ kind: 'hang', forSeconds: 9 })] },
      4.4 + 9,
    ],
    // Of a tenth it is sure after nine failures: ten attempts.
    ['as many as one may need', { attempts: 1000, failures: [failing({ select: ofShare(0.1) })] }, 5],
    // 1 + 2 + 4 + 8 s and five attempts of 50 ms are more than ten seconds, and then one more.
    [
      'until the dependency is back',
      {
        attempts: 1000,
        backoff: doubling,
        failures: [failing({ fromSeconds: 5, toSeconds: 15, afterSeconds: 0.05 })],
      },
      1 + 2 + 4 + 8 + 8 + 6 * 0.5,
    ],
  ])('%s', (_, more, expected) => {
    expect(retryingSeconds(byHands(5, more))).toBeCloseTo(expected, 6);
  });
});

describe('the drain’s limit', () => {
  const limit = (queue: QueueSpec): number => {
    const plan = planOf({ phases: [phase(10, 4)], queue });
    return defaultDrainSeconds(plan, predict(plan));
  };

  it('is what it was where nothing can go wrong with an attempt', () => {
    expect(limit(emails(5))).toBe(30);
  });

  it.each<[string, Partial<QueueSpec>, number]>([
    ['attempts', { attempts: 3, failures: [failing({ select: ofShare(0.1) })] }, 30 + 1.5],
    // Two deaths, each 5 s + 3 × 1 s until it is given back and 2 s until a worker is there.
    ['deaths', { superviseSeconds: 2 }, 30 + 0.5 + 2 * 10],
  ])('has room for %s', (_, more, atLeast) => {
    expect(limit(emails(5, more))).toBeGreaterThanOrEqual(atLeast);
  });

  it('is longer than the run of a scenario that retries', () => {
    const backoff = { kind: 'fixed', delaySeconds: 20, jitter: 0, maxSeconds: null } as const;
    const queue = emails(5, { attempts: 4, backoff, failures: [failing({ select: ofMessages(40) })] });
    expect(limit(queue)).toBeGreaterThan(30 + 2 * 60);
  });
});
