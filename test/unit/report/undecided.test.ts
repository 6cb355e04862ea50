import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/report/terminal.js';
import { toldReasons } from '../../../src/report/undecided.js';
import type { ExpectationResult, Result } from '../../../src/result/types.js';
import { predictedOutage } from '../../fixtures/results.js';
import { compareShops } from '../../fixtures/shop-results.js';

const open = (expression: string, reason = 'the model does not predict it'): ExpectationResult => ({
  expression,
  actual: null,
  outcome: 'unknown',
  reason,
});
const held = (expression: string): ExpectationResult => ({
  expression,
  actual: 0,
  outcome: 'pass',
  reason: null,
});

/** The prediction of a scenario with these expectations. */
function predicted(expectations: readonly ExpectationResult[], mode?: 'sync'): Result {
  const { queues, scenario } = predictedOutage;
  const reasons = expectations.flatMap(({ expression, outcome, reason }) =>
    outcome === 'unknown' ? [`${expression} is unknown: ${reason}`] : [],
  );
  return {
    ...predictedOutage,
    scenario: { ...scenario, ...(mode === undefined ? {} : { mode }) },
    queues:
      mode === undefined
        ? queues
        : Object.fromEntries(
            Object.entries(queues).map(([name, queue]) => [name, { ...queue, predicted: null }]),
          ),
    expectations,
    verdict: { outcome: 'inconclusive', reasons },
  };
}

const told = (result: Result): string[] => toldReasons(result.verdict.reasons, [{ prefix: '', result }]);

describe('expectations that no prediction decides', () => {
  it('are said in one line, however many there are', () => {
    const orders = ['orders.accepted == 1000', 'halfDone == 0', 'orders.response.p99 <= 1s'].map((text) =>
      open(text),
    );
    const result = predicted([...orders, open('email.turnedAway > 0'), held('lost == 0')]);
    expect(told(result)).toEqual([
      "4 of 5 expectations can't be predicted: they are about orders and services, and only a run decides them",
    ]);
  });

  it('where they are all there are', () => {
    expect(told(predicted([open('orders.posted == 300'), open('orders.done == 300')]))).toEqual([
      'none of the 2 expectations can be predicted: they are about orders, and only a run decides them',
    ]);
    expect(told(predicted([open('order-service.received == 300')]))).toEqual([
      "the one expectation can't be predicted: it is about services, and only a run decides it",
    ]);
  });

  it('of queues only where the order service calls their providers itself', () => {
    const expectations = [
      open('emails.effected == 120', 'emails: mode: sync has no queue to predict'),
      open('lost == 0', 'emails: mode: sync has no queue to predict'),
      open('whole.lost == 0', 'orders: its messages come to a queue that is not predicted'),
      held('orders.scheduled == 300'),
    ];
    expect(told(predicted(expectations, 'sync'))).toEqual([
      "3 of 4 expectations can't be predicted: they are about steps that are called directly (mode: sync), and only a run decides them",
    ]);
  });

  it('leave what is open for a reason of its own as it is', () => {
    const result = predicted([
      open('orders.accepted == 1000'),
      open('emails.wait.p99 <= 1s', 'emails: no quantiles'),
    ]);
    expect(told(result)).toEqual([
      'emails.wait.p99 <= 1s is unknown: emails: no quantiles',
      "1 of 2 expectations can't be predicted: it is about orders, and only a run decides it",
    ]);
  });

  it('are told one by one of a run', () => {
    const { verdict, ...result } = predicted([open('orders.acceptedLost == 0', 'orders: no census')]);
    expect(told({ ...result, verdict, origin: 'measured' })).toEqual(verdict.reasons);
  });

  it('do not repeat the reason in the list of expectations', () => {
    const text = renderReport(predicted([open('orders.accepted == 1000'), open('orders.done == 1000')]), {
      color: false,
      width: 100,
    });
    expect(text).toMatch(/^PREDICTED INCONCLUSIVE\. outage: none of the 2 expectations can be predicted: /);
    expect(text).toMatch(/\? {2}orders\.done == 1000 +–\n/);
    expect(text).not.toContain('the model does not predict it');
  });

  it('are no reason to say that the variants do not differ', () => {
    const direct = predicted([open('orders.accepted == 1000')], 'sync');
    const queued = predicted([open('orders.accepted == 1000')]);
    const comparison = compareShops({
      sync: direct,
      queue: { ...queued, scenario: { ...queued.scenario, mode: 'queue' } },
    });
    const text = renderReport(comparison, { color: false, width: 100 });
    expect(text).toContain(
      '  sync:  not predicted: the order service calls the providers itself (mode: sync).',
    );
    expect(text).toContain('  queue: emails: peak 290 at 8 s, caught up 59 s after the restart');
    // A table of figures of which only one variant has any is none.
    expect(text).not.toMatch(/do not differ|In all of them|Differences/);
  });

  it('are one line over all variants', () => {
    const variant = predicted([open('orders.accepted == 1000'), open('orders.done == 1000')]);
    const text = renderReport(compareShops({ sync: variant, queue: variant }), { color: false, width: 200 });
    expect(text.split('\n\n')[0]?.split('\n')).toEqual([
      'PREDICTED INCONCLUSIVE. idempotency: both variants are inconclusive.',
      '  - none of the 4 expectations can be predicted: they are about orders, and only a run decides them.',
    ]);
  });
});
