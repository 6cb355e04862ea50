import { describe, expect, it } from 'vitest';
import { predictedResult } from '../../../src/model/index.js';
import type { QueueSpec } from '../../../src/scenario/types.js';
import { byHands, emails, failing, fault, forecast, ofMessages, ofShare, phase, planOf } from './fixtures.js';

const acknowledged = { acknowledgeSeconds: 0 };
/** Of a message whose attempts fail with p, at most A of them: 1 + p + … + p^(A−1). */
const expectedAttempts = (p: number, attempts: number): number => (1 - p ** attempts) / (1 - p);
/** 1/s for 100 s to 10/s. */
const calm = (queue: Partial<QueueSpec>) =>
  forecast({ phases: [phase(100, 1)], queue: byHands(3, { ...acknowledged, ...queue }) });

describe('attempts that fail', () => {
  it.each([
    [0.5, 3],
    [0.1, 2],
    [0.9, 10],
  ])('are a share of all: %d of them, %d attempts', (share, attempts) => {
    const {
      attempts: tally,
      dead,
      deliveries,
    } = calm({ attempts, failures: [failing({ select: ofShare(share) })] });
    const each = expectedAttempts(share, attempts);
    expect(deliveries).toBeCloseTo(100 * each, 2);
    expect(tally.failed).toBeCloseTo(100 * share * each, 2);
    expect(dead).toBeCloseTo(100 * share ** attempts, 2);
    expect(tally.failedMessages).toBeCloseTo(100 * share, 2);
    expect(tally.recovered).toBeCloseTo(100 * (share - share ** attempts), 2);
    expect(tally.given).toBeCloseTo(dead, 5);
  });

  it.each<[string, Partial<QueueSpec>, number, number, number]>([
    ['three of 100, three times each', { attempts: 3 }, 9, 6, 3],
    [
      'no attempt helps',
      { attempts: 3, failures: [failing({ select: ofMessages(7, 19, 41), retryable: false })] },
      3,
      0,
      3,
    ],
    [
      'a tenth of the messages',
      { attempts: 2, failures: [failing({ select: ofShare(0.1, 'message') })] },
      20,
      10,
      10,
    ],
    [
      'only the first attempt',
      { attempts: 3, failures: [failing({ select: ofMessages(7, 19, 41), times: 1 })] },
      3,
      3,
      0,
    ],
    [
      'numbers that nobody has',
      { attempts: 3, failures: [failing({ select: ofMessages(101, 500) })] },
      0,
      0,
      0,
    ],
  ])('of single messages: %s', (_, more, failed, retried, dead) => {
    const result = calm({ failures: [failing({ select: ofMessages(7, 19, 41) })], ...more });
    expect(result.attempts.failed).toBeCloseTo(failed, 4);
    expect(result.attempts.retried).toBeCloseTo(retried, 4);
    expect(result.dead).toBeCloseTo(dead, 4);
    expect(result.pending).toBe(0);
  });

  it('are extra load at the same capacity: 2/s into 10/s of which half fails, twice at most', () => {
    // 1,000 at once, each 1.5 attempts: 150 s at 10/s.
    const queue = byHands(3, { ...acknowledged, attempts: 2, failures: [failing({ select: ofShare(0.5) })] });
    const burst = forecast({ phases: [phase(1, 1000)], queue });
    expect(burst.drainedAtSeconds).toBeGreaterThan(149);
    expect(burst.drainedAtSeconds).toBeLessThan(152);
    expect(burst.dead).toBeCloseTo(250, 2);
  });

  it('wait for their next attempt in the backlog: message 7 for 1 + 2 s', () => {
    const backoff = { kind: 'exponential', delaySeconds: 1, jitter: 0, maxSeconds: null } as const;
    const late = calm({ attempts: 3, backoff, failures: [failing({ select: ofMessages(100) })] });
    // Due at 99 s, with the fluid up to 100 s; 0.3 s of work twice and 3 s of waiting.
    expect(late.drainedAtSeconds).toBeGreaterThan(102);
    expect(late.drainedAtSeconds).toBeLessThan(104.5);
    expect(late.peakBacklog).toBeCloseTo(1, 1);
  });
});

describe('a dependency that is down from 5 to 15 s', () => {
  const down = (more: Partial<QueueSpec>) =>
    forecast({
      phases: [phase(20, 4)],
      queue: byHands(10, {
        ...acknowledged,
        work: { kind: 'constant', meanSeconds: 0.1 },
        attempts: 5,
        failures: [failing({ fromSeconds: 5, toSeconds: 15, afterSeconds: 0.05 })],
        ...more,
      }),
    });

  it('kills all of these ten seconds where attempts follow at once', () => {
    const { dead, attempts, pending } = down({});
    // 40 are due; the last fifth of a second reaches over the end.
    expect(dead).toBeGreaterThan(38);
    expect(dead).toBeLessThanOrEqual(40.001);
    expect(attempts.failed).toBeGreaterThan(190);
    expect(pending).toBe(0);
  });

  it('kills nobody where 1 + 2 + 4 + 8 s reach over it', () => {
    const backoff = { kind: 'exponential', delaySeconds: 1, jitter: 0, maxSeconds: null } as const;
    const { dead, attempts, drainedAtSeconds, peakBacklog } = down({ backoff });
    expect(dead).toBe(0);
    // Of 40, those in the first 8.95, 6.9 and 2.85 s fail once more each: 40 + 35.8 + 27.6 + 11.4.
    expect(attempts.failed).toBeGreaterThan(112);
    expect(attempts.failed).toBeLessThan(117);
    expect(attempts.recovered).toBeCloseTo(40, 0);
    expect(peakBacklog).toBeCloseTo(40, 0);
    // Who fails for the third time just before 7.85 + 7.15 s waits another 8 s.
    expect(drainedAtSeconds).toBeGreaterThan(22);
    expect(drainedAtSeconds).toBeLessThan(24);
  });
});

describe('attempts that hang', () => {
  const hanging = (more: Partial<QueueSpec>) =>
    forecast({
      phases: [phase(6, 10)],
      queue: byHands(3, {
        ...acknowledged,
        work: { kind: 'constant', meanSeconds: 0.1 },
        failures: [failing({ kind: 'hang', select: ofMessages(5, 10, 15) })],
        ...more,
      }),
    });

  it('take a hand each for ever, and with the last the queue stands still', () => {
    const stuck = hanging({});
    expect(stuck.pending).toBeCloseTo(48, 4);
    expect(stuck).toMatchObject({ drainedAtSeconds: null, emptyAtSeconds: null, dead: 0 });
  });

  it('fail at the limit, where there is one', () => {
    const limited = hanging({ timeoutSeconds: 1, attempts: 2 });
    expect(limited.attempts.timedOut).toBeCloseTo(6, 4);
    expect(limited.dead).toBeCloseTo(3, 4);
    expect(limited.pending).toBe(0);
  });

  it('have their effect all the same when they are over: one too much for each attempt that was given up for it', () => {
    const failures = [failing({ kind: 'hang', select: ofMessages(5), forSeconds: 5 })];
    const late = hanging({ timeoutSeconds: 1, attempts: 2, failures });
    // Two effects of two attempts, none of them in time: the message had its effect, and is dead.
    expect(late).toMatchObject({ dead: 0, duplicateEffects: 1 });
    expect(late.deadAfterEffect).toBeCloseTo(1, 4);
    const refused = hanging({
      timeoutSeconds: 1,
      attempts: 2,
      failures,
      idempotency: { mode: 'effect-key' },
    });
    expect(refused).toMatchObject({ duplicateEffects: 0 });
    expect(refused.suppressed).toBeCloseTo(1, 4);
  });

  it('end where they hang for a while only', () => {
    const slow = hanging({ failures: [failing({ kind: 'hang', select: ofMessages(60), forSeconds: 10 })] });
    expect(slow.pending).toBe(0);
    expect(slow.drainedAtSeconds).toBeGreaterThan(15.9);
    expect(slow.drainedAtSeconds).toBeLessThan(16.3);
  });
});

describe('messages that kill their worker', () => {
  const pill = (more: Partial<QueueSpec>) =>
    forecast({
      phases: [phase(2, 10)],
      queue: emails(10, {
        ...acknowledged,
        concurrency: 1,
        work: { kind: 'constant', meanSeconds: 0.05 },
        redelivery: { afterSeconds: 2, checkSeconds: 1, limit: 1 },
        failures: [failing({ kind: 'crash', select: ofMessages(5) })],
        ...more,
      }),
    });

  it('leave nobody where nobody starts workers again', () => {
    const alone = pill({});
    expect(alone).toMatchObject({ workersDied: 1, workersStarted: 1, dead: 0 });
    expect(alone.pending).toBeCloseTo(16, 4);
    expect(alone.catchUpReason).toBe('never: no worker of emails came back, 16 waiting at the end');
  });

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('with a limit of %d kill %d', (limit, deaths) => {
    const redelivery = { afterSeconds: 2, checkSeconds: 1, limit };
    const supervised = pill({ superviseSeconds: 1, redelivery });
    expect(supervised).toMatchObject({
      workersDied: deaths,
      workersStarted: deaths + 1,
      redeliveries: limit,
    });
    expect(supervised.dead).toBeCloseTo(1, 4);
    expect(supervised.pending).toBe(0);
  });
});

describe('a polling loop', () => {
  const loop = (failures: QueueSpec['failures']) =>
    forecast({
      phases: [phase(0.1, 500)],
      queue: byHands(1, {
        ...acknowledged,
        polling: { batch: 5, sleepSeconds: 1, errorSleepSeconds: 5 },
        failures,
      }),
    });

  it.each<[string, QueueSpec['failures'], number]>([
    ['ten rounds of 1.3 s', [], 13],
    ['one error: 4 s more', [failing({ select: ofMessages(12), retryable: false })], 17],
    ['one that takes 6 s longer', [failing({ kind: 'hang', select: ofMessages(12), forSeconds: 6 })], 19],
    // Every batch has an error, and none of its five costs more than the first.
    ['nothing but errors: 5.3 s a round', [failing({ retryable: false })], 53],
  ])('%s', (_, failures, expected) => {
    const { drainedAtSeconds, pending } = loop(failures);
    expect(Math.abs((drainedAtSeconds ?? 0) - expected)).toBeLessThan(expected === 53 ? 5.4 : 0.3);
    expect(pending).toBe(0);
  });
});

describe('a redrive', () => {
  const failures = [failing({ select: ofMessages(4, 8, 12, 16, 20) })];
  const setting = (repaired: boolean) => ({
    phases: [phase(3, 10)],
    queue: emails(20, { ...acknowledged, attempts: 2, failures }),
    faults: [fault(10, 'redrive', { repaired })],
  });

  it.each([
    [true, { effected: 30, deadLettered: 0 }, { given: 5, final: 0, redriven: 5 }, 10],
    [false, { effected: 25, deadLettered: 5 }, { given: 10, final: 5, redriven: 5 }, 20],
  ])('repaired: %s', (repaired, accounting, deadLetters, failed) => {
    const { all } = forecast(setting(repaired));
    const result = predictedResult(planOf(setting(repaired)), all, { launchpad: '1', node: '20' });
    expect(result.queues.emails).toMatchObject({ accounting, deadLetters, failures: { failed } });
    expect(result.queues.emails?.deadLetters).toMatchObject({ queue: 'emails-dead', stranded: 0 });
    expect(result.faults[0]).toMatchObject({
      doneAtSeconds: 10,
      detail: '5 put back from the dead',
      workers: [],
    });
    expect(result.producers.orders?.whole).toMatchObject({
      scheduled: 30,
      completed: accounting.effected,
      deadLettered: accounting.deadLettered,
      balanced: true,
    });
  });

  it.each([
    ['safe', { queue: 'emails-dead', move: 'safe' }, { stranded: 0, depth: { peak: 5, final: 0 } }],
    [
      'not sure to happen',
      { queue: 'emails-dead', move: 'on-failed' },
      { stranded: null, depth: { peak: null, final: null } },
    ],
    ['not there', null, { queue: null, stranded: 0, depth: { peak: null, final: null } }],
  ] as const)('knows the dead-letter queue’s depth where its move is %s', (_, deadLetter, expected) => {
    const given = { ...setting(true), queue: { ...setting(true).queue, deadLetter } };
    const { queues } = predictedResult(planOf(given), forecast(given).all, { launchpad: '1', node: '20' });
    expect(queues.emails?.deadLetters).toMatchObject(expected);
  });
});
