import { describe, expect, it } from 'vitest';
import { duplicateSentences, messageRanges } from '../../../src/report/duplicates.js';
import { answer, predictionSentence } from '../../../src/report/sentences.js';
import type { QueueResult, Result, Trouble } from '../../../src/result/types.js';
import {
  books,
  inconclusive,
  interrupted,
  neverCatchingUp,
  outage,
  overload,
  predictedOutage,
} from '../../fixtures/results.js';

function withQueue(result: Result, change: Partial<QueueResult>, other: Partial<Result> = {}): Result {
  return {
    ...result,
    ...other,
    queues: { ...result.queues, emails: { ...result.queues.emails!, ...change } },
  };
}

describe('the answer for a queue', () => {
  it('of an outage says what was lost, when it had caught up and why, what repeated, and what it cost', () => {
    expect(answer('emails', outage)).toEqual([
      'none of 300 lost; caught up 58.7 s after the restart (predicted 59 s)',
      '290 waiting + 5 redelivered = 295 at 5/s ≈ 59 s',
      '5 of 300 messages had their effect twice (orders/6 to orders/10): worker 1 (pid 4711) was killed 0.0 s after the first effect, before the broker was told',
      'Drained at 66.7 s; without the faults it would have been at about 60 s (predicted)',
    ]);
  });

  it('of a queue beside the outage does not blame the outage', () => {
    expect(answer('payments', outage)).toEqual([
      'none of 300 lost; fell behind by 90/s, caught up 26.1 s after the last message arrived (predicted 27 s)',
      '270 waiting at 10/s ≈ 27 s',
      'Drained at 29.1 s',
    ]);
  });

  it('of an overload gives long times in minutes too', () => {
    expect(answer('emails', overload)).toEqual([
      'none of 1,000 lost; fell behind by 95/s, caught up 3 min 10 s (190 s) after the last message arrived (predicted 190 s)',
      '950 waiting at 5/s ≈ 190 s',
      'Drained at 200 s',
    ]);
  });

  it('of an interrupted run does not say never', () => {
    expect(answer('emails', interrupted)).toEqual([
      'none of 1,000 lost; 940 still waiting at the end; not caught up by the end at 12.3 s: still 940 waiting at the end (predicted 190 s)',
    ]);
  });

  it('says never with its numbers', () => {
    expect(answer('emails', neverCatchingUp)).toEqual([
      'none of 6,000 lost; 5,655 still waiting at the end; never catches up: 100/s arrive, 5/s leave, +95/s',
    ]);
  });

  it.each([
    ['nobody left to serve emails', 'never catches up: nobody left to serve emails'],
    [null, 'never catches up'],
  ])('gives the reason for never as it is: %s', (catchUpReason, clause) => {
    expect(answer('emails', withQueue(neverCatchingUp, { catchUpReason }))[0]!.split('; ').at(-1)).toBe(
      clause,
    );
  });

  it('without a census says that it is not known what is lost', () => {
    expect(answer('emails', inconclusive)[0]).toBe(
      'how many of 296 acknowledged are lost is not known (237 undetermined); 2 refused; 2 with unknown outcome; not caught up by the end at 20.4 s: the broker was lost (predicted 59 s)',
    );
  });

  it('counts what is lost', () => {
    const lossy = withQueue(overload, {
      accounting: books(1000, { effected: 997, lost: 2, deadLettered: 1 }),
    });
    expect(answer('emails', lossy)[0]).toMatch(/^2 of 1,000 lost; fell behind/);
    expect(answer('emails', lossy)).toContain('1 dead');
  });

  it('of a queue without trouble says how little waited', () => {
    const calm = withQueue(overload, {
      troubles: [],
      catchUpSeconds: 0,
      backlog: { peak: 3, peakAtSeconds: 1, final: 0 },
    });
    expect(answer('emails', calm)[0]).toBe('none of 1,000 lost; never fell behind (at most 3 waiting)');
  });

  it('of a prediction says what is lost or left, and what is repeated without a redelivery', () => {
    const { emails } = predictedOutage.queues;
    const accounting = { ...emails!.accounting, lost: 5, pending: 48, duplicateEffects: 30 };
    const redeliveries = { ...emails!.redeliveries, count: 0 };
    const queues = { emails: { ...emails!, accounting, redeliveries } };
    const said = answer('emails', { ...predictedOutage, queues });
    expect(said[0]).toBe('5 of 300 lost; 48 still waiting at the end; caught up 59 s after the restart');
    expect(said).toContain('0 redeliveries, 30 duplicate effects');
  });

  it('of a prediction in which only messages kill workers does not speak of faults', () => {
    const faults = [{ ...predictedOutage.faults[0]!, kind: 'died', ordered: false }];
    expect(answer('emails', { ...predictedOutage, faults }).at(-1)).toBe('Drained at 67 s');
  });

  it('of a prediction without losses says nothing of them', () => {
    expect(answer('emails', predictedOutage)).toEqual([
      'caught up 59 s after the restart',
      '290 waiting + 5 redelivered = 295 at 5/s ≈ 59 s',
      '5 redeliveries, 5 duplicate effects',
      'Drained at 67 s; without the faults it would be at about 60 s',
    ]);
  });
});

describe('the sum', () => {
  const trouble: Trouble = {
    causes: ['freeze at 10 s'],
    fromSeconds: 10,
    recoveryPointSeconds: 40,
    caughtUpAtSeconds: 160.4,
    catchUpSeconds: 120.4,
    reason: null,
    baseline: 0,
    peakBacklog: 120,
  };
  const steady = (change: Partial<QueueResult>) =>
    withQueue(
      outage,
      {
        accounting: books(800),
        troubles: [trouble],
        catchUpSeconds: 120.4,
        redeliveries: { count: 5, neverStarted: 0, delaySeconds: { min: 1, max: 1 } },
        ...change,
      },
      { scenario: { ...outage.scenario, producingSeconds: 200 } },
    );

  it('takes off what still arrives; redelivered messages without an effect are waiting already', () => {
    expect(answer('emails', steady({}))).toContain('120 waiting at 5/s while 4/s arrive ≈ 120 s');
  });

  it.each([
    ['another catch-up', { troubles: [{ ...trouble, catchUpSeconds: 60 }], catchUpSeconds: 60 }],
    ['no limit', { rate: { configuredPerSecond: null, achievedPerSecond: 9.9, busiestSecond: 12 } }],
  ])('is left out where it does not explain: %s', (_, change) => {
    expect(answer('emails', steady(change)).join(' ')).not.toContain('120 waiting');
  });

  it('names a recovery point that has no name by its time', () => {
    expect(answer('emails', steady({}))[0]).toContain(
      'after the point at 40 s where more could be served than arrived',
    );
  });

  it('speaks of the longest of several troubles', () => {
    const short = { ...trouble, recoveryPointSeconds: 8, catchUpSeconds: 20, caughtUpAtSeconds: 28 };
    expect(answer('emails', steady({ troubles: [short, trouble] }))[0]).toContain(
      '2 troubles, the longest one fell behind by 4/s, caught up 2 min (120 s) after the point at 40 s',
    );
  });
});

describe('repeated effects', () => {
  const queue = outage.queues.emails!;

  it('that did not happen are said not to have', () => {
    expect(duplicateSentences({ ...queue, accounting: books(300), duplicates: [] })).toEqual([
      '5 messages were redelivered, and no effect happened twice',
    ]);
  });

  it('that were suppressed are counted', () => {
    const none = { count: 0, neverStarted: 0, delaySeconds: { min: null, max: null } };
    expect(
      duplicateSentences({
        ...queue,
        accounting: books(300, { suppressed: 3 }),
        duplicates: [],
        redeliveries: none,
      }),
    ).toEqual(['3 repeated effects suppressed']);
  });

  it('give one example where the causes differ', () => {
    const [first, second] = queue.duplicates;
    const sentences = duplicateSentences({
      ...queue,
      accounting: books(300, { duplicateEffects: 2 }),
      duplicates: [first!, { ...second!, why: 'worker 2 was frozen' }],
    });
    expect(sentences[0]).toMatch(
      /^2 of 300 messages had their effect twice \(orders\/6 to orders\/7\)\. orders\/6: worker 1/,
    );
  });

  it('beyond twice are counted as effects', () => {
    expect(duplicateSentences({ ...queue, accounting: books(300, { duplicateEffects: 9 }) })[0]).toMatch(
      /^9 effects beyond the first of its message \(orders\/6 to orders\/10\)/,
    );
  });
});

describe('messageRanges', () => {
  it.each([
    [['orders/7', 'orders/6', 'orders/8'], 'orders/6 to orders/8'],
    [['orders/6', 'orders/9', 'orders/10'], 'orders/6 and orders/9 to orders/10'],
    [['b/2', 'a/1', 'a/3'], 'a/1, a/3 and b/2'],
    [['a/1', 'a/3', 'a/5', 'a/7', 'a/9'], 'a/1, a/3, a/5, a/7, …'],
    [['odd', 'orders/1'], 'odd and orders/1'],
  ])('%j', (messages, text) => {
    expect(messageRanges(messages)).toBe(text);
  });
});

describe('the prediction in a sentence', () => {
  it.each([
    [
      'emails',
      predictedOutage,
      'peak 290 at 8 s, caught up 59 s after the restart, empty at 67 s; without the faults at 60 s',
    ],
    [
      'payments',
      predictedOutage,
      'peak 270 at 3 s, fell behind by 90/s, caught up 27 s after the last message arrived, empty at 30 s',
    ],
    [
      'emails',
      { ...neverCatchingUp, origin: 'predicted' as const },
      'peak 5,700 at 60 s, never catches up: 100/s arrive, 5/s leave, +95/s',
    ],
  ])('of %s', (name, result, text) => {
    expect(predictionSentence(name, result)).toBe(text);
  });
});
