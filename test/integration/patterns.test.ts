import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isComparison } from '../../src/result/comparison.js';
import type { Result } from '../../src/result/types.js';
import { expectPass, simulate, simulateAll } from './launch.js';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/scenarios/${name}.yaml`, import.meta.url));

async function variantsOf(args: readonly string[]): Promise<Readonly<Record<string, Result>>> {
  const { outcome, code, stderr } = await simulateAll(args);
  expectPass(outcome, code, stderr);
  if (!isComparison(outcome)) throw new Error('no variants');
  return outcome.variants;
}

function queueOf(result: Result | undefined, name: string): Result['queues'][string] {
  const queue = result?.queues[name];
  if (queue === undefined) throw new Error(`no queue ${name}`);
  return queue;
}

describe('five messages in hand when their worker is killed', () => {
  const modes = ['none', 'memory', '{delivery-log: before}', '{delivery-log: after}', 'effect-key'];
  const points = ['before-effect', 'after-effect', 'before-acknowledge'];
  /** Duplicate effects and lost messages. A worker that is restarted has an empty memory. */
  const table: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
    'before-effect': [
      [0, 0],
      [0, 0],
      [0, 5],
      [0, 0],
      [0, 0],
    ],
    'after-effect': [
      [5, 0],
      [5, 0],
      [0, 0],
      [5, 0],
      [0, 0],
    ],
    'before-acknowledge': [
      [5, 0],
      [5, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  };

  it.each(points)(
    '%s: duplicates and losses by idempotency',
    async (point) => {
      const results = await variantsOf([
        ...['--scenario', fixture('crash-table'), '--speed', '5', '--set', `faults[0].when=${point}`],
        ...['--vary', `queues.emails.idempotency=${modes.join(',')}`],
      ]);
      const found = Object.values(results).map((result) => {
        const { duplicateEffects, lost } = queueOf(result, 'emails').accounting;
        return [duplicateEffects, lost];
      });
      expect(found).toEqual(table[point]);
    },
    120_000,
  );

  it('wherever they are: the books balance, and at most what was in hand is repeated', async () => {
    const results = await variantsOf([
      ...['--scenario', fixture('crash-table'), '--speed', '5', '--set', 'faults[0].when=random'],
      ...['--set', 'faults[0].at=0s', '--set', 'expect=[]', '--vary', 'seed=1,2,3,4,5,6'],
    ]);
    const kills = Object.values(results).map((result) => {
      const { accounting } = queueOf(result, 'emails');
      const [kill] = result.faults;
      expect(accounting).toMatchObject({ balanced: true, effected: 5, lost: 0 });
      expect(accounting.duplicateEffects).toBe(kill?.held?.withEffect);
      return kill?.held;
    });
    expect(new Set(kills.map((held) => JSON.stringify(held))).size).toBeGreaterThan(1);
  }, 120_000);
});

describe('a chain whose middle is killed', () => {
  const args = ['--scenario', 'order-flow', '--speed', '5'];

  it('has published on and not acknowledged: reserved twice, notified once, and every story adds up', async () => {
    const { code, result, stderr } = await simulate(args);
    expectPass(result, code, stderr);
    const { intake, inventory, notification } = result.queues;
    const { whole } = result.producers.orders as Result['producers'][string];
    const held = result.faults[0]?.held;
    expect(held?.withEffect).toBeGreaterThan(0);
    expect(inventory?.accounting.duplicateEffects).toBe(held?.withEffect);
    expect(intake?.accounting).toMatchObject({ scheduled: 60, effected: 60, duplicateEffects: 0 });
    expect(inventory?.accounting).toMatchObject({ scheduled: 60, effected: 60, dropped: 0 });
    const reserved = notification?.accounting.scheduled ?? 0;
    expect(reserved).toBeGreaterThan(45);
    expect(reserved).toBeLessThan(60);
    expect(notification?.accounting).toMatchObject({ effected: reserved, duplicateEffects: 0, dropped: 0 });
    expect(notification?.accounting.republished).toBeGreaterThan(0);
    expect(whole).toMatchObject({ scheduled: 60, completed: 60, balanced: true });
    expect(whole.routes.map(({ messages }) => messages).sort((a, b) => a - b)).toEqual([
      60 - reserved,
      reserved,
    ]);
  }, 60_000);

  it('is never restarted: what it held, and all behind it, is pending, and nothing is lost', async () => {
    const { result } = await simulate([
      ...args,
      '--set',
      'faults=[{at: 2s, kill: inventory, when: before-effect}]',
    ]);
    const { inventory, notification } = result.queues;
    const { whole } = result.producers.orders as Result['producers'][string];
    const pending = inventory?.accounting.pending ?? 0;
    expect(pending).toBeGreaterThan(0);
    expect(inventory?.accounting).toMatchObject({ effected: 60 - pending, lost: 0 });
    expect(notification?.accounting).toMatchObject({ pending: 0, lost: 0, dropped: 0 });
    expect(whole).toMatchObject({ completed: 60 - pending, pending, lost: 0, balanced: true });
  }, 60_000);
});

describe('the books of what was given up', () => {
  it('a redrive puts the very same messages back, and the report lists them', async () => {
    const results = await variantsOf(['--scenario', 'redrive', '--only', 'repaired', '--speed', '5']);
    const { deadLetters } = queueOf(results.repaired, 'emails');
    expect(deadLetters.list.map(({ message, attempts, ended }) => ({ message, attempts, ended }))).toEqual(
      [4, 8, 12, 16, 20].map((n) => ({ message: `orders/${n}`, attempts: 2, ended: 'effected' })),
    );
    expect(deadLetters.reasons).toEqual([{ why: 'template not found', count: 5 }]);
  }, 60_000);

  it('names those that were killed under twice', async () => {
    const results = await variantsOf([
      '--scenario',
      'killed-twice',
      '--only',
      'one-redelivery',
      '--speed',
      '5',
    ]);
    const { deadLetters } = queueOf(results['one-redelivery'], 'emails');
    expect(deadLetters.list).toHaveLength(5);
    for (const { why, ended } of deadLetters.list) {
      expect(why).toMatch(/killed under/);
      expect(ended).toBe('dead');
    }
  }, 60_000);
});
