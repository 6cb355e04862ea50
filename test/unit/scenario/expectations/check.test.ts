import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../../src/scenario/index.js';
import { problemsOf } from '../problemsOf.js';

const scenario = (expect: string, emails = 'rate: 5/s'): string =>
  [
    'producers: {orders: {rate: 100/s, for: 3s, to: [emails]}}',
    `queues: {emails: {${emails}}, payments: {rate: 10/s}}`,
    'expect:',
    `  - ${expect}`,
  ].join('\n');

const plain = (entry: string): string => scenario(entry).replace('to: [emails]', 'to: [emails, payments]');

describe('an entry that may end the run', () => {
  it.each([
    ['{that: emails.backlog.peak <= 500, abort: true}', 'backlog.peak'],
    ['{that: emails.duplicateEffects == 0, abort: true}', 'accounting.duplicateEffects'],
    ['{that: emails.catchUp <= 70s, abort: true}', 'catchUpSeconds'],
    ['{that: drainedAt in 50s..70s, abort: true}', 'drainedAtSeconds'],
    ['{that: emails.backlog.peak within 5% of predicted, abort: true}', 'backlog.peak'],
    ['{that: orders.lag.max < 1s, abort: true}', 'lagSeconds.max'],
    ['{that: deadLetters.given == 0, abort: true}', 'deadLetters.given'],
  ])('is read: %s', (entry, measure) => {
    expect(parseScenario(plain(entry)).expect).toEqual([expect.objectContaining({ measure, abort: true })]);
  });

  it('is a plain one without abort, or with abort: false', () => {
    const [long] = parseScenario(plain('{that: lost == 0}')).expect;
    const [off] = parseScenario(plain('{that: lost == 0, abort: false}')).expect;
    const [short] = parseScenario(plain('lost == 0')).expect;
    expect([long, off]).toEqual([short, short]);
    expect(short).not.toHaveProperty('abort');
  });

  it.each([
    [
      '{that: lost == 0, abort: true}',
      "4 expect[0].that: whether `lost == 0` can still be met is not known before the end, so it can't abort a run → abort: true goes with duplicateDeliveries, duplicateEffects, suppressed, depth.peak, backlog.peak,",
    ],
    ['{that: orders.rate.achieved <= 99/s, abort: true}', 'abort: true goes with lag.max, lagReal.max'],
    [
      '{that: emails.backlog.peak >= 500, abort: true}',
      "4 expect[0].that: `emails.backlog.peak >= 500` may come to hold until the end, so it can't abort a run → abort: true goes with what may not be exceeded: <=, <, ==, in or within",
    ],
    ['{that: emails.catchUp != 5s, abort: true}', 'may come to hold until the end'],
    [
      '{that: emails.catchup <= 5s, abort: true}',
      '4 expect[0].that: a queue has no measure `catchup` → did you mean `emails.catchUp`?',
    ],
    [
      '{that: emails.catchUp <= 5s, abort: perhaps}',
      '4 expect[0].abort: is perhaps, not true or false → write true or false',
    ],
    [
      '{that: emails.catchUp <= 5s, abrot: true}',
      '4 expect[0].abrot: an expectation has no key `abrot` → did you mean `abort`?',
    ],
    ['{abort: true}', '4 expect[0].that: `that` is missing → write that: emails.backlog.peak <= 500'],
    ['{that: [lost == 0], abort: true}', '4 expect[0].that: is a list, not an expectation'],
    [
      '{lost: 0}',
      '4 expect[0]: is a mapping, not an expectation → write an expectation such as lost == 0, or {that: ',
    ],
  ])('is refused: %s', (entry, problem) => {
    const found = problemsOf(plain(entry));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  it('is refused of the catching up of a queue that others publish to', () => {
    const text = scenario('{that: payments.catchUp <= 70s, abort: true}', 'rate: 5/s, to: [payments]');
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('4 expect[0].that: what comes to payments from other queues decides'),
    ]);
    const drained = text.replace('catchUp', 'drainedAt');
    expect(parseScenario(drained).expect).toHaveLength(1);
  });
});
