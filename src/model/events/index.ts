import { LaunchpadError } from '../../errors.js';
import type { Plan } from '../../plan/types.js';
import { Engine } from './engine.js';
import { type EngineOptions, microsOf } from './options.js';
import { Scribe, type Visit } from './scribe.js';
import { whyNotSimulated } from './why-not.js';

export { workOf } from './course.js';
export type { Measurements, QueueMeasurements, ServiceMeasurements } from './measurements.js';
export type { EngineOptions } from './options.js';
export { whyNotSimulated } from './why-not.js';

/**
 * Plays a plan message by message, as a real run of it on BullMQ would go if processes, broker and network took no time, with the very
 * draws of a real run. It says what happens as the run's ledger would: the same events, of the same processes, in order of time, from the
 * first `opened` to the last `census-complete`. Left out is only `run`, as nothing of it has a wall time.
 *
 * Of what a real run decides by chance this is what it does: things that are due at the same time happen in a fixed order (faults,
 * publishes, workers that start, checks, what ends, what has waited for its time, depths); workers that the run begins with make their
 * first check at its zero; which of the waiting workers gets a message is drawn.
 *
 * @param visit called for each event, with the number of the file that it would be in; times are microseconds of scenario time, whatever
 * the plan's speed. Each event is an object of its own, which may be kept
 * @throws LaunchpadError `internal` where the plan can't be played: ask `whyNotSimulated` first
 */
export function simulateEvents(plan: Plan, visit: Visit, options: EngineOptions = {}): void {
  const whyNot = whyNotSimulated(plan);
  if (whyNot !== null)
    throw new LaunchpadError('internal', `${plan.scenario.name} can't be played: ${whyNot}`);
  const { lastMomentSeconds, scenario } = plan;
  const micros = microsOf(options, { lastMomentSeconds, drainSeconds: scenario.drainSeconds });
  new Engine(plan, micros, options.measured ?? {}, new Scribe(visit)).run();
}
