import { describe, expect, it } from 'vitest';
import { isComparison } from '../../src/result/comparison.js';
import type { Result } from '../../src/result/types.js';
import { listScenarios } from '../../src/scenario/index.js';
import { expectPass, resultsOf, simulateAll } from './launch.js';
import { mechanisms } from './mechanisms.js';

const speed = ['--speed', '10'];

/** How far a figure may be from its prediction: a share of it, or so much. At speed 10 a tenth of a real second is a whole one. */
const wide = {
  peakBacklog: { share: 0.3, least: 10 },
  catchUpSeconds: { share: 0.3, least: 10 },
  drainedAtSeconds: { share: 0.3, least: 10 },
} as const;

/** Holds the run against its prediction, with what was measured where it was predicted again. Calls over HTTP take what they take. */
function expectAsPredicted(variant: string, { queues, scenario }: Result): void {
  if (scenario.mode !== undefined) return;
  for (const [name, { difference }] of Object.entries(queues)) {
    expect(difference.length, `${name} of ${variant}`).toBeGreaterThan(0);
    for (const { measure, predicted, measured, again } of difference) {
      const band = measure in wide ? wide[measure as keyof typeof wide] : null;
      const expected = again ?? predicted;
      if (band === null || expected === null || measured === null) continue;
      const most = Math.max(band.least, band.share * expected);
      expect(Math.abs(measured - expected), `${measure} of ${name} of ${variant}`).toBeLessThanOrEqual(most);
    }
  }
}

describe('the built-in scenarios', () => {
  it('are all here', async () => {
    expect((await listScenarios()).map(({ name }) => name).sort()).toEqual(Object.keys(mechanisms).sort());
  });

  it.each(Object.keys(mechanisms))(
    '%s passes at speed 10, with every message accounted for',
    async (name) => {
      const { code, outcome, stderr } = await simulateAll(['--scenario', name, ...speed]);
      expectPass(outcome, code, stderr);
      for (const [variant, result] of Object.entries(resultsOf(outcome))) {
        const { reason } = result.run.ended ?? { reason: 'unknown' };
        expect(['drained', 'drain-limit', 'nobody-left'], variant).toContain(reason);
        for (const [queue, { accounting }] of Object.entries(result.queues))
          expect(accounting, `${queue} of ${variant}`).toMatchObject({ balanced: true, undetermined: 0 });
        for (const producer of Object.values(result.producers))
          expect(producer.whole, variant).toMatchObject({ balanced: true });
        expectAsPredicted(variant, result);
      }
    },
    120_000,
  );

  const offs = Object.entries(mechanisms).flatMap(([name, list]) => list.map((off) => [name, off] as const));

  it.each(offs.map(([name, off]) => [`${name} ${off.args.join(' ')}`, name, off] as const))(
    '%s fails: its mechanism is switched off',
    async (_, name, { args, notices }) => {
      const { code, outcome } = await simulateAll(['--scenario', name, ...speed, ...args]);
      const results = resultsOf(outcome);
      for (const [variant, expected] of Object.entries(notices)) {
        const result = results[isComparison(outcome) ? variant : ''];
        const failed = result?.expectations.filter((each) => each.outcome === 'fail') ?? [];
        expect(failed.map(({ expression }) => expression).join('\n'), variant).toMatch(expected);
      }
      expect(code).toBe(99);
    },
    120_000,
  );
});
