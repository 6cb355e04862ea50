import type { MeasureUnit } from './measures.js';
import type { Result } from './types.js';

/** A measure's value in a result. */
export interface MeasuredValue {
  /** Seconds, per second or a count; null: never, or not known. */
  readonly actual: number | null;
  /** Why it is null. */
  readonly reason: string | null;
}

/** What is predicted for each of several values of one setting (`predict --sweep`). */
export interface Sweep {
  readonly schema: 'launchpad.sweep/1';
  /** How the scenario is named on the command line. */
  readonly reference: string;
  /** The setting: `queues.emails.rate`. */
  readonly path: string;
  /** The measure that is drawn: `emails.catchUp`. */
  readonly of: string;
  readonly unit: MeasureUnit;
  /** In the order asked for. */
  readonly points: readonly SweepPoint[];
}

/** One value of the setting. */
export interface SweepPoint {
  /** As it would stand in the scenario file: `5/s`. */
  readonly value: string;
  /** What is drawn. */
  readonly of: MeasuredValue;
  readonly result: Result;
}
