import { describe, expect, it } from 'vitest';
import type { RedeliveryCapability } from '../../../src/broker/types.js';
import { Checks, type Silent } from '../../../src/model/redelivery.js';
import { redelivery } from './fixtures.js';

const batch = (expiresSeconds: number): Silent => ({ expiresSeconds, checks: 0 });

interface Life {
  /** Lock and interval, in seconds. */
  readonly after: number;
  readonly check: number;
  /** When the worker is killed. */
  readonly killed: number;
  /** When a new one is there; null: another was there all the time. */
  readonly back: number | null;
  readonly thawed?: boolean;
}

function comesBackAt(life: Life, capability: RedeliveryCapability = redelivery): number | null {
  const checks = new Checks({ afterSeconds: life.after, checkSeconds: life.check }, capability, 1);
  checks.advance(life.killed, []);
  const held = batch(life.killed + life.after);
  if (life.back === null) return checks.availableAt(held, life.killed);
  checks.pause();
  checks.advance(life.back, [held]);
  checks.resume(life.back, life.thawed ?? false);
  return checks.availableAt(held, life.back);
}

describe('when a broker gives back what a silent worker held', () => {
  it.each<[string, Life, number]>([
    ['two checks, the second after the lock’s end', { after: 5, check: 1, killed: 10.2, back: null }, 16],
    ['two checks, which take longer than the lock', { after: 2, check: 2, killed: 10.2, back: null }, 14],
    ['the defaults, killed soon after a check', { after: 30, check: 30, killed: 1, back: null }, 60],
    ['the defaults, killed just before one', { after: 30, check: 30, killed: 29, back: null }, 60],
    [
      'a new worker’s first look marks, its second gives back',
      { after: 5, check: 1, killed: 1.3, back: 8 },
      9,
    ],
    [
      'a new worker’s first look is left out after a recent one',
      { after: 30, check: 30, killed: 10, back: 12 },
      72,
    ],
    ['the defaults, restarted 40 s later', { after: 30, check: 30, killed: 10, back: 50 }, 80],
    [
      'a thawed worker makes up for the look it missed',
      { after: 5, check: 1, killed: 10.5, back: 20.2, thawed: true },
      21.2,
    ],
    ['a thawed worker that missed none', { after: 5, check: 10, killed: 11, back: 13, thawed: true }, 30],
  ])('%s', (_, life, expected) => {
    expect(comesBackAt(life)).toBeCloseTo(expected, 9);
  });

  it('is at the lock’s end where there are no checks', () => {
    const capability = { ...redelivery, checks: 0, needsWorker: false };
    expect(comesBackAt({ after: 5, check: 0, killed: 10.2, back: null }, capability)).toBeCloseTo(15.2, 9);
  });

  it('is never while no worker looks', () => {
    const checks = new Checks({ afterSeconds: 5, checkSeconds: 1 }, redelivery, 0);
    expect(checks.availableAt(batch(5), 100)).toBeNull();
    checks.resume(100, false);
    expect(checks.availableAt(batch(5), 100)).toBe(101);
  });

  it('counts checks without a step for each', () => {
    const checks = new Checks({ afterSeconds: 5, checkSeconds: 0.001 }, redelivery, 1);
    const held = batch(1e6);
    checks.advance(1e6, [held]);
    expect(held.checks).toBeCloseTo(1e9, -1);
  });

  it('is sooner where a second worker, started in between, may look at once', () => {
    const checks = new Checks({ afterSeconds: 5, checkSeconds: 10 }, redelivery, 1);
    checks.advance(11, []);
    checks.pause();
    // The first new worker's look is left out, since somebody looked at 10 s; the second one's, at 20.5 s, is not.
    checks.resume(12, false);
    expect(checks.availableAt(batch(16), 12)).toBe(32);
    checks.resume(20.5, false);
    expect(checks.availableAt(batch(16), 20.5)).toBe(30.5);
  });
});
