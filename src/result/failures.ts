/** What went wrong with the work on a queue. Counts attempts, not messages. */
export interface FailuresResult {
  /** Attempts whose work failed, those that ran into the time limit among them. */
  readonly failed: number;
  /** Of these, those after which the message was to be tried again. */
  readonly retried: number;
  /** Of these, those that ran into the time limit. */
  readonly timedOut: number;
  /** Messages with at least one failed attempt. */
  readonly messages: number;
  /** Of these, those that had their effect all the same. */
  readonly recovered: number;
  /** What the errors said, the most frequent first (the first ten). */
  readonly reasons: readonly Reason[];
}

/** How often something was given as the reason. */
export interface Reason {
  readonly why: string;
  readonly count: number;
}

/** A queue's dead, and what became of them. */
export interface DeadLettersResult {
  /** The dead-letter queue; null: there is none, and the broker's own list keeps the dead. */
  readonly queue: string | null;
  /** Of the dead-letter queue, as the broker said it; nulls without one. */
  readonly depth: {
    readonly peak: number | null;
    readonly peakAtSeconds: number | null;
    readonly final: number | null;
  };
  /** How often a message was given up, those that were put back and given up again included. */
  readonly given: number;
  /** Messages that were dead at the end, with or without an effect before. */
  readonly final: number;
  /** Of these, those that are not in the dead-letter queue that there is; null without a complete census. */
  readonly stranded: number | null;
  /** How often a message was put back from the dead. */
  readonly redriven: number;
  /** Why messages were given up, the most frequent first. */
  readonly reasons: readonly Reason[];
  /** Those that were ever dead, by the time of their last death (the first hundred). */
  readonly list: readonly DeadMessage[];
}

/** A message that was given up. */
export interface DeadMessage {
  readonly message: string;
  readonly atSeconds: number;
  readonly why: string;
  /** Its starts until then. */
  readonly attempts: number;
  /** Null: it was not put back after that. */
  readonly redrivenAtSeconds: number | null;
  /** effected, dead or stranded (dead, and not in the dead-letter queue), pending or lost, at the end. */
  readonly ended: 'effected' | 'dead' | 'stranded' | 'pending' | 'lost' | 'undetermined';
}

/**
 * In which order first effects came, against the order of the arrivals: reordering as RFC 4737 has it. A message is out
 * of order if one that arrived later had its effect before it. Nulls in a prediction: the model has no single messages.
 */
export interface OrderResult {
  readonly outOfOrder: number | null;
  /** The farthest that a message was from its place, in places. */
  readonly maxDisplacement: number | null;
}

/**
 * The books of a producer's messages over all queues that they went through: each in the first class that holds for any
 * part of its story. lost + undetermined + pending + deadLettered + unpublished + notPassedOn + completed = scheduled.
 */
export interface WholeBooks {
  readonly scheduled: number;
  readonly lost: number;
  readonly undetermined: number;
  readonly pending: number;
  readonly deadLettered: number;
  /** Dropped, refused, or never arrived, on a queue that the producer publishes to. */
  readonly unpublished: number;
  /** Had its effect on a queue and was not published on from there, or that publish did not arrive. */
  readonly notPassedOn: number;
  /** Every queue that it should have come to has had its effect. */
  readonly completed: number;
  /** Of the completed, by the ways that they took: `inventory (reserved) → notification`. */
  readonly routes: readonly { readonly route: string; readonly messages: number }[];
  readonly balanced: boolean;
}

/** How a queue's workers kept an effect from happening twice. Absent in a result where it was not noted down. */
export type IdempotencyMode = 'none' | 'memory' | 'delivery-log' | 'effect-key';
