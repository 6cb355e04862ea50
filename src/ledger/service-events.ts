/** What customers, the order service and the providers write. See events.ts. */

/** What a provider adds to what it writes of a message. */
export interface ByProvider {
  /** The provider's name; absent: a worker wrote it. */
  readonly s?: string;
  /** The caller's pid, where the call said it. */
  readonly pid?: number;
  /** The correlation id that came with the call, where it is not the one that the message's id begins with. */
  readonly c?: string;
}

/** A customer is about to post an order; written by the producer. `m` is the order: `orders/142`. */
export interface PostedEvent {
  readonly t: number;
  readonly e: 'posted';
  readonly m: string;
  /** When it was due by the plan, in the same microseconds. */
  readonly due: number;
}

/** The customer has the order service's answer. */
export interface AnsweredEvent {
  readonly t: number;
  readonly e: 'answered';
  readonly m: string;
  /** The HTTP status. */
  readonly status: number;
}

/** The customer got no answer. */
export interface UnansweredEvent {
  readonly t: number;
  readonly e: 'unanswered';
  readonly m: string;
  /** unreached: there was no connection, so nothing was sent; broken: it broke after the order was sent; timeout: the customer's patience was over. */
  readonly kind: 'unreached' | 'broken' | 'timeout';
  readonly why: string;
}

/** The order service takes up a valid order; written before it does anything about it. */
export interface ReceivedEvent {
  readonly t: number;
  readonly e: 'received';
  readonly m: string;
  /** The correlation id, where the client sent one that is not the order's own id. */
  readonly c?: string;
}

/** What the order service answers to an order; written before the answer leaves. */
export interface RespondedEvent {
  readonly t: number;
  readonly e: 'responded';
  readonly m: string;
  readonly status: number;
  /** What was left out of the order (onFailure: degrade). */
  readonly leftOut?: readonly string[];
  readonly why?: string;
}

/** The order service refused a request: it was no valid order, or there is no such thing. */
export interface RejectedEvent {
  readonly t: number;
  readonly e: 'rejected';
  readonly status: number;
  readonly why: string;
}

/** A provider has let a call into its waiting room, or on to be served at once. */
export interface CalledEvent extends ByProvider {
  readonly t: number;
  readonly e: 'called';
  readonly s: string;
  readonly q: string;
  readonly m: string;
  /** Calls that wait before it. */
  readonly waiting: number;
}

/** A provider has answered a call with 503, because its waiting room was full. */
export interface TurnedAwayEvent extends ByProvider {
  readonly t: number;
  readonly e: 'turned-away';
  readonly s: string;
  readonly q: string;
  readonly m: string;
}

/** The order service's circuit breaker for a provider has changed. */
export interface BreakerEvent {
  readonly t: number;
  readonly e: 'breaker';
  /** The provider. */
  readonly s: string;
  readonly state: 'open' | 'half-open' | 'closed';
}

/** A provider gives in: its waiting room has been full for too long. It exits after this. */
export interface FellOverEvent {
  readonly t: number;
  readonly e: 'fell-over';
  readonly s: string;
  readonly why: string;
}
