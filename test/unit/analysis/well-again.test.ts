import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../src/scenario/types.js';
import { micros } from '../../fixtures/runs.js';
import { answered, faultOf, ids, orderBooksOf, orders, ready, shop, shopResult } from './fixtures.js';

describe('when all was well again', () => {
  it('is when the last order that was not accepted had its answer', () => {
    const { customers, ...rest } = orders();
    const second = answered(1, 'orders/2', 503, 0.4);
    const result = shopResult(shop(), {
      ...rest,
      customers: [...customers.filter((event) => !('m' in event) || event.m !== 'orders/2'), ...second],
    });
    expect(orderBooksOf(result)).toMatchObject({ wellAgainAtSeconds: 1.4, wellAgainReason: null });
  });

  it('is not before the end where the last orders were not accepted', () => {
    const { customers, ...rest } = orders();
    const result = shopResult(shop(), {
      ...rest,
      customers: [...customers.slice(0, -2), ...answered(3, 'orders/4', 503)],
    });
    expect(orderBooksOf(result)).toMatchObject({
      wellAgainAtSeconds: null,
      wellAgainReason: 'the last order of orders was not accepted',
    });
  });

  it('is when the queues of the steps had caught up, after the providers were back', () => {
    const plan = shop(killOfEmail);
    const lab = [faultOf(0.5, 'kill', 31), faultOf(20, 'restart', 33), ready(20.5, 33)];
    const result = shopResult(plan, {
      ...orders((due) => (due === 0 ? 0.1 : 21 + due / 10)),
      lab,
    });
    expect(result.queues.emails?.troubles).toMatchObject([
      { causes: ['email is down from 0.5 s'], recoveryPointSeconds: 20 },
    ]);
    const caughtUp = result.queues.emails?.troubles[0]?.caughtUpAtSeconds;
    expect(caughtUp).toBeGreaterThan(21);
    expect(orderBooksOf(result)).toMatchObject({ accepted: 4, wellAgainAtSeconds: caughtUp });
  });

  it('is not before the end where a queue never caught up, or a provider was not back', () => {
    const forever = { ...killOfEmail, faults: killOfEmail.faults.slice(0, 1) };
    const never = shopResult(shop(forever), {
      ...orders((due) => (due === 0 ? 0.1 : null)),
      lab: [faultOf(0.5, 'kill', 31)],
      more: {
        found: [{ t: micros(61), e: 'census', q: 'emails', state: 'ready', m: ids.slice(1) }],
      },
    });
    expect(orderBooksOf(never)).toMatchObject({ pending: 3, wellAgainAtSeconds: null });
    expect(orderBooksOf(never).wellAgainReason).toMatch(/^emails never caught up \(/);
    const gone = shopResult(shop(), { ...orders(), lab: [faultOf(50, 'freeze', 31)] });
    expect(orderBooksOf(gone)).toMatchObject({
      wellAgainAtSeconds: null,
      wellAgainReason: 'email was not back at the end (frozen)',
    });
  });
});

const killOfEmail: Pick<Scenario, 'faults'> = {
  faults: (['kill', 'restart'] as const).map((kind, i) => ({
    atSeconds: i === 0 ? 0.5 : 20,
    kind,
    queue: 'email',
    workers: 'all',
    forSeconds: null,
    when: 'now',
    repaired: false,
  })),
};
