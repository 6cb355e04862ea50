/** A checked scenario, with where it comes from. */
export interface Scenario extends CheckedScenario {
  /** How it is named on the command line: a built-in scenario's name, or the file as typed. */
  readonly reference: string;
  /** What the command line changed of what it does, as typed: `--set queues.emails.rate=10/s`. Empty: it is as written. */
  readonly changes: readonly string[];
}

/**
 * What a scenario file says. Everything here is in scenario time (seconds), with defaults filled in, and consistent:
 * every queue that is named exists. Plain data, serialisable as JSON.
 */
export interface CheckedScenario {
  readonly name: string;
  readonly summary: string;
  /** What the run teaches; may be empty. */
  readonly lesson: string;
  /** Arguments of further runs worth trying, without the leading `launchpad simulate --scenario NAME`. */
  readonly try: readonly string[];
  /** How many times faster than real time; 0.1 to 100. */
  readonly speed: number;
  readonly seed: number;
  /** Limit of the drain; null: derived from the prediction. */
  readonly drainSeconds: number | null;
  readonly producers: readonly ProducerSpec[];
  readonly queues: readonly QueueSpec[];
  /** As written, in order of time. `for` is not yet expanded. */
  readonly faults: readonly FaultSpec[];
  readonly expect: readonly ExpectationSpec[];
}

/** A rate as the user wrote it: `count` messages in each window of `perSeconds`. 5/s and 1/200ms are the same rate with different windows. */
export interface Rate {
  readonly count: number;
  readonly perSeconds: number;
}

/** A stream of messages. */
export interface ProducerSpec {
  readonly name: string;
  /** One after the other, from time zero. `rate` with `for` is one phase. */
  readonly phases: readonly Phase[];
  readonly arrivals: 'constant' | 'poisson';
  /** Each message goes to each of these. */
  readonly to: readonly Target[];
  /** A message later than this is dropped; null: never. */
  readonly giveUpSeconds: number | null;
}

/** A span in which a producer's rate is constant (from = to) or changes linearly. */
export interface Phase {
  readonly forSeconds: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** Where a producer's messages go. */
export interface Target {
  readonly queue: string;
}

/** A random or fixed duration. */
export type Distribution =
  | { readonly kind: 'constant'; readonly meanSeconds: number }
  | { readonly kind: 'exponential'; readonly meanSeconds: number }
  | {
      readonly kind: 'lognormal';
      readonly meanSeconds: number /** Standard deviation over mean. */;
      readonly cv: number;
    };

/** A queue and its workers. */
export interface QueueSpec {
  readonly name: string;
  /** The limit over all workers; null: none. Its count is a whole number. */
  readonly rate: Rate | null;
  /** Worker processes at the start; 0 is allowed (they may be scaled up later). */
  readonly workers: number;
  /** Messages in hand at once, per worker. */
  readonly concurrency: number;
  /** From start to effect. */
  readonly work: Distribution;
  /** From effect until the broker is told. */
  readonly acknowledgeSeconds: number;
  /** How long a silent worker keeps a message, and how often that is checked; null: the broker's defaults. */
  readonly redelivery: Redelivery | null;
}

/** See QueueSpec.redelivery. */
export interface Redelivery {
  readonly afterSeconds: number;
  readonly checkSeconds: number;
}

/** The kinds of fault that can be ordered. */
export type FaultKind = 'kill' | 'stop' | 'restart' | 'freeze' | 'thaw' | 'scale';

/** A fault as ordered. */
export interface FaultSpec {
  readonly atSeconds: number;
  readonly kind: FaultKind;
  readonly queue: string;
  /** How many of the queue's workers; for `scale`: how many there are to be. */
  readonly workers: number | 'all';
  /** After this, the opposite follows (restart after kill and stop, thaw after freeze); null: nothing follows. */
  readonly forSeconds: number | null;
  /** `after-effect`: aimed, at the first moment from `atSeconds` on when the workers hold messages, all with their effect and none acknowledged. */
  readonly when: 'now' | 'after-effect';
}

/** Comparison of a measure with a value. */
export type Operator = '<=' | '<' | '>=' | '>' | '==' | '!=';

/** An expectation, parsed and its names resolved. */
export interface ExpectationSpec {
  /** As the user wrote it. */
  readonly expression: string;
  /** A queue's or producer's name; null: over all. */
  readonly scope: string | null;
  /** A path of the measure catalogue (src/result/measures.ts), e.g. `accounting.duplicateEffects`. */
  readonly measure: string;
  readonly operator: Operator;
  /** In the measure's own unit: seconds, per second or a count. */
  readonly value: number;
}
