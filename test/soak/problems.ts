/** What a soak can find wrong with a run. */
export type ProblemKind =
  /** It did not end in time. */
  | 'hung'
  /** An exit code that no run of the soak may have, or none. */
  | 'exit'
  /** An error that is our own fault was printed. */
  | 'internal-error'
  | 'no-result'
  /** It ended for a reason that nothing in the scenario gives. */
  | 'ended'
  | 'unbalanced'
  /** The classes of the books don't add up. */
  | 'equation'
  /** A figure of the result is not what the ledger says, counted again. */
  | 'recount'
  | 'lost'
  | 'duplicate'
  | 'stranded'
  | 'order'
  | 'littles-law'
  /** The events of a message contradict each other. */
  | 'story'
  /** Messages wait, workers are there, and nothing happens. */
  | 'stuck'
  /** A worker died, and nothing in the scenario kills it. */
  | 'died'
  | 'process-left'
  | 'key-left';

/** One thing that is wrong. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly text: string;
}
