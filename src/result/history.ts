import type { DeadLettersResult } from './failures.js';

/** Which run it is about. */
export interface HistoryRun {
  readonly id: string;
  readonly directory: string;
  readonly scenario: string;
  /** Null: the scenario itself. */
  readonly variant: string | null;
  readonly speed: number;
}

/** The story of one order over all queues, as the ledger tells it (`report --trace`). Scenario seconds. */
export interface Trace {
  readonly schema: 'launchpad.trace/1';
  readonly run: HistoryRun;
  /** The producer's message: `orders/142`. */
  readonly order: string;
  /** The correlation id that the client sent, where it is not the order's own id. */
  readonly correlation?: string;
  /** In order of time. */
  readonly lines: readonly TraceLine[];
  /** What became of it on each queue, those that it should have come to among them. */
  readonly ends: readonly TraceEnd[];
  readonly whole: { readonly ended: WholeEnd; readonly text: string };
}

/** One thing that happened. */
export interface TraceLine {
  readonly atSeconds: number;
  /** The queue; of what customers and the order service did with the whole order, the producer's name, or `order-service`. */
  readonly queue: string;
  /** Which of the order's messages it is about: `orders/142.intake`; of one that is published on, the new one. */
  readonly message: string;
  /** The ledger's event that says so. */
  readonly event: string;
  /** In words, without a full stop. */
  readonly what: string;
}

/** What became of one of the order's messages. */
export interface TraceEnd {
  readonly queue: string;
  readonly message: string;
  readonly ended: MessageEnd;
  /** In words, without a full stop. */
  readonly text: string;
}

/** The classes of the books (docs/words.md), for one message. `stranded`: dead, and not in the dead-letter queue that there is. */
export type MessageEnd =
  | 'effected'
  | 'dead'
  | 'stranded'
  | 'pending'
  | 'lost'
  | 'undetermined'
  | 'merged'
  | 'refused'
  | 'unknown'
  | 'unattempted';

/** The classes of a whole order; see WholeBooks. */
export type WholeEnd =
  | 'lost'
  | 'undetermined'
  | 'pending'
  | 'deadLettered'
  | 'unpublished'
  | 'notPassedOn'
  | 'completed';

/** The state at one instant, worked out from the ledger's events up to it (`report --at`). Scenario seconds. */
export interface Moment extends MomentState {
  readonly schema: 'launchpad.moment/1';
  readonly run: HistoryRun;
  /** When the run ended. */
  readonly endSeconds: number;
  /** What the broker said at the sample that is nearest; by queue, null: there is none. */
  readonly broker: Readonly<Record<string, BrokerSample | null>>;
  /** The last fault, death or loss up to the instant, and the first one after it. */
  readonly lastFault: MomentFault | null;
  readonly nextFault: MomentFault | null;
}

/** What the events up to an instant add up to. */
export interface MomentState {
  readonly atSeconds: number;
  readonly queues: Readonly<Record<string, QueueMoment>>;
  readonly producers: Readonly<Record<string, ProducerMoment>>;
  /** The order service and the providers; absent where there are none. */
  readonly services?: Readonly<Record<string, ServiceMoment>>;
  /** Since when the lab could not reach the broker; null: it could. */
  readonly brokerAwaySinceSeconds: number | null;
}

/** One queue at an instant. Counts messages, but where it says events. */
export interface QueueMoment {
  /** Nobody serves it on the broker: the order service calls its provider itself, and what is in hand are calls. */
  readonly isDirect?: true;
  /** Over the whole run, if every message gets as far as it can. */
  readonly scheduled: number;
  readonly attempted: number;
  /** Confirmed by the broker. */
  readonly acknowledged: number;
  /** Attempted, and no answer yet. */
  readonly publishing: number;
  /** Attempted, with an outcome that was never learnt, and not seen since: on the broker or not. */
  readonly unknown: number;
  /** On the broker, and in nobody's hands. */
  readonly waiting: number;
  /** Started and not settled; also by a worker that is gone, until the message is given out again. */
  readonly inHand: number;
  /** Failed, and not to be tried again before a later time. */
  readonly waitingForRetry: number;
  /** With at least one effect. */
  readonly effected: number;
  /** Events: effects beyond a message's first. */
  readonly duplicateEffects: number;
  /** Events. */
  readonly suppressed: number;
  /** Events: failed attempts. */
  readonly failed: number;
  /** Given up, and not (or not yet) in the dead-letter queue. */
  readonly dead: number;
  /** Null: the queue has no dead-letter queue. */
  readonly deadLetterQueue: { readonly name: string; readonly messages: number } | null;
  /** Events: how often a message was put back from the dead. */
  readonly redriven: number;
  /** Of those in hand, the ten that are held longest. */
  readonly held: readonly HeldMessage[];
  /** The latest process of each worker, by its number. */
  readonly workers: readonly WorkerMoment[];
}

/** A message in hand. */
export interface HeldMessage {
  readonly message: string;
  /** Null: the ledger does not say who. */
  readonly worker: number | null;
  /** The order service, where that has it in hand and no worker. */
  readonly service?: string;
  readonly pid: number;
  readonly sinceSeconds: number;
  /** How far its worker is with it. `unsettled`: the broker's answer never came. */
  readonly stage: 'working' | 'effected' | 'suppressed' | 'failed' | 'unsettled';
  /** Of its worker. */
  readonly holder: WorkerMoment['state'];
}

/** A worker process. */
export interface WorkerMoment {
  readonly worker: number | null;
  readonly pid: number;
  readonly state: 'starting' | 'up' | 'frozen' | 'stopping' | 'down';
  readonly sinceSeconds: number;
}

/** How far a producer is. */
export interface ProducerMoment {
  readonly scheduled: number;
  /** On at least one of its queues. */
  readonly attempted: number;
  /** Of a producer by HTTP. */
  readonly customers?: CustomersMoment;
}

/** How far the customers of a producer by HTTP are. Orders. */
export interface CustomersMoment {
  readonly posted: number;
  readonly accepted: number;
  readonly notAccepted: number;
  /** Posted, and without an answer yet. */
  readonly waiting: number;
}

/** A service at an instant. */
export interface ServiceMoment {
  /** Its latest process; null: none was started yet. */
  readonly process: WorkerMoment | null;
  /** Of the order service. */
  readonly orders?: { readonly received: number; readonly inFlight: number };
  /** Of a provider. */
  readonly calls?: {
    readonly effects: number;
    readonly turnedAway: number;
    /** Let in and not done yet, the one that it is at among them. */
    readonly waiting: number;
    /** The order service's circuit breaker for it; null: closed, or there is none. */
    readonly breaker: 'open' | 'half-open' | null;
  };
}

/** What the broker said of a queue. */
export interface BrokerSample {
  readonly atSeconds: number;
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly dead: number;
  /** Messages in its dead-letter queue at that queue's nearest sample; null: there is none. */
  readonly deadLetterQueue: { readonly atSeconds: number; readonly messages: number } | null;
}

/** A fault, in words. */
export interface MomentFault {
  readonly atSeconds: number;
  readonly what: string;
}

/** The dead of a run (`report --dead`). */
export interface DeadList {
  readonly schema: 'launchpad.dead/1';
  readonly run: HistoryRun;
  readonly queues: Readonly<Record<string, DeadLettersResult>>;
}
