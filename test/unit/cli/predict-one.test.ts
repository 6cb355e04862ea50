import { describe, expect, it } from 'vitest';
import { analysePlayed } from '../../../src/analysis/index.js';
import { judgedPrediction, planOne, predictOne } from '../../../src/cli/predict-one.js';
import { predict, simulateEvents, whyNotSimulated } from '../../../src/model/index.js';
import { listScenarios, loadVariants } from '../../../src/scenario/index.js';
import type { Scenario } from '../../../src/scenario/types.js';

const all: { readonly name: string; readonly scenario: Scenario }[] = [];
for (const { name } of await listScenarios()) {
  const { variants } = await loadVariants(name);
  for (const variant of variants)
    all.push({ name: variant.name === null ? name : `${name}, ${variant.name}`, scenario: variant.scenario });
}
const playable = all.filter(({ scenario }) => whyNotSimulated(planOne(scenario)) === null);

describe('the built-in scenarios', () => {
  it('can be played, but for those with services', () => {
    const others = all.filter((each) => !playable.includes(each));
    expect(playable.length).toBeGreaterThan(50);
    expect(others.every(({ scenario }) => scenario.orderService !== null)).toBe(true);
  });

  it.each(playable)('$name, played message by message, does what it says', ({ scenario }) => {
    const plan = planOne(scenario);
    const info = { launchpad: '0', node: 'v20', drainLimitSeconds: scenario.drainSeconds ?? 600 };
    const result = analysePlayed(plan, (visit) => simulateEvents(plan, visit, info), info);
    expect(result.expectations.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    for (const { accounting } of Object.values(result.queues))
      expect(accounting).toMatchObject({ balanced: true, undetermined: 0, unexpected: 0 });
  });
});

describe('a prediction', () => {
  it('is the fluid’s where that can tell all that is asked', async () => {
    const { base } = await loadVariants('outage');
    const { queues, verdict } = predictOne(base);
    expect(verdict.outcome).toBe('pass');
    expect(queues.emails).toMatchObject({ catchUpSeconds: 59, order: { outOfOrder: null } });
  });

  it('is played where it can’t', async () => {
    const { variants } = await loadVariants('ordering', {}, { only: ['retries'] });
    const plan = planOne(variants[0]?.scenario as Scenario);
    const result = judgedPrediction(plan, predict(plan));
    expect(result).toMatchObject({ origin: 'predicted', verdict: { outcome: 'pass' } });
    expect(result.queues.updates?.order.outOfOrder).toBe(3);
  });

  it('is the same each time, bit for bit', async () => {
    const { variants } = await loadVariants('retry-storm', {}, { only: ['spread'] });
    const scenario = variants[0]?.scenario as Scenario;
    expect(JSON.stringify(predictOne(scenario))).toBe(JSON.stringify(predictOne(scenario)));
  });
});
