import { handsOf } from '../../plan/capacity.js';
import { specOf } from '../../plan/spec.js';
import type { Plan, PlannedQueue } from '../../plan/types.js';
import type { QueueSpec } from '../../scenario/types.js';
import { DelayedJobs } from './delayed.js';
import { IntRing } from './int-ring.js';
import { JobPool } from './jobs.js';
import { Limiter } from './limiter.js';
import { type QueueMeasurements, type QueueMicros, queueMicrosOf, WorkerStarts } from './measurements.js';
import { Names } from './names.js';
import { toMicros } from './options.js';

/** A message that the broker has given up and still keeps as failed. */
export interface DeadJob {
  readonly slot: number;
  /** The job's, which it keeps where it is put back by the broker itself. */
  readonly serial: number;
  readonly at: number;
  readonly step: number;
  readonly why: string;
  readonly isRepaired: boolean;
}

/** What the broker knows of a queue, its workers' settings, and what is remembered outside of their processes. Times in microseconds. */
export class QueueState {
  readonly name: string;
  readonly spec: QueueSpec;
  /** What was measured of it beside the plan. */
  readonly measured: QueueMicros;
  readonly starts: WorkerStarts;
  private readonly publishSecondsOf: readonly (number | null)[];
  readonly names: Names;
  readonly limiter: Limiter;
  readonly jobs = new JobPool();
  /** Jobs that may be taken, the next one first. */
  readonly ready = new IntRing();
  readonly delayed = new DelayedJobs(this.jobs);
  /** Jobs that were taken and have had no end. */
  inFlight = 0;
  /** Those of them whose worker is silent. */
  orphans: number[] = [];
  /** What failed for good, the longest dead first, until it was moved. */
  readonly failed = new Set<DeadJob>();
  /** The dead-letter queue, by message. */
  readonly letters = new Map<number, DeadJob>();
  /** Workers with a free hand. */
  readonly waiting = new IntRing();
  /** When it was last looked for stalled messages, and at which step. */
  checkedAt = Number.NEGATIVE_INFINITY;
  checkedStep = -1;
  /** For when the end of a limiter's window is noted down. */
  windowNotedFor = -1;
  readonly hands: number;
  /** Of work that always takes the same and always succeeds; −1: it doesn't. */
  readonly plainWork: number;
  /** From the effect until the hand is free again. */
  readonly acknowledge: number;
  readonly lock: number;
  readonly check: number;
  readonly stallLimit: number;
  /** Whether it publishes on. */
  readonly isFeeder: boolean;
  /** What the delivery log, or the one who refuses keys, remembers: a byte for each message. */
  readonly store: Uint8Array;

  constructor(
    plan: Plan,
    readonly planned: PlannedQueue,
    readonly index: number,
    measured?: QueueMeasurements,
  ) {
    const spec = specOf(plan, planned.name);
    const { afterSeconds, checkSeconds, limit } = planned.redelivery;
    const { work, failures, timeoutSeconds, idempotency } = spec;
    this.name = planned.name;
    this.spec = spec;
    this.names = new Names(plan, planned);
    this.measured = queueMicrosOf(measured);
    this.starts = new WorkerStarts(measured);
    this.publishSecondsOf = measured?.publishSecondsOf ?? [];
    this.limiter = new Limiter(spec.rate, this.measured.windowExtra);
    this.hands = handsOf(spec);
    const isPlain = work.kind === 'constant' && failures.length === 0 && timeoutSeconds === null;
    this.plainWork = isPlain ? Math.max(0, toMicros(work.meanSeconds) + this.measured.workExtra) : -1;
    this.acknowledge = toMicros(spec.acknowledgeSeconds) + this.measured.hand;
    this.lock = toMicros(afterSeconds);
    this.check = Math.max(1, toMicros(checkSeconds));
    this.stallLimit = limit;
    this.isFeeder = spec.outcomes.length > 0;
    const isStored = idempotency.mode === 'delivery-log' || idempotency.mode === 'effect-key';
    this.store = new Uint8Array(isStored ? this.names.size : 0);
  }

  /** From the attempt at a message until the broker has it. */
  publishMicros(slot: number): number {
    const seconds = this.publishSecondsOf[slot] ?? null;
    return seconds === null ? this.measured.publish : toMicros(seconds);
  }

  /** Messages that are ready, in flight or delayed. */
  get left(): number {
    return this.ready.length + this.inFlight + this.delayed.size;
  }

  /** Whether its dead are moved to a queue of their own by whichever worker lives. */
  get movesSafely(): boolean {
    return this.spec.deadLetter?.move === 'safe';
  }
}
