import type { Gates } from './compare.js';
import type {
  DeadLettersResult,
  FailuresResult,
  IdempotencyMode,
  OrderResult,
  WholeBooks,
} from './failures.js';
import type { MeasureUnit } from './measures.js';
import type { OrderBooks, ServiceResult } from './orders.js';
import type { Difference, PredictedQueue } from './prediction.js';
import type { Guess, RunInfo, ScenarioSummary } from './run.js';
import type { QueueTheory } from './theory.js';

export type * from './orders.js';
export type * from './prediction.js';
export type * from './run.js';
export type * from './theory.js';

/**
 * The outcome of a run or of a prediction: what model, analysis and report have in common (`result.json`).
 * Durations are in scenario seconds and end in `Seconds` (`RealSeconds` where real time matters), rates are per second
 * and end in `PerSecond`. What could not be learnt is null, with a reason beside it or in `verdict.reasons`.
 */
export interface Result {
  readonly schema: 'launchpad.result/1';
  /** Whether this was measured on a broker, or is what the model says would be. */
  readonly origin: 'measured' | 'predicted';
  readonly scenario: ScenarioSummary;
  readonly run: RunInfo;
  readonly verdict: Verdict;
  readonly producers: Readonly<Record<string, ProducerResult>>;
  readonly queues: Readonly<Record<string, QueueResult>>;
  /** The providers and the order service; empty where the scenario has none. Absent in results of older versions. */
  readonly services?: Readonly<Record<string, ServiceResult>>;
  readonly faults: readonly FaultResult[];
  readonly expectations: readonly ExpectationResult[];
  /** What came of holding it against a baseline (`--baseline`); absent: it was not. The verdict counts it. */
  readonly gates?: Gates;
  /** By queue, what was guessed beforehand (`simulate --ask`). Absent where nobody was asked. */
  readonly guesses?: Readonly<Record<string, Guess>>;
  readonly warnings: readonly string[];
}

/** pass: all expectations hold. fail: at least one doesn't. inconclusive: the run can't tell. */
export interface Verdict {
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  readonly reasons: readonly string[];
  /**
   * Of a prediction with a band: how many seeds beside its own were played, and in how many of these all expectations hold (`pass`), or at
   * least one doesn't (`fail`); of the others it can't be said. Absent without expectations.
   */
  readonly seeds?: { readonly count: number; readonly pass: number; readonly fail: number };
}

/** A producer's own figures. */
export interface ProducerResult {
  readonly scheduled: number;
  readonly attempted: number;
  readonly dropped: number;
  readonly rate: {
    readonly configuredPerSecond: number | null;
    readonly achievedPerSecond: number | null;
    /** False: too slow or too late for the times to be believed. */
    readonly held: boolean;
  };
  /** Attempt against schedule. */
  readonly lagSeconds: Quantiles;
  readonly lagRealSeconds: Quantiles;
  /** From due to confirmed by the broker. */
  readonly confirmSeconds: Quantiles;
  readonly confirmRealSeconds: Quantiles;
  readonly whole: WholeBooks;
  /** Of a producer by HTTP; absent otherwise. */
  readonly orderBooks?: OrderBooks;
}

/** Of the producer's figures. Null where there are none. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** Of a queue's figures. Null where there are none. */
export interface WaitQuantiles extends Quantiles {
  readonly p95: number | null;
}

/** All that happened on one queue. */
export interface QueueResult {
  readonly accounting: Accounting;
  /** The first hundred messages with more than one effect. */
  readonly duplicates: readonly DuplicateEffect[];
  /** ready + in flight + delayed, as the broker said it. */
  readonly depth: Peak;
  readonly backlog: Peak;
  readonly rate: QueueRate;
  readonly waitSeconds: WaitQuantiles;
  readonly workSeconds: WaitQuantiles;
  readonly endToEndSeconds: WaitQuantiles;
  readonly oldestAgeSeconds: { readonly peak: number | null };
  readonly troubles: readonly Trouble[];
  /** The longest of the troubles'; null if any is null; 0 without trouble. */
  readonly catchUpSeconds: number | null;
  readonly catchUpReason: string | null;
  /** When the last message had its first effect or ended otherwise, if nothing was left. */
  readonly drainedAtSeconds: number | null;
  readonly redeliveries: Redeliveries;
  readonly failures: FailuresResult;
  readonly deadLetters: DeadLettersResult;
  readonly order: OrderResult;
  readonly idempotency?: IdempotencyMode;
  readonly workers: WorkersResult;
  /** Null where no prediction was made. */
  readonly predicted: PredictedQueue | null;
  readonly difference: readonly Difference[];
  /** What theory says of it beforehand. Absent in measured results, and in those of older versions. */
  readonly theory?: QueueTheory;
  readonly littlesLaw: LittlesLaw | null;
  /** Thinned so that peaks survive; for charts. */
  readonly curve: BacklogCurve;
}

/** Messages by class, and events beyond the first (docs/words.md). */
export interface Accounting {
  readonly scheduled: number;
  readonly attempted: number;
  readonly dropped: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly refused: number;
  /** Outcome unknown, yet it arrived. */
  readonly recovered: number;
  /** Refused or never attempted, yet it arrived. */
  readonly unexpected: number;
  /** Messages that were started at least once. */
  readonly delivered: number;
  /** Messages with at least one effect. */
  readonly effected: number;
  readonly deadLettered: number;
  readonly discarded: number;
  readonly merged: number;
  /** Still on the broker, and not dead; null without a complete census. */
  readonly pending: number | null;
  /** Acknowledged, and none of these; null without a complete census, unless nothing is undetermined. */
  readonly lost: number | null;
  /** Without a complete census: neither effected nor known dead. */
  readonly undetermined: number;
  readonly duplicateDeliveries: number;
  readonly duplicateEffects: number;
  readonly suppressed: number;
  readonly republished: number;
  readonly deadAfterEffect: number;
  /** Effected, and still (or again) on the broker at the end. */
  readonly redeliveryPending: number;
  readonly balanced: boolean;
}

/** One message whose effect happened more than once. */
export interface DuplicateEffect {
  readonly message: string;
  readonly effects: readonly { readonly atSeconds: number; readonly pid: number }[];
  /** `worker 1 (pid 4711) was killed 0.0 s after the first effect, before the broker was told` */
  readonly why: string;
}

/** The highest value of a curve. */
export interface Peak {
  readonly peak: number | null;
  readonly peakAtSeconds: number | null;
  readonly final: number | null;
}

/** How fast a queue was served. */
export interface QueueRate {
  /** The limit; null: none. */
  readonly configuredPerSecond: number | null;
  /** Starts over whole limiter windows while workers were up. */
  readonly achievedPerSecond: number | null;
  /** Most starts in any second. */
  readonly busiestSecond: number | null;
}

/** See docs/words.md. */
export interface Trouble {
  readonly causes: readonly string[];
  readonly fromSeconds: number;
  readonly recoveryPointSeconds: number | null;
  readonly caughtUpAtSeconds: number | null;
  /** Recovery point to caught up; null: never, see reason. */
  readonly catchUpSeconds: number | null;
  readonly reason: string | null;
  readonly baseline: number;
  readonly peakBacklog: number;
}

/** Starts that the broker flagged as not the first. */
export interface Redeliveries {
  readonly count: number;
  /** Of these, the messages that no worker had started before. */
  readonly neverStarted: number;
  /** From the worker's death to the redelivery. */
  readonly delaySeconds: { readonly min: number | null; readonly max: number | null };
}

/** The queue's worker processes. */
export interface WorkersResult {
  /** Processes that were started over the run. */
  readonly started: number;
  /** From the order to readiness, of those started after zero. */
  readonly startRealSeconds: { readonly max: number | null };
  /** Deaths that nobody ordered. */
  readonly died: number;
}

/** An independent check of the books: both are message-seconds, and equal but for the sampling. */
export interface LittlesLaw {
  /** Area under the sampled depth. */
  readonly sampledMessageSeconds: number;
  /** Sum of the times on the broker: from the attempt that took effect to the last settled. */
  readonly ledgerMessageSeconds: number;
  readonly differencePercent: number | null;
}

/** Measured and predicted backlog at the same times. */
export interface BacklogCurve {
  readonly atSeconds: readonly number[];
  readonly backlog: readonly number[];
  readonly predicted: readonly number[] | null;
  readonly predictedWithoutFaults: readonly number[] | null;
}

/** A fault: ordered by the scenario, or a death that nobody ordered. */
export interface FaultResult {
  /** When it was to happen; for an unordered one, when it did. */
  readonly atSeconds: number;
  /** Null: it was not done, see reason. */
  readonly doneAtSeconds: number | null;
  readonly kind: string;
  readonly target: string;
  readonly workers: readonly number[];
  readonly pids: readonly number[];
  readonly ordered: boolean;
  /** What happened, or why it didn't: `exit code 1`, `signal SIGKILL`, `nothing to kill`. */
  readonly detail: string | null;
  /** For kills: messages in hand, those with their effect among them, as the ledger has it. */
  readonly held: { readonly messages: number; readonly withEffect: number } | null;
}

/** An expectation and what came of it. */
export interface ExpectationResult {
  readonly expression: string;
  /** The measure's path in a queue's, producer's or service's result: `accounting.lost`. Absent, as the next three, in results of older versions. */
  readonly measure?: string;
  /** Whose it is; null: over all. */
  readonly scope?: string | null;
  readonly unit?: MeasureUnit;
  /** What was expected, in words: `at most 70 s`, `50 s to 70 s`, `56.05 s to 61.95 s (within 5% of the predicted 59 s)`. */
  readonly expected?: string;
  /** A run ends as soon as it can't be met any more. */
  readonly abort?: true;
  /** The measured value, in the measure's unit; null where it is not known or infinite (never). */
  readonly actual: number | null;
  readonly outcome: 'pass' | 'fail' | 'unknown';
  readonly reason: string | null;
}
