/** What the model said beforehand. */
export interface PredictedQueue extends PredictedFigures {
  /** The same plan without its faults. */
  readonly withoutFaults: PredictedFigures;
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
  /** The share of the difference that is explained by something that was itself measured. */
  readonly causes: readonly { readonly cause: string; readonly seconds: number }[];
  readonly unexplained: number | null;
}
