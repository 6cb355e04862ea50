import { describe, expect, it } from 'vitest';
import { reachable } from '../../soak/candidates.js';
import { featuresOf } from '../../soak/features.js';
import { generate } from '../../soak/generate.js';
import { orderOf, type ScenarioFile } from '../../soak/scenario-file.js';
import { shrink } from '../../soak/shrink.js';
import { whyInvalid } from '../../soak/soak.js';

const valid = (scenario: ScenarioFile): boolean => whyInvalid(scenario) === null;

/** The first seed whose scenario has all that and more. */
function scenarioWith(...features: string[]): ScenarioFile {
  for (let seed = 1; seed < 10_000; seed++) {
    const scenario = generate(seed);
    const found = featuresOf(scenario);
    if (features.every((feature) => found.has(feature))) return scenario;
  }
  throw new Error(`no scenario with ${features.join(', ')}`);
}

describe('shrink', () => {
  it('leaves only what a planted failure needs', async () => {
    const scenario = scenarioWith('chain', 'two producers', 'resubmit', 'fault redrive', 'several workers');
    const fails = (candidate: ScenarioFile): Promise<boolean> =>
      Promise.resolve(candidate.faults.some((fault) => orderOf(fault).kind === 'redrive'));
    const { scenario: smallest, minimal } = await shrink(scenario, fails, { tries: 1000, valid });
    expect(minimal).toBe(true);
    expect(smallest.faults).toHaveLength(1);
    const names = Object.keys(smallest.queues);
    expect(names).toEqual([orderOf(smallest.faults[0] ?? { at: '0s' }).queue]);
    const [producer, ...others] = Object.values(smallest.producers);
    expect(others).toEqual([]);
    expect(producer?.to).toEqual(names);
    expect(producer?.resubmit).toBeUndefined();
    expect(valid(smallest)).toBe(true);
  });

  it('keeps what belongs together', async () => {
    const scenario = scenarioWith('chain', 'effect-key', 'several queues');
    const fails = (candidate: ScenarioFile): Promise<boolean> => {
      const found = featuresOf(candidate);
      return Promise.resolve(found.has('chain') && found.has('effect-key'));
    };
    const { scenario: smallest } = await shrink(scenario, fails, { tries: 1000, valid });
    expect(featuresOf(smallest)).toContain('chain');
    expect(Object.keys(smallest.queues)).toHaveLength(2);
    expect(smallest.faults).toEqual([]);
  });

  it('halves the messages as far as the failure lets it', async () => {
    const scenario = scenarioWith('poisson');
    const count = (candidate: ScenarioFile): number =>
      Object.values(candidate.producers)
        .flatMap((producer) => [producer.rate, ...(producer.phases ?? []).map(({ rate }) => rate)])
        .reduce((sum, rate) => sum + Number(rate?.split('/')[0] ?? 0), 0);
    const { scenario: smallest } = await shrink(
      scenario,
      (candidate) => Promise.resolve(count(candidate) >= 10),
      { tries: 1000, valid },
    );
    expect(count(smallest)).toBeGreaterThanOrEqual(10);
    expect(count(smallest)).toBeLessThan(30);
  });

  it('gives up after so many tries, and returns what does not get smaller as it is', async () => {
    const scenario = generate(3);
    const never = await shrink(scenario, () => Promise.resolve(false), { tries: 1000, valid });
    expect(never).toMatchObject({ scenario, minimal: true });
    const cut = await shrink(scenario, () => Promise.resolve(true), { tries: 2, valid });
    expect(cut).toMatchObject({ tries: 2, minimal: false });
  });
});

describe('reachable', () => {
  it('leaves out what nothing comes to, and what speaks of it', () => {
    const scenario: ScenarioFile = {
      name: 'x',
      speed: 1,
      seed: 1,
      drain: '1s',
      producers: { orders: { rate: '1/s', for: '1s', to: ['a', 'gone'] } },
      queues: { a: { outcomes: { good: { share: '100%', to: ['gone'] } } }, b: { to: ['c'] }, c: {} },
      faults: [{ at: '1s', kill: 'c' }],
    };
    expect(reachable(scenario)).toMatchObject({
      producers: { orders: { to: ['a'] } },
      queues: { a: { outcomes: { good: { share: '100%' } } } },
      faults: [],
    });
    expect(Object.keys(reachable(scenario).queues)).toEqual(['a']);
  });
});
