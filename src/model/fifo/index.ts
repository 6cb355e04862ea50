import { LaunchpadError } from '../../errors.js';
import { endOf } from '../../plan/curve.js';
import { Engine } from './engine.js';
import { mostSeconds } from './limits.js';
import type { FifoRun, FifoSetting } from './types.js';

export type * from './types.js';

/**
 * Simulates one queue message by message, first come, first served: the discrete-event engine's fast path. Deterministic: the
 * same setting gives the same bits. Memory grows with the peak backlog (16 bytes each, up to doubling) and not with the messages; time
 * by 50 to 80 ns a message, and with drawn work by about 1 ns more for each hand.
 * @throws LaunchpadError `plan-refused` for a setting that it can't represent; it says which part
 */
export function runFifo(setting: FifoSetting): FifoRun {
  const wrong = whatIsWrong(setting);
  if (wrong !== null) throw new LaunchpadError('plan-refused', `The queue can't be simulated: ${wrong}`);
  return new Engine(setting).run();
}

function whatIsWrong(setting: FifoSetting): string | null {
  const { hands, limit, outages = [], arrivals } = setting;
  const isDuration = (seconds: number): boolean => seconds >= 0 && Number.isFinite(seconds);
  if (!Number.isInteger(hands) || hands < 1) return `${hands} hands; there has to be a whole number from 1`;
  if (!isDuration(setting.work.meanSeconds) || !isDuration(setting.acknowledgeSeconds ?? 0))
    return 'a duration is negative or not finite';
  if (limit && (!Number.isInteger(limit.count) || limit.count < 1 || !(limit.perSeconds > 0)))
    return `a limit of ${limit.count} in ${limit.perSeconds} s`;
  const late = Math.max(endOf(arrivals.curve), ...outages.map(({ fromSeconds }) => fromSeconds));
  if (late > mostSeconds) return 'it lasts longer than the 52 days that nanoseconds are counted for';
  let free = 0;
  for (const { fromSeconds, toSeconds, inHand } of outages) {
    if (!(fromSeconds >= free && toSeconds > fromSeconds)) return 'outages overlap, or are not in order';
    if (inHand !== 'finished') {
      const { backAfterSeconds: after } = inHand;
      if (typeof after === 'number' && !isDuration(after)) return 'a redelivery never comes';
      if (typeof after !== 'number' && setting.work.kind !== 'constant')
        return 'a redelivery depends on starts, and with drawn work they are not known';
    }
    free = toSeconds;
  }
  return null;
}
