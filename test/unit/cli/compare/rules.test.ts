import { describe, expect, it } from 'vitest';
import { parseRule, scopesIn } from '../../../../src/cli/compare/rules.js';
import { LaunchpadError } from '../../../../src/errors.js';
import { outage } from '../../../fixtures/results.js';

const scopes = scopesIn([outage]);

function errorOf(typed: string): LaunchpadError {
  try {
    parseRule(typed, scopes);
  } catch (error) {
    if (error instanceof LaunchpadError) return error;
  }
  throw new Error(`${typed} was taken for a rule`);
}

describe('a rule of the gate', () => {
  it.each([
    ['emails.catchUp +10%', 'emails.catchUp', 'at most', { share: 0.1 }],
    ['emails.catchUpSeconds + 5s', 'emails.catchUp', 'at most', { amount: 5 }],
    ['  emails.wait.p99 +250ms ', 'emails.wait.p99', 'at most', { amount: 0.25 }],
    ['lost +0', 'lost', 'at most', { amount: 0 }],
    ['duplicateEffects +3', 'duplicateEffects', 'at most', { amount: 3 }],
    ['orders.rate.achieved -5%', 'orders.rate.achieved', 'at least', { share: 0.05 }],
    ['emails.rate.achieved -1/s', 'emails.rate.achieved', 'at least', { amount: 1 }],
    ['emails.backlog.peak +250%', 'emails.backlog.peak', 'at most', { share: 2.5 }],
  ])('%s', (typed, measure, allows, by) => {
    expect(parseRule(typed, scopes)).toMatchObject({ rule: typed.trim(), measure, allows, by });
  });

  it.each([
    ['emails.catchUp', /is not a rule/, /emails\.catchUp \+10%/],
    ['', /is not a rule/, /write MEASURE/],
    ['emails.catchUp <= 5s', /is not a rule/, /write MEASURE/],
    ['emails.catchup +10%', /has no measure `catchup`/, /emails\.catchUp/],
    ['mails.catchUp +10%', /there is no queue or producer `mails`/, /emails/],
    ['emails.catchUp +5', /5 has no unit/, /write 5s; or a share of the baseline: 10%/],
    ['lost +5s', /is a count/, /write 5/],
    ['emails.catchUp +-5s', /-5s is/, /0 or more|share/],
    ['emails.rate.achieved -120%', /less by more than all/, /-100%/],
  ])('%s is refused', (typed, message, hint) => {
    const error = errorOf(typed);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(error.exitCode).toBe(2);
  });
});
