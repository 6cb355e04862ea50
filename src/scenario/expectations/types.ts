/** Comparison of a measure with a value. */
export type Operator = '<=' | '<' | '>=' | '>' | '==' | '!=';

/** An expectation, parsed and its names resolved. */
export type ExpectationSpec = ExpectationSubject & Condition;

/** What an expectation is about. */
export interface ExpectationSubject {
  /** As the user wrote it. */
  readonly expression: string;
  /** A queue's, producer's or service's name; null: over all. */
  readonly scope: string | null;
  /** A path of the measure catalogue (src/result/measures.ts), e.g. `accounting.duplicateEffects`. */
  readonly measure: string;
  /** A run ends as soon as it can't be met any more. */
  readonly abort?: true;
}

/** What a measure is held against. All values are in the measure's own unit: seconds, per second or a count. */
export type Condition = Comparison | InRange | NearPrediction;

/** `<= 70s` */
export interface Comparison {
  readonly operator: Operator;
  readonly value: number;
}

/** `in 50s..70s`, both ends included. */
export interface InRange {
  readonly operator: 'in';
  readonly from: number;
  readonly to: number;
}

/** `within 5% of predicted`, `within 3s of predicted`, both ends included. */
export interface NearPrediction {
  readonly operator: 'within';
  /** A share of what was predicted (5 % is 0.05), or an amount in the measure's unit. */
  readonly tolerance: number;
  readonly isShare: boolean;
}
