import type { Capabilities, RedeliverySettings } from '../broker/types.js';
import type { PlannedFault, RateCurve } from '../plan/types.js';
import type { QueueSpec } from '../scenario/types.js';
import type { CapacityStep } from './balance.js';
import type { PredictedFault } from './notes.js';
import type { Piece } from './pieces.js';
import type { Taking } from './troubles.js';

/** What the fluid model needs to know of a queue. */
export interface FluidInput {
  readonly queue: QueueSpec;
  readonly arrivals: RateCurve;
  /** The parts of the arrivals in which each message comes at a known time; null: some come by chance, or through other queues. */
  readonly streams: readonly RateCurve[] | null;
  readonly redelivery: RedeliverySettings;
  readonly capabilities: Capabilities;
  /** The queue's own, in order of time. */
  readonly faults: readonly PlannedFault[];
  /** Where to stop at the latest; Infinity: where nothing can change any more. */
  readonly horizonSeconds: number;
}

/** A time at which messages in hand did not go on as they would have. */
export type Break =
  /** All workers died; what they had in hand left it. */
  | { readonly kind: 'kill'; readonly atSeconds: number }
  /** All workers stood still. */
  | { readonly kind: 'freeze'; readonly atSeconds: number; readonly untilSeconds: number };

/** Messages without an effect that dead workers held: of all first starts those numbered from exclusively, to inclusively. */
export interface HeldRange {
  readonly atSeconds: number;
  readonly fromNumber: number;
  readonly toNumber: number;
  /** When the first of them is started again, and when the last has had its effect; null: never. The last that was taken comes first. */
  readonly backAtSeconds: number | null;
  readonly doneAtSeconds: number | null;
}

/** All that the fluid model knows of a queue. */
export interface FluidRun {
  /** Messages that have arrived, had no effect yet, and are in nobody's hands but a dead worker's. */
  readonly waiting: readonly Piece[];
  /** First starts so far. */
  readonly starts: readonly Piece[];
  /** The same, and the starts of messages whose worker died before their effect: each is followed by a first effect, a work later. */
  readonly begun: readonly Piece[];
  readonly breaks: readonly Break[];
  readonly capacity: readonly CapacityStep[];
  readonly takings: readonly Taking[];
  readonly faults: readonly PredictedFault[];
  readonly held: readonly HeldRange[];
  readonly redeliveries: number;
  /** From worker's death to availability; seconds. */
  readonly redeliveryDelays: readonly number[];
  readonly duplicateEffects: number;
  /** Effected messages that are still on the broker at the end. */
  readonly redeliveryPending: number;
  /** Starts, repeats included; and the seconds in which anything was started. */
  readonly served: number;
  readonly servingSeconds: number;
  readonly workersStarted: number;
  /** When the broker held nothing more, repeats included; null: never. */
  readonly emptyAtSeconds: number | null;
  /** When the last thing changed. */
  readonly endSeconds: number;
  /** What was counted as a mean because the rates don't say it, as a clause; null: nothing. */
  readonly byChance: string | null;
}
