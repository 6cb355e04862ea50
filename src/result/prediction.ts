/** What the model said beforehand. */
export interface PredictedQueue extends PredictedFigures {
  /** The same plan without its faults. */
  readonly withoutFaults: PredictedFigures;
  /** What the figures are over many seeds; absent where nothing is drawn, or it was not asked for. */
  readonly band?: Band;
}

/** What a plan's figures are over many seeds. */
export interface Band {
  /** How many were played; the plan's own is not among them. */
  readonly seeds: number;
  /** With which probability a figure of one more seed lies between `low` and `high`, at least: 0.95, and less of fewer than 39 seeds. */
  readonly coverage: number;
  readonly peakBacklog: BandRange;
  readonly catchUpSeconds: BandRange;
  readonly drainedAtSeconds: BandRange;
  readonly maxWaitSeconds: BandRange;
  readonly waitP99Seconds: BandRange;
  readonly redeliveries: BandRange;
  readonly duplicateEffects: BandRange;
}

/** The 2.5 % quantile, the median and the 97.5 % quantile. Null: never, which is later than any time. */
export interface BandRange {
  readonly low: number | null;
  readonly median: number | null;
  readonly high: number | null;
}

/** The figures that are predicted. */
export interface PredictedFigures {
  readonly peakBacklog: number;
  readonly catchUpSeconds: number | null;
  readonly catchUpReason: string | null;
  /** Null: never. */
  readonly drainedAtSeconds: number | null;
  readonly maxWaitSeconds: number | null;
  readonly redeliveries: number;
  readonly duplicateEffects: number;
}

/** Measured against predicted. */
export interface Difference {
  readonly measure:
    | 'peakBacklog'
    | 'catchUpSeconds'
    | 'drainedAtSeconds'
    | 'maxWaitSeconds'
    | 'redeliveries'
    | 'duplicateEffects';
  readonly predicted: number | null;
  readonly measured: number | null;
  /**
   * What was itself measured and changes the prediction, each added to those before it: how much it changes the figure by. `amount` is in
   * the measure's own unit, null where by this it comes at all, or no more; `seconds` is the same of durations, and null of counts.
   */
  readonly causes: readonly {
    readonly cause: string;
    readonly seconds: number | null;
    readonly amount: number | null;
  }[];
  /** The figure predicted again, with all that was measured; null: never, or it was not predicted again. */
  readonly again: number | null;
  /** Measured less `again`, or, where it was not predicted again, less predicted; null where one of the two never comes. */
  readonly unexplained: number | null;
  /**
   * Whether what is unexplained is at most 2 % of what was measured, or two messages (of a time: what the queue takes to serve two);
   * for a plan in which something is drawn also whether the measured figure is within the band over many seeds.
   */
  readonly verdict: 'explained' | 'unexplained' | 'not-compared';
  /** Why it is not compared, or what is to be said of the verdict; null: nothing. */
  readonly remark: string | null;
}
