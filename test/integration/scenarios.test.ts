import { describe, expect, it } from 'vitest';
import { listScenarios } from '../../src/scenario/index.js';
import { booksOf, simulate } from './launch.js';

/** How each built-in scenario's mechanism is switched off, and the expectation that has to notice. */
const mechanisms: Readonly<Record<string, { readonly off: readonly string[]; readonly notices: RegExp }>> = {
  outage: { off: ['--set', 'faults=[]'], notices: /emails\.duplicateEffects == 5/ },
  overload: { off: ['--rate', '4/s'], notices: /emails\.backlog\.peak >= 930/ },
  'steady-outage': { off: ['--set', 'faults=[]', '--for', '40s'], notices: /emails\.catchUp >= 110s/ },
  spike: {
    off: ['--set', 'producers.orders.phases[1].rate=2/s'],
    notices: /fulfilment\.backlog\.peak >= 380/,
  },
  'spike-at-once': { off: ['--rate', '10/s', '--for', '20s'], notices: /fulfilment\.backlog\.peak >= 970/ },
  'crash-defaults': {
    off: ['--set', 'queues.emails.redelivery={after: 5s, check: 1s}'],
    notices: /emails\.redeliveries\.delay\.max >= 29s/,
  },
  'scale-out': { off: ['--set', 'faults=[]'], notices: /thumbnails\.backlog\.peak <= 150/ },
};

describe('the built-in scenarios', () => {
  it('are all here', async () => {
    expect((await listScenarios()).map(({ name }) => name).sort()).toEqual(Object.keys(mechanisms).sort());
  });

  it.each(Object.keys(mechanisms))(
    '%s passes at speed 10, with every message accounted for',
    async (name) => {
      const { code, result, stderr } = await simulate(['--scenario', name, '--speed', '10']);
      expect(code, `${result.verdict.reasons.join('\n')}\n${stderr}`).toBe(0);
      for (const queue of Object.keys(result.queues)) {
        const { scheduled, effected, balanced } = booksOf(result, queue);
        expect({ effected, balanced }).toEqual({ effected: scheduled, balanced: true });
      }
    },
    60_000,
  );

  it.each(Object.entries(mechanisms))(
    '%s fails when its mechanism is switched off',
    async (name, { off, notices }) => {
      const { code, result } = await simulate(['--scenario', name, '--speed', '10', ...off]);
      const failed = result.expectations.filter(({ outcome }) => outcome === 'fail');
      expect(failed.map(({ expression }) => expression).join('\n')).toMatch(notices);
      expect(code).toBe(99);
    },
    60_000,
  );
});
