import type {
  AnsweredEvent,
  BreakerEvent,
  ByProvider,
  CalledEvent,
  FellOverEvent,
  PostedEvent,
  ReceivedEvent,
  RejectedEvent,
  RespondedEvent,
  TurnedAwayEvent,
  UnansweredEvent,
} from './service-events.js';

export type * from './service-events.js';

/**
 * The events of a run, one per line in the run directory's `ledger/*.ndjson` (docs/ledger.md).
 *
 * `t` is the time: whole microseconds of real time since the run's zero, from the monotonic clock that all processes
 * of a host share. Events from before the zero (a worker that got ready) have a negative `t`.
 * `m` is a message's id, `producer/sequence`, the sequence from 1, and, for one that came through other queues, their
 * names, each behind a dot (`orders/142.intake.inventory`); with `q`, the queue, it names one thing to be done.
 */
export type LedgerEvent =
  | OpenedEvent
  | RunEvent
  | AttemptedEvent
  | OutcomeEvent
  | StartedEvent
  | EffectEvent
  | SuppressedEvent
  | FailedEvent
  | SettledEvent
  | RedrivenEvent
  | FaultEvent
  | ReadyEvent
  | SupervisedEvent
  | PostedEvent
  | AnsweredEvent
  | UnansweredEvent
  | ReceivedEvent
  | RespondedEvent
  | RejectedEvent
  | CalledEvent
  | TurnedAwayEvent
  | BreakerEvent
  | FellOverEvent
  | ExitedEvent
  | DepthEvent
  | BrokerEvent
  | CensusEvent
  | CensusCompleteEvent
  | EndedEvent;

/** The first line of every file: whose file this is. */
export interface OpenedEvent {
  readonly t: number;
  readonly e: 'opened';
  readonly role: 'lab' | 'producer' | 'worker' | 'order-service' | 'provider';
  readonly pid: number;
  /** The producer's, the provider's or the worker's queue's name. */
  readonly name?: string;
  /** A worker's number within its queue, from 1. A restarted worker keeps its number and has a new pid and a new file. */
  readonly worker?: number;
}

/** The clock was started. The only place where wall time appears. */
export interface RunEvent {
  readonly t: number;
  readonly e: 'run';
  /** ISO 8601, of the zero. */
  readonly wall: string;
}

/** A publish is about to be tried. */
export interface AttemptedEvent {
  readonly t: number;
  readonly e: 'attempted';
  readonly q: string;
  readonly m: string;
  /** When it was due by the plan, in the same microseconds. */
  readonly due: number;
}

/** What the producer learnt of an attempt. */
export interface OutcomeEvent {
  readonly t: number;
  readonly e: 'acknowledged' | 'refused' | 'unknown' | 'merged';
  readonly q: string;
  readonly m: string;
  readonly why?: string;
}

/** A worker was handed the message and starts on it. */
export interface StartedEvent {
  readonly t: number;
  readonly e: 'started';
  readonly q: string;
  readonly m: string;
  /** The nth delivery, as the broker says it; absent where it doesn't say. */
  readonly n?: number;
  /** Redelivered, as the broker says it; absent where it doesn't say. */
  readonly r?: boolean;
}

/** The thing was done: by the worker, or by the provider that a worker or the order service called, which then writes this. */
export interface EffectEvent extends ByProvider {
  readonly t: number;
  readonly e: 'effect';
  readonly q: string;
  readonly m: string;
}

/** Idempotency kept the thing from being done again. */
export interface SuppressedEvent extends ByProvider {
  readonly t: number;
  readonly e: 'suppressed';
  readonly q: string;
  readonly m: string;
  /** Who knew: this process, the delivery log, or the provider, which refused the key and is thereby a witness of the effect. */
  readonly by: 'memory' | 'delivery-log' | 'provider';
}

/** The work failed. */
export interface FailedEvent {
  readonly t: number;
  readonly e: 'failed';
  readonly q: string;
  readonly m: string;
  readonly why: string;
  readonly kind: 'error' | 'timeout';
  /** When it is to be tried again, in microseconds from now; absent: it is given up. */
  readonly again?: number;
}

/**
 * The broker told the worker what became of its settlement (done, or to be tried again), gave a message up (`dead`), or
 * holds it in the dead-letter queue from now on (`dead-lettered`).
 */
export interface SettledEvent {
  readonly t: number;
  readonly e: 'settled' | 'lost-lock' | 'settle-unknown' | 'dead' | 'dead-lettered';
  readonly q: string;
  readonly m: string;
  readonly why?: string;
}

/** The lab is about to put a dead message back on its queue. Where that fails, the census finds it among the dead. */
export interface RedrivenEvent {
  readonly t: number;
  readonly e: 'redriven';
  readonly q: string;
  readonly m: string;
  readonly repaired: boolean;
}

/** A fault was done. */
export interface FaultEvent {
  readonly t: number;
  readonly e: 'fault';
  readonly q: string;
  readonly kind: 'kill' | 'stop' | 'restart' | 'freeze' | 'thaw' | 'scale' | 'redrive';
  /** Index in the plan's fault list. */
  readonly index: number;
  /** What was hit: the workers' numbers and pids, beside each other. */
  readonly workers: readonly number[];
  readonly pids: readonly number[];
  /** Workers of the queue that are up from now on (started and not killed, stopped or frozen; readiness doesn't matter). */
  readonly up: number;
  /** Why it was not done, where it was not: nothing to kill, or no moment came. Then workers is empty. */
  readonly skipped?: string;
  /** For `redrive`: messages that were put back. */
  readonly messages?: number;
}

/** A worker said that it takes messages. */
export interface ReadyEvent {
  readonly t: number;
  readonly e: 'ready';
  readonly q: string;
  readonly worker: number;
  readonly pid: number;
}

/** A worker that had died was started again by its supervisor. */
export interface SupervisedEvent {
  readonly t: number;
  readonly e: 'supervised';
  readonly q: string;
  readonly worker: number;
  readonly pid: number;
  /** Workers of the queue that are up from now on. */
  readonly up: number;
}

/** A child process is gone. */
export interface ExitedEvent {
  readonly t: number;
  readonly e: 'exited';
  readonly role: 'producer' | 'worker' | 'order-service' | 'provider';
  /** The producer's, the service's or the queue's name. */
  readonly name: string;
  readonly worker?: number;
  readonly pid: number;
  readonly code: number | null;
  readonly signal: string | null;
  /** Whether the lab had told it to go (a fault, or the end of the run). */
  readonly ordered: boolean;
  /** For a worker: workers of the queue that are up from now on. */
  readonly up?: number;
  /** What the process said before it went, if it did. */
  readonly why?: string;
}

/** What the broker said is in a queue, or in one for the dead. */
export interface DepthEvent {
  readonly t: number;
  readonly e: 'depth';
  readonly q: string;
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly dead: number;
}

/** The lab can no longer reach the broker, or can again. */
export interface BrokerEvent {
  readonly t: number;
  readonly e: 'broker-lost' | 'broker-back';
  readonly why: string;
}

/** Some of the ids that the broker still held when all workers had exited. */
export interface CensusEvent {
  readonly t: number;
  readonly e: 'census';
  readonly q: string;
  readonly state: 'ready' | 'inFlight' | 'delayed' | 'dead';
  readonly m: readonly string[];
}

/** The census of this queue lists everything. Without this event, what was not found elsewhere is undetermined. */
export interface CensusCompleteEvent {
  readonly t: number;
  readonly e: 'census-complete';
  readonly q: string;
}

/** Why the drain ended, and with it the run. */
export interface EndedEvent {
  readonly t: number;
  readonly e: 'ended';
  readonly reason:
    | 'drained'
    | 'drain-limit'
    | 'nobody-left'
    | 'broker-lost'
    | 'interrupted'
    | 'aborted'
    | 'disk-full';
  readonly detail: string;
  /** For `interrupted`. */
  readonly signal?: string;
  /** For `aborted`: the expectation that could not be met any more, as it was written. */
  readonly expectation?: string;
}
