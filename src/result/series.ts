/**
 * What a run's charts and tables are drawn from, beside its result: curves over time, thinned so that peaks survive.
 * Scenario seconds. Plain data; made by the analysis, read by reports.
 */
export interface Series {
  readonly schema: 'launchpad.series/1';
  /** When the drain was over, or the last thing happened to a message, if that was later. */
  readonly endSeconds: number;
  readonly queues: Readonly<Record<string, QueueSeries>>;
  /** Every process of a worker, a producer or a service, in the order in which they were started. Empty where only a fluid was asked. */
  readonly processes: readonly Lifeline[];
}

/**
 * A value over time: each holds from its time on, where nothing else is said. Times rise, from 0 to the end. A curve of more than about 1,000
 * changes has of each of equal spans the lowest and the highest of them and the last.
 */
export interface Curve {
  readonly atSeconds: readonly number[];
  readonly values: readonly number[];
}

/** One queue's curves. */
export interface QueueSeries {
  /** Of a prediction by a fluid: between its points on straight lines, as are `arrived` and `departed` then. */
  readonly backlog: Curve;
  /** What was predicted of a run; between its points on straight lines. Null: nothing was, or this is the prediction itself. */
  readonly predictedBacklog: Curve | null;
  /** The same, without the plan's faults. Null: nothing was predicted, or, in a prediction, there are no faults. */
  readonly predictedWithoutFaults: Curve | null;
  /** As the broker said it, at its samples, in messages; thinned so that the peaks of each survive. Empty: there are none. */
  readonly depth: {
    readonly atSeconds: readonly number[];
    readonly ready: readonly number[];
    readonly inFlight: readonly number[];
    readonly delayed: readonly number[];
    readonly dead: readonly number[];
  };
  /**
   * Messages that had arrived by a time; lost ones are left out, and what was put back from the dead arrives again. At the very times of
   * `backlog`. Empty: a fluid can't tell.
   */
  readonly arrived: Curve;
  /** Messages that had their first effect, or ended otherwise, by a time, which is one of `backlog`: arrived − departed is the backlog. */
  readonly departed: Curve;
  readonly rates: {
    /** Of equal spans: each begins here and is `spanSeconds` long; whole windows of the limit. The last may go on beyond the end. Empty: a fluid can't tell. */
    readonly atSeconds: readonly number[];
    readonly spanSeconds: number;
    /** Arrivals, as in `arrived`. */
    readonly inPerSecond: readonly number[];
    /** Starts, of redeliveries too. */
    readonly outPerSecond: readonly number[];
    /** Null: it has none. */
    readonly limitPerSecond: number | null;
  };
  /** Of the backlog's oldest message, in seconds; 0: there is none. Between its points on straight lines: it falls within a microsecond. Empty: a fluid can't tell. */
  readonly oldestAge: Curve;
  /**
   * How many messages waited how long until their first start: from `fromSeconds` to before `toSeconds`; spans of one width, each begins
   * where the one before ends. Those of which nobody wrote down when they arrived are left out.
   */
  readonly waits: {
    readonly fromSeconds: readonly number[];
    readonly toSeconds: readonly number[];
    readonly messages: readonly number[];
  };
}

/** What a process was at which time. */
export interface Lifeline {
  readonly role: 'worker' | 'producer' | 'provider' | 'order-service';
  /** The queue's, producer's or service's. */
  readonly name: string;
  /** Its number among the queue's workers; 1 for all others. */
  readonly worker: number;
  /** 0: it was played and there is no process behind it. */
  readonly pid: number;
  /** Without gaps, from the order to start it to its end; what began before the clock is cut at 0. */
  readonly spans: readonly {
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly state: 'starting' | 'up' | 'frozen';
  }[];
  /** How it ended: `killed`, `stopped`, `done` (a producer), `fell over` (a provider), `exit code 1`, `signal SIGSEGV`; null: it lived to the end of the run. */
  readonly end: string | null;
}

/** What became of a message on a queue: a class of the books (docs/words.md), or why the broker never had it. */
export type MessageEnd =
  | 'effected'
  | 'deadLettered'
  | 'merged'
  | 'pending'
  | 'lost'
  | 'undetermined'
  | 'dropped'
  | 'refused'
  | 'neverArrived';

/** One message of a queue, for a table of all of them. Scenario seconds; null: it didn't, or nobody wrote it down. */
export interface MessageRow {
  readonly queue: string;
  readonly message: string;
  readonly arrivedSeconds: number | null;
  readonly firstStartSeconds: number | null;
  readonly firstEffectSeconds: number | null;
  /** 65,535 stands for all above, too. */
  readonly starts: number;
  readonly effects: number;
  readonly ended: MessageEnd;
}
