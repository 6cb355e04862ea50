import type { WaitQuantiles } from './types.js';

/** The name of the order service, as faults and expectations have it. No producer, queue or provider may be called so. */
export const orderServiceName = 'order-service';

/** The producer that orders are of which come to the order service from elsewhere than the scenario's producers. No producer may be called so. */
export const guestName = 'guest';

/**
 * The books of a producer's orders that went to the order service, as the customer saw them and as they ended. Counts orders.
 * A step is one of the things to be done for an order: its producer's queues are its steps.
 * posted = accepted + rejected + failed + timedOut + unreached + broken;
 * accepted = done + pending + deadLettered + leftOut + lost + undetermined, each order in the first that holds, from the right.
 */
export interface OrderBooks {
  /** Sent, or tried to be. */
  readonly posted: number;
  /** Answered 201 or 202. */
  readonly accepted: number;
  /** Answered 4xx. */
  readonly rejected: number;
  /** Answered 5xx. */
  readonly failed: number;
  /** The customer's patience was over. */
  readonly timedOut: number;
  /** There was no connection: nothing was sent. */
  readonly unreached: number;
  /** The connection broke before the answer, or the run ended before it. */
  readonly broken: number;
  /** posted − accepted */
  readonly notAccepted: number;
  /** Of the accepted: every step has had its effect. */
  readonly done: number;
  /** Of the accepted: a step is still on the broker. */
  readonly pending: number;
  /** Of the accepted: a step was given up. */
  readonly deadLettered: number;
  /** Of the accepted: a step was left out, and the customer was told so (onFailure: degrade). */
  readonly leftOut: number;
  /** Of the accepted: a step has had no effect, and nobody has it any more. Null where the census is not complete. */
  readonly lost: number | null;
  /** Of the accepted: without a complete census, neither done nor known dead. */
  readonly undetermined: number;
  /** Not accepted, and every step has had its effect all the same. */
  readonly doneUnaccepted: number;
  /** Some steps have had their effect and others never will: nobody has them any more. Accepted or not. */
  readonly halfDone: number;
  /** The same, by what was done and what was not; the most frequent first. */
  readonly halves: readonly HalfDone[];
  /** By step, in the producer's order. */
  readonly steps: Readonly<Record<string, StepBooks>>;
  /** From when an order was due to its answer, whatever it was; of those that timed out, the patience. */
  readonly responseSeconds: WaitQuantiles;
  /** The same of the accepted ones. */
  readonly acceptedSeconds: WaitQuantiles;
  /** Of accepted orders that were done: from the answer to the last step's first effect, 0 where that came before the answer. */
  readonly unfinishedSeconds: WaitQuantiles;
  /**
   * From when on all was well: every order that was due later was accepted, and every accepted one that was due before had come to its
   * end. 0: all was well all the time. Null: not before the end, see the reason.
   */
  readonly wellAgainAtSeconds: number | null;
  readonly wellAgainReason: string | null;
  readonly balanced: boolean;
}

/** Orders of which some steps were done. */
export interface HalfDone {
  readonly done: readonly string[];
  readonly missing: readonly string[];
  readonly orders: number;
  /** Of these, those that were accepted. */
  readonly accepted: number;
}

/** What happened to one step of the orders. */
export interface StepBooks {
  /** Posted orders whose step has had its effect. */
  readonly done: number;
  /** posted − done: those that are still waiting among them. */
  readonly missing: number;
  /** Effects beyond an order's first. */
  readonly duplicated: number;
}

/** One of the run's services. */
export type ServiceResult = OrderServiceResult | ProviderServiceResult;

interface AnyService {
  /** Processes that were started over the run. */
  readonly started: number;
  /** Deaths that nobody ordered. */
  readonly died: number;
}

/** The order service, as it wrote it down itself. */
export interface OrderServiceResult extends AnyService {
  readonly kind: 'order-service';
  readonly mode: 'queue' | 'sync';
  /** Valid orders that it took up, those from elsewhere than the scenario's producers among them. */
  readonly received: number;
  /** Of these, those from elsewhere. */
  readonly guests: number;
  /** What it answered to valid orders, by status: `{"202": 290, "503": 10}`. */
  readonly responses: Readonly<Record<string, number>>;
  /** Requests that were no valid orders, by status. */
  readonly rejections: Readonly<Record<string, number>>;
}

/** A provider, as it wrote it down itself. */
export interface ProviderServiceResult extends AnyService {
  readonly kind: 'provider';
  readonly capacityPerSecond: number;
  /** Requests, those that it turned away among them. */
  readonly calls: number;
  /** Answered 503, the waiting room being full. */
  readonly turnedAway: number;
  readonly effects: number;
  /** Calls with an idempotency key that it had seen: answered without an effect. */
  readonly replayed: number;
  /** Most calls that waited at once. */
  readonly peakWaiting: number;
  /** How often it gave in and exited. */
  readonly fellOver: number;
  /** How often the order service's circuit breaker for it opened. */
  readonly breakerOpened: number;
  /** Spans in which it was down, frozen or turned calls away, and what became of the orders that were due in them. */
  readonly troubles: readonly ServiceTrouble[];
}

/** How far one provider's trouble spread. */
export interface ServiceTrouble {
  /** `killed`, `frozen`, `fell over`, `turned calls away`; those that follow each other within a second are one trouble. */
  readonly causes: readonly string[];
  readonly fromSeconds: number;
  /** Null: it was not over at the end. */
  readonly toSeconds: number | null;
  /** Orders that were posted in it. */
  readonly posted: number;
  /** Of these, those that were not accepted. */
  readonly notAccepted: number;
  /** Of these, by step that is another provider's (or nobody's): those whose step was not done in the end. */
  readonly missing: Readonly<Record<string, number>>;
}
