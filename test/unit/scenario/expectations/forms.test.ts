import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpectation } from '../../../../src/scenario/expectations/index.js';

const scopes = { queues: ['emails', 'payments'], producers: ['orders'], byHttp: [], services: [] };

function refused(expression: string): { readonly message: string; readonly hint: string } {
  const reading = parseExpectation(expression, scopes);
  if (reading.ok) throw new Error(`was read as ${JSON.stringify(reading.value)}`);
  return reading;
}

describe('a range', () => {
  it.each([
    ['emails.catchUp in 50s..70s', 'emails', 'catchUpSeconds', 50, 70],
    ['emails.catchUp in 50..70s', 'emails', 'catchUpSeconds', 50, 70],
    ['emails.catchUp in 500ms..2s', 'emails', 'catchUpSeconds', 0.5, 2],
    ['emails.catchUp in 0..1min', 'emails', 'catchUpSeconds', 0, 60],
    ['lost in 0..3', null, 'accounting.lost', 0, 3],
    ['lost in 3..3', null, 'accounting.lost', 3, 3],
    ['orders.rate.achieved in 99..101/s', 'orders', 'rate.achievedPerSecond', 99, 101],
    ['emails.rate.achieved in 240/min..5/s', 'emails', 'rate.achievedPerSecond', 4, 5],
    ['  emails.catchUp   in   50s .. 70s ', 'emails', 'catchUpSeconds', 50, 70],
  ] as const)('is read: %s', (expression, scope, measure, from, to) => {
    expect(parseExpectation(expression, scopes)).toEqual({
      ok: true,
      value: { expression: expression.trim(), scope, measure, operator: 'in', from, to },
    });
  });

  it.each([
    ['emails.catchUp in 70s..50s', '`70s..50s` goes down', 'emails.catchUp in 50s..70s'],
    ['emails.catchUp in 70..50s', 'goes down', 'write the lower value first: emails.catchUp in 50..70s'],
    ['emails.catchUp in 1min..50s', 'goes down', 'write the lower value first: emails.catchUp in 50s..1min'],
    ['emails.catchUp in 50..70', 'emails.catchUp is a duration, and 70 has no unit', 'write 70s'],
    [
      'emails.catchUp in 50s..70/s',
      'emails.catchUp is a duration, and 70/s is not a duration',
      'such as 200ms',
    ],
    ['lost in 0..3s', 'lost is a count, and 3s is not a plain number', 'write 3'],
    ['orders.rate.achieved in 99..101', 'orders.rate.achieved is a rate, and 101 has no unit', 'write 101/s'],
    ['emails.catchUp in 50s..70s:5s', '`50s..70s:5s` is not a range', 'emails.catchUp in 50s..70s'],
    ['emails.catchUp in 50s..', '`50s..` has no end', 'write emails.catchUp >= 50s'],
    ['emails.catchUp in ..70s', '`..70s` has no beginning', 'write emails.catchUp <= 70s'],
    ['emails.catchup in 50s..70s', 'a queue has no measure `catchup`', 'did you mean `emails.catchUp`?'],
  ])('is refused: %s', (expression, message, hint) => {
    const found = refused(expression);
    expect(found.message).toContain(message);
    expect(found.hint).toContain(hint);
  });

  it('holds what was written, whichever way round', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(parseExpectation(`lost in ${low}..${high}`, scopes)).toMatchObject({
          ok: true,
          value: { from: low, to: high },
        });
        if (low !== high)
          expect(refused(`lost in ${high}..${low}`).hint).toContain(`lost in ${low}..${high}`);
      }),
    );
  });
});

describe('against the prediction', () => {
  it.each([
    ['emails.catchUp within 5% of predicted', 'emails', 'catchUpSeconds', 0.05, true],
    ['emails.backlog.peak within 10 of predicted', 'emails', 'backlog.peak', 10, false],
    ['drainedAt within 3s of predicted', null, 'drainedAtSeconds', 3, false],
    ['wait.max within 500ms of predicted', null, 'waitSeconds.max', 0.5, false],
    ['redeliveries within 0 of predicted', null, 'redeliveries.count', 0, false],
    ['emails.duplicateEffects within 100% of predicted', 'emails', 'accounting.duplicateEffects', 1, true],
  ] as const)('is read: %s', (expression, scope, measure, tolerance, isShare) => {
    expect(parseExpectation(expression, scopes)).toEqual({
      ok: true,
      value: { expression, scope, measure, operator: 'within', tolerance, isShare },
    });
  });

  it.each([
    [
      'lost within 3 of predicted',
      'lost is not predicted',
      'predicted are: duplicateEffects, backlog.peak, wait.max, catchUp, drainedAt, redeliveries',
    ],
    ['orders.lag.p99 within 5% of predicted', 'orders.lag.p99 is not predicted', 'predicted are: '],
    ['emails.catchUp within 5 of predicted', 'emails.catchUp is a duration, and 5 has no unit', 'write 5s'],
    ['emails.backlog.peak within 3s of predicted', 'is a count, and 3s is not a plain number', 'write 3'],
    ['emails.catchUp within 120% of predicted', 'is more than all of it', 'write a share up to 100%'],
    [
      'emails.ctchUp within 5% of predicted',
      'a queue has no measure `ctchUp`',
      'did you mean `emails.catchUp`?',
    ],
  ])('is refused: %s', (expression, message, hint) => {
    const found = refused(expression);
    expect(found.message).toContain(message);
    expect(found.hint).toContain(hint);
  });
});

describe('what is written otherwise', () => {
  it.each([
    ['emails.catchUp between 50s and 70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp is between 50 s and 70 s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp from 50s to 70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp in 50s-70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp in 50s...70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp in 50s to 70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp == 50s..70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp = 50s..70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp 50s..70s', 'write emails.catchUp in 50s..70s'],
    ['emails.catchUp within 50s..70s', 'write emails.catchUp in 50s..70s'],
    ['orders.rate.achieved between 99/s and 101/s', 'write orders.rate.achieved in 99/s..101/s'],
    ['50s..70s', 'write MEASURE in 50s..70s, such as emails.catchUp in 50s..70s'],
    ['emails.catchUp within 5 % of prediction', 'write emails.catchUp within 5% of predicted'],
    ['emails.catchUp within 5 % of predicted', 'write emails.catchUp within 5% of predicted'],
    ['emails.catchUp within 5% of the prediction', 'write emails.catchUp within 5% of predicted'],
    ['emails.catchUp within 5%', 'write emails.catchUp within 5% of predicted'],
    ['emails.catchUp within 3s', 'write emails.catchUp within 3s of predicted'],
    ['emails.catchUp ± 5% of predicted', 'write emails.catchUp within 5% of predicted'],
    ['emails.catchUp == predicted', 'write emails.catchUp within 5% of predicted'],
    ['emails.catchUp wihtin 5% of predicted', 'did you mean `emails.catchUp within 5% of predicted`?'],
    ['emails.catchUp inn 50s..70s', 'did you mean `emails.catchUp in 50s..70s`?'],
    ['emails.catchUp in 70s', 'write emails.catchUp in FROM..TO, such as emails.catchUp in 50s..70s'],
    ['lost in 3', 'write lost in FROM..TO, such as lost in 0..3'],
  ])('%s', (expression, hint) => {
    expect(refused(expression).hint).toBe(hint);
  });

  it('is never read as something else, and always answered', () => {
    const word = fc.constantFrom(
      'emails.catchUp',
      'lost',
      'in',
      'within',
      'of',
      'predicted',
      '..',
      '5%',
      '70s',
      '3',
      '<=',
      '=',
      'and',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 7 }), (words) => {
        const reading = parseExpectation(words.join(' '), scopes);
        if (reading.ok) expect(['<=', 'in', 'within']).toContain(reading.value.operator);
        else expect(reading.hint).not.toBe('');
      }),
    );
  });
});
