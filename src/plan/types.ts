import type { Capabilities, RedeliverySettings } from '../broker/types.js';
import type { CrashPoint, FaultKind, Scenario } from '../scenario/types.js';

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
  /** When the last phase of the last producer ends, and its last resubmits are due. */
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
  /** See ProducerSpec. The curve is their mean over 10 s then. */
  readonly times?: readonly number[];
  /** How many messages are due (on each of its queues). Message `n` is `name/n`, n from 1. */
  readonly scheduled: number;
  readonly firstDueSeconds: number | null;
  readonly lastDueSeconds: number | null;
  readonly to: readonly string[];
  readonly giveUpSeconds: number | null;
  /** See ProducerSpec.resubmitSeconds. */
  readonly resubmitSeconds: readonly number[];
  /** See ProducerSpec. */
  readonly via: 'queue' | 'http';
  readonly patienceSeconds: number;
}

/** A queue with what it will be offered. Queues come in the scenario's order. */
export interface PlannedQueue {
  readonly name: string;
  /** The producers whose messages come to it, directly or through other queues, in the plan's order. */
  readonly producers: readonly string[];
  /** Every way that messages take to it, in a fixed order; each makes messages of its own. */
  readonly sources: readonly Source[];
  /** Over all sources, if every message gets as far as it can. */
  readonly scheduled: number;
  /** The sum of the curves of the producers that publish to it themselves; what comes through other queues is not in it. */
  readonly arrivals: RateCurve;
  /** The queues that publish on to it; empty: none. */
  readonly feeders: readonly Feeder[];
  /** Whether messages come to it on the broker, and workers serve it. Without: the order service calls its provider itself, and nothing else comes. */
  readonly isServed: boolean;
  /** With the broker's defaults filled in. */
  readonly redelivery: RedeliverySettings;
}

/** A way to a queue: a producer and the queues between. */
export interface Source {
  readonly producer: string;
  /** The queues that the messages went through before, in their order; empty: they come straight from the producer. */
  readonly path: readonly string[];
  /** How many messages can come by it: by the draws, those with the outcomes that lead here. */
  readonly scheduled: number;
}

/** A queue that publishes on. */
export interface Feeder {
  readonly queue: string;
  readonly outcome: string;
  /** Of the feeder's messages. */
  readonly share: number;
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
  /** As in FaultSpec: a queue, a provider or the order service. */
  readonly queue: string;
  readonly workers: number | 'all';
  readonly when: CrashPoint;
  readonly repaired: boolean;
}
