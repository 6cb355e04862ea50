import type { Capabilities, RedeliverySettings } from '../broker/types.js';
import type { FaultKind, Scenario } from '../scenario/types.js';

/**
 * What is going to happen, worked out from a scenario and a seed. Scenario seconds throughout unless a name says `Real`.
 * Plain data: written into the run directory, read back by the analysis.
 */
export interface Plan {
  readonly schema: 'launchpad.plan/1';
  readonly scenario: Scenario;
  readonly speed: number;
  readonly seed: number;
  readonly capabilities: Capabilities;
  readonly producers: readonly PlannedProducer[];
  readonly queues: readonly PlannedQueue[];
  /** In order of time; `for` expanded into its second half. */
  readonly faults: readonly PlannedFault[];
  /** When the last phase of the last producer ends. */
  readonly producingSeconds: number;
  /** The later of producingSeconds and the last fault. */
  readonly lastMomentSeconds: number;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/** A producer with its arrival times worked out. */
export interface PlannedProducer {
  readonly name: string;
  readonly curve: RateCurve;
  readonly arrivals: 'constant' | 'poisson';
  /** How many messages are due (on each of its queues). Message `n` is `name/n`, n from 1. */
  readonly scheduled: number;
  readonly firstDueSeconds: number | null;
  readonly lastDueSeconds: number | null;
  readonly to: readonly string[];
  readonly giveUpSeconds: number | null;
}

/** A queue with what it will be offered. */
export interface PlannedQueue {
  readonly name: string;
  /** The producers that publish to it, in the plan's order. */
  readonly producers: readonly string[];
  readonly scheduled: number;
  /** The sum of its producers' curves. */
  readonly arrivals: RateCurve;
  /** With the broker's defaults filled in. */
  readonly redelivery: RedeliverySettings;
}

/** A rate over time: segments without gaps from 0 on, zero after the last. */
export type RateCurve = readonly RateSegment[];

/** Linear from `fromPerSecond` to `toPerSecond`. */
export interface RateSegment {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** One moment of the fault timeline. */
export interface PlannedFault {
  /** Position in the plan's list. */
  readonly index: number;
  readonly atSeconds: number;
  readonly kind: FaultKind;
  readonly queue: string;
  readonly workers: number | 'all';
  readonly when: 'now' | 'after-effect';
}
