/** Settings in words, by what they are called, in the order in which they are told. */
export type Settings = Readonly<Record<string, string>>;

/** What was set of the parts of a scenario, in words for people: figures are elsewhere. */
export interface ScenarioSettings {
  readonly producers: Readonly<Record<string, Settings>>;
  readonly queues: Readonly<Record<string, Settings>>;
  /** Each service in a sentence. Empty: there is none. */
  readonly services: Settings;
}

/** What was to happen. */
export interface ScenarioSummary {
  readonly name: string;
  readonly summary: string;
  readonly lesson: string;
  /** How it is named on the command line. */
  readonly reference: string;
  /** What the command line changed of it, as typed; the lesson speaks of the scenario without that. */
  readonly changes: readonly string[];
  /** What made the variants in place of the file's, as typed after `--vary`; absent: nothing. */
  readonly vary?: readonly string[];
  /** The variant of the scenario that this is; null: the scenario itself. */
  readonly variant: string | null;
  /** What the order service did with an order; absent where the scenario has none. */
  readonly mode?: 'queue' | 'sync';
  readonly try: readonly string[];
  readonly producingSeconds: number;
  /** The limit that the drain had. */
  readonly drainLimitSeconds: number | null;
  /** Absent in results of older versions, and where the plan was written by hand and does not say them. */
  readonly settings?: ScenarioSettings;
}

/** Where and how it happened. */
export interface RunInfo {
  /** null for a prediction, as are the next two. */
  readonly id: string | null;
  readonly directory: string | null;
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly seed: number;
  readonly speed: number;
  /** From zero to the end of the drain. */
  readonly durationSeconds: number | null;
  readonly ended: RunEnd | null;
  readonly broker: BrokerInfo | null;
  readonly node: string;
  readonly launchpad: string;
  /** Lines of the ledger that could not be read (a torn last line after a SIGKILL is usual). */
  readonly tornLines: number;
}

/** What the user guessed of a queue before the clock was started (`simulate --ask`). */
export interface Guess {
  /** The highest backlog, in messages; null: not guessed. */
  readonly peakBacklog: number | null;
  /** The catch-up time; null: not guessed. */
  readonly catchUpSeconds: number | 'never' | null;
}

/** How the run came to its end. */
export interface RunEnd {
  readonly reason:
    | 'drained'
    | 'drain-limit'
    | 'nobody-left'
    | 'broker-lost'
    | 'interrupted'
    | 'aborted'
    | 'disk-full'
    | 'unknown';
  readonly detail: string;
  readonly signal: string | null;
  /** Of `aborted`: the expectation that could not be met any more. */
  readonly expectation?: string;
}

/** The broker that was used. */
export interface BrokerInfo {
  readonly driver: string;
  readonly server: string;
  readonly version: string;
  /** How it was found, in words. */
  readonly source: string;
}
