/** What came of attempts, in messages and parts of them. */
export interface AttemptsTally {
  failed: number;
  retried: number;
  timedOut: number;
  /** Messages with a failed attempt. */
  failedMessages: number;
  recovered: number;
  /** How often one was given up. */
  given: number;
  redriven: number;
  lost: number;
  suppressed: number;
  duplicateEffects: number;
  /** Starts of further publishes. */
  copies: number;
  deadAfterEffect: number;
  deadPeak: number;
}

/** Nothing came of any yet. */
export function emptyTally(): AttemptsTally {
  return {
    failed: 0,
    retried: 0,
    timedOut: 0,
    failedMessages: 0,
    recovered: 0,
    given: 0,
    redriven: 0,
    lost: 0,
    suppressed: 0,
    duplicateEffects: 0,
    copies: 0,
    deadAfterEffect: 0,
    deadPeak: 0,
  };
}
