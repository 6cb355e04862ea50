import { describe, expect, it } from 'vitest';
import { describeDriver } from '../../../src/broker/index.js';
import { predict } from '../../../src/model/index.js';
import { buildPlan } from '../../../src/plan/build.js';
import { parseDuration, parseScenario } from '../../../src/scenario/index.js';
import { allFeatures, featuresOf } from '../../soak/features.js';
import { generate, reachedBy } from '../../soak/generate.js';
import { whyInvalid } from '../../soak/soak.js';

const seeds = Array.from({ length: 250 }, (_, i) => i + 1);
const scenarios = new Map(seeds.map((seed) => [seed, generate(seed)]));

describe('generate', () => {
  it('makes the same scenario of the same seed, and others of others', () => {
    expect(generate(17)).toEqual(generate(17));
    expect(new Set([...scenarios.values()].map((scenario) => JSON.stringify(scenario))).size).toBe(250);
  });

  it('makes scenarios that are accepted and planned', () => {
    const refused = [...scenarios]
      .map(([seed, scenario]) => ({ seed, why: whyInvalid(scenario) }))
      .filter(({ why }) => why !== null);
    expect(refused).toEqual([]);
  });

  it('makes scenarios that can be predicted', () => {
    const driver = describeDriver('bullmq');
    for (const [seed, scenario] of scenarios) {
      if (seed > 100) break;
      const plan = buildPlan(parseScenario(JSON.stringify(scenario)), driver);
      expect(() => predict(plan), `seed ${seed}`).not.toThrow();
    }
  });

  it.each([5, 10, 40])('makes them for speed %d too', (speed) => {
    const refused = seeds.slice(0, 30).map((seed) => whyInvalid(generate(seed, speed)));
    expect(refused.filter((why) => why !== null)).toEqual([]);
  });

  it('leaves out no feature', () => {
    const found = new Set([...scenarios.values()].flatMap((scenario) => [...featuresOf(scenario)]));
    expect(allFeatures.filter((feature) => !found.has(feature))).toEqual([]);
    expect([...found].filter((feature) => !allFeatures.includes(feature))).toEqual([]);
  });

  it('reaches every queue, and keeps a run short', () => {
    for (const scenario of scenarios.values()) {
      const reached = Object.values(scenario.producers).flatMap((producer) => [
        ...reachedBy(scenario, producer),
      ]);
      expect([...new Set(reached)].sort()).toEqual(Object.keys(scenario.queues).sort());
      const drain = parseDuration(scenario.drain);
      expect(drain.ok && drain.value / scenario.speed).toBeLessThanOrEqual(3.01);
      const messages = parseScenario(JSON.stringify(scenario)).producers.flatMap(({ phases, to }) =>
        phases.map((phase) => (to.length * phase.forSeconds * (phase.fromPerSecond + phase.toPerSecond)) / 2),
      );
      expect(messages.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(620);
    }
  });
});
