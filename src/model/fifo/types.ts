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
  /** What begins a trouble, or joins one, in order of time; default: the outages. */
  readonly onsets?: readonly FifoOnset[];
  /** How long the backlog has to stay down for a queue to have caught up; default 10, and at least a window (see docs/words.md). */
  readonly stillnessSeconds?: number;
  readonly draws: FifoDraws;
  /** Times are rounded to whole microseconds, as a run's ledger has them, and not to nanoseconds. */
  readonly inMicros?: boolean;
  /** How often the backlog is noted down for a chart; where that would be too often, every second time is left out. Absent: never. */
  readonly outlineSeconds?: number;
  /** Is given the wait of each message in order of arrival, in seconds, as far as there is room. */
  readonly waits?: Float64Array;
}

/** When messages come. */
export interface FifoArrivals {
  readonly curve: RateCurve;
  readonly arrivals: 'constant' | 'poisson';
  /** Where a trace says it itself: when each is due, in order. Only with the draws of a plan. */
  readonly times?: readonly number[];
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
  /** What becomes of what they have in hand. Whoever is there afterwards has all hands free. */
  readonly inHand:
    | 'finished'
    | {
        /** It is lost, and the broker gives it back at the head of the queue so long after the outage begins. */
        readonly backAfterSeconds: number | BackAfter;
        readonly order: 'kept' | 'reversed';
      };
}

/** When a message is given back, by when its worker had started it. Only with constant work. */
export interface BackAfter {
  /** The broker's last check before the outage; null: there was none. */
  readonly lastCheckSeconds: number | null;
  /**
   * @param isBeforeCheck where it was started at the very time of that check: whether it was before it, because a message arrived then
   * @returns how long after the beginning of the outage, in seconds; Infinity: never
   */
  readonly after: (startedAtSeconds: number, isBeforeCheck: boolean) => number;
}

/** A moment at which capacity is no longer enough. */
export interface FifoOnset {
  readonly atSeconds: number;
  /** When it is above the arrivals again; Infinity: never. */
  readonly recoverySeconds: number;
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
  /** When the last hand was free again, or the last message came. */
  readonly settledAtSeconds: number;
  /** When the oldest of those arrived that are pending; null: none is. */
  readonly oldestPendingAtSeconds: number | null;
  /** What workers had in hand when they were killed, by outage; null: they finished it. */
  readonly strikes: readonly (FifoStrike | null)[];
  /** From a worker's death until what it had in hand was started again. */
  readonly redeliveryDelaySeconds: { readonly min: number | null; readonly max: number | null };
  /** Messages that had their effect and were not given back by the end. */
  readonly redeliveryPending: number;
  /** The backlog now and then, in order of time; empty: not asked for. */
  readonly outline: readonly FifoPoint[];
  /** Hands that were busy, added up: of utilisation, the part of hands × time. */
  readonly busySeconds: number;
  readonly littlesLaw: LittlesLaw;
  readonly troubles: readonly FifoTrouble[];
}

/** What was in hand: messages, and those of them that had had their effect. */
export interface FifoStrike {
  readonly messages: number;
  readonly withEffect: number;
}

/** The backlog at a time. */
export interface FifoPoint {
  readonly atSeconds: number;
  readonly backlog: number;
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

/** An onset, or several of which each began before the last was caught up, as docs/words.md defines catching up. */
export interface FifoTrouble {
  /** Positions in the setting's list. */
  readonly onsets: readonly number[];
  readonly fromSeconds: number;
  /** When the last of them was over; Infinity: it was not. */
  readonly recoveryPointSeconds: number;
  readonly baseline: number;
  readonly backlogAtRecovery: number;
  readonly peakBacklog: number;
  /** Null: never. */
  readonly caughtUpAtSeconds: number | null;
  readonly catchUpSeconds: number | null;
}
