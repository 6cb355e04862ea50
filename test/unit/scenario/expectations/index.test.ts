import { describe, expect, it } from 'vitest';
import { parseExpectation } from '../../../../src/scenario/expectations/index.js';

const scopes = { queues: ['emails', 'payments'], producers: ['orders'], byHttp: [], services: [] };

describe('parseExpectation', () => {
  it.each([
    ['lost == 0', null, 'accounting.lost', '==', 0],
    ['emails.catchUp <= 70s', 'emails', 'catchUpSeconds', '<=', 70],
    ['emails.catchUpSeconds<=1.5min', 'emails', 'catchUpSeconds', '<=', 90],
    ['emails.catchUp == 0', 'emails', 'catchUpSeconds', '==', 0],
    ['orders.rate.achieved >= 99/s', 'orders', 'rate.achievedPerSecond', '>=', 99],
    ['emails.rate.achieved < 300/min', 'emails', 'rate.achievedPerSecond', '<', 5],
    ['emails.endToEnd.p99 < 70s', 'emails', 'endToEndSeconds.p99', '<', 70],
    ['emails.duplicateEffects != 5', 'emails', 'accounting.duplicateEffects', '!=', 5],
    ['redeliveries > 0', null, 'redeliveries.count', '>', 0],
    ['orders.dropped == 0', 'orders', 'dropped', '==', 0],
    ['lag.p99 <= 10ms', null, 'lagSeconds.p99', '<=', 0.01],
    ['  lost  ==  0  ', null, 'accounting.lost', '==', 0],
  ] as const)('reads %s', (expression, scope, measure, operator, value) => {
    const reading = parseExpectation(expression, scopes);
    expect(reading).toEqual({
      ok: true,
      value: { expression: expression.trim(), scope, measure, operator, value },
    });
  });

  it.each([
    ['emails.catchup <= 70s', 'a queue has no measure `catchup`', 'did you mean `emails.catchUp`?'],
    ['email.catchUp <= 70s', 'there is no queue or producer `email`', 'did you mean `emails`?'],
    ['order.lag.p99 <= 1s', 'there is no queue or producer `order`', 'did you mean `orders`?'],
    ['losst == 0', 'there is no measure `losst`', 'did you mean `lost`?'],
    ['email.catchup <= 70s', 'there is no measure `email.catchup`', 'did you mean `emails.catchUp`?'],
    ['beauty == 3', 'there is no measure `beauty`', 'there are, for example: lost, catchUp'],
    [
      'emails.lag.p99 <= 1s',
      "`lag.p99` is a producer's measure, and emails is a queue",
      'write orders.lag.p99',
    ],
    [
      'orders.catchUp <= 1s',
      "`catchUp` is a queue's measure, and orders is a producer",
      'write emails.catchUp',
    ],
    [
      'orders.unheardOf <= 1s',
      'a producer has no measure `unheardOf`',
      'there are, for example: rate.achieved, lag.p99',
    ],
    ['emails <= 5', '`emails` is a queue, not a measure', 'write such as emails.scheduled'],
    ['emails.catchUp <= 70', 'emails.catchUp is a duration, and 70 has no unit', 'write 70s'],
    ['emails.catchUp <= 5/s', 'emails.catchUp is a duration, and 5/s is not a duration', 'such as 200ms'],
    ['orders.rate.achieved >= 99', 'orders.rate.achieved is a rate, and 99 has no unit', 'write 99/s'],
    ['lost == 0s', 'lost is a count, and 0s is not a plain number', 'write 0'],
    ['lost == none', 'lost is a count, and none is not a plain number', 'write a plain number'],
    ['lost == -1', 'lost is a count, and -1 is not a plain number', 'write a plain number'],
    ['lost = 0', '`lost = 0` has an unknown operator, =', 'write lost == 0'],
    ['emails.catchUp =< 70s', 'unknown operator, =<', 'write emails.catchUp <= 70s'],
    ['lost <<== 0', 'unknown operator, <<==', 'known here: <=, <, >=, >, ==, !='],
    ['lost', '`lost` is not an expectation', 'write MEASURE OPERATOR VALUE'],
    ['lost ==', '`lost ==` is not an expectation', 'write MEASURE OPERATOR VALUE'],
    ['0 == lost', '`0 == lost` is not an expectation', 'write MEASURE OPERATOR VALUE'],
  ])('refuses %s', (expression, message, hint) => {
    const reading = parseExpectation(expression, scopes);
    if (reading.ok) throw new Error(`was read as ${JSON.stringify(reading.value)}`);
    expect(reading.message).toContain(message);
    expect(reading.hint).toContain(hint);
  });
});
