import { describe, expect, it } from 'vitest';
import type { CrashPoint, Idempotency } from '../../../src/scenario/types.js';
import { emails, fault, forecast, phase } from './fixtures.js';

const modes: Record<string, Idempotency> = {
  none: { mode: 'none' },
  memory: { mode: 'memory' },
  'log before': { mode: 'delivery-log', record: 'before' },
  'log after': { mode: 'delivery-log', record: 'after' },
  'effect-key': { mode: 'effect-key' },
};

function crashed(mode: string, when: CrashPoint) {
  const idempotency = modes[mode] ?? { mode: 'none' };
  return forecast({
    phases: [phase(3, 100)],
    queue: emails(5, { idempotency }),
    faults: [fault(1, 'kill', { when }), fault(8, 'restart')],
  });
}

describe('killed with five in hand', () => {
  it.each<[string, CrashPoint, number, number, number]>([
    // Mode, point, and then: duplicate effects, suppressed, lost.
    ['none', 'before-effect', 0, 0, 0],
    ['none', 'after-effect', 5, 0, 0],
    ['none', 'before-acknowledge', 5, 0, 0],
    ['memory', 'before-effect', 0, 0, 0],
    ['memory', 'after-effect', 5, 0, 0],
    ['memory', 'before-acknowledge', 5, 0, 0],
    ['log before', 'before-effect', 0, 5, 5],
    ['log before', 'after-effect', 0, 5, 0],
    ['log before', 'before-acknowledge', 0, 5, 0],
    ['log after', 'before-effect', 0, 0, 0],
    ['log after', 'after-effect', 5, 0, 0],
    ['log after', 'before-acknowledge', 0, 5, 0],
    ['effect-key', 'before-effect', 0, 0, 0],
    ['effect-key', 'after-effect', 0, 5, 0],
    ['effect-key', 'before-acknowledge', 0, 5, 0],
  ])('%s, %s', (mode, when, duplicateEffects, suppressed, lost) => {
    const result = crashed(mode, when);
    expect(result).toMatchObject({
      duplicateEffects,
      suppressed,
      lost,
      redeliveries: 5,
      pending: 0,
      dead: 0,
    });
    const withEffect = when === 'before-effect' ? 0 : 5;
    const at = when === 'before-acknowledge' ? 1.5 : 1.3;
    expect(result.all.faults[0]).toMatchObject({ doneAtSeconds: at, held: { messages: 5, withEffect } });
  });
});

describe('frozen past the lock, and thawed', () => {
  it.each<[string, number, number]>([
    ['none', 2, 0],
    ['memory', 2, 0],
    ['log before', 0, 2],
    ['log after', 2, 0],
    ['effect-key', 0, 2],
  ])('%s', (mode, duplicateEffects, suppressed) => {
    const queue = emails(1, {
      rate: null,
      workers: 2,
      concurrency: 2,
      work: { kind: 'constant', meanSeconds: 3 },
      acknowledgeSeconds: 0,
      redelivery: { afterSeconds: 2, checkSeconds: 1, limit: 1 },
      idempotency: modes[mode] ?? { mode: 'none' },
    });
    // Four at once for four hands; one worker stands still with two of them.
    const frozen = forecast({
      phases: [phase(0.04, 100)],
      queue,
      faults: [fault(1.5, 'freeze', { workers: 1, forSeconds: 12 })],
    });
    expect(frozen).toMatchObject({ redeliveries: 2, duplicateEffects, suppressed, lost: 0, pending: 0 });
  });
});

describe('killed under twice', () => {
  const killed = (limit: number) =>
    forecast({
      phases: [phase(0.05, 100)],
      queue: emails(1, {
        rate: null,
        concurrency: 5,
        work: { kind: 'constant', meanSeconds: 0.5 },
        acknowledgeSeconds: 0,
        redelivery: { afterSeconds: 2, checkSeconds: 1, limit },
      }),
      faults: [
        fault(0.1, 'kill', { when: 'before-effect' }),
        fault(3, 'restart'),
        fault(4, 'kill', { when: 'before-effect' }),
        fault(20, 'restart'),
      ],
    });

  it.each([
    [0, 5, 0],
    [1, 5, 5],
    [2, 0, 10],
  ])('with a limit of %d, %d are given up after %d redeliveries', (limit, dead, redeliveries) => {
    const twice = killed(limit);
    expect(twice).toMatchObject({ dead, redeliveries, pending: 0, duplicateEffects: 0 });
    expect(twice.effects).toBeCloseTo(5 - dead, 6);
  });

  it('leaves alone what was served in between', () => {
    const apart = forecast({
      phases: [phase(60, 4)],
      queue: emails(5, { redelivery: { afterSeconds: 2, checkSeconds: 1, limit: 1 } }),
      faults: [fault(10, 'kill', { forSeconds: 2 }), fault(40, 'kill', { forSeconds: 2 })],
    });
    expect(apart).toMatchObject({ dead: 0, deadAfterEffect: 0, redeliveries: 4 });
  });
});

describe('a supervisor', () => {
  it('starts again what was killed', () => {
    const killed = forecast({
      phases: [phase(60, 4)],
      queue: emails(5, { superviseSeconds: 1 }),
      faults: [fault(10, 'kill')],
    });
    expect(killed).toMatchObject({ workersStarted: 2, workersDied: 0, pending: 0 });
    expect(killed.troubles).toMatchObject([{ fromSeconds: 10, recoveryPointSeconds: 11 }]);
  });
});
