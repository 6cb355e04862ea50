import { describe, expect, it } from 'vitest';
import { failureSentences, failuresSection, orderSentence } from '../../../src/report/failures.js';
import { paint } from '../../../src/report/paint.js';
import { renderReport } from '../../../src/report/terminal.js';
import { visibleWidth } from '../../../src/report/text.js';
import { wholeTable } from '../../../src/report/whole.js';
import type { DeadMessage } from '../../../src/result/failures.js';
import type { QueueResult, Result } from '../../../src/result/types.js';
import { variant } from '../../fixtures/comparisons.js';
import { books, deadLetters, noFailures, outage, whole } from '../../fixtures/results.js';

const plain = paint(false);
const stalled = 'job stalled more than allowable limit';

function dead(number: number, other: Partial<DeadMessage> = {}): DeadMessage {
  return {
    message: `orders/${number}`,
    atSeconds: number,
    why: 'no such address',
    attempts: 3,
    redrivenAtSeconds: null,
    ended: 'dead',
    ...other,
  };
}

function queue(change: Partial<QueueResult>): QueueResult {
  return { ...outage.queues.emails!, accounting: books(300), ...change };
}

/** A queue with these dead. */
function withDead(
  list: readonly DeadMessage[],
  other: Partial<QueueResult['deadLetters']> = {},
): QueueResult {
  const final = list.filter(({ ended }) => ended === 'dead' || ended === 'stranded').length;
  return queue({
    accounting: books(300, { effected: 300 - final, deadLettered: final }),
    deadLetters: deadLetters({ queue: 'emails-dead', given: list.length, final, list, ...other }),
  });
}

describe('what is said of the dead', () => {
  it('is nothing where none died', () => {
    expect(failureSentences(queue({}))).toEqual([]);
  });

  it.each([
    [
      'the same attempts and reason',
      [dead(7), dead(13), dead(21)],
      '3 dead after 3 attempts each: no such address (orders/7, orders/13 and orders/21)',
    ],
    ['one alone', [dead(7, { attempts: 1 })], '1 dead after 1 attempt: no such address (orders/7)'],
    [
      'different attempts and reasons',
      [dead(7), dead(8, { attempts: 1, why: 'timeout' }), dead(9)],
      '3 dead after 1 to 3 attempts: no such address (2) and timeout (1) (orders/7 to orders/9)',
    ],
  ])('of %s', (_, list, sentence) => {
    expect(failureSentences(withDead(list))).toEqual([sentence]);
  });

  it('names those whose workers died under them', () => {
    const under = dead(5, { why: stalled, attempts: 2 });
    expect(failureSentences(withDead([under]))).toEqual([
      `1 dead because its worker died under it twice, orders/5 (${stalled})`,
    ]);
    expect(failureSentences(withDead([under, dead(6, { why: stalled, attempts: 2 }), dead(7)]))).toEqual([
      '1 dead after 3 attempts: no such address (orders/7)',
      `2 dead because their workers died under them twice, orders/5 to orders/6 (${stalled})`,
    ]);
  });

  it('does not say twice how often', () => {
    const why = 'killed under 2 times: the broker gives up after 1 redelivery';
    expect(failureSentences(withDead([dead(5, { why, attempts: 2 })]))).toEqual([
      '1 dead because its worker died under it twice, orders/5 (the broker gives up after 1 redelivery)',
    ]);
  });

  it('counts what the list does not hold', () => {
    const many = { final: 250, reasons: [{ why: 'no such address', count: 250 }] };
    expect(failureSentences(withDead([dead(1), dead(2)], many))).toEqual([
      '250 dead after 3 attempts each: no such address',
    ]);
    expect(failureSentences(queue({ accounting: books(300, { deadLettered: 4 }) }))).toEqual(['4 dead']);
  });

  it('says that some had had their effect', () => {
    const late = withDead([dead(1), dead(2)]);
    const accounting = { ...late.accounting, deadLettered: 1, deadAfterEffect: 1 };
    expect(failureSentences({ ...late, accounting })[0]).toMatch(/; 1 of the dead had had their effect$/);
  });

  it('shows in red what never reached the dead-letter queue', () => {
    const astray = withDead([dead(1, { ended: 'stranded' }), dead(2, { ended: 'stranded' }), dead(3)], {
      stranded: 2,
    });
    expect(failureSentences(astray)[1]).toBe(
      '2 dead that never reached the dead-letter queue (orders/1 to orders/2)',
    );
    expect(failureSentences(astray, paint(true))[1]).toContain('\u001b[31mnever\u001b[39m');
    expect(failureSentences(withDead([dead(1)], { stranded: null }))[1]).toBe(
      'whether all of them reached emails-dead is not known',
    );
  });

  it.each([
    ['all', ['effected', 'effected'], '2 put back from emails-dead, and all of them had their effect'],
    ['some', ['effected', 'pending'], '2 put back from emails-dead, and 1 of them had their effect'],
    ['none', ['pending', 'pending'], '2 put back from emails-dead, and none had its effect after that'],
  ] as const)('tells what came of those that were put back: %s', (_, ends, sentence) => {
    const list = ends.map((ended, at) => dead(at + 1, { ended, redrivenAtSeconds: 20 }));
    expect(failureSentences(withDead(list, { redriven: 2 }))).toEqual([sentence]);
  });
});

describe('what is said of failed attempts', () => {
  const failures = { failed: 41, retried: 38, timedOut: 0, messages: 38, recovered: 38, reasons: [] };

  it.each([
    [failures, '41 attempts failed, 38 messages recovered by a retry'],
    [
      { ...failures, timedOut: 12 },
      '41 attempts failed (12 at the time limit), 38 messages recovered by a retry',
    ],
    [
      { ...failures, failed: 1, timedOut: 1, recovered: 1 },
      '1 attempt failed (all at the time limit), 1 message recovered by a retry',
    ],
    [{ ...failures, recovered: 0 }, '41 attempts failed, and no message recovered'],
  ])('%j', (given, sentence) => {
    expect(failureSentences(queue({ failures: given }))).toEqual([sentence]);
  });

  it('does not call it a retry where dead ones were put back', () => {
    expect(failureSentences(queue({ failures, deadLetters: deadLetters({ redriven: 3 }) }))[0]).toBe(
      '41 attempts failed, 38 messages recovered',
    );
  });
});

it('out of order is said with how far', () => {
  expect(orderSentence(queue({}))).toEqual([]);
  expect(orderSentence(queue({ order: { outOfOrder: 12, maxDisplacement: 5 } }))).toEqual([
    '12 of 300 out of order, at most 5 places from where they belonged',
  ]);
});

/** Two queues, one of them with failures. */
const failing: Result = variant('none', {
  accounting: books(300, { effected: 297, deadLettered: 3 }),
  failures: {
    failed: 50,
    retried: 47,
    timedOut: 2,
    messages: 44,
    recovered: 41,
    reasons: [
      { why: 'no such address', count: 48 },
      { why: 'the work took longer than 2 s', count: 2 },
    ],
  },
  deadLetters: deadLetters({
    queue: 'emails-dead',
    depth: { peak: 3, peakAtSeconds: 20, final: 1 },
    given: 3,
    final: 3,
    stranded: 2,
    reasons: [{ why: 'no such address', count: 3 }],
  }),
  order: { outOfOrder: 12, maxDisplacement: 5 },
});

describe('the section on failures and dead letters', () => {
  it('is a table of the queues concerned, and the reasons', () => {
    expect(failuresSection(failing, plain, 100)).toEqual([
      '  Failures and dead letters  emails',
      `  ${'─'.repeat(33)}`,
      '  failed attempts                50',
      '  of these retried               47',
      '  of these timed out              2',
      '  messages that failed           44',
      '  of these recovered             41',
      '  times given up                  3',
      '  dead at the end                 3',
      '  in the dead-letter queue        1',
      '  at most in it                   3',
      '  stranded                        2',
      '  emails failed: no such address (48), the work took longer than 2 s (2)',
      '  emails dead: no such address (3)',
    ]);
  });

  it('is not there where nothing failed', () => {
    expect(failuresSection(outage, plain, 100)).toEqual([]);
    expect(renderReport(outage, { color: false, width: 100 })).not.toContain('dead letters');
  });

  it('keeps its width with many queues and long reasons', () => {
    const why = 'a reason that goes on and on '.repeat(12).trim();
    const emails = failing.queues.emails!;
    const reasons = [{ why, count: 3 }];
    const queues = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [
        `a-queue-with-a-name-${at}`,
        { ...emails, failures: { ...noFailures, failed: 1, reasons } },
      ]),
    );
    const lines = failuresSection({ ...failing, queues }, plain, 60);
    expect(lines.filter((line) => visibleWidth(line) > 60)).toEqual([]);
    expect(lines.filter((line) => line.includes('Failures and dead letters')).length).toBeGreaterThan(1);
  });

  it('is in the report, and the order in the figures', () => {
    const text = renderReport(failing, { color: false, width: 100 });
    expect(text).toContain('Failures and dead letters');
    expect(text).toMatch(/^ {2}out of order +12$/m);
    expect(text).toMatch(/^ {2}farthest from its place +5$/m);
    expect(renderReport(outage, { color: false, width: 100 })).not.toContain('out of order');
  });
});

describe('the whole', () => {
  const chain = (other: Parameters<typeof whole>[1] = {}): Result => ({
    ...outage,
    producers: {
      orders: {
        ...outage.producers.orders!,
        whole: whole(300, {
          routes: [
            { route: 'intake → inventory (reserved) → notification', messages: 270 },
            { route: 'intake → inventory (failed)', messages: 30 },
          ],
          ...other,
        }),
      },
    },
  });

  it('has the books of the producers over all queues, and the ways that the messages took', () => {
    expect(wholeTable(chain(), plain, 100)).toEqual([
      '  The whole (messages as produced)                 orders',
      `  ${'─'.repeat(55)}`,
      '  scheduled                                           300',
      '  completed                                           300',
      '  - intake → inventory (reserved) → notification      270',
      '  - intake → inventory (failed)                        30',
      '  lost                                                  0',
      '  the books                                       balance',
    ]);
  });

  it('says what did not get through, and that books do not balance', () => {
    const lines = wholeTable(chain({ completed: 298, notPassedOn: 2, balanced: false }), plain, 100);
    expect(lines.find((line) => line.includes('not passed on'))).toMatch(/ 2$/);
    expect(lines.at(-1)).toMatch(/don't balance$/);
  });

  it('keeps its width however long the ways are', () => {
    const route = Array.from({ length: 12 }, (_, at) => `a-queue-${at} (done)`).join(' → ');
    const lines = wholeTable(chain({ routes: [{ route, messages: 300 }] }), plain, 60);
    expect(lines.filter((line) => visibleWidth(line) > 60)).toEqual([]);
  });

  it('is not there where each queue gets its messages from the producer', () => {
    expect(wholeTable(outage, plain, 100)).toEqual([]);
  });
});

describe('the faults table', () => {
  const died = (at: number, kind = 'died'): Result['faults'][number] => ({
    atSeconds: at,
    doneAtSeconds: at,
    kind,
    target: 'emails',
    workers: [1],
    pids: [4711 + at],
    ordered: false,
    detail: kind === 'died' ? 'signal SIGKILL' : null,
    held: null,
  });

  it('tells a supervisor from a death', () => {
    const text = renderReport(
      { ...outage, faults: [died(1), died(2, 'supervised')] },
      { color: false, width: 120 },
    );
    expect(text).toMatch(/emails, worker 1: died +4712 +nobody ordered this, signal SIGKILL/);
    expect(text).toMatch(/emails, worker 1: started again by the supervisor +4713$/m);
  });

  it('ends a crash loop after a dozen, and keeps the timeline', () => {
    const loop = Array.from({ length: 40 }, (_, at) => died(at, at % 2 === 0 ? 'died' : 'supervised'));
    const text = renderReport(
      { ...outage, faults: [...loop, ...outage.faults] },
      { color: false, width: 120 },
    );
    expect(text.match(/emails, worker 1: (died|started)/g)).toHaveLength(12);
    expect(text).toContain('and 28 further deaths and restarts');
    expect(text).toMatch(/restart emails, worker 1/);
  });
});
