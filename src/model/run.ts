import type { Capabilities, RedeliverySettings } from '../broker/types.js';
import type { PlannedFault, RateCurve } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { CapacityStep } from './balance.js';
import type { ListedMessage } from './cohort.js';
import type { PredictedFault } from './notes.js';
import type { Piece } from './pieces.js';
import type { AttemptsTally } from './tally.js';
import type { Taking } from './troubles.js';

/** What the fluid model needs to know of a queue. */
export interface FluidInput {
  readonly queue: QueueSpec;
  readonly arrivals: RateCurve;
  readonly redelivery: RedeliverySettings;
  readonly capabilities: Capabilities;
  /** The queue's own, in order of time. */
  readonly faults: readonly PlannedFault[];
  /** Where to stop at the latest; Infinity: where nothing can change any more. */
  readonly horizonSeconds: number;
  /** Further publishes that are delivered; absent: none. */
  readonly copies?: RateCurve;
  /** Messages that a failure befalls by their number; absent: none. */
  readonly listed?: readonly ListedMessage[];
}

/** All that the fluid model knows of a queue. */
export interface FluidRun {
  /** Messages that have arrived and had no effect yet, nor ended otherwise. */
  readonly backlog: readonly Piece[];
  /** First starts so far; falls where messages come back that had no effect. */
  readonly starts: readonly Piece[];
  /** What goes on to the queues behind, per second: first effects. */
  readonly passed: RateCurve;
  readonly capacity: readonly CapacityStep[];
  readonly takings: readonly Taking[];
  readonly faults: readonly PredictedFault[];
  /** When messages that a dead worker held without an effect got it; null: never. */
  readonly heldDone: readonly { readonly atSeconds: number; readonly doneAtSeconds: number | null }[];
  readonly redeliveries: number;
  /** Of these, without an effect before. */
  readonly redeliveriesWithoutEffect: number;
  /** From worker's death to availability; seconds. */
  readonly redeliveryDelays: readonly number[];
  readonly duplicateEffects: number;
  readonly suppressed: number;
  /** Messages that are done by the records, and had no effect. */
  readonly lost: number;
  /** Dead at the end, without an effect; and those with one. */
  readonly dead: number;
  readonly deadAfterEffect: number;
  /** What came of attempts that fail; null: none does. */
  readonly attempts: AttemptsTally | null;
  /** Effected messages that are still on the broker at the end. */
  readonly redeliveryPending: number;
  /** Message starts that were served, repeats included. */
  readonly served: number;
  /** The integral of the capacity while something was served and it was bounded: messages that could have been. */
  readonly servable: number;
  /** Seconds in which something was served. */
  readonly servingSeconds: number;
  readonly workersStarted: number;
  /** Deaths that nobody ordered. */
  readonly workersDied: number;
  /** When the broker held nothing more, repeats included; null: never. */
  readonly emptyAtSeconds: number | null;
  /** When the last thing changed. */
  readonly endSeconds: number;
  /** It was given up on: too much happens. */
  readonly cutShort: boolean;
}
