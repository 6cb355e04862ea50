/** What `launchpad doctor` found on a machine. */
export interface Diagnosis {
  readonly schema: 'launchpad.doctor/1';
  readonly launchpad: string;
  readonly node: string;
  /** No check found a problem. */
  readonly canRun: boolean;
  readonly checks: readonly Check[];
}

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** warning: a run is possible, and something about it is worth knowing. problem: none is. */
  readonly outcome: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** Further facts. */
  readonly details: readonly string[];
  /** What to do about it; null: nothing. */
  readonly hint: string | null;
}
