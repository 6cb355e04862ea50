import type { FifoSetting } from '../../../../src/model/fifo/index.js';
import type { RateCurve } from '../../../../src/plan/types.js';
import type { Distribution } from '../../../../src/scenario/types.js';

/** One rate for a while. */
export function flat(perSecond: number, seconds: number): RateCurve {
  return [{ startSeconds: 0, endSeconds: seconds, fromPerSecond: perSecond, toPerSecond: perSecond }];
}

export const constant = (meanSeconds: number): Distribution => ({ kind: 'constant', meanSeconds });
export const exponential = (meanSeconds: number): Distribution => ({ kind: 'exponential', meanSeconds });

/** Regular arrivals at 4/s for 60 s, one hand that serves 5/s. */
export function setting(more: Partial<FifoSetting> = {}): FifoSetting {
  return {
    arrivals: { curve: flat(4, 60), arrivals: 'constant' },
    hands: 1,
    work: constant(0.2),
    draws: { kind: 'stream', seed: 1 },
    ...more,
  };
}

/** A queue with Poisson arrivals, `perSecond` for so many messages on average. */
export function random(
  perSecond: number,
  messages: number,
  more: Pick<FifoSetting, 'hands' | 'work'> & Partial<FifoSetting>,
  seed = 1,
): FifoSetting {
  return {
    arrivals: { curve: flat(perSecond, messages / perSecond), arrivals: 'poisson' },
    draws: { kind: 'stream', seed },
    ...more,
  };
}
