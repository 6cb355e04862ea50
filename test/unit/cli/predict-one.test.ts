import { describe, expect, it } from 'vitest';
import { analysePlayed } from '../../../src/analysis/index.js';
import { planOne, predictOne } from '../../../src/cli/predict-one.js';
import { simulateEvents, whyNotSimulated } from '../../../src/model/index.js';
import { renderReport } from '../../../src/report/terminal.js';
import { listScenarios, loadVariants } from '../../../src/scenario/index.js';
import type { Scenario } from '../../../src/scenario/types.js';

const all: { readonly name: string; readonly scenario: Scenario }[] = [];
for (const { name } of await listScenarios()) {
  const { variants } = await loadVariants(name);
  for (const variant of variants)
    all.push({ name: variant.name === null ? name : `${name}, ${variant.name}`, scenario: variant.scenario });
}

describe('the built-in scenarios', () => {
  it('can all be played', () => {
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter(({ scenario }) => whyNotSimulated(planOne(scenario)) !== null)).toEqual([]);
  });

  it.each(all)('$name, played message by message, does what it says', ({ scenario }) => {
    const plan = planOne(scenario);
    const info = { launchpad: '0', node: 'v20', drainLimitSeconds: scenario.drainSeconds ?? 600 };
    const result = analysePlayed(plan, (visit) => simulateEvents(plan, visit, info), info);
    expect(result.expectations.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    for (const { accounting } of Object.values(result.queues))
      expect(accounting).toMatchObject({ balanced: true, undetermined: 0, unexpected: 0 });
    for (const { orderBooks } of Object.values(result.producers))
      if (orderBooks !== undefined) expect(orderBooks).toMatchObject({ balanced: true, undetermined: 0 });
  });
});

describe('a prediction', () => {
  it('is played message by message', async () => {
    const { variants } = await loadVariants('ordering', {}, { only: ['retries'] });
    const result = predictOne(variants[0]?.scenario as Scenario);
    expect(result).toMatchObject({ origin: 'predicted', verdict: { outcome: 'pass' } });
    expect(result.queues.updates?.order.outOfOrder).toBe(3);
  });

  it('is judged by what is expected of orders and services, too', async () => {
    const { variants } = await loadVariants('falling-over');
    for (const { scenario } of variants) expect(predictOne(scenario).verdict.outcome).toBe('pass');
    const [sync] = variants;
    const report = renderReport(predictOne(sync?.scenario as Scenario), { color: false, width: 100 });
    expect(report).toContain('called directly (mode: sync), without a queue');
    expect(report).not.toContain('Nothing is predicted');
  });

  it('has beside each figure what it would be without the faults', async () => {
    const { base } = await loadVariants('outage');
    const { queues } = predictOne(base);
    expect(queues.emails?.predicted).toMatchObject({
      peakBacklog: 290,
      duplicateEffects: 5,
      withoutFaults: { duplicateEffects: 0, redeliveries: 0 },
    });
  });

  it('is the same each time, bit for bit', async () => {
    const { variants } = await loadVariants('retry-storm', {}, { only: ['spread'] });
    const scenario = variants[0]?.scenario as Scenario;
    expect(JSON.stringify(predictOne(scenario))).toBe(JSON.stringify(predictOne(scenario)));
  });
});
