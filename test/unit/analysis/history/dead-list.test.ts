import { describe, expect, it } from 'vitest';
import { deadListOf } from '../../../../src/analysis/history/index.js';
import { shopLedger, shopPlan } from '../../../fixtures/history.js';
import { runDirectory } from '../../../fixtures/runs.js';

describe('the list of the dead', () => {
  it("is the result's, by queue", () => {
    const { schema, run, queues } = deadListOf(runDirectory(shopPlan(), shopLedger()));
    expect(schema).toBe('launchpad.dead/1');
    expect(run).toMatchObject({ scenario: 'shop', variant: null });
    expect(queues.intake).toMatchObject({ given: 0, list: [] });
    expect(queues.emails).toMatchObject({
      queue: 'emails-dead',
      given: 1,
      final: 0,
      redriven: 1,
      list: [
        {
          message: 'orders/3',
          atSeconds: 5.81,
          why: 'no such address',
          attempts: 3,
          redrivenAtSeconds: 20,
          ended: 'effected',
        },
      ],
    });
  });
});
