import type { RateCurve } from '../../plan/types.js';
import type { Distribution, Rate } from '../../scenario/types.js';

/** One queue, first come, first served. Scenario seconds. */
export interface FifoSetting {
  readonly arrivals: FifoArrivals;
  /** Messages in hand at once, over all workers; whole, from 1. */
  readonly hands: number;
  /** From start to effect. */
  readonly work: Distribution;
  /** From effect until the hand is free; default 0. */
  readonly acknowledgeSeconds?: number;
  /** At most so many starts in a window, which the first start after the last window opens; null or absent: no limit. */
  readonly limit?: Rate | null;
  /** In order of time, none within another. */
  readonly outages?: readonly FifoOutage[];
  /** How long the backlog has to stay down for a queue to have caught up; default 10, and at least a window (see docs/words.md). */
  readonly stillnessSeconds?: number;
  readonly draws: FifoDraws;
  /** Is given the wait of each message in order of arrival, in seconds, as far as there is room. */
  readonly waits?: Float64Array;
}

/** When messages come. */
export interface FifoArrivals {
  readonly curve: RateCurve;
  readonly arrivals: 'constant' | 'poisson';
}

/**
 * Where random numbers come from. `plan`: the very draws of a run of the plan, functions of message and attempt. `stream`:
 * fast seeded streams, for studies of a queue alone. Where all is constant nothing is drawn and they are the same.
 */
export type FifoDraws =
  | { readonly kind: 'plan'; readonly seed: number; readonly producer: string; readonly queue: string }
  | { readonly kind: 'stream'; readonly seed: number };

/** All workers are away. What is due at its very first moment is just too late. */
export interface FifoOutage {
  readonly fromSeconds: number;
  /** When they are back; Infinity: never. */
  readonly toSeconds: number;
  /** What becomes of what they have in hand. */
  readonly inHand:
    | 'finished'
    | {
        /** It is lost, and the broker gives it back at the head of the queue so long after the outage begins. */
        readonly backAfterSeconds: number;
        readonly order: 'kept' | 'reversed';
      };
}

/** What came of it. Seconds; counts are of whole messages, and exact. */
export interface FifoRun {
  /** Messages that came = effected + pending. */
  readonly arrived: number;
  readonly effected: number;
  /** Without an effect at the end: nobody came back. */
  readonly pending: number;
  /** Deliveries: first starts and redeliveries. */
  readonly starts: number;
  readonly redeliveries: number;
  readonly duplicateEffects: number;
  /** From arrival to first start. */
  readonly waitSeconds: Quantiles;
  /** From arrival to first effect. */
  readonly endToEndSeconds: Quantiles;
  /** Arrived and without an effect: right after an arrival. Effects at the very moment of an arrival come before it. */
  readonly peakBacklog: number;
  readonly peakAtSeconds: number;
  /** When the last first effect was; null: some are pending, or none came. */
  readonly drainedAtSeconds: number | null;
  /** The last moment at which anything happened. */
  readonly endSeconds: number;
  /** Hands that were busy, added up: of utilisation, the part of hands × time. */
  readonly busySeconds: number;
  readonly littlesLaw: LittlesLaw;
  readonly troubles: readonly FifoTrouble[];
}

/** Of durations. Quantiles to within 0.2 %; mean and maximum are exact. Null: there are none. */
export interface Quantiles {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** The share of them above a duration. */
  readonly above: (seconds: number) => number;
}

/**
 * Two counts of the same thing: the area under the backlog, added up between the moments at which it changes, and the
 * times that messages spent in it, added up message by message. They are equal to the nanosecond.
 */
export interface LittlesLaw {
  /** Message-nanoseconds. */
  readonly area: bigint;
  readonly times: bigint;
  /** area / time: L. Null: no time went by. */
  readonly meanBacklog: number | null;
}

/** An outage, or several of which each began before the last was caught up, as docs/words.md defines catching up. */
export interface FifoTrouble {
  /** Positions in the setting's list. */
  readonly outages: readonly number[];
  readonly fromSeconds: number;
  /** When the last of them ended; Infinity: it did not. */
  readonly recoveryPointSeconds: number;
  readonly baseline: number;
  readonly backlogAtRecovery: number;
  readonly peakBacklog: number;
  /** Null: never. */
  readonly caughtUpAtSeconds: number | null;
  readonly catchUpSeconds: number | null;
}
