import { toMicros } from './options.js';

/**
 * What a run takes beside its plan, as it was measured. Plain data, in scenario seconds. What is absent is as in the plan: everything
 * happens when it is due, and processes, broker and network take no time.
 */
export interface Measurements {
  /**
   * By producer: how much later than it was due each message was attempted, in the order of their numbers; null: it never was. Further
   * copies of a message are published when they are due.
   */
  readonly lagSeconds?: Readonly<Record<string, readonly (number | null)[]>>;
  /** When each fault was done, by its index in the plan; of aimed kills nothing, as their moment comes of itself. */
  readonly faultSeconds?: ReadonlyMap<number, number>;
  /** By queue. */
  readonly queues?: Readonly<Record<string, QueueMeasurements>>;
  /** By provider; and `order-service`. */
  readonly services?: Readonly<Record<string, ServiceMeasurements>>;
}

/** What was measured of one service. Scenario seconds. */
export interface ServiceMeasurements {
  /**
   * From its order until it listened, of each of its processes that was started after the zero, in the order of the orders; null: it never
   * did. Those that there are no values for take the mean.
   */
  readonly startSeconds?: readonly (number | null)[];
}

/** What was measured of one queue. Scenario seconds. */
export interface QueueMeasurements {
  /**
   * From its order until it was ready, of each worker that was started after the zero (by a fault or a supervisor), in the order of the
   * orders; null: it never was. Those that there are no values for take the mean.
   */
  readonly workerStartSeconds?: readonly (number | null)[];
  /** When the workers that the run begins with were ready, by their numbers; not above 0. They look for stalled messages then. */
  readonly readyAtSeconds?: readonly number[];
  /** How much longer than configured the limiter's windows were. */
  readonly windowExtraSeconds?: number;
  /** From a publish's attempt until the broker has it, and a worker could start on it: the mean. */
  readonly publishSeconds?: number;
  /**
   * The same of each message, in the order of the queue's sources and of the messages' numbers; null, or absent: not known, the mean. None
   * gets ahead of one that was published before it.
   */
  readonly publishSecondsOf?: readonly (number | null)[];
  /** How late a message that waits for its time (for its next attempt, or to be replaced) is noticed by a worker with nothing to do. */
  readonly dueExtraSeconds?: number;
  /** What work took beyond what is drawn for it. */
  readonly workExtraSeconds?: number;
  /** From the end of the wait before the acknowledgement until the broker had confirmed it. */
  readonly settleSeconds?: number;
  /** From there until the hand had started on the next message, where one waited. */
  readonly handSeconds?: number;
}

/** What was measured of one queue, in microseconds. */
export interface QueueMicros {
  readonly windowExtra: number;
  readonly publish: number;
  readonly dueExtra: number;
  readonly workExtra: number;
  /** How long a hand isn't free beyond the wait before the acknowledgement. */
  readonly hand: number;
}

export function queueMicrosOf(measured: QueueMeasurements | undefined): QueueMicros {
  const {
    windowExtraSeconds = 0,
    publishSeconds = 0,
    workExtraSeconds = 0,
    settleSeconds = 0,
    handSeconds = 0,
    dueExtraSeconds = 0,
  } = measured ?? {};
  return {
    windowExtra: toMicros(windowExtraSeconds),
    publish: toMicros(publishSeconds),
    dueExtra: toMicros(dueExtraSeconds),
    workExtra: toMicros(workExtraSeconds),
    hand: toMicros(settleSeconds + handSeconds),
  };
}

/** How long the starts of a queue's workers take, one after the other. */
export class WorkerStarts {
  private readonly measured: readonly (number | null)[];
  private readonly mean: number;
  private count = 0;

  constructor(measured: QueueMeasurements | undefined) {
    this.measured = measured?.workerStartSeconds ?? [];
    const known = this.measured.filter((seconds) => seconds !== null);
    this.mean = known.reduce((sum, seconds) => sum + seconds, 0) / Math.max(1, known.length);
  }

  /** Of the next one; microseconds. */
  next(): number {
    return toMicros(this.measured[this.count++] ?? this.mean);
  }
}
