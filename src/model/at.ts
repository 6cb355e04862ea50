import type { Forecast } from './forecast.js';
import { tidy, timeOf, valueAt } from './pieces.js';

/** The backlog at a time, in messages; where it jumps, after the jump. */
export function backlogAt({ backlog }: Pick<Forecast, 'backlog'>, seconds: number): number {
  return tidy(valueAt(backlog, seconds));
}

/** How long a message that arrives at a time waits for its first start, in seconds; null: none arrives then, or it is never started. */
export function waitOfArrivalAt({ curves }: Pick<Forecast, 'curves'>, seconds: number): number | null {
  const { arrived, started } = curves;
  const comes = arrived.find(({ fromSeconds, toSeconds }) => fromSeconds <= seconds && seconds < toSeconds);
  if (comes === undefined || (comes.slopePerSecond === 0 && comes.bend === 0)) return null;
  // It is started as soon as more have been than had arrived before it.
  const start = timeOf(started, valueAt(arrived, seconds), 'last');
  return start === null ? null : tidy(Math.max(0, start - seconds));
}

/** How long the oldest message that has no effect yet has been there, in seconds; null: there is none. */
export function oldestAgeAt({ curves }: Pick<Forecast, 'curves'>, seconds: number): number | null {
  const { arrived, left, held } = curves;
  const numbers = held
    .filter(
      ({ atSeconds, doneAtSeconds }) => atSeconds <= seconds && !((doneAtSeconds ?? seconds + 1) <= seconds),
    )
    .map(({ fromNumber }) => fromNumber);
  const done = valueAt(left, seconds);
  if (valueAt(arrived, seconds) > done + 1e-6) numbers.push(done);
  if (numbers.length === 0) return null;
  const arrival = timeOf(arrived, Math.min(...numbers), 'last');
  return arrival === null ? null : tidy(Math.max(0, seconds - arrival));
}
